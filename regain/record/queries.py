"""Reads of the audit chain, revisions and documents."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from regain.record.models import AuditLine, Document, Revision
from regain.record.rules import Line


def audit_lines(organization, *, patient_id=None, subject_id=None):
    """The lines about a patient or an entry, newest first."""
    lines = AuditLine.objects.of(organization)
    if patient_id:
        lines = lines.filter(patient_id=patient_id)
    if subject_id:
        lines = lines.filter(subject_id=subject_id)
    return lines.order_by("-sequence")


def audit_page(
    organization, *, patient: str = "", by=None, before: int | None = None, most: int = 50
) -> tuple[list[AuditLine], bool]:
    """A page of the chain, newest first: of one patient, of one member, older than a line; and whether there are more."""
    lines = AuditLine.objects.of(organization)
    if patient:
        try:
            lines = lines.filter(patient_id=UUID(patient))
        except ValueError:
            return [], False
    if by is not None:
        lines = lines.filter(by=by)
    if before is not None:
        lines = lines.filter(sequence__lt=before)
    found = list(lines.order_by("-sequence")[: most + 1])
    return found[:most], len(found) > most


def chain(organization) -> Iterator[Line]:
    """The whole chain in order, streamed."""
    for line in AuditLine.objects.of(organization).order_by("sequence").iterator(chunk_size=2000):
        yield Line(line.sequence, line.previous, line.body(), line.hash)


def revisions(organization, subject_id):
    """What an entry was before each change, newest first."""
    return Revision.objects.of(organization).filter(subject_id=subject_id).order_by("-subject_version")


def document(organization, document_id):
    """One file with its bytes, or None."""
    return Document.objects.of(organization).filter(pk=document_id).first()
