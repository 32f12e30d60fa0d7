"""What an 837P needs before it is written: pyx12 and payers refuse a file for what is missing here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from regain.billing.rules.x12.claim import Address, Biller, Claim, Insured, Line
from regain.billing.rules.x12.text import digits
from regain.people.rules import npi_is_valid
from regain.reference.rules import Finding, error, warning

MOST_LINES, MOST_DIAGNOSES, MOST_POINTERS, MOST_MODIFIERS = 50, 12, 4, 4
_DIAGNOSIS = re.compile(r"^[A-TV-Z][0-9][0-9AB]\.?[0-9A-Z]{0,4}$")
_CODE = re.compile(r"^[0-9A-Z][0-9]{3}[0-9A-Z]$")


def check_837(claim: Claim, biller: Biller) -> list[Finding]:
    """What an 837P of this claim would be refused for; empty means it can be written."""
    parts = (
        _biller(biller),
        _insured(claim.insured),
        _patient(claim),
        _numbers(claim),
        _diagnoses(claim),
        _people(claim),
        _lines(claim),
    )
    found = [finding for part in parts for finding in part]
    return found + [finding for other in claim.others for finding in _insured(other.insured, "other payer's ")]


def _biller(biller: Biller) -> Iterator[Finding]:
    if not npi_is_valid(biller.npi):
        yield _npi("billing_npi", "clinic", biller.npi, "Correct it under Clinic.")
    if len(digits(biller.tax_id)) != 9:
        yield error("TAX_ID_MISSING", "The clinic's tax number is missing or has not nine digits.", where="tax_id", found=biller.tax_id, expected="nine digits",
                    try_="Enter it under Clinic.", source="S20")  # fmt: skip
    yield from _address(
        biller.address, "billing_address", "clinic's billing address", "Enter it under Billing, How claims are sent."
    )
    if biller.address.postal_code and len(digits(biller.address.postal_code)) == 5:
        yield warning("ZIP_PLUS_FOUR", "The clinic's billing ZIP code has five digits; many payers want nine.", where="billing_address", found=biller.address.postal_code,
                      expected="nine digits", try_="Look the last four up at the post office and add them.", source="S20")  # fmt: skip
    if not biller.submitter_id:
        yield error("SUBMITTER_ID_MISSING", "Claims have no sender number.", where="submitter_id", try_="Enter the number the clearinghouse or payer gave you under Billing, How claims are sent.", source="S20")  # fmt: skip
    if len(digits(biller.phone)) < 10:
        yield error("PHONE_MISSING", "The clinic has no telephone number for questions about claims.", where="phone", found=biller.phone, expected="ten digits",
                    try_="Enter it under Billing, How claims are sent.", source="S20")  # fmt: skip


def _insured(insured: Insured, whose: str = "") -> Iterator[Finding]:
    if not insured.member_id.strip():
        yield error("MEMBER_ID_MISSING", f"The {whose}coverage has no member number.", where="member_id", try_="Copy it from the card.", source="S20")  # fmt: skip
    if not insured.payer.payer_id.strip():
        yield error("PAYER_ID_MISSING", f"{insured.payer.name} has no payer number for claims.", where="payer_id", try_="Look it up in the clearinghouse's payer list and enter it with the payer.", source="S20")  # fmt: skip
    if not insured.payer.filing:
        yield error("FILING_MISSING", f"No claim filing indicator is known for {insured.payer.name}.", where="filing", try_="Choose the payer's kind.", source="S20")  # fmt: skip
    if not insured.subscriber.family.strip():
        yield error("SUBSCRIBER_MISSING", f"The {whose}coverage does not say whose it is.", where="subscriber", try_="Enter the subscriber's name and birth date as on the card.", source="S20")  # fmt: skip


def _patient(claim: Claim) -> Iterator[Finding]:
    yield from _address(
        claim.patient.address, "patient_address", "patient's address", "Enter it on the patient's page."
    )
    if claim.patient.born_on is None:
        yield error("BIRTH_DATE_MISSING", "The patient has no birth date.", where="birth_date", try_="Enter it on the patient's page.", source="S20")  # fmt: skip


def _address(address: Address, where: str, what: str, try_: str) -> Iterator[Finding]:
    missing = [label for label, value in (("street", address.line), ("city", address.city), ("state", address.state), ("ZIP code", address.postal_code)) if not value.strip()]  # fmt: skip
    if missing:
        yield error("ADDRESS_MISSING", f"The {what} lacks {_list(missing)}.", where=where, found=", ".join(missing), expected="street, city, state and ZIP code", try_=try_, source="S20")  # fmt: skip
    elif len(digits(address.postal_code)) not in (5, 9) or len(address.state.strip()) != 2:
        yield error("ADDRESS_WRONG", f"The {what} has a state or ZIP code that is none.", where=where, found=f"{address.state} {address.postal_code}",
                    expected="two letters; five or nine digits", try_=try_, source="S20")  # fmt: skip


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _numbers(claim: Claim) -> Iterator[Finding]:
    if claim.frequency in ("7", "8") and not claim.payer_claim_number:
        yield error("PAYER_CLAIM_NUMBER_MISSING", "A correction or void names the payer's own number of the first claim, and none is known.", where="payer_claim_number",
                    try_="Take it from the remittance or the payer's portal.", source="S20")  # fmt: skip
    if claim.accident and claim.accident.cause == "AA" and not claim.accident.state:
        yield error("ACCIDENT_STATE_MISSING", "A car accident needs the state it happened in.", where="accident", try_="Enter it with the coverage.", source="S20")  # fmt: skip


def _diagnoses(claim: Claim) -> Iterator[Finding]:
    if not claim.diagnoses:
        yield error("DIAGNOSIS_MISSING", "The claim has no diagnosis.", where="diagnoses", try_="Add one to the episode.", source="S20")  # fmt: skip
    if len(claim.diagnoses) > MOST_DIAGNOSES:
        yield error("TOO_MANY_DIAGNOSES", f"The claim has {len(claim.diagnoses)} diagnoses; it carries {MOST_DIAGNOSES}.", where="diagnoses", found=len(claim.diagnoses),
                    expected=f"up to {MOST_DIAGNOSES}", try_="Keep those that the treatment is for.", source="S20")  # fmt: skip
    for code in claim.diagnoses:
        if not _DIAGNOSIS.match(code.strip().upper()):
            yield error("DIAGNOSIS_WRONG", f"{code} is not written like an ICD-10-CM code.", where="diagnoses", found=code, expected="a letter, two digits, then up to four after the dot",
                        try_="Correct it on the episode.", source="S20")  # fmt: skip


def _people(claim: Claim) -> Iterator[Finding]:
    if claim.rendering is None or not npi_is_valid(claim.rendering.npi):
        yield _npi(
            "rendering_npi",
            "treating therapist",
            claim.rendering.npi if claim.rendering else "",
            "Correct it under Team.",
        )
    for who, label in ((claim.referring, "referring physician"), (claim.facility, "place of care")):
        if who is not None and who.npi and not npi_is_valid(who.npi):
            yield _npi(f"{label.split()[0]}_npi", label, who.npi, "Correct it where the name was entered.")


def _npi(where: str, whose: str, npi: str, try_: str) -> Finding:
    said = f"{npi} fails its check digit or is too short" if npi else "is missing"
    return error("NPI_INVALID", f"The {whose}'s NPI {said}.", where=where, found=npi, expected="ten digits that pass the check digit", try_=try_, source="S20")  # fmt: skip


def _lines(claim: Claim) -> Iterator[Finding]:
    if not claim.lines:
        yield error("NOTHING_TO_BILL", "The claim has no line.", where="lines", try_="Check the minutes of the visit.", source="S20")  # fmt: skip
    if len(claim.lines) > MOST_LINES:
        yield error("TOO_MANY_LINES", f"The claim has {len(claim.lines)} lines; it carries {MOST_LINES}.", where="lines", found=len(claim.lines), expected=f"up to {MOST_LINES}",
                    try_="Bill the visits on two claims.", source="S20")  # fmt: skip
    for line in claim.lines:
        yield from _line(line, len(claim.diagnoses))


def _line(line: Line, diagnoses: int) -> Iterator[Finding]:
    if not _CODE.match(line.code):
        yield error("UNKNOWN_CODE", f"{line.code} is not written like a procedure code.", where=line.control, found=line.code, expected="five letters or digits", try_="Correct the note by an amendment.", source="S20")  # fmt: skip
    if line.amount < 0:
        yield error("NEGATIVE_CHARGE", f"{line.code} asks for less than nothing.", where=line.control, found=str(line.amount), expected="0.00 or more", try_="Correct the fee.", source="S20")  # fmt: skip
    if line.units < 1:
        yield error("NO_UNIT", f"{line.code} has no unit.", where=line.control, found=line.units, expected="1 or more", try_="Leave the line out.", source="S20")  # fmt: skip
    if len(line.modifiers) > MOST_MODIFIERS:
        yield error("TOO_MANY_MODIFIERS", f"{line.code} has {len(line.modifiers)} modifiers; a line carries {MOST_MODIFIERS}.", where=line.control, found=len(line.modifiers), expected=f"up to {MOST_MODIFIERS}", try_="Keep those that change payment.", source="S20")  # fmt: skip
    wrong = [n for n in line.pointers if not 1 <= n <= min(diagnoses, MOST_DIAGNOSES)]
    if wrong or not line.pointers or len(line.pointers) > MOST_POINTERS:
        yield error("POINTER_WRONG", f"{line.code} points to a diagnosis the claim does not have.", where=line.control, found=", ".join(map(str, line.pointers)) or "none", expected=f"1 to 4 of {diagnoses}", try_="Point it to the diagnosis it treats.", source="S20")  # fmt: skip
