"""Charges from signed visits, claims, what was paid."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from regain.coverage.models import Coverage
from regain.episodes.models import Episode
from regain.people.models import Patient
from regain.record.models import Document, Entry, Guard, StatusRow
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
    frequency = models.CharField(max_length=1, default="1")
    """1 a first claim, 7 a correction and 8 a void of the claim it `corrects`."""
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    payer_claim_number = models.CharField(max_length=50, blank=True)
    """The payer's own number of the claim that is corrected or voided."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "number"], name="claim_number_once"),
            models.CheckConstraint(
                name="claim_corrects_one",
                condition=Q(frequency="1", corrects__isnull=True) | Q(frequency__in=["7", "8"], corrects__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["organization", "from_on"], name="claim_by_day")]


class ClaimStatus(StatusRow):
    """`draft`, `ready`, `sent`, `accepted`, `rejected`, `paid`, `denied`, `reversed`, `void`."""

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
    """One move of money out of one account into another (`rules.ledger.Account`), in USD: it sums to zero by its form.

    Never edited; a mistake is undone by a move the other way that `reverses` it.
    """

    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    charge = models.ForeignKey(Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    remittance = models.ForeignKey("Remittance", null=True, blank=True, on_delete=models.PROTECT, related_name="ledger")
    remitted = models.ForeignKey(
        "RemittedClaim", null=True, blank=True, on_delete=models.PROTECT, related_name="ledger"
    )
    kind = models.CharField(max_length=20)
    """`charge`, `payment`, `patient_payment`, `adjustment`, `patient_share`, `write_off`, `kept_back` or `refund`."""
    into = models.CharField(max_length=20)
    out_of = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_amount_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="ledger_two_accounts", condition=~Q(into=F("out_of")) & ~Q(into="") & ~Q(out_of="")
            ),
            models.UniqueConstraint(
                fields=["organization", "reverses"], name="ledger_reversed_once", condition=Q(reverses__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "patient", "on"], name="ledger_by_patient"),
            models.Index(fields=["organization", "on"], name="ledger_by_day"),
        ]


class SendingProfile(Entry):
    """Who the clinic is to payers and clearinghouses: what a claim file says of its sender. One an organization."""

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=200)
    city = models.CharField(max_length=100)
    state = models.CharField(max_length=2)
    postal_code = models.CharField(max_length=10)
    contact = models.CharField(max_length=100)
    phone = models.CharField(max_length=30)
    submitter_id = models.CharField(max_length=15)
    receiver_name = models.CharField(max_length=100, blank=True)
    """The clearinghouse every file goes to; empty where each payer gets its own."""
    receiver_id = models.CharField(max_length=15, blank=True)
    test = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="sending_profile_once")]


class OutgoingFile(Entry):
    """An 837P as it was made: kept whole, never made anew. `control` is the number answers refer to."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", db_index=False)
    control = models.PositiveIntegerField()
    receiver = models.CharField(max_length=100)
    count = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=12, decimal_places=2)
    test = models.BooleanField(default=False)

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "control"], name="outgoing_control_once"),
            models.CheckConstraint(name="outgoing_control_from_1", condition=Q(control__gte=1)),
        ]


class OutgoingClaim(Entry):
    """A claim that went out in a file."""

    file = models.ForeignKey(OutgoingFile, on_delete=models.PROTECT, related_name="claims")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="files")
    coverage = models.ForeignKey(Coverage, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Whom it was sent to: the claim's own payer, or the second one after the first has answered."""

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "file", "claim"], name="outgoing_claim_once")]


class OutgoingStatus(StatusRow):
    """What became of a file: `made`, `accepted` or `refused` by the receiver's 999."""

    file = models.ForeignKey(OutgoingFile, on_delete=models.PROTECT, related_name="statuses", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["organization", "file", "created_at"], name="outgoing_status_series")]


class IncomingFile(Entry):
    """A 999, 277CA or 835 as it came, and what was done with it. The same bytes are used once."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    control = models.CharField(max_length=20)
    sender = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    said = models.JSONField(default=list)
    """What the file said and what was done, one line each: `{"text", "claim", "tone"}`."""

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "sha256"], name="incoming_file_once")]
        indexes = [models.Index(fields=["organization", "created_at"], name="incoming_by_day")]


class Remittance(Entry):
    """One payment of a payer, from an 835. `amount` is what reached the account."""

    file = models.ForeignKey(IncomingFile, on_delete=models.PROTECT, related_name="remittances")
    payer = models.CharField(max_length=100)
    payer_id = models.CharField(max_length=80, blank=True)
    trace = models.CharField(max_length=50)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    method = models.CharField(max_length=10)
    on = models.DateField()
    kept_back = models.JSONField(default=list)
    """What the payer kept back or gave apart from claims: reason, reference, amount."""

    guard = Guard.APPEND_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "payer", "payer_id", "trace"], name="remittance_once")
        ]
        indexes = [models.Index(fields=["organization", "on"], name="remittance_by_day")]


class RemittedClaim(Entry):
    """One claim of a remittance. `claim` is empty while nobody knows whose it is: the money stays in sight."""

    remittance = models.ForeignKey(Remittance, on_delete=models.PROTECT, related_name="claims")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="remitted")
    number = models.CharField(max_length=40)
    status = models.CharField(max_length=2)
    charge = models.DecimalField(max_digits=10, decimal_places=2)
    paid = models.DecimalField(max_digits=10, decimal_places=2)
    patient_share = models.DecimalField(max_digits=10, decimal_places=2)
    payer_claim_number = models.CharField(max_length=50, blank=True)
    patient_name = models.CharField(max_length=120, blank=True)
    content = models.JSONField()
    """Adjustments, remarks and lines as `rules.x12.kept` writes and reads them."""
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    """The earlier answer that this one takes back."""

    class Meta:
        indexes = [
            models.Index(fields=["organization", "payer_claim_number"], name="remitted_by_payer_number"),
            models.Index(fields=["organization", "claim", "created_at"], name="remitted_of_claim"),
        ]


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
