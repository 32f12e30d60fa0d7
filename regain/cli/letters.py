"""Letters from files: text, PDF (text or scan) and FHIR, as requests of `recommend`. Heavy libraries load when needed."""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from regain.cli.lines import Request, parse_lines
from regain.reference.rules import Finding, error, warning

MOST_PAGES = 400
MOST_SCANNED = 20
_MOST_BYTES = 50_000_000
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|div|li|tr|h\d|td)>|<br\s*/?>", re.IGNORECASE)


def text_file(path: Path) -> Iterator[Request]:
    """One letter a `.txt`; the id is the file's name."""
    yield letter(decoded(path.read_bytes()), path.name)


def letter(text: str, origin: str) -> Request:
    """A request for one letter."""
    return Request(origin, {"text": text})


def decoded(raw: bytes) -> str:
    """Bytes as text: UTF-8 or UTF-16 by their mark, else Windows-1252, which old record systems write."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def pdf_file(path: Path) -> Iterator[Request]:
    """One letter a `.pdf`."""
    text, findings = pdf_text(path.read_bytes(), path.name)
    if text is None:
        yield Request(path.name, None, findings)
    else:
        yield Request(path.name, {"text": text}, findings)


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


def json_file(path: Path) -> Iterator[Request]:
    """A FHIR Bundle or ServiceRequest as one letter, else the requests of a JSON file or JSON Lines."""
    text = decoded(path.read_bytes())
    try:
        whole = json.loads(text)
    except ValueError:
        yield from parse_lines(text.splitlines(), path.name)
        return
    if isinstance(whole, dict) and "resourceType" in whole:
        yield fhir_request(whole, path.name)
        return
    items = whole if isinstance(whole, list) else [whole]
    yield from parse_lines((json.dumps(item) for item in items), path.name)


def fhir_request(resource: Mapping[str, Any], origin: str) -> Request:
    """The request of a Bundle or ServiceRequest: reason, notes, conditions and attached documents as one text."""
    resources = list(_resources(resource))
    identifier = resource.get("id")
    orders = [r for r in resources if r.get("resourceType") == "ServiceRequest"]
    parts: list[str] = []
    findings: list[Finding] = []
    for item in orders or resources:
        parts += _order_words(item)
    for item in resources:
        if item not in orders:
            parts += _resource_words(item, findings)
    text = "\n\n".join(dict.fromkeys(part for part in parts if part.strip()))
    data: dict[str, Any] = {"text": text}
    if isinstance(identifier, str):
        data["id"] = identifier
    return Request(origin, data, tuple(findings))


def _resources(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if resource.get("resourceType") == "Bundle":
        for entry in resource.get("entry") or ():
            if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
                yield from _resources(entry["resource"])
        return
    yield resource
    for inner in resource.get("contained") or ():
        if isinstance(inner, dict):
            yield inner


def concept_words(concept: Any) -> str:
    """The words of a CodeableConcept: its text, else its displays."""
    if not isinstance(concept, dict):
        return ""
    if isinstance(concept.get("text"), str) and concept["text"].strip():
        return concept["text"]
    codings = concept.get("coding") or ()
    shown = [c["display"] for c in codings if isinstance(c, dict) and isinstance(c.get("display"), str)]
    return ", ".join(dict.fromkeys(shown))


def _order_words(order: Mapping[str, Any]) -> list[str]:
    code = concept_words(order.get("code"))
    reasons = [concept_words(reason) for reason in _list(order.get("reasonCode"))]
    notes = [_note(note) for note in _list(order.get("note"))]
    instruction = order.get("patientInstruction")
    return [
        *([f"Order: {code}."] if code else []),
        *(f"Reason: {reason}." for reason in reasons if reason),
        *notes,
        *([instruction] if isinstance(instruction, str) else []),
    ]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _note(note: Any) -> str:
    return note["text"] if isinstance(note, dict) and isinstance(note.get("text"), str) else ""


def _resource_words(item: Mapping[str, Any], findings: list[Finding]) -> list[str]:
    kind = item.get("resourceType")
    if kind == "Condition":
        return _condition_words(item)
    if kind in ("DocumentReference", "Communication", "CommunicationRequest"):
        holders = [*_list(item.get("content")), *_list(item.get("payload"))]
        found = [h.get("attachment") or h.get("contentAttachment") for h in holders if isinstance(h, dict)]
        said = [h["contentString"] for h in holders if isinstance(h, dict) and isinstance(h.get("contentString"), str)]
        return [*said, *_attached(found, findings)]
    if kind == "DiagnosticReport":
        words = [item["conclusion"]] if isinstance(item.get("conclusion"), str) else []
        return [*words, *_attached(_list(item.get("presentedForm")), findings)]
    if kind == "Binary":
        return _attached([item], findings)
    if kind == "Composition":
        return [words for section in _list(item.get("section")) for words in _section_words(section)]
    if kind in ("Observation", "ClinicalImpression", "CarePlan", "Goal"):
        shown = [item[key] for key in ("summary", "description", "valueString") if isinstance(item.get(key), str)]
        return [*shown, *(_note(note) for note in _list(item.get("note")))]
    return []


def _condition_words(item: Mapping[str, Any]) -> list[str]:
    """Active conditions count now; resolved ones are put under a heading of the past; refuted ones are left out."""
    status = _codes(item.get("clinicalStatus"))
    if _codes(item.get("verificationStatus")) & {"refuted", "entered-in-error"}:
        return []
    words = concept_words(item.get("code"))
    notes = [_note(note) for note in _list(item.get("note"))]
    if status & {"resolved", "inactive", "remission"}:
        return [f"PAST MEDICAL HISTORY:\n{words}\n\nREASON:"] if words else []
    return [f"Reason: {words}.", *notes] if words else notes


def _codes(concept: Any) -> set[str]:
    if not isinstance(concept, dict):
        return set()
    return {c["code"] for c in _list(concept.get("coding")) if isinstance(c, dict) and isinstance(c.get("code"), str)}


def _section_words(section: Any) -> list[str]:
    if not isinstance(section, dict):
        return []
    title = section.get("title")
    narrative = section.get("text")
    body = plain_text(narrative["div"]) if isinstance(narrative, dict) and isinstance(narrative.get("div"), str) else ""
    own = [f"{title}:\n{body}" if isinstance(title, str) else body] if body else []
    return [*own, *(words for inner in _list(section.get("section")) for words in _section_words(inner))]


def plain_text(markup: str) -> str:
    """XHTML narrative as text, a block a line."""
    return html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup))).strip()


def _attached(attachments: Iterable[Any], findings: list[Finding]) -> list[str]:
    """The words of attachments that carry their data; links are never followed."""
    words = []
    for attachment in attachments:
        if not isinstance(attachment, dict) or not isinstance(attachment.get("data"), str):
            continue
        kind = str(attachment.get("contentType", "text/plain")).split(";")[0].strip().lower()
        name = str(attachment.get("title") or "attachment")
        try:
            raw = base64.b64decode(attachment["data"], validate=False)
        except (binascii.Error, ValueError):
            findings.append(warning("BAD_VALUE", f"{name} is not base64.", where="attachment", found=name,
                                    expected="base64 data", try_="Attach the document again."))  # fmt: skip
            continue
        if len(raw) > _MOST_BYTES:
            continue
        if kind == "application/pdf" or raw.startswith(b"%PDF"):
            text, said = pdf_text(raw, name)
            findings.extend(said)
            words += [text] if text else []
        elif kind in ("text/html", "application/xhtml+xml"):
            words.append(plain_text(decoded(raw)))
        elif kind.startswith("text/"):
            words.append(decoded(raw))
    return words
