"""Working hours, time off, courses of visits, appointments and what became of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from regain.episodes.models import Episode
from regain.organizations.models import Site
from regain.people.models import Patient, Practitioner
from regain.record.models import Entry, StatusRow


class Availability(Entry):
    """A practitioner's weekly hours at a site, in the site's local time. `weekday` 0 is Monday."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()
    from_on = models.DateField()
    to_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="availability_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="availability_weekday", condition=Q(weekday__lte=6)),
        ]
        indexes = [models.Index(fields=["organization", "practitioner", "weekday"], name="availability_of")]


class TimeOff(Entry):
    """When a practitioner is away (or, without one, when the whole site is closed)."""

    practitioner = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="time_off_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="time_off_of_something", condition=Q(practitioner__isnull=False) | Q(site__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["organization", "ends_at"], name="time_off_by_end")]


class Course(Entry):
    """A course of visits booked together, with what was wished for."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    wish = models.JSONField(default=dict)
    """Per discipline: visits a week, weeks, minutes; same day or not; times that suit."""


class Appointment(Entry):
    """Planned time of one patient with one practitioner. State is the newest of `statuses`."""

    course = models.ForeignKey(Course, null=True, blank=True, on_delete=models.PROTECT, related_name="appointments")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    discipline = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    """`evaluation`, `treatment`, `re_evaluation` or `discharge`."""
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="appointment_ends_after_start", condition=Q(ends_at__gt=F("starts_at")))
        ]
        indexes = [
            models.Index(fields=["organization", "site", "starts_at"], name="appointment_by_site"),
            models.Index(fields=["organization", "practitioner", "starts_at"], name="appointment_by_practitioner"),
            models.Index(fields=["organization", "patient", "starts_at"], name="appointment_by_patient"),
            models.Index(fields=["organization", "episode", "starts_at"], name="appointment_by_episode"),
        ]


class AppointmentStatus(StatusRow):
    """`booked`, `checked_in`, `completed`, `no_show`, `cancelled`."""

    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="statuses", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["organization", "appointment", "created_at"], name="appointment_status_series")]


class WaitlistEntry(Entry):
    """Someone who wants an earlier time for a discipline."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    discipline = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    done_on = models.DateField(null=True, blank=True)
