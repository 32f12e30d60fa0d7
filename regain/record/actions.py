"""The writes every room uses: add, change, sign, audit."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from regain.organizations.models import Membership, Organization
from regain.organizations.queries import lean
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
        raise Signed(f"{type(entry).__name__} {entry.pk} was signed {entry.signed_at:%-d %b %Y}; amend it instead")
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
    organization: Organization | UUID | None = None, label: str = "", wait: bool = True, **detail: Any,
) -> AuditLine:  # fmt: skip
    """One line in the organization's chain. `by` is None only for a token's holder, whom `label` then names."""
    organization_id = by.organization_id if by else getattr(organization, "pk", organization)
    with transaction.atomic():
        _one_at_a_time(organization_id, wait)
        last = lean(_LAST_LINE, organization_id)
        sequence, previous = (last[0][0] + 1, last[0][1]) if last else (1, GENESIS)
        line = AuditLine(
            organization_id=organization_id, sequence=sequence, at=at, by=by, by_label=label or str(by), action=action,
            subject_type=subject._meta.label_lower if subject is not None else "", subject_id=getattr(subject, "pk", None),
            patient_id=getattr(patient, "pk", patient), detail=_json(detail), previous=previous,
        )  # fmt: skip
        line.hash = line_hash(sequence, previous, line.body())
        _insert(line)
    return line


def audit_view(action: str, subject: models.Model | None, **told: Any) -> AuditLine:
    """A line for what was only read. It is written before the page is sent, but the page does not wait for the disk: a power
    cut may lose the lines of the last moment's views, never one of a change, and never the middle of the chain (docs/adr/0003).
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return audit(action, subject, wait=connection.in_atomic_block, **told)
    connection.ensure_connection()
    connection.connection.execute("PRAGMA synchronous=NORMAL")
    try:
        return audit(action, subject, **told)
    finally:
        connection.connection.execute("PRAGMA synchronous=FULL")


_LAST_LINE = "SELECT sequence, hash FROM record_auditline WHERE organization_id = %s ORDER BY sequence DESC LIMIT 1"


@cache
def _columns() -> tuple[list[models.Field], str]:
    fields = list(AuditLine._meta.concrete_fields)
    names = ", ".join(f'"{field.column}"' for field in fields)
    return fields, f"INSERT INTO record_auditline ({names}) VALUES ({', '.join(['%s'] * len(fields))})"


def _insert(line: AuditLine) -> None:
    """Every view and change writes one: as plain SQL it costs a third of `save`."""
    fields, sql = _columns()
    with connection.cursor() as cursor:
        cursor.execute(sql, [f.get_db_prep_save(getattr(line, f.attname), connection) for f in fields])
    line._state.adding = False


def _one_at_a_time(organization_id: UUID, wait: bool) -> None:
    """Writers of one chain take turns; SQLite's immediate transactions already do. `wait`: the commit waits for the disk."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            asked = "SELECT pg_advisory_xact_lock(%s)" + (
                "" if wait else ", set_config('synchronous_commit', 'off', true)"
            )
            cursor.execute(asked, [organization_id.int % 2**63])


def plain(entry: models.Model) -> dict[str, Any]:
    """Every column of a row as JSON values, keyed by attribute name."""
    return _json({field.attname: getattr(entry, field.attname) for field in entry._meta.concrete_fields
                  if not isinstance(field, models.BinaryField)})  # fmt: skip


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
