"""What each kind of resource becomes in the record's own rooms; `Keep` says why there is no row for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import localdate

from regain.coverage.actions import add_coverage, add_payer
from regain.coverage.queries import payers
from regain.episodes.actions import add_diagnosis, open_episode
from regain.episodes.fhir import icd10_of
from regain.episodes.queries import diagnoses
from regain.fhir import queries
from regain.organizations.models import Membership, Site
from regain.outcomes.actions import record_score
from regain.outcomes.fhir import loinc_of
from regain.people.actions import add_caregiver, add_other_name, add_practitioner, register_patient
from regain.people.fhir import caregiver_fields, day, other_names, patient_fields, practitioner_fields
from regain.people.queries import possible_doubles
from regain.people.rules import Person
from regain.record.actions import audit
from regain.referrals.actions import match, named_referrer, receive
from regain.referrals.fhir import request_of, why_no_referral


@dataclass
class Reading:
    """One import being read: who reads, when, and which references were met.

    `patients` leads from a reference to the row; to None where two different patients answer to it.
    """

    by: Membership
    at: datetime
    source: str
    site: Site
    patients: dict[str, Any] = field(default_factory=dict)
    resources: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def measures(self) -> dict[str, str]:
        """The measure of each LOINC code."""
        return {code: key for key, code in queries.loinc_codes().items()}

    def patient_of(self, reference: str) -> Any:
        """The key of the patient a reference names, None where two answer to it; KeyError where nobody does.

        Whom this sender sent before under the same id counts too.
        """
        reference = reference.partition("/_history/")[0]
        if reference not in self.patients and reference.startswith("Patient/"):
            before = queries.imported(self.by, self.source, [reference[8:]]).filter(resource_type="Patient").first()
            if before:
                self.patients[reference] = before.row_id
        return self.patients[reference]


class Keep(Exception):
    """The record has no row for this resource; the reason is for the person who imports."""


def use(reading: Reading, kind: str, resource: Mapping[str, Any]):
    """The row a resource becomes; raises Keep or ValueError with the reason where there is none."""
    make = MAKERS.get(kind)
    if make is None:
        raise Keep(f"no room has rows for {kind}")
    return make(reading, resource)


def _subject(reading: Reading, resource: Mapping[str, Any], key: str = "subject"):
    """The patient a resource is about, who came in the same import."""
    reference = (resource.get(key) or {}).get("reference", "")
    try:
        row_id = reading.patient_of(reference)
    except KeyError:
        raise Keep(f"{key} refers to {reference or 'nobody'}, who is not in this import")
    row = queries.patient_row(reading.by, row_id) if row_id else None
    if row is None:
        raise Keep(f"{key} refers to {reference}, and two different patients answer to that")
    return row


def _patient(reading: Reading, resource: Mapping[str, Any]):
    fields = patient_fields(resource)
    if fields["birth_date"] > localdate(reading.at):
        raise ValueError(f"birthDate {fields['birth_date']} lies in the future")
    person = Person(
        "",
        ((fields["family"], fields["given"]),),
        fields["birth_date"],
        fields["sex"],
        fields["phone"],
        fields["postal_code"],
    )
    same = [p for p, like in possible_doubles(reading.by, person) if like.strength >= 0.9]
    row = register_patient(by=reading.by, at=reading.at, **fields)
    for family, given in other_names(resource):
        add_other_name(row, family=family, given=given, by=reading.by, at=reading.at)
    if same:
        # never merged: a person decides
        audit("possible double imported", row, by=reading.by, at=reading.at, patient=row, like=[p.number for p in same])
    return row


def _practitioner(reading: Reading, resource: Mapping[str, Any]):
    return add_practitioner(by=reading.by, at=reading.at, **practitioner_fields(resource))


def _episode(reading: Reading, resource: Mapping[str, Any]):
    patient = _subject(reading, resource, "patient")
    kinds = resource.get("type") or [{}]
    problem = (
        kinds[0].get("text")
        or next((c.get("display") for c in kinds[0].get("coding") or []), None)
        or "Imported episode"
    )
    state = {"planned": "planned", "active": "active", "onhold": "active"}.get(resource.get("status", ""))
    if state is None:
        raise Keep(f"an episode that is {resource.get('status')} is history, not work")
    return open_episode(patient=patient, site=reading.site, problem=problem[:200], opened_on=day((resource.get("period") or {}).get("start"), "period.start"),
                        state=state, by=reading.by, at=reading.at)  # fmt: skip


def _diagnosis(reading: Reading, resource: Mapping[str, Any]):
    """An active condition with an ICD-10-CM code, under the patient's open episode; the code itself is kept as it came."""
    patient = _subject(reading, resource)
    found = icd10_of(resource)
    if isinstance(found, str):
        raise Keep(found)
    episode = queries.newest_episode(reading.by, patient.pk)
    if episode is None:
        raise Keep("the patient has no open episode of care that a diagnosis could belong to")
    known = list(diagnoses(reading.by, episode))
    code, label, onset_on = found
    if any(row.code == code for row in known):
        raise Keep(f"{code} is a diagnosis of the episode already")
    return add_diagnosis(
        episode, code=code, label=label, rank=len(known) + 1, onset_on=onset_on, by=reading.by, at=reading.at
    )


