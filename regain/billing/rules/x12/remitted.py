"""An 835 (005010X221A1): what was paid for each claim and line, why not more, and whether the file adds up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from regain.billing.rules.x12.claim import Adjustment
from regain.billing.rules.x12.text import Segment, Transaction, amount_of, at
from regain.reference.rules import Finding, error

REVERSAL, NOT_OURS, ESTIMATED = "22", "23", "25"
GROUPS = ("CO", "PR", "OA", "PI", "CR")


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One service line as the payer paid it. `control` is our own line number, where the payer gave it back."""

    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    paid: Decimal
    units: Decimal
    on: date | None
    control: str = ""
    allowed: Decimal | None = None
    original_code: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """One claim of a remittance. `number` is ours, `payer_claim_number` the payer's."""

    number: str
    status: str
    charge: Decimal
    paid: Decimal
    patient_share: Decimal
    payer_claim_number: str
    patient: str = ""
    member_id: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()
    lines: tuple[PaidLine, ...] = ()

    @property
    def every_adjustment(self) -> tuple[Adjustment, ...]:
        """Those of the claim and of its lines."""
        return (*self.adjustments, *(one for line in self.lines for one in line.adjustments))

    @property
    def reversal(self) -> bool:
        """Whether it takes an earlier payment back."""
        return self.status == REVERSAL

    @property
    def every_remark(self) -> tuple[str, ...]:
        """Remark codes of the claim and its lines, once each."""
        return tuple(dict.fromkeys((*self.remarks, *(code for line in self.lines for code in line.remarks))))


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """Money the payer keeps or gives apart from claims: a positive amount lowers the payment."""

    reason: str
    reference: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Remittance:
    """One payment: a check or transfer, for which claims, and what was kept back."""

    payer: str
    payer_id: str
    payee_npi: str
    trace: str
    amount: Decimal
    method: str
    on: date
    claims: tuple[PaidClaim, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()


class _Wrong(ValueError):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def read_835(transaction: Transaction) -> Remittance | list[Finding]:
    """One payment; findings instead where it cannot be read."""
    try:
        return _remittance(transaction)
    except _Wrong as wrong:
        return [wrong.finding]


def check_835(remittance: Remittance, payee_npi: str = "") -> list[Finding]:
    """Whether a payment adds up at every line, every claim and as a whole, and is for this clinic; empty means it does."""
    found = [*_payee(remittance, payee_npi)]
    for claim in remittance.claims:
        found += [*_lines_add_up(claim), *_claim_adds_up(claim)]
    return found + [*_payment_adds_up(remittance)]


def _payee(remittance: Remittance, npi: str) -> Iterator[Finding]:
    if npi and remittance.payee_npi and remittance.payee_npi != npi:
        yield error("OTHER_PAYEE", "The payment is for another clinic.", where="N1*PE", found=remittance.payee_npi, expected=npi, try_="Check that the file is yours; nothing of it was posted.", source="S20")  # fmt: skip


def _lines_add_up(claim: PaidClaim) -> Iterator[Finding]:
    for place, line in enumerate(claim.lines, 1):
        off = line.charge - _total(line.adjustments)
        if off != line.paid:
            yield _off("LINE_OFF", f"Line {place} ({line.code}) of claim {claim.number} does not add up: {line.charge} less {_total(line.adjustments)} is {off}, and {line.paid} was paid.",
                       f"{claim.number} line {place}", line.paid, off)  # fmt: skip


def _claim_adds_up(claim: PaidClaim) -> Iterator[Finding]:
    off = claim.charge - _total(claim.every_adjustment)
    if off != claim.paid:
        yield _off("CLAIM_OFF", f"Claim {claim.number} does not add up: {claim.charge} less {_total(claim.every_adjustment)} is {off}, and {claim.paid} was paid.", claim.number, claim.paid, off)  # fmt: skip
    charged = sum((line.charge for line in claim.lines), Decimal(0))
    if claim.lines and charged != claim.charge:
        yield _off("CLAIM_LINES_OFF", f"The lines of claim {claim.number} come to {charged}, and the claim to {claim.charge}.", claim.number, claim.charge, charged)  # fmt: skip


def _payment_adds_up(remittance: Remittance) -> Iterator[Finding]:
    paid = sum((claim.paid for claim in remittance.claims), Decimal(0))
    kept = sum((one.amount for one in remittance.provider_adjustments), Decimal(0))
    if paid - kept != remittance.amount:
        yield _off("PAYMENT_OFF", f"The payment does not add up: claims come to {paid}, {kept} is kept back, and {remittance.amount} was paid.", "BPR02", remittance.amount, paid - kept)  # fmt: skip


def _off(code: str, message: str, where: str, found: Decimal, expected: Decimal) -> Finding:
    return error(code, message, where=where, found=str(found), expected=str(expected), try_="Ask the payer for a corrected file; nothing of this one was posted.", source="S20")  # fmt: skip


def _total(adjustments: Iterable[Adjustment]) -> Decimal:
    return sum((one.amount for one in adjustments), Decimal(0))


def _remittance(transaction: Transaction) -> Remittance:
    rows = transaction.segments
    head = _only(rows, "BPR")
    names = {at(s, 1): s for s in rows if s[0] == "N1"}
    payer, payee = names.get("PR", ()), names.get("PE", ())
    # a debit is money taken back from the clinic's account
    sign = Decimal(-1) if at(head, 3) == "D" else Decimal(1)
    found = Remittance(
        payer=at(payer, 2), payer_id=at(payer, 4), payee_npi=at(payee, 4) if at(payee, 3) == "XX" else "", trace=at(_only(rows, "TRN"), 2),
        amount=sign * _money(head, 2), method=at(head, 4), on=_day(at(head, 16), "BPR16"),
    )  # fmt: skip
    return replace(found, claims=tuple(_claims(transaction)), provider_adjustments=tuple(_kept(transaction)))


def _only(rows: Sequence[Segment], name: str) -> Segment:
    for one in rows:
        if one[0] == name:
            return one
    raise _Wrong(error("X12_NOT_READABLE", f"The 835 has no {name} segment.", where=name, found="none", expected=f"one {name}", try_="Download the file again, or ask the payer.", source="S20"))  # fmt: skip


def _money(one: Segment, place: int, empty: bool = False) -> Decimal:
    text = at(one, place)
    if not text and empty:
        return Decimal("0.00")
    value = amount_of(text)
    if value is None:
        raise _Wrong(error("BAD_VALUE", f"{one[0]}{place:02d} is no amount.", where="*".join(one)[:60], found=text or "nothing", expected="an amount such as 76.80",
                           try_="Ask the payer for a corrected file; nothing of this one was posted.", source="S20"))  # fmt: skip
    return value


def _day(text: str, where: str) -> date:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        raise _Wrong(error("BAD_VALUE", f"{where} is no date.", where=where, found=text or "nothing", expected="a date such as 20261126", try_="Ask the payer for a corrected file; nothing of this one was posted.", source="S20")) from None  # fmt: skip


def _claims(transaction: Transaction) -> Iterator[PaidClaim]:
    for block in _blocks(transaction.segments, "CLP", ("PLB", "LX", "TS3", "TS2")):
        head, lines = block[0], list(_blocks(block, "SVC", ()))
        own = block[: next((n for n, s in enumerate(block) if s[0] == "SVC"), len(block))]
        patient = next((s for s in own if s[0] == "NM1" and at(s, 1) == "QC"), ())
        yield PaidClaim(
            number=at(head, 1), status=at(head, 2), charge=_money(head, 3), paid=_money(head, 4), patient_share=_money(head, 5, empty=True),
            payer_claim_number=at(head, 7), patient=" ".join(part for part in (at(patient, 4), at(patient, 3)) if part), member_id=at(patient, 9),
            adjustments=tuple(_adjustments(own)), remarks=tuple(_claim_remarks(own)), lines=tuple(_line(transaction, one) for one in lines),
        )  # fmt: skip


def _blocks(rows: Sequence[Segment], start: str, ends: tuple[str, ...]) -> Iterator[tuple[Segment, ...]]:
    """The runs of segments that begin with `start`, up to the next one or one of `ends`."""
    block: list[Segment] = []
    for one in rows:
        if one[0] == start or one[0] in ends:
            if block:
                yield tuple(block)
            block = [one] if one[0] == start else []
        elif block:
            block.append(one)
    if block:
        yield tuple(block)


def _adjustments(rows: Iterable[Segment]) -> Iterator[Adjustment]:
    """Up to six reasons a CAS segment: CAS02-04, 05-07 ... 17-19."""
    for one in rows:
        if one[0] != "CAS":
            continue
        if at(one, 1) not in GROUPS:
            raise _Wrong(error("BAD_VALUE", "An adjustment belongs to no known group.", where="*".join(one)[:60], found=at(one, 1) or "nothing", expected=", ".join(GROUPS),
                               try_="Ask the payer for a corrected file; nothing of this one was posted.", source="S20"))  # fmt: skip
        for place in range(2, 18, 3):
            if at(one, place) or at(one, place + 1):
                yield Adjustment(at(one, 1), at(one, place), _money(one, place + 1), amount_of(at(one, place + 2)))


def _claim_remarks(rows: Iterable[Segment]) -> Iterator[str]:
    for one in rows:
        if one[0] == "MOA":
            yield from (code for code in (at(one, n) for n in range(3, 8)) if code)
        elif one[0] == "MIA":
            yield from (code for code in (at(one, n) for n in (5, 20, 21, 22, 23)) if code)


def _line(transaction: Transaction, rows: tuple[Segment, ...]) -> PaidLine:
    head = rows[0]
    service, original = transaction.parts(at(head, 1)), transaction.parts(at(head, 6))
    dates = {at(s, 1): at(s, 2) for s in rows if s[0] == "DTM"}
    on = dates.get("472") or dates.get("150") or ""
    return PaidLine(
        code=service[1] if len(service) > 1 else service[0], modifiers=tuple(m for m in service[2:6] if m), charge=_money(head, 2), paid=_money(head, 3, empty=True),
        units=amount_of(at(head, 5)) or Decimal(1), on=_day(on, "DTM02") if on else None,
        control=next((at(s, 2) for s in rows if s[0] == "REF" and at(s, 1) == "6R"), ""),
        allowed=next((_money(s, 2) for s in rows if s[0] == "AMT" and at(s, 1) == "B6"), None), original_code=original[1] if len(original) > 1 else "",
        adjustments=tuple(_adjustments(rows)), remarks=tuple(at(s, 2) for s in rows if s[0] == "LQ" and at(s, 1) == "HE"),
    )  # fmt: skip


def _kept(transaction: Transaction) -> Iterator[ProviderAdjustment]:
    """Up to six reasons a PLB segment: PLB03-04, 05-06 ... 13-14."""
    for one in transaction.segments:
        if one[0] == "PLB":
            for place in range(3, 15, 2):
                if at(one, place):
                    reason, *rest = transaction.parts(at(one, place))
                    yield ProviderAdjustment(reason, rest[0] if rest else "", _money(one, place + 1))
