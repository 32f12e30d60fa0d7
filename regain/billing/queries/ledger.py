"""Reads of the ledger: what stands in each account, a patient's account, what is owed and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from regain.billing.models import LedgerEntry
from regain.billing.rules.ledger import Account
from regain.people.models import Patient
from regain.reference.facts import fact

ZERO = Decimal("0.00")


@cache
def posts() -> Mapping[str, str]:
    """Where an adjustment goes, by reason code."""
    return {value["key"]: value["posts"] for value in fact("billing/denial_reasons").latest()}


def entries(organization, patient=None):
    """Every move of money, or those of one patient, in order of day."""
    rows = LedgerEntry.objects.of(organization).select_related("claim", "remittance").order_by("on", "created_at", "id")
    return rows.filter(patient=patient) if patient is not None else rows


def open_charges(organization, claim):
    """What a claim asked for and nobody took back."""
    return LedgerEntry.objects.of(organization).filter(claim=claim, kind="charge", reverses=None, reversed_by=None)


def _signed(account: Account) -> Sum:
    return Coalesce(
        Sum(Case(When(into=account, then=F("amount")), When(out_of=account, then=-F("amount")))), Value(ZERO)
    )


def balances(organization, **about) -> dict[Account, Decimal]:
    """What stands in each account, of everything or of one patient or claim: the sums are always zero together."""
    rows = LedgerEntry.objects.of(organization).filter(**about)
    found = rows.aggregate(**{str(account): _signed(account) for account in Account})
    return {account: (found[str(account)] or ZERO).quantize(ZERO) for account in Account}


def owing(organization):
    """Patients with what they owe (`owes`, below zero a credit), most first."""
    rows = LedgerEntry.objects.of(organization).filter(Q(into=Account.PATIENT) | Q(out_of=Account.PATIENT))
    sums = rows.order_by().values("patient").annotate(owes=_signed(Account.PATIENT)).exclude(owes=0)
    return sums.order_by("-owes", "patient")


def patients_owing(organization, most: int) -> list[tuple[Patient, Decimal]]:
    """The first of them, as patients."""
    rows = list(owing(organization)[:most])
    known = Patient.objects.of(organization).in_bulk([row["patient"] for row in rows])
    return [(known[row["patient"]], row["owes"]) for row in rows if row["patient"] in known]


def running(rows: Iterable[LedgerEntry]) -> list[tuple[LedgerEntry, Decimal, Decimal]]:
    """A patient's own moves with what each changed and what was owed after it."""
    found, owed = [], ZERO
    for row in rows:
        change = row.amount * ((row.into == Account.PATIENT) - (row.out_of == Account.PATIENT))
        owed += change
        found.append((row, change, owed))
    return found
