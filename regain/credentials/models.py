"""Licenses, compact privileges, supervision, continuing education."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from regain.people.models import Practitioner
from regain.record.models import Entry, Guard


class License(Entry):
    """A license of a kind (`PT`, `OTA` ...) in a state. A renewal is a new row; `replaces` points at the old one."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=2)
    number = models.CharField(max_length=40)
    issued_on = models.DateField()
    expires_on = models.DateField()
    home_state = models.BooleanField(default=False)
    """Whether this is the license of the state of residence, which compact privileges rest on."""
    withdrawn_on = models.DateField(null=True, blank=True)
    """Suspended, surrendered or entered in error from this day on."""
    reason = models.TextField(blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(name="license_ends_after_start", condition=Q(expires_on__gte=F("issued_on")))
        ]
        indexes = [models.Index(fields=["organization", "expires_on"], name="license_by_expiry")]


class CompactPrivilege(Entry):
    """The right to practise in a remote compact state, resting on the home license."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    home_state = models.CharField(max_length=2)
    state = models.CharField(max_length=2)
    number = models.CharField(max_length=40, blank=True)
    issued_on = models.DateField()
    expires_on = models.DateField()
    withdrawn_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(name="privilege_ends_after_start", condition=Q(expires_on__gte=F("issued_on")))
        ]


class Supervision(Entry):
    """An assistant works under a therapist of the same discipline between two dates."""

    assistant = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    supervisor = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=2)
    level = models.CharField(max_length=20, default="general")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="supervision_of_another", condition=~Q(assistant=F("supervisor"))),
            models.CheckConstraint(
                name="supervision_ends_after_start", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
        ]


class ContinuingEducation(Entry):
    """Hours of continuing education, counted towards a renewal."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=200, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    completed_on = models.DateField()
    hours = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        constraints = [models.CheckConstraint(name="education_hours_positive", condition=Q(hours__gt=0))]
