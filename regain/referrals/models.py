"""Referrals as they came, what was read out of them, what was recommended and decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regain.episodes.models import Episode
from regain.people.models import Patient, Practitioner
from regain.record.models import Document, Entry, Guard, StatusRow


class Referral(Entry):
    """A request for therapy: letter, FHIR, form or the person's own. `patient` and `episode` come once matched."""

    source = models.CharField(max_length=10)
    """`letter`, `fhir`, `form` or `self`."""
    patient = models.ForeignKey(Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    episode = models.ForeignKey(Episode, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    referrer = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    given = models.CharField(max_length=100, blank=True)
    family = models.CharField(max_length=100, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=2, blank=True)
    received_on = models.DateField()
    signed_on = models.DateField(null=True, blank=True)
    """The day the referrer signed the order; absent for a self-referral."""
    ordered = models.JSONField(default=list)
    """Disciplines ordered, as keys of the discipline facts."""
    text = models.TextField(blank=True)
    """What was written, as read by the recommendation; quotes count from its start."""
    profile = models.JSONField(default=dict)
    """The entered profile (`contract.md`, recommend) where there is one."""
    wish = models.TextField(blank=True)
    """What the person wants to be able to do again, in their own words."""

    class Meta:
        indexes = [
            models.Index(fields=["organization", "received_on"], name="referral_by_day"),
            models.Index(fields=["organization", "patient"], name="referral_by_patient"),
            models.Index(fields=["organization", "episode"], name="referral_by_episode"),
        ]


class ReferralStatus(StatusRow):
    """`received`, `matched`, `accepted`, `declined`, `physician_first`."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="statuses", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["organization", "referral", "created_at"], name="referral_status_series")]


class Recommendation(Entry):
    """What the rule said of a referral, whole, with the versions it was said under. A new reading is a new row."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="recommendations", db_index=False)
    disciplines = models.JSONField(default=list)
    word = models.CharField(max_length=20)
    """`recommendation` of the contract, derived from disciplines and flags."""
    urgency = models.CharField(max_length=20)
    confidence = models.CharField(max_length=10)
    answer = models.JSONField()
    """The whole answer of `contract.md`: points, functions, flags, reasons, orders, questions, versions, findings."""

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["organization", "referral", "created_at"], name="recommendation_series")]


class Decision(Entry):
    """A licensed person accepted the recommendation or set other disciplines, with a reason."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="decisions")
    disciplines = models.JSONField(default=list)
    overridden = models.BooleanField()
    reason = models.TextField(blank=True)

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(name="override_has_reason", condition=Q(overridden=False) | ~Q(reason=""))
        ]


class Question(Entry):
    """What the clinic asked whoever referred, in the words that were printed or faxed. A new question is a new row."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="questions", db_index=False)
    addressee = models.CharField(max_length=200, blank=True)
    text = models.TextField()

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["organization", "referral", "created_at"], name="question_series")]
        constraints = [models.CheckConstraint(name="question_has_words", condition=~Q(text=""))]


class QuestionAnswer(Entry):
    """What came back, in their words; the referral is read again with it."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers", db_index=False)
    text = models.TextField()
    answered_by = models.CharField(max_length=200)
    answered_on = models.DateField()

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["organization", "question", "created_at"], name="question_answer_series")]
        constraints = [models.CheckConstraint(name="question_answer_has_words", condition=~Q(text=""))]
