"""Reads FHIR resources and Regain exports into the record, and says of each what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, connection, transaction

from regain.coverage.actions import add_coverage, add_payer
from regain.coverage.queries import payers
from regain.episodes.actions import open_episode
from regain.fhir import queries, tables
from regain.organizations.models import Membership, Site
from regain.outcomes.actions import record_score
from regain.outcomes.fhir import loinc_of
from regain.people.actions import add_practitioner, register_patient
from regain.people.fhir import day, patient_fields, practitioner_fields
from regain.people.queries import possible_doubles
from regain.people.rules import Person
from regain.record.actions import add, audit
from regain.record.models import ImportedResource, KeptResource
from regain.referrals.actions import match, receive
from regain.referrals.fhir import request_of

USED, KEPT, REFUSED, KNOWN = "used", "kept as it came", "refused", "here already"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one resource: where it stood, what it was, and why."""

    where: str
    resource: str
    became: str
    why: str = ""

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "resource": self.resource, "became": self.became, "why": self.why}


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


class Keep(Exception):
    """The record has no row for this resource; the reason is for the person who imports."""


ORDER = ["Patient", "Practitioner", "EpisodeOfCare", "Coverage", "ServiceRequest", "Observation"]


def read_resources(
    items: Iterable[tuple[str, str, Any]], *, source: str, site: Site, by: Membership, at: datetime
) -> Iterator[Outcome]:
    """Take in `(where, fullUrl, resource)` of one bundle, or of the NDJSON files of one folder, which refer to each other.

    Patients first, so that references to them hold in any order. A reference is looked up among these resources only: an id
    such as Patient/1 names somebody else in the next sender's file. Each resource stands alone: what fails is reported and
    changes no other.
    """
    reading = Reading(by, at, source, site)
    good = []
    for where, url, resource in items:
        problem = _not_a_resource(resource)
        if problem:
            yield Outcome(where, "?", REFUSED, problem)
            continue
        name = f"{resource['resourceType']}/{resource['id']}" if resource.get("id") else where
        reading.resources[url or name] = resource
        good.append((where, url, resource))
    rank = {kind: n for n, kind in enumerate(ORDER)}
    for where, url, resource in sorted(good, key=lambda item: rank.get(item[2]["resourceType"], len(ORDER))):
        yield _one(reading, where, url, resource)


def _not_a_resource(resource: Any) -> str:
    if not isinstance(resource, dict):
        return f"found {type(resource).__name__}, expected an object; check this line"
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not kind[:1].isupper() or not kind.isalpha():
        return f"resourceType is {kind!r}, expected the name of a FHIR resource such as Patient"
    return ""


def _one(reading: Reading, where: str, url: str, resource: Mapping[str, Any]) -> Outcome:
    kind = resource["resourceType"]
    raw = orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
    sha = hashlib.sha256(raw).hexdigest()
    name = str(resource.get("id") or sha[:40])[:200]
    known = queries.imported(reading.by, reading.source, kind, name)
    if known and known.sha256 == sha:
        _remember(reading, kind, name, url, known.row_id)
        return Outcome(where, f"{kind}/{name}", KNOWN, "imported before")
    kept_before = queries.is_kept(reading.by, reading.source, sha)
    if known:
        why = _differs(reading, kind, name, url, known.row_id, resource)
        if not kept_before:
            _keep(reading, kind, name, raw, sha, why, resource)
        return Outcome(where, f"{kind}/{name}", KNOWN if kept_before else KEPT, "kept before" if kept_before else why)
    if kept_before:
        return Outcome(where, f"{kind}/{name}", KNOWN, "kept before")
    try:
        with transaction.atomic():
            row = _use(reading, kind, resource)
            add(ImportedResource, by=reading.by, at=reading.at, source=reading.source, resource_type=kind, resource_id=name, sha256=sha,
                row_type=row._meta.label_lower, row_id=row.pk)  # fmt: skip
    except (Keep, ValueError, TypeError, AttributeError, IntegrityError) as reason:
        # outside data may be shaped in any way; whatever a row cannot hold is kept whole
        why = (
            str(reason)
            if isinstance(reason, (Keep, ValueError))
            else f"its shape is not as FHIR R4 says ({type(reason).__name__})"
        )
        _keep(reading, kind, name, raw, sha, why, resource)
        return Outcome(where, f"{kind}/{name}", KEPT, why)
    _remember(reading, kind, name, url, row.pk)
    return Outcome(where, f"{kind}/{name}", USED, f"as {row._meta.verbose_name}")


def _remember(reading: Reading, kind: str, name: str, url: str, row_id: UUID | None) -> None:
    if kind == "Patient":
        for key in filter(None, (url, f"Patient/{name}")):
            same = reading.patients.get(key, row_id) == row_id
            reading.patients[key] = row_id if same else None


