"""Writes of coverage: payers, coverages, authorizations and their ledger, estimates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from regain.coverage.models import Authorization, AuthorizationUse, Coverage, Estimate, FeeLine, Payer
from regain.coverage.queries import authorization_for, uses_of
from regain.coverage.rules.fees import PARTS, Fee
from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.people.models import Patient
from regain.record.actions import add, audit, change
from regain.reference.rules import Finding, error


@transaction.atomic
def add_payer(
    *,
    by: Membership,
    at: datetime,
    name: str,
    kind: str,
    profile: str = "",
    payer_id: str = "",
    settings: dict | None = None,
) -> Payer:
    """A payer the organization bills. Its profile gives the defaults (its kind, where none is named), `settings` replaces them."""
    payer = add(
        Payer, by=by, at=at, name=name, kind=kind, profile=profile or kind, payer_id=payer_id, settings=settings or {}
    )
    audit("payer added", payer, by=by, at=at, kind=kind, profile=payer.profile)
    return payer


@transaction.atomic
def add_fee(
    payer: Payer, *, by: Membership, at: datetime, code: str, starts_on: date, source: str, certainty: str, **amounts
) -> FeeLine:
    """One line of a fee schedule."""
    line = add(
        FeeLine,
        by=by,
        at=at,
        payer=payer,
        code=code,
        starts_on=starts_on,
        source=source,
        certainty=certainty,
        **amounts,
    )
    audit("fee added", line, by=by, at=at, code=code)
    return line


@transaction.atomic
def load_fees(payer: Payer, fees: Iterable[Fee], *, source: str, by: Membership, at: datetime) -> int:
    """Lines of a fee schedule that the payer has not got for that code and day; how many were added. A line there already stands."""
    here = set(FeeLine.objects.of(by).filter(payer=payer).values_list("code", "starts_on"))
    added = 0
    for fee in fees:
        if (fee.code, fee.starts_on) in here:
            continue
        here.add((fee.code, fee.starts_on))
        parts = dict(zip(PARTS, fee.parts or (None,) * len(PARTS), strict=True))
        add(FeeLine, by=by, at=at, payer=payer, code=fee.code, starts_on=fee.starts_on, ends_on=fee.ends_on, allowed=fee.allowed, charge=fee.charge,
            source=source, certainty="verified", **parts)  # fmt: skip
        added += 1
    audit("fee schedule loaded", payer, by=by, at=at, source=source, added=added)
    return added


@transaction.atomic
def add_coverage(
    patient: Patient, payer: Payer, *, by: Membership, at: datetime, member_id: str, starts_on: date, ends_on: date | None = None,
    **details: Any,
) -> Coverage | list[Finding]:  # fmt: skip
    """A coverage from a day on. One of the same priority that is still open ends the day before."""
    wrong = _check_coverage(patient, payer, by=by, member_id=member_id, starts_on=starts_on, ends_on=ends_on)
    if wrong:
        return wrong
    for old in Coverage.objects.of(by).filter(
        patient=patient, priority=details.get("priority", 1), ends_on__isnull=True, starts_on__lt=starts_on
    ):
        change(old, version=old.version, by=by, at=at, ends_on=date.fromordinal(starts_on.toordinal() - 1))
    coverage = add(
        Coverage,
        by=by,
        at=at,
        patient=patient,
        payer=payer,
        member_id=member_id,
        starts_on=starts_on,
        ends_on=ends_on,
        **details,
    )
    audit("coverage added", coverage, by=by, at=at, patient=patient, payer=payer.name)
    return coverage


def _check_coverage(patient: Patient, payer: Payer, *, by: Membership, member_id: str, starts_on: date, ends_on: date | None, known=None) -> list[Finding]:  # fmt: skip
    """What is wrong with a coverage's dates, or that it stands already."""
    if ends_on and ends_on < starts_on:
        return [error("ENDS_BEFORE_START", f"The coverage ends on {ends_on:%-d %b %Y}, before it starts on {starts_on:%-d %b %Y}.", where="ends_on",
                      found=str(ends_on), expected=f"a day from {starts_on:%-d %b %Y} on", try_="Check both dates.")]  # fmt: skip
    if ends_on and ends_on < patient.birth_date:
        return [error("BEFORE_BIRTH", f"The coverage ends on {ends_on:%-d %b %Y}, before the birth on {patient.birth_date:%-d %b %Y}.", where="ends_on",
                      found=str(ends_on), try_="Check the dates, and the birth date.")]  # fmt: skip
    same = Coverage.objects.of(by).filter(patient=patient, payer=payer, member_id=member_id, starts_on=starts_on)
    if same.exclude(pk=known).exists():
        return [error("ALREADY_RECORDED", f"{payer} with member number {member_id} from {starts_on:%-d %b %Y} is recorded already.", where="member_id",
                      found=member_id, try_="Correct that coverage instead.")]  # fmt: skip
    return []


