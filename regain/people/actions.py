"""Writes of people: register and correct patients, names, caregivers, practitioners; break the glass."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from regain.organizations.models import Membership
from regain.people.models import Caregiver, GlassBreak, OtherName, Patient, PatientAccess, Practitioner
from regain.people.rules import search_name
from regain.record.actions import add, audit, change
from regain.reference.rules import Finding, error, warning

GLASS_BREAKS_FOR = timedelta(hours=8)


def check_patient(*, birth_date: date, family: str, given: str, on: date) -> list[Finding]:
    """What is wrong with a new patient's details."""
    findings = []
    if not family.strip() and not given.strip():
        findings.append(
            error(
                "NAME_MISSING",
                "A patient needs at least one name.",
                where="family",
                try_="Enter the name as on the letter.",
            )
        )
    if birth_date > on:
        findings.append(error("BIRTH_IN_FUTURE", f"The birth date {birth_date:%-d %b %Y} lies in the future.", where="birth_date",
                              found=str(birth_date), expected=f"a day up to {on:%-d %b %Y}", try_="Check day, month and year."))  # fmt: skip
    elif birth_date < on.replace(year=on.year - 125, day=min(on.day, 28)):
        findings.append(
            warning(
                "BIRTH_LONG_AGO",
                f"Born {birth_date:%-d %b %Y}: more than 125 years ago.",
                where="birth_date",
                try_="Check the year.",
            )
        )
    return findings


@transaction.atomic
def register_patient(*, by: Membership, at: datetime, family: str, given: str, birth_date: date, number: str = "", **details) -> Patient:  # fmt: skip
    """A new patient with the clinic's next number, unless one is given."""
    for attempt in range(20):
        try:
            with transaction.atomic():
                patient = add(Patient, by=by, at=at, family=family.strip(), given=given.strip(), birth_date=birth_date,
                              number=number or _next_number(by, attempt), search_name=search_name(family, given), **details)  # fmt: skip
            break
        except IntegrityError:
            # two desks registered at once and took the same number: the later one takes the next
            if number or attempt == 19:
                raise
    audit("patient registered", patient, by=by, at=at, patient=patient)
    return patient


def _next_number(by: Membership, ahead: int) -> str:
    highest = (
        Patient.objects.of(by)
        .filter(number__regex=r"^\d{6}$")
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{int(highest or 100000) + 1 + ahead:06d}"


@transaction.atomic
def correct_patient(patient: Patient, *, version: int, by: Membership, at: datetime, **fields) -> Patient:
    """Change details; a changed name is kept as another name, so that the old one still finds the person."""
    family, given = fields.get("family", patient.family), fields.get("given", patient.given)
    if (family, given) != (patient.family, patient.given):
        _keep_name(patient, patient.family, patient.given, by=by, at=at)
        fields["search_name"] = search_name(family, given)
    changed = change(patient, version=version, by=by, at=at, **fields)
    audit("patient corrected", changed, by=by, at=at, patient=patient, fields=sorted(fields))
    return changed


@transaction.atomic
def add_other_name(patient: Patient, *, family: str, given: str, by: Membership, at: datetime) -> OtherName:
    """A name the person uses or used elsewhere."""
    name = _keep_name(patient, family, given, by=by, at=at)
    audit("other name added", name, by=by, at=at, patient=patient)
    return name


def _keep_name(patient: Patient, family: str, given: str, *, by: Membership, at: datetime) -> OtherName:
    return add(
        OtherName, by=by, at=at, patient=patient, family=family, given=given, search_name=search_name(family, given)
    )


@transaction.atomic
def add_caregiver(patient: Patient, *, by: Membership, at: datetime, name: str, relation: str, phone: str = "", notes: str = "") -> Caregiver:  # fmt: skip
    """Someone who helps the patient at home."""
    caregiver = add(Caregiver, by=by, at=at, patient=patient, name=name, relation=relation, phone=phone, notes=notes)
    audit("caregiver added", caregiver, by=by, at=at, patient=patient)
    return caregiver


@transaction.atomic
def give_access(patient: Patient, membership: Membership, *, by: Membership, at: datetime, caregiver: Caregiver | None = None) -> PatientAccess:  # fmt: skip
    """Let a sign-in open this patient's own pages."""
    access = add(PatientAccess, by=by, at=at, patient=patient, membership=membership, caregiver=caregiver)
    audit("access given", access, by=by, at=at, patient=patient, to=str(membership))
    return access


@transaction.atomic
def break_glass(patient: Patient, *, reason: str, by: Membership, at: datetime) -> GlassBreak | list[Finding]:
    """Open a restricted chart for eight hours, with the reason on record."""
    if not reason.strip():
        return [
            error("REASON_MISSING", "Say why you need this chart now.", where="reason", try_="One sentence is enough.")
        ]
    opened = add(
        GlassBreak, by=by, at=at, patient=patient, membership=by, reason=reason.strip(), until=at + GLASS_BREAKS_FOR
    )
    audit("glass broken", patient, by=by, at=at, patient=patient, reason=reason.strip())
    return opened


@transaction.atomic
def add_practitioner(
    *, by: Membership, at: datetime, family: str, given: str, profession: str, **details
) -> Practitioner:
    """A therapist, assistant or physician; `membership` where they sign in here, `external` where they do not."""
    practitioner = add(Practitioner, by=by, at=at, family=family, given=given, profession=profession, **details)
    audit("practitioner added", practitioner, by=by, at=at)
    return practitioner