def _caregiver(reading: Reading, resource: Mapping[str, Any]):
    return add_caregiver(
        _subject(reading, resource, "patient"), by=reading.by, at=reading.at, **caregiver_fields(resource)
    )


def _coverage(reading: Reading, resource: Mapping[str, Any]):
    patient = _subject(reading, resource, "beneficiary")
    payor = (resource.get("payor") or [{}])[0]
    named = payor.get("display") or (reading.resources.get(payor.get("reference", "")) or {}).get("name")
    if not named:
        raise Keep("the payor is not named in this file")
    payer = payers(reading.by).filter(name=named[:200]).first() or add_payer(
        by=reading.by, at=reading.at, name=named[:200], kind="commercial"
    )
    period = resource.get("period") or {}
    row = add_coverage(patient, payer, by=reading.by, at=reading.at, member_id=str(resource.get("subscriberId") or resource.get("id") or "")[:40],
                       starts_on=day(period.get("start"), "period.start"), ends_on=day(period["end"], "period.end") if period.get("end") else None)  # fmt: skip
    if isinstance(row, list):
        raise ValueError(row[0].message)
    return row


def _referral(reading: Reading, resource: Mapping[str, Any]):
    """A request for therapy, read with everything about the same patient in the file."""
    why = why_no_referral(resource)
    if why:
        raise Keep(why)
    patient = _subject(reading, resource)
    names = {key for key, row_id in reading.patients.items() if row_id == patient.pk}
    about = [
        {"fullUrl": key, "resource": r}
        for key, r in reading.resources.items()
        if r is resource or _concerns(key, r, names)
    ]
    asked = request_of({"resourceType": "Bundle", "type": "collection", "entry": about})
    if not asked.text.strip():
        raise Keep("the request has no words to read")
    family, given, npi = asked.referrer
    referrer = named_referrer(family=family, given=given, npi=npi, by=reading.by, at=reading.at)
    row, findings = receive(source="fhir", received_on=localdate(reading.at), by=reading.by, at=reading.at, text=asked.text, given=patient.given,
                            family=patient.family, birth_date=patient.birth_date, sex=patient.sex, phone=patient.phone, state=patient.state,
                            signed_on=asked.signed_on, referrer=referrer)  # fmt: skip
    if row is None:
        raise Keep(findings[0].message)
    return match(row, patient, version=row.version, by=reading.by, at=reading.at)


def _concerns(key: str, resource: Mapping[str, Any], names: set[str]) -> bool:
    """Whether a resource is the patient of these names, a condition or letter about them, or somebody who may have asked."""
    if resource["resourceType"] == "Practitioner":
        return True
    if resource["resourceType"] == "Patient":
        return bool({key, f"Patient/{resource.get('id')}"} & names)
    subject = resource.get("subject")
    told = resource["resourceType"] in ("Condition", "DocumentReference") and isinstance(subject, dict)
    return told and subject.get("reference") in names


def _score(reading: Reading, resource: Mapping[str, Any]):
    patient = _subject(reading, resource)
    measure = next((reading.measures[code] for code in loinc_of(resource) if code in reading.measures), None)
    if measure is None:
        raise Keep("its code is no measure known here")
    episode = queries.newest_episode(reading.by, patient.pk)
    if episode is None:
        raise Keep("the patient has no open episode of care that a score could belong to")
    quantity = resource.get("valueQuantity") or {}
    if not isinstance(quantity.get("value"), (int, float)):
        raise Keep("it has no valueQuantity")
    row, findings = record_score(episode=episode, measure=measure, inputs={"score": quantity["value"]}, taken_on=day(resource.get("effectiveDateTime"), "effectiveDateTime"),
                                 by=reading.by, at=reading.at)  # fmt: skip
    if row is None:
        raise Keep(findings[0].message)
    return row


MAKERS = {"Patient": _patient, "Practitioner": _practitioner, "RelatedPerson": _caregiver, "EpisodeOfCare": _episode, "Condition": _diagnosis,
          "Coverage": _coverage, "ServiceRequest": _referral, "Observation": _score}  # fmt: skip
