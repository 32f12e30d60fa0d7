"""The writes every room uses: add, change, sign, audit."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from regain.organizations.models import Membership, Organization
from regain.record.models import AuditLine, Entry, Revision, SignedEntry
from regain.record.rules import GENESIS, digest, line_hash

E = TypeVar("E", bound=Entry)


class Stale(Exception):
    """Somebody else changed the entry first. `theirs` is the row as it stands, `yours` what was asked for."""

    def __init__(self, theirs: Entry, yours: dict[str, Any]) -> None:
        super().__init__(f"{type(theirs).__name__} {theirs.pk} is at version {theirs.version} already")
        self.theirs, self.yours = theirs, yours


class Signed(Exception):
    """The entry is signed: it is amended by a new one, never changed."""


def add(model: type[E], *, by: Membership, at: datetime, **fields: Any) -> E:
    """A new row of the caller's organization. The caller writes the audit line."""
    return model.objects.create(organization_id=by.organization_id, created_at=at, created_by=by, **fields)


@transaction.atomic
def change(entry: E, *, version: int, by: Membership, at: datetime, **fields: Any) -> E:
    """Set fields if the row is still at `version`; keeps what it was as a Revision.

    Raises Stale with both versions where it is not, Signed where a signature froze it.
    """
    if getattr(entry, "signed_at", None):
        raise Signed(f"{type(entry).__name__} {entry.pk} was signed {entry.signed_at:%d %b %Y}; amend it instead")
    model = type(entry)
    before = model.objects.of(by).select_for_update().get(pk=entry.pk)
    if before.version != version:
        raise Stale(before, fields)
    Revision.objects.create(
        organization_id=by.organization_id, subject_type=model._meta.label_lower, subject_id=entry.pk,
        subject_version=version, data=plain(before), replaced_at=at, replaced_by=by,
    )  # fmt: skip
    for name, value in fields.items():
        setattr(before, name, value)
    before.version = version + 1
    before.save(update_fields=[*fields, "version"])
    return before


@transaction.atomic
def sign(entry: SignedEntry, *, by: Membership, at: datetime, signature: str) -> SignedEntry:
    """Freeze an entry: who, when, as whom (`Dana Ouellette, OTR/L`), and the hash of what was signed."""
    if entry.signed_at:
        raise Signed(f"{type(entry).__name__} {entry.pk} was signed already")
    entry.signed_at, entry.signed_by, entry.signature = at, by, signature
    entry.signed_hash = digest(entry.signed_content())
    entry.version += 1
    entry.save(update_fields=["signed_at", "signed_by", "signature", "signed_hash", "version"])
    return entry


def audit(
    action: str, subject: models.Model | None, *, by: Membership | None, at: datetime, patient: UUID | models.Model | None = None,
    organization: Organization | UUID | None = None, label: str = "", **detail: Any,
) -> AuditLine:  # fmt: skip
    """One line in the organization's chain. `by` is None only for a token's holder, whom `label` then names."""
    organization_id = by.organization_id if by else getattr(organization, "pk", organization)
    with transaction.atomic():
        _one_at_a_time(organization_id)
        last = (
            AuditLine.objects.filter(organization_id=organization_id)
            .order_by("-sequence")
            .values_list("sequence", "hash")
            .first()
        )
        sequence, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        line = AuditLine(
            organization_id=organization_id, sequence=sequence, at=at, by=by, by_label=label or str(by), action=action,
            subject_type=subject._meta.label_lower if subject is not None else "", subject_id=getattr(subject, "pk", None),
            patient_id=getattr(patient, "pk", patient), detail=_json(detail), previous=previous,
        )  # fmt: skip
        line.hash = line_hash(sequence, previous, line.body())
        line.save(force_insert=True)
    return line


def _one_at_a_time(organization_id: UUID) -> None:
    """Writers of one chain take turns; SQLite's immediate transactions already do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [organization_id.int % 2**63])


def plain(entry: models.Model) -> dict[str, Any]:
    """Every column of a row as JSON values, keyed by attribute name."""
    return _json({field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields
                  if not isinstance(field, models.BinaryField)})  # fmt: skip


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
