"""Posts a payment: its claims, the money it moves and what each claim becomes, in batches whatever its size."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from regain.billing.actions.ledger import entries_for, post
from regain.billing.models import Claim, ClaimStatus, IncomingFile, LedgerEntry, Remittance, RemittedClaim
from regain.billing.queries.claims import with_state
from regain.billing.queries.filing import remitted
from regain.billing.queries.ledger import posts
from regain.billing.rules.ledger import denied, of_kept_back, of_remitted, of_unmatched
from regain.billing.rules.x12.kept import kept_of
from regain.billing.rules.x12.remitted import ESTIMATED, NOT_OURS, PaidClaim
from regain.billing.rules.x12.remitted import Remittance as Paid
from regain.organizations.models import Membership
from regain.record.actions import add, audit

BATCH = 500
ANSWERS = {
    "accepted": {"sent"},
    "rejected": {"sent", "accepted"},
    "paid": {"ready", "sent", "accepted", "rejected", "paid", "denied", "reversed"},
    "denied": {"ready", "sent", "accepted", "rejected", "paid", "denied", "reversed"},
    "reversed": {"paid", "denied", "sent", "accepted"},
}
"""What a payer's answer makes of a claim, and in which states it may."""


def decision(paid: PaidClaim) -> tuple[str, str]:
    """What a payer's answer makes of a claim, and the reason; nothing where it decides nothing."""
    if paid.status in (NOT_OURS, ESTIMATED):
        return "", ""
    codes = list(denied(paid, posts()))
    to = "reversed" if paid.reversal else "denied" if paid.status == "4" or (codes and not paid.paid) else "paid"
    return to, f"reason {', '.join(codes)}" if codes else ""


def answer_claim(by: Membership, claim: Claim, to: str, reason: str, *, at: datetime) -> None:
    """A claim's next state as the payer's answer says; an answer that comes too late changes nothing."""
    state = with_state(by).get(pk=claim.pk).state
    if state in ANSWERS[to] and state != to:
        add(ClaimStatus, by=by, at=at, claim=claim, status=to, reason=reason)
        audit("claim answered", claim, by=by, at=at, patient=claim.patient_id, to=to)


def post_payment(
    file: IncomingFile, payment: Paid, plan: list[tuple[PaidClaim, Claim | None]], *, by: Membership, at: datetime
) -> Remittance:
    """One payment with every claim of it."""
    kept = [[one.reason, one.reference, str(one.amount)] for one in payment.provider_adjustments]
    row = add(Remittance, by=by, at=at, file=file, payer=payment.payer[:100], payer_id=payment.payer_id[:80], trace=payment.trace[:50], amount=payment.amount,
              method=payment.method[:10], on=payment.on, kept_back=kept)  # fmt: skip
    rows = _claims(row, plan, by=by, at=at)
    RemittedClaim.objects.bulk_create(rows, batch_size=BATCH)
    LedgerEntry.objects.bulk_create(_entries(row, rows, plan, by=by, at=at), batch_size=BATCH)
    _decide(plan, by=by, at=at)
    post(of_kept_back(payment), by=by, at=at, on=payment.on, remittance=row)
    audit("payment posted", row, by=by, at=at, trace=row.trace, amount=str(row.amount), claims=len(plan))
    return row


def _claims(
    remittance: Remittance, plan: Iterable[tuple[PaidClaim, Claim | None]], *, by: Membership, at: datetime
) -> list[RemittedClaim]:
    taken: set[UUID] = set()
    found = []
    for paid, claim in plan:
        earlier = _taken_back(by, paid, claim, taken) if paid.reversal else None
        taken |= {earlier.pk} if earlier else set()
        found.append(RemittedClaim(
            organization_id=by.organization_id, created_at=at, created_by=by, remittance=remittance, claim=claim, number=paid.number[:40], status=paid.status[:2],
            charge=paid.charge, paid=paid.paid, patient_share=paid.patient_share, payer_claim_number=paid.payer_claim_number[:50], patient_name=paid.patient[:120],
            content=kept_of(paid), reverses=earlier,
        ))  # fmt: skip
    return found


def _taken_back(by: Membership, paid: PaidClaim, claim: Claim | None, taken: set[UUID]) -> RemittedClaim | None:
    """The earlier answer a reversal takes back: of the same claim and the opposite amounts, not taken back yet."""
    rows = remitted(by).filter(paid=-paid.paid, charge=-paid.charge, reversed_by=None).exclude(status="22")
    rows = rows.filter(claim=claim) if claim else rows.filter(number=paid.number, claim=None)
    return rows.exclude(pk__in=taken).last()


def _entries(
    remittance: Remittance,
    rows: list[RemittedClaim],
    plan: Iterable[tuple[PaidClaim, Claim | None]],
    *,
    by: Membership,
    at: datetime,
) -> list[LedgerEntry]:
    found: list[LedgerEntry] = []
    for row, (paid, claim) in zip(rows, plan, strict=True):
        moves = of_remitted(paid, posts()) if claim else of_unmatched(paid)
        patient = claim.patient if claim else None
        found += entries_for(
            moves, by=by, at=at, on=remittance.on, remittance=remittance, remitted=row, claim=claim, patient=patient
        )
    return found


def _decide(plan: Iterable[tuple[PaidClaim, Claim | None]], *, by: Membership, at: datetime) -> None:
    """Each claim's next state in the order of the payment: a reversal and its correction leave the claim paid."""
    known = {claim.pk: claim for _, claim in plan if claim}
    states = dict(with_state(by).filter(pk__in=known).values_list("pk", "state"))
    steps = []
    for paid, claim in plan:
        to, reason = decision(paid) if claim else ("", "")
        if to and states[claim.pk] in ANSWERS[to] and states[claim.pk] != to:
            states[claim.pk] = to
            steps.append(
                ClaimStatus(
                    organization_id=by.organization_id,
                    created_at=at,
                    created_by=by,
                    claim=claim,
                    status=to,
                    reason=reason,
                )
            )
    ClaimStatus.objects.bulk_create(steps, batch_size=BATCH)
    for step in steps:
        audit("claim answered", step.claim, by=by, at=at, patient=step.claim.patient_id, to=step.status)
