"""A claim's rows as the values an 837P is written from; files that went out and came in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Max, OuterRef, Q, Subquery, Sum

from regain.billing.models import (
    Claim,
    IncomingFile,
    LedgerEntry,
    OutgoingFile,
    OutgoingStatus,
    Remittance,
    RemittedClaim,
    SendingProfile,
)
from regain.billing.queries.claims import claims, physician_of, rendering
from regain.billing.rules.x12 import claim as x12
from regain.billing.rules.x12.kept import claim_of
from regain.billing.rules.x12.remitted import PaidClaim
from regain.billing.rules.x12.wanted import check_837
from regain.coverage.models import Coverage
from regain.coverage.queries import authorization_for, coverages, profile_on
from regain.people.models import Patient, Practitioner
from regain.reference.facts import fact
from regain.reference.rules import Finding
from regain.visits.models import Visit


def sending_profile(organization) -> SendingProfile | None:
    """How the clinic sends claims, once it has been entered."""
    return SendingProfile.objects.of(organization).first()


def biller_of(organization, profile: SendingProfile | None) -> x12.Biller:
    """Who asks to be paid."""
    if profile is None:
        return x12.Biller(organization.name, organization.npi, organization.tax_id, organization.taxonomy)
    where = x12.Address(profile.address, profile.city, profile.state, profile.postal_code)
    return x12.Biller(profile.name or organization.name, organization.npi, organization.tax_id, organization.taxonomy, where, profile.contact, profile.phone,
                      profile.submitter_id)  # fmt: skip


def file_findings(organization, claim: Claim, biller: x12.Biller) -> list[Finding]:
    """What keeps a claim out of a file."""
    return check_837(x12_claim(organization, claim, biller), biller)


def x12_claim(organization, claim: Claim, biller: x12.Biller, to: Coverage | None = None) -> x12.Claim:
    """A claim as a file says it, to its own payer or to a second one (`to`)."""
    charges = list(claim.charges.all())
    visit = charges[0].visit if charges else None
    coverage = to or claim.coverage
    number = {charge.code: place for place, charge in enumerate(charges, 1)}
    physician = physician_of(organization, claim.episode)
    approved = authorization_for(organization, claim.patient, visit.discipline, claim.from_on) if visit else None
    return x12.Claim(
        number=claim.number, patient=_patient(claim.patient), insured=_insured(coverage, claim.patient), diagnoses=tuple(claim.diagnoses),
        lines=tuple(x12.Line(f"{claim.number}-{place}", c.code, c.amount or Decimal(0), c.units, c.on, tuple(c.modifiers), tuple(c.diagnosis_pointers))
                    for place, c in enumerate(charges, 1)),
        rendering=_provider(rendering(visit)), frequency=claim.frequency, payer_claim_number=claim.payer_claim_number,
        place=visit.site.place_of_service if visit else "11", referring=_provider(physician), facility=_facility(visit, biller),
        authorization=approved.number if approved else "", onset_on=_onset(claim), accident=_accident(coverage),
        property_claim_number=coverage.injury.get("claim_number", "") if coverage else "", patient_paid=patient_paid(organization, claim),
        initial_treatment_on=_first_treated(organization, claim) if profile_on(coverage).get("initial_treatment_date") else None,
        others=tuple(_others(organization, claim, coverage, number)),
    )  # fmt: skip


def _provider(who: Practitioner | None) -> x12.Provider | None:
    return None if who is None else x12.Provider(who.family, who.given, who.npi, who.taxonomy or _taxonomy(who.profession))  # fmt: skip


def _taxonomy(profession: str) -> str:
    return next((value["code"] for value in fact("billing/taxonomy").latest() if value["key"] == profession), "")


def _facility(visit: Visit | None, biller: x12.Biller) -> x12.Provider | None:
    """The place of care, where it is another than the billing address."""
    if visit is None:
        return None
    site = visit.site
    where = x12.Address(site.address, site.city, site.state, site.postal_code)
    same = (where.line.casefold(), where.city.casefold()) == (biller.address.line.casefold(), biller.address.city.casefold())  # fmt: skip
    return None if same or not where.line else x12.Provider(site.name, address=where)


def _patient(patient: Patient) -> x12.Person:
    where = x12.Address(patient.address, patient.city, patient.state, patient.postal_code)
    return x12.Person(patient.family, patient.given, patient.birth_date, patient.sex, where)


def _insured(coverage: Coverage | None, patient: Patient) -> x12.Insured:
    if coverage is None:
        return x12.Insured(x12.Payer("No payer", "", ""), "", _patient(patient))
    code = next((v["code"] for v in fact("coverage/relationships").latest() if v["key"] == coverage.relationship), "G8")
    who = _patient(patient) if code == x12.SELF else _subscriber(coverage.subscriber)
    return x12.Insured(payer_of(coverage), coverage.member_id, who, code, coverage.group_number, coverage.priority)


def payer_of(coverage: Coverage) -> x12.Payer:
    """The payer as a claim names it; its own setting `claim_filing` comes before its kind's."""
    known = {value["key"]: value["code"] for value in fact("billing/claim_filing").latest()}
    filing = coverage.payer.settings.get("claim_filing") or known.get(coverage.payer.kind, "")
    return x12.Payer(coverage.payer.name, coverage.payer.payer_id, filing)


def _subscriber(given: dict) -> x12.Person:
    where = x12.Address(*(given.get(name, "") for name in ("address", "city", "state", "postal_code")))
    born = given.get("birth_date")
    return x12.Person(given.get("family", ""), given.get("given", ""), date.fromisoformat(born) if born else None, given.get("sex", ""), where)  # fmt: skip