def _differs(reading: Reading, kind: str, name: str, url: str, row_id: UUID, resource: Mapping[str, Any]) -> str:
    """Why a resource is not the one that came under its name before; nobody's entries ever go to somebody else's chart."""
    if kind != "Patient":
        return f"another version of {kind}/{name} was imported before; an import changes no row"
    row = queries.patient_row(reading.by, row_id)
    try:
        fields = patient_fields(resource)
    except (ValueError, TypeError, AttributeError):
        fields = {}
    if (
        row
        and fields
        and (row.family, row.given, row.birth_date) == (fields["family"], fields["given"], fields["birth_date"])
    ):
        _remember(reading, kind, name, url, row_id)
        return f"another version of Patient/{name} was imported before; an import changes no row"
    for key in filter(None, (url, f"Patient/{name}")):
        reading.patients[key] = None
    return f"Patient/{name} of {reading.source} was somebody else before; name the file or folder differently to register this person"


def _keep(reading: Reading, kind: str, name: str, raw: bytes, sha: str, why: str, resource: Mapping[str, Any]) -> None:
    subject = resource.get("subject") or resource.get("patient") or {}
    patient_id = reading.patients.get(subject.get("reference", "")) if isinstance(subject, dict) else None
    add(KeptResource, by=reading.by, at=reading.at, resource_type=kind, resource_id=name, source=reading.source, patient_id=patient_id,
        content=raw.decode(), reason=why, sha256=sha)  # fmt: skip


def _use(reading: Reading, kind: str, resource: Mapping[str, Any]):
    """The row a resource becomes; raises Keep or ValueError with the reason where there is none."""
    make = {"Patient": _patient, "Practitioner": _practitioner, "EpisodeOfCare": _episode, "Coverage": _coverage,
            "ServiceRequest": _referral, "Observation": _score}.get(kind)  # fmt: skip
    if make is None:
        raise Keep(f"no room has rows for {kind}")
    return make(reading, resource)


def _subject(reading: Reading, resource: Mapping[str, Any], key: str = "subject"):
    """The patient a resource is about, who came in the same import."""
    reference = (resource.get(key) or {}).get("reference", "")
    if reference not in reading.patients:
        raise Keep(f"{key} refers to {reference or 'nobody'}, who is not in this import")
    row_id = reading.patients[reference]
    row = queries.patient_row(reading.by, row_id) if row_id else None
    if row is None:
        raise Keep(f"{key} refers to {reference}, and two different patients answer to that")
    return row


def _patient(reading: Reading, resource: Mapping[str, Any]):
    fields = patient_fields(resource)
    if fields["birth_date"] > reading.at.date():
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
    row, findings = receive(source="fhir", received_on=reading.at.date(), by=reading.by, at=reading.at, text=asked.text, given=patient.given,
                            family=patient.family, birth_date=patient.birth_date, sex=patient.sex, state=patient.state, signed_on=asked.signed_on)  # fmt: skip
    if row is None:
        raise Keep(findings[0].message)
    return match(row, patient, version=row.version, by=reading.by, at=reading.at)


def _concerns(key: str, resource: Mapping[str, Any], names: set[str]) -> bool:
    """Whether a resource is the patient of these names, or a condition or letter about them."""
    if resource["resourceType"] == "Patient":
        return bool({key, f"Patient/{resource.get('id')}"} & names)
    subject = resource.get("subject")
    told = resource["resourceType"] in ("Condition", "DocumentReference") and isinstance(subject, dict)
    return told and subject.get("reference") in names


def _score(reading: Reading, resource: Mapping[str, Any]):
    patient = _subject(reading, resource)
    codes = {code: key for key, code in queries.loinc_codes().items()}
    measure = next((codes[code] for code in loinc_of(resource) if code in codes), None)
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


def read_tables(files: Mapping[str, Iterable[bytes]]) -> dict[str, tuple[int, int]]:
    """Read an export back: rows added and rows that were here, by table. All or nothing; raises ValueError with file and line."""
    counts = {}
    with transaction.atomic():
        for model in tables.import_order():
            label = model._meta.label_lower
            counts[label] = _table(model, label, files.get(label, ()))
        try:
            connection.check_constraints()
        except IntegrityError as problem:
            raise ValueError(f"the export is not whole: {problem}; export it again") from problem
    return counts


def _table(model, label: str, lines: Iterable[bytes]) -> tuple[int, int]:
    added = here = 0
    batch: list[Any] = []
    for number, line in enumerate(lines, 1):
        try:
            batch.append(tables.row_of(model, orjson.loads(line)))
        except (ValueError, TypeError) as problem:
            raise ValueError(f"{label}.ndjson line {number}: {problem}") from problem
        if len(batch) == tables.BATCH:
            new, old = _write(model, batch)
            added, here, batch = added + new, here + old, []
    new, old = _write(model, batch)
    return added + new, here + old


def _write(model, batch: list[Any]) -> tuple[int, int]:
    rows = tables.missing(model, batch)
    model._default_manager.bulk_create(rows)
    return len(rows), len(batch) - len(rows)
