"""Writes of billing: a signed visit becomes a claim draft."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from regain.billing.models import Charge, Claim, ClaimStatus, LedgerEntry
from regain.billing.queries import accrued, claim_facts, claims, counted, pairs_on
from regain.billing.rules import check_claim
from regain.coverage.queries import coverage_on, fees, payer_kind, unit_rule
from regain.organizations.models import Membership
from regain.organizations.queries import disciplines
from regain.record.actions import add, audit
from regain.reference.facts import fact
from regain.reference.rules import Finding, blocks, error
from regain.visits.models import Visit

MOVES = {
    "draft": {"ready", "void"},
    "ready": {"sent", "void"},
    "sent": {"accepted", "denied", "paid"},
    "accepted": {"paid", "denied"},
    "paid": set(),
    "denied": {"void"},
    "void": set(),
}


@transaction.atomic
def draft_claim(visit: Visit, *, by: Membership, at: datetime) -> Claim | list[Finding]:
    """Charge lines of a signed visit; each keeps the minutes and the rule its units follow from. A visit is billed once."""
    if not visit.signed_at:
        return [error("NOT_SIGNED", "Only a signed visit is billed.", try_="Sign the note first.")]
    if Charge.objects.of(by).filter(visit=visit).exists():
        return [error("BILLED_ALREADY", "This visit is on a claim already.", try_="Open that claim.")]
    coverage = coverage_on(by, visit.patient, visit.on)
    codes = list(visit.episode.diagnoses.order_by("rank", "code").values_list("code", flat=True)[:12])
    claim = add(Claim, by=by, at=at, episode=visit.episode, patient=visit.patient, coverage=coverage, number=_next_number(by, visit.on),
                from_on=visit.on, to_on=visit.on, diagnoses=codes)  # fmt: skip
    add(ClaimStatus, by=by, at=at, claim=claim, status="draft")
    _charge(claim, visit, coverage, codes, by=by, at=at)
    audit("claim drafted", claim, by=by, at=at, patient=visit.patient_id, visit=str(visit.pk))
    return claim


def _charge(claim: Claim, visit: Visit, coverage, codes, *, by, at) -> None:
    rule = unit_rule(coverage)
    result = counted(visit, rule)
    schedule = fees(by, coverage.payer, visit.on) if coverage else {}
    minutes = {one.code: one.minutes for one in visit.interventions.all()}
    kx = _over_threshold(visit, coverage, result, schedule, by)
    for line in result.claim_lines:
        amount = _amount(line.code, visit.on, schedule)
        add(Charge, by=by, at=at, visit=visit, claim=claim, on=visit.on, discipline=line.discipline, code=line.code, units=line.units,
            minutes=minutes.get(line.code, 0), modifiers=[*line.modifiers, *(["KX"] if kx else [])],
            diagnosis_pointers=list(range(1, min(len(codes), 4) + 1)), amount=None if amount is None else amount * line.units,
            why=[f"{minutes.get(line.code, 0)} minutes of {sum(result.timed_minutes.values())} timed minutes", f"unit rule {rule}"])  # fmt: skip


def _amount(code: str, on: date, schedule) -> Decimal | None:
    """The charge per unit: the payer's schedule, else the example fees; None where nothing is known."""
    line = schedule.get(code)
    if line is not None:
        known = line.charge if line.charge is not None else line.allowed
        return known if known is not None else (line.work or 0) + (line.pe or 0) + (line.mp or 0)
    example = [v for v in fact("coverage/example_fees").on(on) if v["key"] == code]
    return Decimal(str(example[-1]["work"] + example[-1]["pe"] + example[-1]["mp"])) if example else None


def _over_threshold(visit, coverage, result, schedule, by) -> bool:
    """Whether this visit takes the counter above the year's threshold, for payers that have one."""
    if coverage is None or not payer_kind(coverage.payer.kind)["threshold"]:
        return False
    level = fact("coverage/kx_threshold").on(visit.on)
    this = sum(
        ((_amount(line.code, visit.on, schedule) or Decimal(0)) * line.units for line in result.claim_lines), Decimal(0)
    )
    return bool(level) and accrued(by, visit.patient, visit.discipline, visit.on) + this > level[-1]["value"]


def _next_number(by: Membership, on: date) -> str:
    prefix = f"C{on:%y}"
    last = (
        Claim.objects.of(by)
        .filter(number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last[3:]) + 1 if last else 1:07d}"


def findings_of(claim: Claim, *, by: Membership, today: date) -> list[Finding]:
    """What stands against the claim now."""
    found = check_claim(claim_facts(by, claim, today), pairs_on(claim.from_on))
    unknown = sorted({c.discipline for c in claim.charges.all()} - disciplines().keys())
    missing = [c.code for c in claim.charges.all() if c.amount is None]
    if missing:
        found.append(
            error(
                "NO_FEE",
                f"No fee is known for {', '.join(missing)}.",
                where="amount",
                try_="Import the payer's fee schedule.",
            )
        )
    return found + [
        error("UNKNOWN_DISCIPLINE", f"{key} is no discipline here.", found=key, try_="Add its fact file.")
        for key in unknown
    ]


@transaction.atomic
def move_claim(claim: Claim, *, to: str, by: Membership, at: datetime, reason: str = "") -> list[Finding]:
    """The next state of a claim; one with an error is not made ready."""
    claim = claims(by).get(pk=claim.pk)
    if to not in MOVES[claim.state]:
        return [
            error(
                "MOVE_NOT_ALLOWED",
                f"A claim that is {claim.state} cannot become {to}.",
                found=to,
                try_="See what the claim is now.",
            )
        ]
    findings = findings_of(claim, by=by, today=at.date()) if to == "ready" else []
    if blocks(findings):
        return findings
    add(ClaimStatus, by=by, at=at, claim=claim, status=to, reason=reason)
    if to == "ready":
        for charge in claim.charges.all():
            add(
                LedgerEntry,
                by=by,
                at=at,
                patient=claim.patient,
                claim=claim,
                charge=charge,
                kind="charge",
                amount=charge.amount,
                on=charge.on,
            )
    audit("claim moved", claim, by=by, at=at, patient=claim.patient_id, to=to)
    return findings
