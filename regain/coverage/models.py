"""Payers, a patient's dated coverages, benefits used elsewhere, the authorization ledger, estimates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from regain.episodes.models import Episode
from regain.people.models import Patient
from regain.record.models import Entry, Guard


class Payer(Entry):
    """Who pays. `profile` names a payer profile of the facts; `settings` overrides its recalled defaults."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    profile = models.CharField(max_length=60)
    settings = models.JSONField(default=dict)
    payer_id = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="payer_name_once")]

    def __str__(self) -> str:
        return self.name


class Coverage(Entry):
    """A payer's promise to a patient between two dates; `priority` 1 is primary. Amounts in USD as of `checked_on`."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+")
    member_id = models.CharField(max_length=40)
    group_number = models.CharField(max_length=40, blank=True)
    priority = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    terms = models.JSONField(default=dict)
    """`coverage` of the estimate contract: deductible_remaining, coinsurance, copay, copay_per, limits ..."""
    used = models.JSONField(default=dict)
    """Allowed amounts used elsewhere this year by counter: `{"PT_SLP": 400, "OT": 0}`."""
    relationship = models.CharField(max_length=20, default="self")
    """What the patient is to the subscriber: a key of `coverage/relationships`."""
    subscriber = models.JSONField(default=dict, blank=True)
    """Whose coverage it is where it is not the patient's own: family, given, birth_date, sex, address, city, state, postal_code."""
    injury = models.JSONField(default=dict, blank=True)
    """What a liability insurer covers: cause (a key of `coverage/injury_causes`), on, state, claim_number (the insurer's)."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="coverage_ends_after_start", condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="coverage_priority_from_1", condition=Q(priority__gte=1)),
        ]
        indexes = [models.Index(fields=["organization", "patient", "starts_on"], name="coverage_by_patient")]


class Authorization(Entry):
    """A payer's approval of visits or units between two dates, for some disciplines."""

    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="authorizations")
    number = models.CharField(max_length=60)
    disciplines = models.JSONField(default=list)
    visits = models.PositiveIntegerField(null=True, blank=True)
    units = models.PositiveIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="authorization_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="authorization_of_something", condition=Q(visits__isnull=False) | Q(units__isnull=False)
            ),
        ]


class AuthorizationUse(Entry):
    """The ledger: visits and units drawn on a date of service, or given back (negative)."""

    authorization = models.ForeignKey(Authorization, on_delete=models.PROTECT, related_name="uses")
    on = models.DateField()
    visits = models.IntegerField(default=0)
    units = models.IntegerField(default=0)
    subject_id = models.UUIDField()
    """The appointment or visit it is for; those rooms come later, so this is no foreign key."""
    note = models.CharField(max_length=200, blank=True)

    guard = Guard.APPEND_ONLY

    class Meta:
        indexes = [models.Index(fields=["organization", "subject_id"], name="authorization_use_of")]


class FeeLine(Entry):
    """One line of a payer's fee schedule: allowed per unit, or Medicare's three per-unit parts. USD."""

    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="fees", db_index=False)
    code = models.CharField(max_length=10)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    allowed = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    work = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    pe = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    mp = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    charge = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=200)
    certainty = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "payer", "code", "starts_on"], name="fee_line_once")
        ]


class Estimate(Entry):
    """What the patient was told the plan costs, with everything it was worked out from."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    coverage = models.ForeignKey(Coverage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    low = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    request = models.JSONField()
    answer = models.JSONField()

    guard = Guard.APPEND_ONLY
