"""One plan: shared goals, sections signed apart, certification, equipment, home programme, joint discharge."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from regain.episodes.models import Episode
from regain.people.models import Practitioner
from regain.record.models import Entry, Guard, SignedEntry


class Plan(Entry):
    """The plan of an episode: there is one."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    summary = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "episode"], name="one_plan_an_episode")]


class Goal(Entry):
    """A shared participation goal with five attainment levels: -2 where it started, 0 what was agreed to expect."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    text = models.CharField(max_length=300)
    words = models.CharField(max_length=300, blank=True)
    """The person's own words."""
    icf = models.CharField(max_length=10, blank=True)
    target_on = models.DateField()
    levels = models.JSONField(default=dict)
    """`{"-2": "...", "-1": "...", "0": "...", "1": "...", "2": "..."}`."""
    measure = models.CharField(max_length=60, blank=True)
    target = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(default=1)
    ended_on = models.DateField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)


class GoalRating(Entry):
    """Where a goal stands on a day, on its own scale from -2 to +2."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="ratings")
    level = models.SmallIntegerField()
    on = models.DateField()
    discipline = models.CharField(max_length=10, blank=True)
    note = models.TextField(blank=True)

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [models.CheckConstraint(name="goal_level_in_scale", condition=Q(level__gte=-2) & Q(level__lte=2))]


class Section(SignedEntry):
    """A discipline's part of the plan: established, signed, certified, dated and billed on its own.

    A change after the signature is a new section that `replaces` the old one.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="sections")
    discipline = models.CharField(max_length=10)
    evaluated_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    findings = models.TextField(blank=True)
    """What the evaluation found, in words (in code, a `Finding` is what a rule says)."""
    frequency_per_week = models.PositiveSmallIntegerField(default=1)
    duration_weeks = models.PositiveSmallIntegerField(default=8)
    minutes_per_visit = models.PositiveSmallIntegerField(default=45)
    interventions = models.JSONField(default=list)
    """`[{"code": "97530", "label": "Kitchen tasks", "minutes": 20}]`."""
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")

    class Meta(SignedEntry.Meta):
        constraints = [
            *SignedEntry.Meta.constraints,
            models.CheckConstraint(name="section_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="section_frequency", condition=Q(frequency_per_week__gte=1)),
        ]
        indexes = [models.Index(fields=["organization", "plan", "discipline"], name="section_of_plan")]

    def signed_content(self) -> dict:
        return {
            "discipline": self.discipline, "evaluated_on": str(self.evaluated_on), "starts_on": str(self.starts_on),
            "ends_on": str(self.ends_on), "findings": self.findings, "frequency_per_week": self.frequency_per_week,
            "duration_weeks": self.duration_weeks, "minutes_per_visit": self.minutes_per_visit,
            "interventions": self.interventions,
            "contributions": list(self.contributions.order_by("id").values_list("goal_text", "text")),
        }  # fmt: skip


class Contribution(Entry):
    """What a discipline does for a shared goal; frozen with its section."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="contributions")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="contributions")
    text = models.TextField()
    goal_text = models.TextField(blank=True)
    """The goal's words as they were signed: the shared goal may be reworded later, what was signed may not."""

    guard = Guard.child_of("section")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["section", "goal"], name="contribution_once")]


class Certification(Entry):
    """What happened to a section on its way to approval: `sent`, `verbal`, `signed`, `returned`. A series of rows."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="certifications")
    kind = models.CharField(max_length=10)
    on = models.DateField()
    physician = models.ForeignKey(Practitioner, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signature = models.CharField(max_length=200, blank=True)
    through_on = models.DateField(null=True, blank=True)
    comment = models.TextField(blank=True)
    section_hash = models.CharField(max_length=64, blank=True)
    """The hash of the section as the physician saw it."""

    guard = Guard.APPEND_ONLY


class SigningLink(Entry):
    """A physician's link to a plan: only the hash of its token is kept; it ends after 30 days."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="links")
    physician = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)


class Equipment(Entry):
    """A device the person tries, gets or uses."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    discipline = models.CharField(max_length=10, blank=True)
    item = models.CharField(max_length=200)
    state = models.CharField(max_length=20, default="recommended")
    """`recommended`, `on trial`, `ordered`, `in use`, `returned`."""
    on = models.DateField()
    note = models.TextField(blank=True)


class HomeItem(Entry):
    """One thing to do at home; one list from every discipline."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    goal = models.ForeignKey(Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    discipline = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    how = models.TextField(blank=True)
    dose = models.CharField(max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(default=5)
    picture = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="home_item_ends_after_start", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            )
        ]


class HomeLog(Entry):
    """The person did an item on a day."""

    item = models.ForeignKey(HomeItem, on_delete=models.PROTECT, related_name="log")
    on = models.DateField()
    effort = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "item", "on"], name="home_log_once_a_day")]


class Discharge(Entry):
    """The joint end of an episode; each discipline signs its own part."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=60)
    destination = models.CharField(max_length=200, blank=True)
    advice = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "episode"], name="one_discharge_an_episode")]


class DischargeSection(SignedEntry):
    """A discipline's part of the discharge summary."""

    discharge = models.ForeignKey(Discharge, on_delete=models.PROTECT, related_name="sections")
    discipline = models.CharField(max_length=10)
    text = models.TextField(blank=True)
    author = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")

    class Meta(SignedEntry.Meta):
        constraints = [
            *SignedEntry.Meta.constraints,
            models.UniqueConstraint(fields=["discharge", "discipline"], name="discharge_section_once"),
        ]

    def signed_content(self) -> dict:
        return {
            "discipline": self.discipline,
            "text": self.text,
            "on": str(self.discharge.on),
            "reason": self.discharge.reason,
        }
