"""Writes of billing: a signed visit becomes a claim draft; files of code pairs are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from regain.billing.actions.ledger import ask_for, take_back
from regain.billing.models import Charge, Claim, ClaimStatus, PairEdit, PairRelease
from regain.billing.queries.claims import (
    accrued,
    billed_beside,
    claim_facts,
    claim_findings,
    claims,
    counted,
    minutes_of,
    modifiers,
    pairs_on,
    schedule_of,
    unbilled,
    why,
)
from regain.billing.rules.claims import check_claim, most_serious_first
from regain.billing.rules.modifiers import in_order
from regain.billing.rules.pairs import BilledLine, Pair, check_pairs
from regain.coverage.queries import coverage_on, profile_on, unit_rule
from regain.coverage.rules.shares import PricedLine, price
from regain.organizations.models import Membership, Organization
from regain.record.actions import add, audit, change
from regain.reference.facts import fact
from regain.reference.rules import Finding, blocks, error
from regain.visits.models import Visit
from regain.visits.queries import code_list

MOVES = {
    "draft": {"ready", "void"},
    "ready": {"sent", "void"},
    "sent": {"accepted", "denied", "paid"},
    "accepted": {"paid", "denied"},
    "rejected": {"ready", "void"},
    "paid": set(),
    "denied": {"void"},
    "reversed": {"void"},
    "void": set(),
}


@transaction.atomic
def draft_claim(visit: Visit, *, by: Membership, at: datetime) -> Claim | list[Finding]:
    """Charge lines of a signed visit; each keeps the minutes and the rule its units follow from. A visit is billed once."""
    if not visit.signed_at:
        return [error("NOT_SIGNED", "Only a signed visit is billed.", try_="Sign the note first.")]
    # two billers take turns, so that no visit is billed twice and no number given twice
    Organization.objects.select_for_update().get(pk=by.organization_id)
    if not unbilled(by).filter(pk=visit.pk).exists():
        return [error("BILLED_ALREADY", "This visit is on a claim already.", try_="Open that claim.")]
    coverage = coverage_on(by, visit.patient, visit.on)
    codes = list(visit.episode.diagnoses.order_by("rank", "code").values_list("code", flat=True)[:12])
    claim = add(Claim, by=by, at=at, episode=visit.episode, patient=visit.patient, coverage=coverage, number=next_number(by, visit.on),
                from_on=visit.on, to_on=visit.on, diagnoses=codes)  # fmt: skip
    add(ClaimStatus, by=by, at=at, claim=claim, status="draft")
    _charge(claim, visit, coverage, codes, by=by, at=at)
    audit("claim drafted", claim, by=by, at=at, patient=visit.patient_id, visit=str(visit.pk))
    return claim


def draft_claims(visits: Iterable[Visit], *, by: Membership, at: datetime) -> tuple[list[Claim], list[Finding]]:
    """A draft for each visit, one transaction each: one that cannot be drafted stops no other."""
    claims, refused = [], []
    for visit in visits:
        result = draft_claim(visit, by=by, at=at)
        if isinstance(result, list):
            refused += result
        else:
            claims.append(result)
    return claims, refused


def _charge(claim: Claim, visit: Visit, coverage, codes, *, by, at) -> None:
    rule = unit_rule(coverage)
    result = counted(visit, rule)
    schedule = schedule_of(by, coverage, visit.on)
    allowed = _allowed(result.claim_lines, visit.on, schedule, coverage)
    kx = _over_threshold(visit, coverage, [amount for amount in allowed if amount is not None], by)
    for line, most in zip(result.claim_lines, allowed, strict=True):
        amount = _amount(line.code, visit.on, schedule)
        add(Charge, by=by, at=at, visit=visit, claim=claim, on=visit.on, discipline=line.discipline, code=line.code, units=line.units,
            minutes=minutes_of(visit, line.code), modifiers=_ordered([*line.modifiers, *(["KX"] if kx else [])], coverage),
            diagnosis_pointers=list(range(1, min(len(codes), 4) + 1)), amount=None if amount is None else amount * line.units, allowed=most,
            priced_by="" if amount is None else "schedule" if line.code in schedule else "example", why=why(visit, line, result, rule))  # fmt: skip


def _ordered(given: Iterable[str], coverage) -> list[str]:
    """Modifiers in the order the payer wants, else in ours."""
    wanted = profile_on(coverage).get("modifier_order")
    return in_order(given, modifiers(), wanted or fact("billing/modifiers").about["order"])


def _allowed(lines, on: date, schedule, coverage) -> list[Decimal | None]:
    """What the payer is expected to allow for each line, after its multiple-procedure reduction; None where no price is known."""
    reduces = coverage is not None and profile_on(coverage)["mppr"]
    mppr = next((Decimal(str(v["value"])) for v in fact("coverage/mppr").on(on)), None) if reduces else None
    priced = [_priced(line, on, schedule) for line in lines]
    amounts = iter(price([one for one in priced if one], mppr))
    return [None if one is None else sum(next(amounts), Decimal(0)) for one in priced]


def _priced(line, on: date, schedule) -> PricedLine | None:
    always = line.code in code_list() and code_list()[line.code].always
    fee = schedule.get(line.code)
    if fee is not None and fee.allowed is not None:
        return PricedLine(line.discipline, line.code, line.units, allowed=fee.allowed * line.units)
    parts = (fee.work, fee.pe, fee.mp) if fee is not None else _example(line.code, on)
    if parts is None or any(part is None for part in parts):
        return None
    return PricedLine(line.discipline, line.code, line.units, False, always, *parts)


def _example(code: str, on: date) -> tuple[Decimal, ...] | None:
    values = [value for value in fact("coverage/example_fees").on(on) if value["key"] == code]
    return tuple(Decimal(str(values[-1][name])) for name in ("work", "pe", "mp")) if values else None


def _amount(code: str, on: date, schedule) -> Decimal | None:
    """The charge per unit: the payer's schedule, else the example fees; None where nothing is known."""
    line = schedule.get(code)
    if line is not None:
        known = line.charge if line.charge is not None else line.allowed
        return known if known is not None else (line.work or 0) + (line.pe or 0) + (line.mp or 0)
    example = _example(code, on)
    return None if example is None else sum(example, Decimal(0))