def _accident(coverage: Coverage | None) -> x12.Accident | None:
    if coverage is None or not coverage.injury.get("cause"):
        return None
    known = {value["key"]: value["code"] for value in fact("coverage/injury_causes").latest()}
    on = coverage.injury.get("on")
    return x12.Accident(known.get(coverage.injury["cause"], "OA"), date.fromisoformat(on) if on else None, coverage.injury.get("state", ""))  # fmt: skip


def _onset(claim: Claim) -> date | None:
    on = claim.episode.onset_on
    return on if on and on != claim.from_on else None


def _first_treated(organization, claim: Claim) -> date | None:
    visits = Visit.objects.of(organization).filter(episode=claim.episode, signed_at__isnull=False)
    return visits.order_by("on").values_list("on", flat=True).first()


def patient_paid(organization, claim: Claim) -> Decimal:
    """What the patient paid towards this very claim."""
    rows = LedgerEntry.objects.of(organization).filter(
        claim=claim, kind="patient_payment", reverses=None, reversed_by=None
    )
    return rows.aggregate(paid=Sum("amount"))["paid"] or Decimal(0)


def others_on(organization, patient, on: date, coverage: Coverage | None):
    """The patient's other coverages in force on a day, in the order they pay."""
    rows = (
        coverages(organization, patient).filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    )
    return rows.exclude(pk=coverage.pk if coverage else None).exclude(payer__kind="self_pay").order_by("priority", "-starts_on")  # fmt: skip


def _others(
    organization, claim: Claim, coverage: Coverage | None, number: dict[str, int]
) -> Iterable[x12.OtherCoverage]:
    if coverage is None:
        return
    for other in others_on(organization, claim.patient, claim.from_on, coverage):
        if other.priority == coverage.priority:
            continue
        answer = last_answer(organization, claim) if other.pk == claim.coverage_id else None
        if answer is None:
            yield x12.OtherCoverage(_insured(other, claim.patient))
            continue
        paid, on = paid_claim(answer), answer.remittance.on
        lines = tuple(x12.EarlierLine(number[line.code], line.paid, line.adjustments, on) for line in paid.lines if line.code in number)  # fmt: skip
        yield x12.OtherCoverage(_insured(other, claim.patient), paid.paid, lines)


def paid_claim(row: RemittedClaim) -> PaidClaim:
    """A remitted claim as a rule value."""
    return claim_of(row.content, number=row.number, status=row.status, charge=row.charge, paid=row.paid, patient_share=row.patient_share,
                    payer_claim_number=row.payer_claim_number, patient=row.patient_name)  # fmt: skip


def last_answer(organization, claim: Claim) -> RemittedClaim | None:
    """The payer's newest answer to a claim that was not taken back."""
    rows = (
        RemittedClaim.objects.of(organization).filter(claim=claim, reverses=None, reversed_by=None).exclude(status="22")
    )
    return rows.select_related("remittance").order_by("-created_at", "-id").first()


def ready_claims(organization):
    """Claims that are ready and have a payer, oldest first."""
    rows = claims(organization).filter(state="ready", coverage__isnull=False).exclude(coverage__payer__kind="self_pay")
    return rows.select_related("organization").order_by("from_on", "id")


def next_control(organization) -> int:
    """The next file's number."""
    return (OutgoingFile.objects.of(organization).aggregate(last=Max("control"))["last"] or 0) + 1


def outgoing(organization):
    """Files that went out with their state, newest first."""
    latest = OutgoingStatus.objects.of(organization).filter(file=OuterRef("pk")).order_by("-created_at", "-id")
    rows = OutgoingFile.objects.of(organization).annotate(state=Subquery(latest.values("status")[:1]), reason=Subquery(latest.values("reason")[:1]))  # fmt: skip
    return rows.defer("document__content").select_related("document").order_by("-control")


def files_of(organization, claim: Claim):
    """The files a claim went out in, newest first."""
    return outgoing(organization).filter(claims__claim=claim)


def second_payer(organization, claim: Claim) -> Coverage | None:
    """Who pays after the claim's own payer, on the day of service."""
    if claim.coverage is None:
        return None
    return (
        others_on(organization, claim.patient, claim.from_on, claim.coverage)
        .filter(priority__gt=claim.coverage.priority)
        .first()
    )


def claims_in(organization, file: OutgoingFile):
    """What a file carried, as each claim stands now."""
    rows = claims(organization).filter(files__file=file).order_by("number")
    return rows.prefetch_related(None)


def incoming(organization):
    """Files that came back, newest first."""
    return IncomingFile.objects.of(organization).select_related("document", "created_by__user").defer("document__content").order_by("-created_at", "-id")  # fmt: skip


def remittances(organization):
    """Payments with how many claims each is for, newest first."""
    return Remittance.objects.of(organization).select_related("file").order_by("-on", "-created_at", "-id")


def remitted(organization):
    """Claims of remittances with the payment and our claim, in file order."""
    return RemittedClaim.objects.of(organization).select_related("remittance", "claim__patient", "claim__coverage__payer", "reverses").order_by("created_at", "id")  # fmt: skip


def unmatched(organization):
    """Remitted claims nobody knows whose they are."""
    return remitted(organization).filter(claim=None)


def payer_number(organization, claim: Claim) -> str:
    """The payer's own number of a claim, from its newest answer."""
    row = last_answer(organization, claim)
    return row.payer_claim_number if row else ""
