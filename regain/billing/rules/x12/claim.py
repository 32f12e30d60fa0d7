"""An 837P (005010X222A1) from frozen values: segments in the guide's order. Pure; numbers and moments are passed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from regain.billing.rules.x12.text import OURS, Segment, clean, composite, digits, number, segment

GUIDE = "005010X222A1"
SELF = "18"


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is."""

    line: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A patient or a subscriber. `sex` is `female`, `male` or anything else for unknown."""

    family: str
    given: str = ""
    born_on: date | None = None
    sex: str = ""
    address: Address = Address()


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody with an NPI: a therapist, a physician (`given` set), or a place (`given` empty)."""

    family: str
    given: str = ""
    npi: str = ""
    taxonomy: str = ""
    address: Address = Address()


@dataclass(frozen=True, slots=True)
class Biller:
    """Who asks to be paid, and who sends the file for them."""

    name: str
    npi: str
    tax_id: str
    taxonomy: str = ""
    address: Address = Address()
    contact: str = ""
    phone: str = ""
    submitter_id: str = ""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who is asked. `filing` is the claim filing indicator (MB, CI ...)."""

    name: str
    payer_id: str
    filing: str


@dataclass(frozen=True, slots=True)
class Insured:
    """A coverage as a claim names it. `relationship` is the X12 code of the patient to the subscriber, 18 for self."""

    payer: Payer
    member_id: str
    subscriber: Person
    relationship: str = SELF
    group_number: str = ""
    priority: int = 1


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What a payer took off, and why: group CO, PR, OA, PI or CR, and a reason code."""

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EarlierLine:
    """What an earlier payer said of one line."""

    line: int
    paid: Decimal
    adjustments: tuple[Adjustment, ...]
    on: date