def _over_threshold(visit, coverage, allowed: list[Decimal], by) -> bool:
    """Whether this visit takes the counter above the year's threshold, for payers that have one."""
    if coverage is None or not profile_on(coverage)["threshold"]:
        return False
    level = fact("coverage/kx_threshold").on(visit.on)
    return (
        bool(level)
        and accrued(by, visit.patient, visit.discipline, visit.on) + sum(allowed, Decimal(0)) > level[-1]["value"]
    )


def charge_lines(claim: Claim, old: Claim, *, by: Membership, at: datetime) -> None:
    """The lines of a claim that replaces `old`: worked out anew from the signed visit, with the modifiers a person had added;
    those of a void as they were.
    """
    before = list(old.charges.all())
    if claim.frequency == "8":
        for one in before:
            add(Charge, by=by, at=at, claim=claim, visit=one.visit, on=one.on, discipline=one.discipline, code=one.code, units=one.units, minutes=one.minutes,
                modifiers=one.modifiers, diagnosis_pointers=one.diagnosis_pointers, amount=one.amount, allowed=one.allowed, priced_by=one.priced_by, why=one.why)  # fmt: skip
        return
    if before:
        _charge(claim, before[0].visit, claim.coverage, claim.diagnoses, by=by, at=at)
    known = modifiers()
    by_hand = {
        one.code: [key for key in one.modifiers if key in known and known[key].given_by == "person"] for one in before
    }
    for charge in claim.charges.all():
        if by_hand.get(charge.code):
            change(
                charge,
                version=charge.version,
                by=by,
                at=at,
                modifiers=_ordered([*by_hand[charge.code], *charge.modifiers], claim.coverage),
            )


def next_number(by: Membership, on: date) -> str:
    """The next claim number of a year."""
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
    lines, others = list(claim.charges.all()), billed_beside(by, claim)
    found = check_claim(claim_facts(by, claim, today), modifiers())
    pairs, release = pairs_on(by, claim.from_on, {row.code for row in (*lines, *others)})
    found += check_pairs([BilledLine(c.code, tuple(c.modifiers)) for c in lines], others, pairs, claim.from_on, release)
    found += claim_findings(by, claim)
    return most_serious_first(found)


@transaction.atomic
def set_modifiers(charge: Charge, *, given: Sequence[str], version: int, by: Membership, at: datetime) -> list[Finding]:
    """The modifiers a person adds to a line of a draft (59, XE, GA ...), in place of those added before; the ones that
    follow from rules stay.
    """
    claim = claims(by).get(pk=charge.claim_id)
    if claim.state != "draft":
        return [error("NOT_A_DRAFT", f"A claim that is {claim.state} is not changed.", where="modifiers", found=claim.state,
                      try_="Void it and draft it again.", source="Regain")]  # fmt: skip
    known = modifiers()
    wrong = [key for key in given if key not in known or known[key].given_by != "person"]
    if wrong:
        offered = ", ".join(key for key, one in known.items() if one.given_by == "person")
        return [error("MODIFIER_UNKNOWN", f"{', '.join(wrong)} cannot be added here.", where="modifiers", found=", ".join(wrong), expected=offered,
                      try_="Choose one that is listed.", source="Regain")]  # fmt: skip
    kept = [key for key in charge.modifiers if key in known and known[key].given_by == "rule"]
    row = change(charge, version=version, by=by, at=at, modifiers=_ordered([*given, *kept], claim.coverage))
    audit("modifiers set", row, by=by, at=at, patient=claim.patient_id, modifiers=row.modifiers)
    return []


@transaction.atomic
def load_pairs(pairs: Iterable[Pair], *, name: str, starts_on: date, ends_on: date | None, sha256: str, rows: int, by: Membership, at: datetime) -> PairRelease | None:  # fmt: skip
    """One file of code pairs; None where that file is loaded already."""
    if PairRelease.objects.of(by).filter(name=name, starts_on=starts_on).exists():
        return None
    pairs = list({(p.column_one, p.column_two, p.starts_on): p for p in pairs}.values())
    release = add(
        PairRelease,
        by=by,
        at=at,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        sha256=sha256,
        rows=rows,
        kept=len(pairs),
    )
    for pair in pairs:
        add(PairEdit, by=by, at=at, release=release, column_one=pair.column_one, column_two=pair.column_two, starts_on=pair.starts_on,
            ends_on=pair.ends_on, indicator=str(pair.indicator))  # fmt: skip
    audit("code pairs loaded", release, by=by, at=at, name=name, kept=len(pairs))
    return release


@transaction.atomic
def move_claim(claim: Claim, *, to: str, by: Membership, at: datetime, reason: str = "") -> list[Finding]:
    """The next state of a claim; one with an error is not made ready. A voided one leaves its visit to be billed again."""
    Claim.objects.of(by).select_for_update().get(pk=claim.pk)
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
        ask_for(claim, by=by, at=at)
    if to == "void":
        take_back(claim, by=by, at=at, note="claim voided")
        if claim.corrects_id and claim.state == "ready":
            ask_for(claim.corrects, by=by, at=at)
    audit("claim moved", claim, by=by, at=at, patient=claim.patient_id, to=to)
    return findings
