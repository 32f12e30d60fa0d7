"""Reads of the audit chain, revisions and documents."""

from __future__ import annotations

from collections.abc import Iterator

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
