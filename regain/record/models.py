"""What every entry shares: organization, author, version; audit, revisions, documents."""

from __future__ import annotations

from datetime import UTC

from django.db import models
from django.db.models import Q

from regain.organizations.models import Membership, Organization, Scoped, new_id


class Guard:
    """How the database protects a table (`record.guards`). Declared as `guard = Guard....` on a model."""

    APPEND_ONLY = "append only"
    """Rows are never changed or deleted."""
    SIGNED = "signed"
    """Rows are never changed or deleted once `signed_at` is set."""

    @staticmethod
    def child_of(field: str) -> tuple[str, str]:
        """Rows are never added, changed or deleted once the row that `field` points at is signed."""
        return ("child", field)


class Entry(models.Model):
    """Base of every row that belongs to an organization."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)

    objects = Scoped.as_manager()
    guard = None

    class Meta:
        abstract = True


class SignedEntry(Entry):
    """An entry that a signature freezes. The database refuses any change afterwards."""

    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    signature = models.CharField(max_length=200, blank=True)
    signed_hash = models.CharField(max_length=64, blank=True)

    guard = Guard.SIGNED

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_signed_whole",
                condition=Q(signed_at__isnull=True, signed_by__isnull=True, signed_hash="")
                | (Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(signed_hash="")),
            )
        ]

    def signed_content(self) -> dict:
        """Everything the signature stands for; `regain check` hashes it again."""
        raise NotImplementedError(f"{type(self).__name__} must say what its signature stands for")


class StatusRow(Entry):
    """One step in a series that is never edited: what, when (`created_at`), who (`created_by`), why. The newest is the state.

    A room's own table adds the key to what it is about, with related_name `statuses`.
    """

    status = models.CharField(max_length=30)
    reason = models.TextField(blank=True)

    guard = Guard.APPEND_ONLY

    class Meta:
        abstract = True


class AuditLine(models.Model):
    """Who saw or changed what. Lines of an organization form a chain; `regain check` finds a break."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_label = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    patient_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = Scoped.as_manager()
    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "sequence"], name="audit_sequence_once")]
        indexes = [
            models.Index(fields=["organization", "patient_id", "sequence"], name="audit_by_patient"),
            models.Index(fields=["organization", "subject_id", "sequence"], name="audit_by_subject"),
        ]

    def body(self) -> list:
        """What the hash covers, besides the number and the hash before."""
        return [str(self.organization_id), self.at.astimezone(UTC).isoformat(), str(self.by_id or ""), self.by_label, self.action,
                self.subject_type, str(self.subject_id or ""), str(self.patient_id or ""), self.detail]  # fmt: skip


class Revision(models.Model):
    """An entry as it was before a change: nothing that was ever recorded is lost."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    subject_version = models.PositiveIntegerField()
    data = models.JSONField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = Scoped.as_manager()
    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "subject_id", "subject_version"], name="revision_once")
        ]


class Document(Entry):
    """A file as it came, and the text read out of it."""

    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    text = models.TextField(blank=True)

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["organization", "sha256"], name="document_by_hash")]


class KeptResource(Entry):
    """A FHIR resource that no room has a row for, kept as it came."""

    resource_type = models.CharField(max_length=64)
    resource_id = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    patient_id = models.UUIDField(null=True, blank=True)
    content = models.TextField()
    reason = models.TextField()
    sha256 = models.CharField(max_length=64)

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "source", "sha256"], name="kept_resource_once")]
        indexes = [models.Index(fields=["organization", "patient_id", "resource_type"], name="kept_by_patient")]


class ImportedResource(Entry):
    """Which row a resource became, so that importing it again changes nothing."""

    source = models.CharField(max_length=300)
    resource_type = models.CharField(max_length=64)
    resource_id = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    row_type = models.CharField(max_length=60)
    row_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "source", "resource_type", "resource_id"], name="imported_resource_once"
            )
        ]


class FormToken(models.Model):
    """A form sent twice is done once: the token it carried, and where the first one led."""

    id = models.UUIDField(primary_key=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    led_to = models.CharField(max_length=500, blank=True)

    objects = Scoped.as_manager()
