"""What payers answered, in words: reasons with cause and next action, denials to work on, letters, likely owners of money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef

from regain.billing.models import RemittedClaim
from regain.billing.queries.claims import claims
from regain.billing.queries.filing import paid_claim, remitted
from regain.billing.queries.ledger import posts
from regain.billing.rules.ledger import denied
from regain.billing.rules.x12.claim import Adjustment
from regain.billing.rules.x12.remitted import PaidClaim
from regain.reference.facts import fact
from regain.ui.jinja import long_day, money

GROUPS = {
    "CO": "write-off by contract",
    "PR": "patient",
    "OA": "other",
    "PI": "taken off by the payer",
    "CR": "correction",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code with what it means. `known` is False where no fact knows it."""

    code: str
    meaning: str
    cause: str = ""
    action: str = ""
    letter: str = ""
    certainty: str = ""
    known: bool = True


@dataclass(frozen=True, slots=True)
class Explained:
    """A remitted claim with what it says in words."""

    row: RemittedClaim
    paid: PaidClaim
    status: str
    work: tuple[Reason, ...]
    remarks: tuple[Reason, ...]
    everything: tuple[tuple[Adjustment, Reason], ...]


def reasons() -> dict[str, Reason]:
    """Every reason code we know, in words."""
    values = fact("billing/denial_reasons").latest()
    return {
        v["key"]: Reason(v["key"], v["meaning"], v["cause"], v["action"], v["letter"], str(v.certainty)) for v in values
    }


def reason_of(code: str, known: dict[str, Reason]) -> Reason:
    """A code in words, or what to do where nobody here knows it."""
    return known.get(code) or Reason(code, "A reason Regain has no words for", "", "Look it up in the payer's list of reason codes.", "correction", "", False)  # fmt: skip


def explained(rows: Iterable[RemittedClaim]) -> list[Explained]:
    """Remitted claims in words."""
    known, goes = reasons(), posts()
    marks = {
        v["key"]: Reason(v["key"], v["meaning"], certainty=str(v.certainty))
        for v in fact("billing/remark_codes").latest()
    }
    states = {v["key"]: v["label"] for v in fact("billing/remitted_status").latest()}
    found = []
    for row in rows:
        paid = paid_claim(row)
        work = tuple(reason_of(code, known) for code in denied(paid, goes))
        remarks = tuple(
            marks.get(code) or Reason(code, "A remark Regain has no words for", known=False)
            for code in paid.every_remark
        )
        everything = tuple((one, reason_of(one.reason, known)) for one in paid.every_adjustment if one.amount)
        found.append(Explained(row, paid, states.get(row.status, "Answered"), work, remarks, everything))
    return found


def denials(organization):
    """The newest answer of each claim that stands denied, most money first."""
    newer = RemittedClaim.objects.of(organization).filter(
        claim=OuterRef("claim"), created_at__gt=OuterRef("created_at")
    )
    open_ = claims(organization).filter(state="denied").order_by().values("pk")
    rows = remitted(organization).filter(claim__in=open_, reverses=None, reversed_by=None).exclude(Exists(newer))
    return rows.order_by("-charge", "-created_at", "id")


def letters(row: RemittedClaim, reason: str = "") -> list[dict[str, str]]:
    """A draft for each reason that has one, or for the one asked for."""
    (one,) = explained([row])
    wanted = [r for r in one.work if reason in ("", r.code)]
    texts = {v["key"]: v for v in fact("billing/denial_letters").latest()}
    details = {
        "claim": row.claim.number, "patient": row.claim.patient, "day": long_day(row.claim.from_on), "answered": long_day(row.remittance.on),
        "payer_claim": row.payer_claim_number or "of unknown number", "amount": money(row.charge),
    }  # fmt: skip
    found = {}
    for r in wanted:
        if r.letter in texts and r.letter not in found:
            draft = texts[r.letter]
            found[r.letter] = {
                "title": draft["title"],
                "text": draft["text"].format(**details, reason=r.code, meaning=r.meaning.lower()),
            }
    return list(found.values())


def likely(organization, row: RemittedClaim) -> list:
    """Claims of ours that unmatched money may be for: of the same amount, on a day it names."""
    days = {line.on for line in paid_claim(row).lines if line.on}
    known = claims(organization).filter(state__in=["sent", "accepted", "denied", "paid"])
    near = known.filter(total=abs(row.charge) if row.charge else Decimal(-1))
    return list(near.filter(from_on__in=days)[:5] if days else near[:5])
