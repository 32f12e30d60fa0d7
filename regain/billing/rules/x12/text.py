"""X12 text: segments out with clean fields, and back in with whatever separators the sender chose."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from regain.reference.rules import Finding, error

Segment = tuple[str, ...]
"""The segment's name, then its elements: `("NM1", "85", "2", ...)`. Trailing empty elements are left out."""

_KEPT = re.compile(r"[^A-Z0-9 !\"&'()+,\-./;?=]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Separators:
    """The four characters that hold a file apart."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


OURS = Separators()


def clean(text: str, longest: int) -> str:
    """A field as X12's basic character set holds it: upper case, no accents, no separator, no longer than its element.

    >>> clean("Nyström-O'Leary *Jr:  ", 60), clean("12 Harbor Street", 6)
    ("NYSTROM-O'LEARY JR", '12 HAR')
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.upper()) if not unicodedata.combining(c))
    return _SPACES.sub(" ", _KEPT.sub(" ", bare)).strip()[:longest].strip()


def digits(text: str) -> str:
    """Only the digits.

    >>> digits("01-0000001")
    '010000001'
    """
    return "".join(c for c in text if c.isascii() and c.isdigit())


def number(amount: Decimal) -> str:
    """An amount as X12 writes it: no zeros that say nothing.

    >>> number(Decimal("120.00")), number(Decimal("0.50")), number(Decimal("-3.2"))
    ('120', '0.5', '-3.2')
    """
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def segment(*elements: str) -> Segment:
    """A segment without its trailing empty elements."""
    kept = list(elements)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def composite(*parts: str) -> str:
    """Components joined, without the trailing empty ones."""
    return OURS.component.join(segment(*parts))


def written(segments: Iterable[Segment]) -> str:
    """The segments as one file."""
    return "".join(OURS.element.join(one) + OURS.segment for one in segments)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction set: its kind (`835`), the guide it follows, its group's and its own control number, its segments."""

    kind: str
    guide: str
    group: str
    control: str
    segments: tuple[Segment, ...]
    separators: Separators

    def parts(self, element: str) -> list[str]:
        """The components of an element."""
        return element.split(self.separators.component)


@dataclass(frozen=True, slots=True)
class Interchange:
    """A file as it was read: who sent it, under which control number, and what is in it."""

    sender: str
    receiver: str
    control: str
    transactions: tuple[Transaction, ...]


def read(text: str) -> tuple[Interchange | None, list[Finding]]:
    """A file apart; None where it cannot be read, with what was found, expected and what to try."""
    text = text.lstrip("\ufeff \t\r\n")
    start = _start(text)
    if isinstance(start, Finding):
        return None, [start]
    separators, heads = start
    segments = list(_segments(text, separators))
    if segments[-1][0] != "IEA":
        return None, [_cut_off(segments[-1])]
    if at(segments[-1], 2).lstrip("0") != heads[13].strip().lstrip("0"):
        return None, [error("X12_CONTROL_NUMBER", "The file ends with another number than it begins with, so it may be two files run together.", where="IEA02",
                            found=at(segments[-1], 2), expected=heads[13].strip(), try_="Download the file again, one file at a time.", source="S20")]  # fmt: skip
    transactions, findings = _transactions(segments, separators)
    if findings:
        return None, findings
    return Interchange(heads[6].strip(), heads[8].strip(), heads[13].strip(), tuple(transactions)), []


def at(one: Segment, place: int) -> str:
    """An element by its number (`at(nm1, 9)` is NM109), empty where the segment ends before it."""
    return one[place].strip() if place < len(one) else ""


def amount_of(text: str) -> Decimal | None:
    """An amount in whole cents; None where there is none, it is no number or it has parts of a cent.

    >>> amount_of("120.5"), amount_of(""), amount_of("12O"), amount_of("1.005")
    (Decimal('120.50'), None, None, None)
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= 10**10:
        return None
    cents = value.quantize(Decimal("0.01"))
    return cents if cents == value else None


def _start(text: str) -> tuple[Separators, list[str]] | Finding:
    """The separators, from the ISA segment they stand in."""
    parts = text.split(text[3], 16) if text.startswith("ISA") and len(text) > 3 else []
    if len(parts) < 17 or len(parts[16]) < 2:
        return error("X12_NOT_READABLE", "This is no X12 file: it does not begin with an ISA segment.", where="ISA", found=_shown(text),
                     expected="ISA and 16 elements", try_="Download the file as it is from the clearinghouse; do not open and save it in another program.", source="S20")  # fmt: skip
    component, end = parts[16][0], parts[16][1]
    repetition = parts[11] if len(parts[11]) == 1 and not parts[11].isalnum() else ""
    return Separators(text[3], component, repetition, end), parts


def _shown(text: str) -> str:
    return _SPACES.sub(" ", text[:40]).strip() or "nothing"


def _segments(text: str, separators: Separators) -> Iterator[Segment]:
    for piece in text.split(separators.segment):
        bare = piece.strip("\r\n \t\x00")
        if bare:
            yield tuple(bare.split(separators.element))


def _cut_off(last: Segment) -> Finding:
    return error("X12_CUT_OFF", f"The file is cut off: it ends in a {last[0]} segment.", where="IEA", found=last[0], expected="an IEA segment at the end",
                 try_="Download it again; nothing of it was used.", source="S20")  # fmt: skip


def _transactions(segments: list[Segment], separators: Separators) -> tuple[list[Transaction], list[Finding]]:
    found: list[Transaction] = []
    group: Segment = ("GS",)
    opened: int | None = None
    for place, one in enumerate(segments):
        if one[0] == "GS":
            group = one
        elif one[0] == "ST":
            if opened is not None:
                return [], [_cut_off(segments[place - 1])]
            opened = place
        elif one[0] == "SE":
            if opened is None:
                return [], [error("X12_NOT_READABLE", "A transaction ends that never began.", where="SE", found=at(one, 2), expected="ST before SE",
                                  try_="Download the file again.", source="S20")]  # fmt: skip
            count = place - opened + 1
            if at(one, 1) != str(count):
                return [], [error("X12_SEGMENTS_MISSING", f"A transaction says it has {at(one, 1)} segments and has {count}: some are missing.", where="SE01",
                                  found=count, expected=at(one, 1), try_="Download the file again; nothing of it was used.", source="S20")]  # fmt: skip
            start = segments[opened]
            found.append(Transaction(at(start, 1), at(start, 3) or at(group, 8), at(group, 6), at(start, 2), tuple(segments[opened + 1 : place]), separators))  # fmt: skip
            opened = None
    if opened is not None:
        return [], [_cut_off(segments[-1])]
    return found, []
