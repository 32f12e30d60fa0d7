"""The ledger: money never appears or vanishes, it moves from one account into another. Pure.

One row is one move, so every posting sums to zero by its form: what `into` gains, `out_of` gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from regain.billing.rules.x12.remitted import PaidClaim, Remittance

CENT = Decimal("0.01")


class Account(StrEnum):
    """Where money can be. Receivables say who owes it; the rest where it went or came from."""

    PAYER = "payer"
    PATIENT = "patient"
    CHARGES = "charges"
    CONTRACTUAL = "contractual"
    SEQUESTRATION = "sequestration"
    WRITE_OFF = "write_off"
    CASH = "cash"
    UNAPPLIED = "unapplied"
    KEPT_BACK = "kept_back"

    @property
    def label(self) -> str:
        """The account as a person says it."""
        return LABELS[self]


LABELS = {
    Account.PAYER: "Payer owes", Account.PATIENT: "Patient owes", Account.CHARGES: "Charged", Account.CONTRACTUAL: "Contractual write-off",
    Account.SEQUESTRATION: "Sequestration", Account.WRITE_OFF: "Written off", Account.CASH: "Received", Account.UNAPPLIED: "Received, not matched",
    Account.KEPT_BACK: "Kept back by payer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """One move of money. The amount is always above zero; taking back is a move the other way."""

    into: Account
    out_of: Account
    amount: Decimal
    kind: str

    def __post_init__(self) -> None:
        if self.into == self.out_of or self.amount <= 0 or self.amount != self.amount.quantize(CENT):
            raise ValueError(f"a move needs two accounts and an amount of whole cents above zero, found {self}")

    def reversed(self, kind: str = "") -> Move:
        """The move that undoes this one."""
        return Move(self.out_of, self.into, self.amount, kind or self.kind)


def move(into: Account, out_of: Account, amount: Decimal, kind: str) -> list[Move]:
    """A move of a signed amount: none of nothing, the other way round below zero."""
    if not amount:
        return []
    return [Move(into, out_of, amount, kind) if amount > 0 else Move(out_of, into, -amount, kind)]


def balances(moves: Iterable[Move]) -> dict[Account, Decimal]:
    """What stands in each account: they always sum to zero.

    >>> balances([Move(Account.PAYER, Account.CHARGES, Decimal("80.00"), "charge")])[Account.PAYER]
    Decimal('80.00')
    """
    found = dict.fromkeys(Account, Decimal("0.00"))
    for one in moves:
        found[one.into] += one.amount
        found[one.out_of] -= one.amount
    return found


STAYS = ("open", "none", "patient")
"""Adjustments outside group PR that move nothing: denials to work on, and what an earlier payer did already."""


def owed_first(insured: bool) -> Account:
    """Who is asked first for a charge."""
    return Account.PAYER if insured else Account.PATIENT


def goes_to(group: str, reason: str, posts: Mapping[str, str]) -> Account | None:
    """Where an adjustment takes money from what the payer owes; None where it stays asked for (a denial to work on)."""
    if group == "PR":
        return Account.PATIENT
    known = posts.get(reason, "open")
    return None if known in STAYS else Account(known)


def of_remitted(claim: PaidClaim, posts: Mapping[str, str]) -> list[Move]:
    """What a remitted claim moves: the payment, write-offs, the patient's share. A reversal's amounts are negative and
    move the same money back. `posts` says by reason code where an adjustment goes.
    """
    found = move(Account.CASH, Account.PAYER, claim.paid, "payment")
    for one in claim.every_adjustment:
        account = goes_to(one.group, one.reason, posts)
        if account is not None:
            kind = "patient_share" if account is Account.PATIENT else "adjustment"
            found += move(account, Account.PAYER, one.amount, kind)
    return found


def of_unmatched(claim: PaidClaim) -> list[Move]:
    """Money for a claim nobody knows: received, and kept in sight until it is matched."""
    return move(Account.CASH, Account.UNAPPLIED, claim.paid, "payment")


def of_matched(claim: PaidClaim, posts: Mapping[str, str]) -> list[Move]:
    """Unmatched money put to its claim afterwards: cash moved already, so the payer's debt is paid from what was unapplied."""
    paid = move(Account.UNAPPLIED, Account.PAYER, claim.paid, "payment")
    return paid + [one for one in of_remitted(claim, posts) if one.kind != "payment"]


def of_kept_back(remittance: Remittance) -> list[Move]:
    """What a payer keeps back or adds apart from claims."""
    return [one for kept in remittance.provider_adjustments for one in move(Account.KEPT_BACK, Account.CASH, kept.amount, "kept_back")]  # fmt: skip


def denied(claim: PaidClaim, posts: Mapping[str, str]) -> Iterator[str]:
    """The reason codes of a claim that somebody has to work on, once each."""
    seen: set[str] = set()
    for one in claim.every_adjustment:
        if (
            one.amount
            and one.reason not in seen
            and one.group != "PR"
            and goes_to(one.group, one.reason, posts) is None
        ):
            seen.add(one.reason)
            yield one.reason
