"""Writes of the ledger: every row is one move between two accounts; what was wrong is undone by the move back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate

from regain.billing.models import Claim, LedgerEntry
from regain.billing.queries.ledger import balances, open_charges
from regain.billing.rules.ledger import Account, Move, move, owed_first
from regain.organizations.models import Membership
from regain.people.models import Patient
from regain.record.actions import add, audit
from regain.reference.rules import Finding, error


def entries_for(moves: Iterable[Move], *, by: Membership, at: datetime, on: date, **about) -> list[LedgerEntry]:
    """Rows for moves, not saved yet."""
    return [LedgerEntry(organization_id=by.organization_id, created_at=at, created_by=by, into=one.into, out_of=one.out_of, amount=one.amount, kind=one.kind, on=on, **about)
            for one in moves]  # fmt: skip


def post(moves: Iterable[Move], *, by: Membership, at: datetime, on: date, **about) -> list[LedgerEntry]:
    """Save moves as rows; the caller writes the audit line."""
    return LedgerEntry.objects.bulk_create(entries_for(moves, by=by, at=at, on=on, **about))


def undo(row: LedgerEntry, *, by: Membership, at: datetime, on: date, note: str) -> LedgerEntry:
    """The move back of one row, which says what it undoes."""
    return add(LedgerEntry, by=by, at=at, into=row.out_of, out_of=row.into, amount=row.amount, kind=row.kind, on=on, note=note, reverses=row, patient=row.patient,
               claim=row.claim, charge=row.charge, remittance=row.remittance, remitted=row.remitted)  # fmt: skip


def ask_for(claim: Claim, *, by: Membership, at: datetime) -> None:
    """What a claim asks for, owed by the payer or, without one, by the patient; once. A correction replaces what was asked before."""
    if claim.corrects_id:
        take_back(claim.corrects, by=by, at=at, note=f"replaced by {claim.number}")
    if claim.frequency == "8" or open_charges(by, claim).exists():
        return
    for charge in claim.charges.all():
        moves = move(owed_first(claim.coverage_id is not None), Account.CHARGES, charge.amount, "charge")
        post(moves, by=by, at=at, on=charge.on, patient=claim.patient, claim=claim, charge=charge)


def take_back(claim: Claim, *, by: Membership, at: datetime, note: str) -> None:
    """Undo what a claim asked for; the old rows stay."""
    for row in open_charges(by, claim):
        undo(row, by=by, at=at, on=row.on, note=note)


@transaction.atomic
def take_payment(patient: Patient, *, amount: Decimal, on: date, method: str, note: str = "", by: Membership, at: datetime) -> LedgerEntry | list[Finding]:  # fmt: skip
    """Money a patient gave; more than is owed becomes a credit."""
    wrong = _amount(amount, on, at)
    if wrong:
        return wrong
    row = post(move(Account.CASH, Account.PATIENT, amount, "patient_payment"), by=by, at=at, on=on, patient=patient, note=f"{method}. {note}".strip(". "))[0]  # fmt: skip
    audit("payment taken", row, by=by, at=at, patient=patient, amount=str(amount), method=method)
    return row


@transaction.atomic
def write_off(patient: Patient, *, amount: Decimal, on: date, reason: str, by: Membership, at: datetime) -> LedgerEntry | list[Finding]:  # fmt: skip
    """What is no longer asked of a patient, with the reason; never more than is owed."""
    owed = balances(by, patient=patient)[Account.PATIENT]
    wrong = _amount(amount, on, at)
    if not wrong and amount > owed:
        wrong = [error("MORE_THAN_OWED", f"{patient} owes {owed}, less than {amount}.", where="amount", found=str(amount), expected=f"up to {owed}",
                       try_="Write off what is owed, or less.", source="Regain")]  # fmt: skip
    if wrong:
        return wrong
    row = post(
        move(Account.WRITE_OFF, Account.PATIENT, amount, "write_off"), by=by, at=at, on=on, patient=patient, note=reason
    )[0]
    audit("amount written off", row, by=by, at=at, patient=patient, amount=str(amount), reason=reason)
    return row


@transaction.atomic
def undo_by_hand(row: LedgerEntry, *, by: Membership, at: datetime, reason: str) -> list[Finding]:
    """Take back a payment or write-off that was entered by hand, once."""
    if row.kind not in ("patient_payment", "write_off") or row.reverses_id:
        return [error("NOT_BY_HAND", "Only what was entered by hand is taken back by hand.", where="kind", found=row.kind, try_="What a file posted is taken back by the payer's reversal.", source="Regain")]  # fmt: skip
    if row.reversed_by.exists():
        return [error("TAKEN_BACK_ALREADY", "This was taken back already.", where="reverses", try_="Look at the account.", source="Regain")]  # fmt: skip
    back = undo(row, by=by, at=at, on=localdate(at), note=reason)
    audit("entry taken back", back, by=by, at=at, patient=row.patient_id, amount=str(row.amount), reason=reason)
    return []


def _amount(amount: Decimal, on: date, at: datetime) -> list[Finding]:
    if amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        return [error("BAD_VALUE", "The amount is not above zero in whole cents.", where="amount", found=str(amount), expected="0.01 or more", try_="Correct the amount.", source="Regain")]  # fmt: skip
    if on > localdate(at):
        return [error("BAD_VALUE", "The day lies in the future.", where="on", found=str(on), expected=f"up to {localdate(at)}", try_="Correct the day.", source="Regain")]  # fmt: skip
    return []
