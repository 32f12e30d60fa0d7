"""Scores of measures. A correction is a new row that points at the old one."""

from __future__ import annotations

from django.db import models

from regain.episodes.models import Episode
from regain.people.models import Patient
from regain.record.models import Entry, Guard


class Score(Entry):
    """One result of one measure on one day, with the inputs it was worked out from and the version of the rule."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=60)
    discipline = models.CharField(max_length=10, blank=True)
    taken_on = models.DateField()
    inputs = models.JSONField()
    score = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    display = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=60, blank=True)
    answer = models.JSONField()
    """The whole answer of `contract.md`, score: parts, band, cutoffs, norms, findings, version."""
    note = models.TextField(blank=True)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by")

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [
            models.Index(fields=["organization", "episode", "measure", "taken_on"], name="score_course"),
            models.Index(fields=["organization", "measure", "taken_on"], name="score_by_measure"),
        ]


class Examination(Entry):
    """What was examined on one day without an instrument: strength by grade, or the marks of a body chart."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+", db_index=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    discipline = models.CharField(max_length=10, blank=True)
    taken_on = models.DateField()
    found = models.JSONField()
    """Rows: `{side, joint, motion, grade}` of strength, `{region, mark, level}` of a body chart; empty where nothing is felt."""
    note = models.TextField(blank=True)

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["organization", "episode", "kind", "taken_on"], name="examination_course")]
        constraints = [
            models.CheckConstraint(name="examination_kind", condition=models.Q(kind__in=("strength", "body"))),
        ]
