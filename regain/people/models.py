"""Patients, their other names and caregivers, who may act for them; practitioners."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regain.organizations.models import Membership
from regain.record.models import Entry, Guard


class Patient(Entry):
    """A person in care. `number` is the clinic's own; names are kept as written, `search_name` is folded."""

    number = models.CharField(max_length=20)
    family = models.CharField(max_length=100)
    given = models.CharField(max_length=100)
    preferred = models.CharField(max_length=100, blank=True)
    search_name = models.CharField(max_length=220)
    birth_date = models.DateField()
    sex = models.CharField(max_length=10, blank=True)
    pronouns = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=10, default="en")
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    address = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=10, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    precautions = models.TextField(blank=True)
    restricted = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="patient_number_once")]
        indexes = [
            models.Index(fields=["organization", "search_name"], name="patient_by_name"),
            models.Index(fields=["organization", "birth_date"], name="patient_by_birth"),
            models.Index(fields=["organization", "created_at"], name="patient_by_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.preferred or self.given} {self.family}"


class OtherName(Entry):
    """A name the patient had or uses elsewhere; found by search like the current one."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="other_names")
    family = models.CharField(max_length=100)
    given = models.CharField(max_length=100)
    search_name = models.CharField(max_length=220)

    class Meta:
        indexes = [models.Index(fields=["organization", "search_name"], name="other_name_by_name")]


class Caregiver(Entry):
    """Someone who helps the patient at home."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="caregivers")
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=100)
    phone = models.CharField(max_length=30, blank=True)
    notes = models.TextField(blank=True)


class PatientAccess(Entry):
    """A sign-in that opens this patient's own pages: the patient's, or a caregiver's."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="access")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    caregiver = models.ForeignKey(Caregiver, null=True, blank=True, on_delete=models.PROTECT, related_name="access")
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "membership", "patient"], name="patient_access_once")
        ]


class GlassBreak(Entry):
    """A restricted chart opened without being on the care team, with the reason. Audited, ends by itself."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    until = models.DateTimeField()

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [models.CheckConstraint(name="glass_break_has_reason", condition=~Q(reason=""))]


class Practitioner(Entry):
    """A therapist, assistant or physician. `membership` where they sign in here; physicians outside have none."""

    membership = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=100)
    given = models.CharField(max_length=100)
    suffix = models.CharField(max_length=50, blank=True)
    profession = models.CharField(max_length=30)
    """A license kind of the discipline facts (`PT`, `OTA`), or `physician` and its like."""
    npi = models.CharField(max_length=10, blank=True)
    taxonomy = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    fax = models.CharField(max_length=30, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    external = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "membership"], name="practitioner_of_membership",
                condition=Q(membership__isnull=False),
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["organization", "family", "given"], name="practitioner_by_name")]

    def __str__(self) -> str:
        return f"{self.given} {self.family}" + (f", {self.suffix}" if self.suffix else "")
