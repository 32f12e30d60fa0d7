"""The episode: one patient, one problem, first contact to discharge."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regain.organizations.models import Site
from regain.people.models import Patient, Practitioner
from regain.record.models import Entry, Guard, StatusRow


class Episode(Entry):
    """What plan, goals, measures and visits hang on. State is the newest of `statuses`."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20)
    problem = models.CharField(max_length=200)
    condition = models.CharField(max_length=60, blank=True)
    """Key of a condition of the referral facts (`stroke`, `hip_fracture`), for outcomes by condition."""
    onset_on = models.DateField(null=True, blank=True)
    surgery_on = models.DateField(null=True, blank=True)
    opened_on = models.DateField()
    wish = models.TextField(blank=True)
    """What the person wants back, in their own words."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="episode_number_once")]
        indexes = [
            models.Index(fields=["organization", "patient", "opened_on"], name="episode_by_patient"),
            models.Index(fields=["organization", "opened_on"], name="episode_by_opening"),
        ]

    def __str__(self) -> str:
        return self.problem


class EpisodeStatus(StatusRow):
    """The series of states of an episode (`rules.EpisodeState`)."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="statuses", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["organization", "episode", "created_at"], name="episode_status_series")]


class Diagnosis(Entry):
    """An ICD-10-CM code of the episode; rank 1 is the reason for therapy."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="diagnoses", db_index=False)
    code = models.CharField(max_length=10)
    label = models.CharField(max_length=200)
    rank = models.PositiveSmallIntegerField(default=1)
    onset_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "episode", "code"], name="diagnosis_once"),
            models.CheckConstraint(name="diagnosis_rank_from_1", condition=Q(rank__gte=1)),
        ]


class CareTeamMember(Entry):
    """Who cares for the person in this episode, as what, between two dates."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="care_team", db_index=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    discipline = models.CharField(max_length=10, blank=True)
    role = models.CharField(max_length=30, default="therapist")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "episode"], name="care_team_of_episode")]


class TeamMessage(Entry):
    """Team talk: what one clinician tells the others about this episode. Shown in the story."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="messages", db_index=False)
    text = models.TextField()

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["organization", "episode", "created_at"], name="message_of_episode")]