@dataclass(frozen=True, slots=True)
class OtherCoverage:
    """Another payer of the same claim; `paid` is None where it has not answered yet."""

    insured: Insured
    paid: Decimal | None = None
    lines: tuple[EarlierLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Accident:
    """Why another may be liable: EM at work, AA by car (with the state), OA otherwise."""

    cause: str
    on: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One service line. `control` comes back in the remittance; pointers count the claim's diagnoses from 1."""

    control: str
    code: str
    amount: Decimal
    units: int
    on: date
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = (1,)


@dataclass(frozen=True, slots=True)
class Claim:
    """Everything one claim says. Frequency 1 is a first claim, 7 a correction and 8 a void of `payer_claim_number`."""

    number: str
    patient: Person
    insured: Insured
    diagnoses: tuple[str, ...]
    lines: tuple[Line, ...]
    rendering: Provider | None
    frequency: str = "1"
    payer_claim_number: str = ""
    place: str = "11"
    referring: Provider | None = None
    facility: Provider | None = None
    authorization: str = ""
    referral: str = ""
    onset_on: date | None = None
    initial_treatment_on: date | None = None
    accident: Accident | None = None
    property_claim_number: str = ""
    patient_paid: Decimal = Decimal(0)
    note: str = ""
    others: tuple[OtherCoverage, ...] = ()

    @property
    def total(self) -> Decimal:
        """What is asked for."""
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Envelope:
    """One file: its control number, the moment, who gets it, and whether it is only a test."""

    control: int
    at: datetime
    receiver_name: str
    receiver_id: str
    test: bool = False


def file_of(claims: Sequence[Claim], biller: Biller, envelope: Envelope) -> tuple[Segment, ...]:
    """One file with one transaction that carries every claim."""
    body = list(_transaction(claims, biller, envelope))
    control, sender = f"{envelope.control:09d}", clean(biller.submitter_id, 15)
    receiver = clean(envelope.receiver_id, 15)
    isa = ("ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{sender:<15}", "ZZ", f"{receiver:<15}", f"{envelope.at:%y%m%d}", f"{envelope.at:%H%M}",
           OURS.repetition, "00501", control, "1", "T" if envelope.test else "P", OURS.component)  # fmt: skip
    group = ("GS", "HC", sender, receiver, f"{envelope.at:%Y%m%d}", f"{envelope.at:%H%M}", str(envelope.control), "X", GUIDE)  # fmt: skip
    start, end = ("ST", "837", "0001", GUIDE), ("SE", str(len(body) + 2), "0001")
    return (isa, group, start, *body, end, ("GE", "1", str(envelope.control)), ("IEA", "1", control))


def _transaction(claims: Sequence[Claim], biller: Biller, envelope: Envelope) -> Iterator[Segment]:
    yield segment("BHT", "0019", "00", f"R{envelope.control:09d}", f"{envelope.at:%Y%m%d}", f"{envelope.at:%H%M}", "CH")
    yield segment("NM1", "41", "2", clean(biller.name, 60), "", "", "", "", "46", clean(biller.submitter_id, 80))
    yield segment("PER", "IC", clean(biller.contact or biller.name, 60), "TE", digits(biller.phone))
    yield segment("NM1", "40", "2", clean(envelope.receiver_name, 60), "", "", "", "", "46", clean(envelope.receiver_id, 80))  # fmt: skip
    yield from _biller(biller)
    level = 1
    for claim in claims:
        himself = claim.insured.relationship == SELF
        level += 1
        yield segment("HL", str(level), "1", "22", "0" if himself else "1")
        yield from _subscriber(claim, himself)
        if not himself:
            level += 1
            yield segment("HL", str(level), str(level - 1), "23", "0")
            yield segment("PAT", claim.insured.relationship)
            yield from _person("QC", claim.patient)
            yield from _property(claim)
        yield from _claim(claim)


def _biller(biller: Biller) -> Iterator[Segment]:
    yield segment("HL", "1", "", "20", "1")
    if biller.taxonomy:
        yield segment("PRV", "BI", "PXC", clean(biller.taxonomy, 10))
    yield segment("NM1", "85", "2", clean(biller.name, 60), "", "", "", "", "XX", biller.npi)
    yield from _address(biller.address)
    yield segment("REF", "EI", digits(biller.tax_id))
    if biller.phone:
        yield segment("PER", "IC", clean(biller.contact or biller.name, 60), "TE", digits(biller.phone))


def _address(address: Address) -> Iterator[Segment]:
    if address.line:
        yield segment("N3", clean(address.line, 55))
    if address.city:
        yield segment("N4", clean(address.city, 30), clean(address.state, 2), digits(address.postal_code))


def _person(kind: str, person: Person, member_id: str = "") -> Iterator[Segment]:
    by = ("MI", clean(member_id, 80)) if member_id else ()
    yield segment("NM1", kind, "1", clean(person.family, 60), clean(person.given, 35), "", "", "", *by)
    yield from _address(person.address)
    if person.born_on:
        sex = {"female": "F", "male": "M"}.get(person.sex, "U")
        yield segment("DMG", "D8", f"{person.born_on:%Y%m%d}", sex)


def _subscriber(claim: Claim, himself: bool) -> Iterator[Segment]:
    insured = claim.insured
    yield _sbr(insured)
    yield from _person("IL", insured.subscriber, insured.member_id)
    if himself:
        yield from _property(claim)
    yield segment("NM1", "PR", "2", clean(insured.payer.name, 60), "", "", "", "", "PI", clean(insured.payer.payer_id, 80))  # fmt: skip


def _sbr(insured: Insured, always: bool = False) -> Segment:
    order = "PST"[min(insured.priority, 3) - 1]
    relation = insured.relationship if always or insured.relationship == SELF else ""
    return segment("SBR", order, relation, clean(insured.group_number, 50), "", "", "", "", "", insured.payer.filing)


def _property(claim: Claim) -> Iterator[Segment]:
    """The claim number that workers' compensation and auto insurers gave the injury."""
    if claim.property_claim_number:
        yield segment("REF", "Y4", clean(claim.property_claim_number, 50))


def _claim(claim: Claim) -> Iterator[Segment]:
    cause = composite(claim.accident.cause, "", "", clean(claim.accident.state, 2)) if claim.accident else ""
    yield segment("CLM", clean(claim.number, 20), number(claim.total), "", "", composite(claim.place, "B", claim.frequency), "Y", "A", "Y", "Y", "", cause)  # fmt: skip
    yield from _dates(claim)
    if claim.patient_paid:
        yield segment("AMT", "F5", number(claim.patient_paid))
    for kind, value in (("9F", claim.referral), ("G1", claim.authorization), ("F8", claim.payer_claim_number)):
        if value:
            yield segment("REF", kind, clean(value, 50))
    if claim.note:
        yield segment("NTE", "ADD", clean(claim.note, 80))
    yield segment("HI", *(composite("ABF" if n else "ABK", diagnosis_text(code)) for n, code in enumerate(claim.diagnoses)))  # fmt: skip
    yield from _providers(claim)
    for other in claim.others:
        yield from _other(other)
    for place, line in enumerate(claim.lines, 1):
        yield from _line(place, line, claim)


def diagnosis_text(code: str) -> str:
    """An ICD-10 code without its dot.

    >>> diagnosis_text("I69.354")
    'I69354'
    """
    return clean(code, 30).replace(".", "").replace(" ", "")


def _dates(claim: Claim) -> Iterator[Segment]:
    accident_on = claim.accident.on if claim.accident else None
    for kind, on in (("431", claim.onset_on), ("454", claim.initial_treatment_on), ("439", accident_on)):
        if on:
            yield segment("DTP", kind, "D8", f"{on:%Y%m%d}")


def _providers(claim: Claim) -> Iterator[Segment]:
    if claim.referring:
        yield _named("DN", claim.referring)
    if claim.rendering:
        yield _named("82", claim.rendering)
        if claim.rendering.taxonomy:
            yield segment("PRV", "PE", "PXC", clean(claim.rendering.taxonomy, 10))
    if claim.facility:
        yield _named("77", claim.facility)
        yield from _address(claim.facility.address)


def _named(kind: str, who: Provider) -> Segment:
    by = ("XX", who.npi) if who.npi else ()
    return segment("NM1", kind, "1" if who.given else "2", clean(who.family, 60), clean(who.given, 35), "", "", "", *by)


def _other(other: OtherCoverage) -> Iterator[Segment]:
    insured = other.insured
    yield _sbr(insured, always=True)
    if other.paid is not None:
        yield segment("AMT", "D", number(other.paid))
    yield segment("OI", "", "", "Y", "", "", "Y")
    subscriber = insured.subscriber
    yield segment("NM1", "IL", "1", clean(subscriber.family, 60), clean(subscriber.given, 35), "", "", "", "MI", clean(insured.member_id, 80))  # fmt: skip
    yield from _address(subscriber.address)
    yield segment("NM1", "PR", "2", clean(insured.payer.name, 60), "", "", "", "", "PI", clean(insured.payer.payer_id, 80))  # fmt: skip


def _line(place: int, line: Line, claim: Claim) -> Iterator[Segment]:
    service = composite("HC", clean(line.code, 48), *(clean(m, 2) for m in line.modifiers[:4]))
    pointers = composite(*(str(n) for n in line.pointers[:4]))
    yield segment("LX", str(place))
    yield segment("SV1", service, number(line.amount), "UN", str(line.units), "", "", pointers)
    yield segment("DTP", "472", "D8", f"{line.on:%Y%m%d}")
    yield segment("REF", "6R", clean(line.control, 30))
    for other in claim.others:
        for earlier in (one for one in other.lines if one.line == place):
            yield from _earlier(earlier, other, service, line)


def _earlier(earlier: EarlierLine, other: OtherCoverage, service: str, line: Line) -> Iterator[Segment]:
    yield segment("SVD", clean(other.insured.payer.payer_id, 80), number(earlier.paid), service, "", str(line.units))
    for group, chosen in _by_group(earlier.adjustments):
        triplets = [part for one in chosen[:6] for part in (one.reason, number(one.amount), "")]
        yield segment("CAS", group, *triplets)
    yield segment("DTP", "573", "D8", f"{earlier.on:%Y%m%d}")


def _by_group(adjustments: Iterable[Adjustment]) -> Iterator[tuple[str, list[Adjustment]]]:
    groups: dict[str, list[Adjustment]] = {}
    for one in adjustments:
        groups.setdefault(one.group, []).append(one)
    yield from groups.items()