@transaction.atomic
def correct_coverage(coverage: Coverage, payer: Payer, *, version: int, by: Membership, at: datetime, member_id: str, starts_on: date,
                     ends_on: date | None = None, **details: Any) -> Coverage | list[Finding]:  # fmt: skip
    """Change a coverage; what it was stays as a revision. Raises Stale where somebody else changed it first."""
    wrong = _check_coverage(
        coverage.patient, payer, by=by, member_id=member_id, starts_on=starts_on, ends_on=ends_on, known=coverage.pk
    )
    if wrong:
        return wrong
    changed = change(
        coverage,
        version=version,
        by=by,
        at=at,
        payer=payer,
        member_id=member_id,
        starts_on=starts_on,
        ends_on=ends_on,
        **details,
    )
    audit("coverage corrected", changed, by=by, at=at, patient=coverage.patient_id, payer=payer.name)
    return changed


@transaction.atomic
def add_authorization(coverage: Coverage, *, by: Membership, at: datetime, number: str, disciplines: list[str], starts_on: date, ends_on: date,
                      visits: int | None = None, units: int | None = None) -> Authorization | list[Finding]:  # fmt: skip
    """A payer's approval."""
    if ends_on < starts_on:
        return [
            error(
                "ENDS_BEFORE_START",
                f"The authorization ends on {ends_on:%-d %b %Y}, before it starts on {starts_on:%-d %b %Y}.",
                where="ends_on",
                found=str(ends_on),
                expected=f"a day from {starts_on:%-d %b %Y} on",
                try_="Check both dates.",
            )
        ]
    if visits is None and units is None:
        return [
            error(
                "NOTHING_APPROVED",
                "An authorization approves visits or units.",
                where="visits",
                try_="Enter the number from the letter.",
            )
        ]
    row = add(Authorization, by=by, at=at, coverage=coverage, number=number, disciplines=disciplines, starts_on=starts_on, ends_on=ends_on,
              visits=visits, units=units)  # fmt: skip
    audit("authorization added", row, by=by, at=at, patient=coverage.patient_id, number=number)
    return row


@transaction.atomic
def use_visit(
    patient: Patient, *, subject_id, discipline: str, on: date, by: Membership, at: datetime
) -> AuthorizationUse | None:
    """Draw one visit by date of service, where an authorization covers it."""
    authorization = authorization_for(by, patient, discipline, on)
    if authorization is None:
        return None
    return add(
        AuthorizationUse,
        by=by,
        at=at,
        authorization=authorization,
        on=on,
        visits=1,
        subject_id=subject_id,
        note="booked",
    )


@transaction.atomic
def give_back(*, subject_id, by: Membership, at: datetime, note: str) -> None:
    """Return whatever an appointment drew and has not given back yet."""
    drawn = uses_of(by, subject_id).values("authorization", "on").annotate(visits=Sum("visits"), units=Sum("units"))
    for row in drawn:
        if row["visits"] or row["units"]:
            add(AuthorizationUse, by=by, at=at, authorization_id=row["authorization"], on=row["on"], visits=-row["visits"], units=-row["units"],
                subject_id=subject_id, note=note)  # fmt: skip


@transaction.atomic
def keep_estimate(
    episode: Episode, *, coverage: Coverage | None, request: dict, answer: dict, by: Membership, at: datetime
) -> Estimate:
    """Keep what the patient is told, with everything it was worked out from."""
    row = add(Estimate, by=by, at=at, episode=episode, coverage=coverage, request=request, answer=answer,
              low=_money(answer["low"]), high=_money(answer["high"]))  # fmt: skip
    audit("estimate given", row, by=by, at=at, patient=episode.patient_id, low=answer["low"], high=answer["high"])
    return row


def _money(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))
