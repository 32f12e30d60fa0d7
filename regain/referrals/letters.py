"""The words of a letter's bytes: text files and PDFs, with text or scanned. Heavy libraries load when they are needed."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from regain.reference.rules import Finding, error, warning

MOST_PAGES = 400
MOST_SCANNED = 20


def decoded(raw: bytes) -> str:
    """Bytes as text: UTF-8 or UTF-16 by their mark, else Windows-1252, which old record systems write."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


_NAME = re.compile(
    r"(?im)^[ \t]*(?:patient(?:'s)?(?: name)?|name)[ \t]*:[ \t]*([^\W\d][^\n,;:(]{1,60}(?:, ?[^\n,;:(\d]{1,40})?)"
)
_PARTICLES = frozenset(("al", "bin", "da", "de", "del", "der", "di", "du", "ibn", "la", "le", "van", "von"))
_BORN = re.compile(r"(?i)\b(?:dob|d\.o\.b\.|date of birth|birth ?date|born(?: on)?)[ \t]*:?[ \t]*(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)/(\d\d?)/(\d{4}))")  # fmt: skip
_AFTER_NAME = re.compile(r"(?i)\s+(?:dob|d\.o\.b|date of birth|born|mrn|age|sex|\d).*$")


def person_named(text: str) -> dict[str, Any]:
    """Who a letter says it is about, where it says so in a heading line; only ever a proposal to a person.

    >>> person_named("Patient: Moreau, Lucie\\nDOB: 3/2/1954\\nKnee pain")
    {'family': 'Moreau', 'given': 'Lucie', 'birth_date': datetime.date(1954, 3, 2)}
    """
    found: dict[str, Any] = {}
    name = _NAME.search(text)
    words = _AFTER_NAME.sub("", name.group(1)).strip() if name else ""
    family, comma, given = words.partition(",")
    if not comma:
        given, _, family = words.rpartition(" ")
    names = [word for word in words.replace(",", " ").split() if word.lower() not in _PARTICLES]
    if family.strip() and 0 < len(names) <= 5 and not any(word[0].islower() for word in names):
        found |= {"family": family.strip(), "given": given.strip()}
    born = _BORN.search(text)
    if born:
        year, month, day = (int(born.group(n) or born.group(m)) for n, m in ((1, 6), (2, 4), (3, 5)))
        with contextlib.suppress(ValueError):
            found["birth_date"] = date(year, month, day)
    return found


def pdf_text(raw: bytes, name: str) -> tuple[str | None, tuple[Finding, ...]]:
    """The words of a PDF, and what is wrong with it; None where nothing can be read."""
    import io
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            return None, (_locked(name),)
        count = len(reader.pages)
        pages = [reader.pages[number].extract_text() for number in range(min(count, MOST_PAGES))]
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as problem:
        if "cryptography" in str(problem) or "password" in str(problem).lower():
            return None, (_locked(name),)
        return None, (error("BAD_VALUE", f"{name} is not a readable PDF: {problem}", where=name, found=name,
                            expected="a PDF", try_="Open it once and save or print it to PDF again."),)  # fmt: skip
    findings: tuple[Finding, ...] = ()
    if count > MOST_PAGES:
        findings = (warning("BAD_VALUE", f"{name} has {count} pages; the first {MOST_PAGES} were read.", where=name, found=count,
                            expected=f"at most {MOST_PAGES} pages", try_="Send the letter without the whole chart."),)  # fmt: skip
    text = "\n\n".join(page for page in pages if page)
    if text.strip():
        return text, findings
    return _scanned(raw, name, count)


def _locked(name: str) -> Finding:
    return error("NO_TEXT", f"{name} is locked with a password.", where=name, found="an encrypted PDF",
                 expected="a PDF that opens without a password", try_="Save a copy without the password and send that.")  # fmt: skip


def _scanned(raw: bytes, name: str, count: int) -> tuple[str | None, tuple[Finding, ...]]:
    """A picture of a letter, read by Tesseract where it is installed."""
    if not shutil.which("tesseract") or not shutil.which("pdftoppm"):
        return None, (error("NO_TEXT", f"{name} is a scan: it holds pictures, no words.", where=name, found=f"{count} pages without text",
                            expected="a PDF with text", try_="Install Tesseract and poppler (apt-get install tesseract-ocr poppler-utils) "
                            "or send the letter as text."),)  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "letter.pdf"
        source.write_bytes(raw)
        subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", "-l", str(MOST_SCANNED), str(source), f"{folder}/page"],
                       check=False, capture_output=True, timeout=300)  # fmt: skip
        words = [_recognised(page) for page in sorted(Path(folder).glob("page*.png"))]
    text = "\n\n".join(word for word in words if word.strip())
    if not text.strip():
        return None, (error("NO_TEXT", f"{name} holds no words, also after text recognition.", where=name, found=f"{count} pages without text",
                            expected="a readable letter", try_="Scan it again, straight and dark enough."),)  # fmt: skip
    return text, (warning("NORMALISED", f"{name} is a scan; its words come from text recognition.", where=name, found="scan",
                          expected="text", try_="Compare the quoted words with the page."),)  # fmt: skip


def _recognised(page: Path) -> str:
    done = subprocess.run(["tesseract", str(page), "-", "--psm", "6"], check=False, capture_output=True, timeout=300)
    return done.stdout.decode("utf-8", "replace")
