"""Resources of one sender read in order of dependence, in batches, and of each what became of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, transaction

from regain.fhir import queries
from regain.fhir.actions.rooms import MAKERS, Keep, Reading, use
from regain.organizations.models import Membership, Site
from regain.people.fhir import patient_fields
from regain.record.actions import audit
from regain.record.models import ImportedResource, KeptResource

USED, KEPT, REFUSED, KNOWN = "used", "kept as it came", "refused", "here already"
BATCH = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one resource: where it stood, what it was, and why."""

    where: str
    resource: str
    became: str
    why: str = ""

    def as_json(self) -> dict[str, str]:
        return {"where": self.where, "resource": self.resource, "became": self.became, "why": self.why}


class Unreadable(str):
    """Stands where a resource should: why there is none."""


@dataclass(frozen=True, slots=True)
class Item:
    """A resource with where it stood, the name it goes by and its bytes in a fixed order."""

    where: str
    url: str
    kind: str
    name: str
    raw: bytes
    sha: str
    resource: Mapping[str, Any]

    def ended(self, became: str, why: str) -> Outcome:
        return Outcome(self.where, f"{self.kind}/{self.name}", became, why)


class Before:
    """What came from this sender before, as far as a batch asks; grows as the batch is written."""

    def __init__(self, reading: Reading, batch: list[Item]):
        names, shas = [i.name for i in batch], [i.sha for i in batch]
        self.rows = {
            (row.resource_type, row.resource_id): (row.sha256, row.row_id)
            for row in queries.imported(reading.by, reading.source, names)
        }
        self.kept = queries.kept(reading.by, reading.source, shas)
        self.new: list[ImportedResource | KeptResource] = []


def read_resources(
    items: Iterable[tuple[str, str, Any]], *, source: str, site: Site, by: Membership, at: datetime
) -> Iterator[Outcome]:
    """Take in `(where, fullUrl, resource)` of one bundle, or of the NDJSON files of one folder, which refer to each other.

    Patients first, so that references to them hold in any order. A reference is looked up among these resources only: an id
    such as Patient/1 names somebody else in the next sender's file. Each resource stands alone: what fails is reported and
    changes no other. An outcome is told once its batch is on disk.
    """
    reading = Reading(by, at, source, site)
    good: list[Item] = []
    for where, url, resource in items:
        problem = _not_a_resource(resource)
        if problem:
            yield Outcome(where, "?", REFUSED, problem)
            continue
        good.append(_item(where, url, resource))
        reading.resources[url or f"{good[-1].kind}/{good[-1].name}"] = resource
    rank = {kind: n for n, kind in enumerate(MAKERS)}
    ordered = iter(sorted(good, key=lambda item: rank.get(item.kind, len(rank))))
    while batch := list(islice(ordered, BATCH)):
        yield from _batch(reading, batch)


def _item(where: str, url: str, resource: Mapping[str, Any]) -> Item:
    raw = orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
    sha = hashlib.sha256(raw).hexdigest()
    return Item(where, url if isinstance(url, str) else "", resource["resourceType"], str(resource.get("id") or sha[:40])[:200], raw, sha, resource)  # fmt: skip


def _not_a_resource(resource: Any) -> str:
    if isinstance(resource, Unreadable):
        return str(resource)
    if not isinstance(resource, dict):
        return f"found {type(resource).__name__}, expected an object; check this line"
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not kind[:1].isupper() or not kind.isalpha():
        return f"resourceType is {kind!r}, expected the name of a FHIR resource such as Patient"
    return ""


@transaction.atomic
def _batch(reading: Reading, batch: list[Item]) -> list[Outcome]:
    before = Before(reading, batch)
    outcomes = [_one(reading, before, item) for item in batch]
    for model in (ImportedResource, KeptResource):
        model.objects.bulk_create([row for row in before.new if isinstance(row, model)])
    whose = Counter(row.patient_id for row in before.new if isinstance(row, KeptResource))
    for patient_id, count in whose.items():
        audit(
            "resources kept", None, by=reading.by, at=reading.at, patient=patient_id, source=reading.source, count=count
        )
    return outcomes


def _one(reading: Reading, before: Before, item: Item) -> Outcome:
    known = before.rows.get((item.kind, item.name))
    if known and known[0] == item.sha:
        _remember(reading, item, known[1])
        return item.ended(KNOWN, "imported before")
    kept_before = item.sha in before.kept
    if known:
        why = _differs(reading, item, known[1])
        if kept_before:
            return item.ended(KNOWN, "kept before")
        return _keep(reading, before, item, why)
    if kept_before:
        return item.ended(KNOWN, "kept before")
    try:
        # most resources of a chart are kept: those cost no savepoint
        if item.kind not in MAKERS:
            raise Keep(f"no room has rows for {item.kind}")
        with transaction.atomic():
            row = use(reading, item.kind, item.resource)
    except (Keep, ValueError, TypeError, AttributeError, IntegrityError) as reason:
        # outside data may be shaped in any way; whatever a row cannot hold is kept whole
        said = isinstance(reason, (Keep, ValueError))
        return _keep(
            reading,
            before,
            item,
            str(reason) if said else f"its shape is not as FHIR R4 says ({type(reason).__name__})",
        )
    before.rows[(item.kind, item.name)] = (item.sha, row.pk)
    before.new.append(ImportedResource(organization_id=reading.by.organization_id, created_at=reading.at, created_by=reading.by, source=reading.source,
                                       resource_type=item.kind, resource_id=item.name, sha256=item.sha, row_type=row._meta.label_lower, row_id=row.pk))  # fmt: skip
    _remember(reading, item, row.pk)
    return item.ended(USED, f"as {row._meta.verbose_name}")


def _remember(reading: Reading, item: Item, row_id: UUID | None) -> None:
    if item.kind == "Patient":
        for key in filter(None, (item.url, f"Patient/{item.name}")):
            same = reading.patients.get(key, row_id) == row_id
            reading.patients[key] = row_id if same else None


def _differs(reading: Reading, item: Item, row_id: UUID) -> str:
    """Why a resource is not the one that came under its name before; nobody's entries ever go to somebody else's chart."""
    another = f"another version of {item.kind}/{item.name} was imported before; an import changes no row"
    if item.kind != "Patient":
        return another
    row = queries.patient_row(reading.by, row_id)
    try:
        fields = patient_fields(item.resource)
    except (ValueError, TypeError, AttributeError):
        fields = {}
    names = ("family", "given", "birth_date")
    if row and fields and all(getattr(row, name) == fields[name] for name in names):
        _remember(reading, item, row_id)
        return another
    for key in filter(None, (item.url, f"Patient/{item.name}")):
        reading.patients[key] = None
    return f"Patient/{item.name} of {reading.source} was somebody else before; name the file or folder differently to register this person"


def _keep(reading: Reading, before: Before, item: Item, why: str) -> Outcome:
    subject = item.resource.get("subject") or item.resource.get("patient") or {}
    reference = subject.get("reference") if isinstance(subject, dict) else None
    try:
        patient_id = reading.patient_of(reference) if isinstance(reference, str) else None
    except KeyError:
        patient_id = None
    before.kept.add(item.sha)
    before.new.append(KeptResource(organization_id=reading.by.organization_id, created_at=reading.at, created_by=reading.by, resource_type=item.kind[:64],
                                   resource_id=item.name, source=reading.source, patient_id=patient_id, content=item.raw.decode(), reason=why, sha256=item.sha))  # fmt: skip
    return item.ended(KEPT, why)
