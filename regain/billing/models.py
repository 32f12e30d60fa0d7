"""Charges from signed visits, claims, what was paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regain.coverage.models import Coverage
from regain.episodes.models import Episode
from regain.people.models import Patient
from regain.record.models import Entry, Guard, StatusRow
from regain.visits.models import Visit


class Claim(Entry):
    """What is asked of a payer. A draft until it is sent; state is the newest of `statuses`."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+", db_index=False)
    coverage = models.ForeignKey(Coverage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    from_on = models.DateField()
    to_on = models.DateField()
    diagnoses = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="claim_number_once")]
        indexes = [models.Index(fields=["organization", "from_on"], name="claim_by_day")]


class ClaimStatus(StatusRow):
    """`draft`, `ready`, `sent`, `accepted`, `paid`, `denied`, `void`."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="statuses", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["organization", "claim", "created_at"], name="claim_status_series")]


class Charge(Entry):
    """One line: code, units and modifiers of one discipline on one day, traced to its signed visit. USD."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="charges")
    on = models.DateField()
    discipline = models.CharField(max_length=10)
    code = models.CharField(max_length=10)
    units = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=0)
    modifiers = models.JSONField(default=list)
    diagnosis_pointers = models.JSONField(default=list)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    allowed = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    """What the payer is expected to allow after reduction: what counts towards its thresholds. None where it is not known."""
    priced_by = models.CharField(max_length=10, blank=True)
    """`schedule`, `example` (invented, to try Regain with) or nothing."""
    why = models.JSONField(default=list)
    """The minutes and the rules the units follow from."""

    class Meta:
        constraints = [models.CheckConstraint(name="charge_units", condition=Q(units__gte=1))]
        indexes = [models.Index(fields=["organization", "on"], name="charge_by_day")]


class LedgerEntry(Entry):
    """Money, in USD: `charge`, `payment`, `adjustment`, `patient_share`. Never edited; a mistake is reversed."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    charge = models.ForeignKey(Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")

    guard = Guard.APPEND_ONLY


class PairRelease(Entry):
    """One file of CMS's procedure pairs, made for a quarter. `kept` of its `rows` concern therapy codes."""

    name = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "starts_on", "name"], name="pair_release_once")]


class PairEdit(Entry):
    """One pair: column one pays, column two only as the indicator says, between two days (both belong to it)."""

    release = models.ForeignKey(PairRelease, on_delete=models.PROTECT, related_name="edits")
    column_one = models.CharField(max_length=5)
    column_two = models.CharField(max_length=5)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    indicator = models.CharField(max_length=1)

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(name="pair_indicator", condition=Q(indicator__in=["0", "1", "9"])),
            models.UniqueConstraint(
                fields=["organization", "release", "column_one", "column_two", "starts_on"], name="pair_edit_once"
            ),
        ]
        indexes = [models.Index(fields=["organization", "column_one", "column_two"], name="pair_edit_by_codes")]
