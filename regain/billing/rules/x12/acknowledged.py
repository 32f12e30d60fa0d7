"""What came back before a payer decided: 999 (was the file readable?) and 277CA (was each claim taken in?)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regain.billing.rules.x12.text import Segment, Transaction, at
from regain.reference.rules import Finding, error

SYNTAX = {"A": "accepted", "E": "accepted with errors noted", "P": "accepted in part", "R": "refused", "M": "refused", "W": "refused", "X": "refused"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """A 999: about the file whose group carried `group`. `errors` are the segments and elements it names."""

    group: str
    code: str
    errors: tuple[str, ...]

    @property
    def accepted(self) -> bool:
        """Whether the file went on to be read as claims."""
        return self.code in ("A", "E", "P")


@dataclass(frozen=True, slots=True)
class ClaimAnswer:
    """A line of a 277CA: about the claim with this number of ours. `category` is A0-A8."""

    number: str
    category: str
    status: str
    entity: str
    payer_claim_number: str
    message: str

    @property
    def accepted(self) -> bool:
        """Whether the claim was taken in: A0, A1, A2 and A5; A3, A4 and A6-A8 send it back."""
        return self.category in ("A0", "A1", "A2", "A5")


def read_999(transaction: Transaction) -> FileAnswer | list[Finding]:
    """What a 999 says of one file."""
    about = next((s for s in transaction.segments if s[0] == "AK1"), None)
    last = next((s for s in transaction.segments if s[0] == "AK9"), None)
    if about is None or last is None or at(last, 1) not in SYNTAX:
        return [_broken("999", "AK1 and AK9")]
    sets = [at(s, 1) for s in transaction.segments if s[0] == "IK5"]
    code = "R" if sets and all(one in ("R", "M", "W", "X") for one in sets) else at(last, 1)
    return FileAnswer(at(about, 2), code, tuple(_errors(transaction.segments)))


def _errors(segments: tuple[Segment, ...]) -> Iterator[str]:
    for one in segments:
        if one[0] == "IK3":
            loop = f" in loop {at(one, 3)}" if at(one, 3) else ""
            yield f"segment {at(one, 1)}, number {at(one, 2)}{loop}: error {at(one, 4) or 'not named'}"
        elif one[0] == "IK4":
            found = f", found “{at(one, 4)}”" if at(one, 4) else ""
            yield f"element {at(one, 1)}: error {at(one, 3) or 'not named'}{found}"


def read_277(transaction: Transaction) -> list[ClaimAnswer] | list[Finding]:
    """What a 277CA says of each claim; claims it does not name are not in the answer."""
    found: list[ClaimAnswer] = []
    patient, number, status, reference, message = False, "", None, "", ""
    for one in (*transaction.segments, ("HL", "", "", "")):
        if one[0] == "HL":
            if patient and number and status:
                found.append(_answer(transaction, number, status, reference, message))
            patient, number, status, reference, message = at(one, 3) == "PT", "", None, "", ""
        elif one[0] == "TRN" and at(one, 1) == "2":
            number = at(one, 2)
        elif one[0] == "STC" and status is None:
            status, message = one, at(one, 12)
        elif one[0] == "REF" and at(one, 1) == "1K":
            reference = at(one, 2)
    return found or [_broken("277CA", "a patient level (HL PT) with TRN and STC for each claim")]


def _answer(transaction: Transaction, number: str, status: Segment, reference: str, message: str) -> ClaimAnswer:
    parts = [*transaction.parts(at(status, 1)), "", "", ""]
    return ClaimAnswer(number, parts[0], parts[1], parts[2], reference, message)


def _broken(kind: str, expected: str) -> Finding:
    return error("X12_NOT_READABLE", f"The {kind} lacks what it must say.", where=kind, found="neither", expected=expected, try_="Download the file again, or ask the clearinghouse.", source="S20")  # fmt: skip
