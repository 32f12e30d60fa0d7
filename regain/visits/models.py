"""Visits: attended and documented time. A signature freezes a visit and everything under it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regain.episodes.models import Episode
from regain.organizations.models import Site
from regain.outcomes.models import Score
from regain.people.models import Patient, Practitioner
from regain.plan_of_care.models import Goal, Section
from regain.record.models import Entry, Guard, SignedEntry
from regain.scheduling.models import Appointment


class Visit(SignedEntry):
    """One visit and its note. `section` is the signed section it was given under; an evaluation has none yet."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    appointment = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    discipline = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    """`evaluation`, `treatment`, `re_evaluation`, `progress_report` or `discharge`."""
    on = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    total_minutes = models.PositiveSmallIntegerField(default=0)
    """Timed and untimed minutes together."""
    together_minutes = models.PositiveSmallIntegerField(default=0)
    """Minutes of these given at the same time as another discipline; each of them counts in one note only."""
    subjective = models.TextField(blank=True)
    objective = models.TextField(blank=True)
    assessment = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    cosigner = models.ForeignKey(
        Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta(SignedEntry.Meta):
        indexes = [
            models.Index(fields=["organization", "episode", "on"], name="visit_by_episode"),
            models.Index(fields=["organization", "on"], name="visit_by_day"),
            models.Index(fields=["organization", "practitioner", "on"], name="visit_by_practitioner"),
        ]

    def signed_content(self) -> dict:
        return {
            "discipline": self.discipline, "kind": self.kind, "on": str(self.on), "total_minutes": self.total_minutes,
            "practitioner": str(self.practitioner_id), "section": str(self.section_id or ""),
            "subjective": self.subjective, "objective": self.objective, "assessment": self.assessment,
            "next_steps": self.next_steps,
            "interventions": list(self.interventions.order_by("rank", "id").values_list("code", "label", "minutes", "dose", "by_kind")),
            "scores": [str(pk) for pk in self.scores.order_by("score_id").values_list("score_id", flat=True)],
            **({"together_minutes": self.together_minutes} if self.together_minutes else {}),
        }  # fmt: skip


class Intervention(Entry):
    """What was done, with its minutes and the code it counts towards."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="interventions")
    goal = models.ForeignKey(Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=10)
    label = models.CharField(max_length=200)
    dose = models.CharField(max_length=100, blank=True)
    minutes = models.PositiveSmallIntegerField()
    by_kind = models.CharField(max_length=20, blank=True)
    """License kind of who gave it (`PT`, `OTA`) where it is not the visit's practitioner."""
    rank = models.PositiveSmallIntegerField(default=1)

    guard = Guard.child_of("visit")

    class Meta:
        constraints = [models.CheckConstraint(name="intervention_minutes", condition=Q(minutes__lte=480))]


class VisitScore(Entry):
    """A measure taken in this visit."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="scores")
    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="+")

    guard = Guard.child_of("visit")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "score"], name="visit_score_once")]


class Amendment(SignedEntry):
    """How a signed note changes: what is corrected or added, and why. Signed when it is written."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="amendments")
    text = models.TextField()
    reason = models.TextField()

    def signed_content(self) -> dict:
        return {"visit": str(self.visit_id), "text": self.text, "reason": self.reason}


class Cosignature(Entry):
    """A supervising therapist read and agreed to an assistant's signed note."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="cosignatures")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=200)
    visit_hash = models.CharField(max_length=64)

    guard = Guard.APPEND_ONLY
