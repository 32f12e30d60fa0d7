"""Reads of coverage: what a patient has on a date, what is left of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from regain.coverage.models import Authorization, AuthorizationUse, Coverage, Estimate, FeeLine, Payer
from regain.coverage.rules.codes import Code, codes_of
from regain.coverage.rules.profiles import Profile, profile_of
from regain.organizations.queries import disciplines
from regain.reference.facts import fact, rows
from regain.reference.rules import Finding, warning


def payers(organization):
    """The organization's payers, by name."""
    return Payer.objects.of(organization).order_by("name")


def coverages(organization, patient):
    """A patient's coverages, newest first."""
    return (
        Coverage.objects.of(organization)
        .filter(patient=patient)
        .select_related("payer")
        .order_by("-starts_on", "priority")
    )


def coverage_on(organization, patient, on: date) -> Coverage | None:
    """The primary coverage in force on a date of service, or None: the patient pays."""
    current = (
        coverages(organization, patient).filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    )
    return current.order_by("priority", "-starts_on").first()


def coverages_of(organization, patients) -> dict[Any, list[Coverage]]:
    """The coverages of many patients by patient, in one query, the one that pays first first."""
    found: dict[Any, list[Coverage]] = {}
    rows = Coverage.objects.of(organization).filter(patient__in=patients).select_related("payer")
    for row in rows.order_by("priority", "-starts_on"):
        found.setdefault(row.patient_id, []).append(row)
    return found


def in_force(rows: Iterable[Coverage], on: date) -> Coverage | None:
    """The first of `coverages_of` one patient that covers a date of service."""
    return next((c for c in rows if c.starts_on <= on and (c.ends_on is None or c.ends_on >= on)), None)


def authorizations(organization, patient):
    """A patient's authorizations with what was drawn (`visits_used`, `units_used`), newest first."""
    return (
        Authorization.objects.of(organization).filter(coverage__patient=patient).select_related("coverage__payer")
        .annotate(visits_used=Coalesce(Sum("uses__visits"), 0), units_used=Coalesce(Sum("uses__units"), 0)).order_by("-starts_on")
    )  # fmt: skip


def authorization_for(organization, patient, discipline: str, on: date) -> Authorization | None:
    """The authorization a visit of a discipline on a date draws from."""
    rows = authorizations(organization, patient).filter(starts_on__lte=on, ends_on__gte=on)
    return next((row for row in rows if not row.disciplines or discipline in row.disciplines), None)


def uses_of(organization, subject_id):
    """What an appointment or visit drew."""
    return AuthorizationUse.objects.of(organization).filter(subject_id=subject_id)


def profiles() -> list[Profile]:
    """Every profile a payer can start from, as the facts say."""
    return [_profile(value["key"]) for value in fact("coverage/payer_profiles").latest()]


def profile(payer: Payer | None) -> Profile:
    """What a payer asks for and how it pays; paying oneself where there is none."""
    return _profile(payer.profile, payer.settings) if payer else _profile("self_pay")


def _profile(key: str, settings: Mapping[str, Any] | None = None) -> Profile:
    return profile_of(key, fact("coverage/payer_kinds").latest(), fact("coverage/payer_profiles").latest(), settings)


def unit_rule_labels() -> dict[str, str]:
    """The ways minutes become units, by key, in words."""
    return {value["key"]: f"{value['label']} ({value['key']})" for value in fact("coverage/unit_rules").latest()}


def profile_on(coverage: Coverage | None) -> Profile:
    """The profile of a coverage's payer."""
    return profile(coverage.payer if coverage else None)


def unit_rule(coverage: Coverage | None) -> str:
    """`cms` or `ama`: the payer's own setting, else its profile's."""
    return profile_on(coverage)["unit_rule"]


def fees(organization, payer, on: date) -> dict[str, FeeLine]:
    """A payer's imported fee schedule in force on a date, by code."""
    rows = (
        FeeLine.objects.of(organization)
        .filter(payer=payer, starts_on__lte=on)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    )
    return {row.code: row for row in rows.order_by("starts_on")}


def all_fees(organization):
    """Every fee line that was entered, by payer and code, the newest start first."""
    return FeeLine.objects.of(organization).select_related("payer").order_by("payer__name", "code", "-starts_on")


def estimates(organization, episode=None):
    """What the patient was told, newest first; of one episode where it is given."""
    rows = (
        Estimate.objects.of(organization).select_related("coverage__payer", "episode__patient").order_by("-created_at")
    )
    return rows.filter(episode=episode) if episode is not None else rows


def booking_findings(organization, patient, discipline: str, on: date, more: int = 0) -> list[Finding]:
    """What coverage says of one more visit on a date; `more` visits of this course come before it."""
    coverage = coverage_on(organization, patient, on)
    if coverage is None:
        return [
            warning(
                "NO_COVERAGE",
                f"No coverage is recorded for {on:%-d %b %Y}: the patient would pay.",
                try_="Enter the coverage, or give a Good Faith Estimate.",
            )
        ]
    authorization = authorization_for(organization, patient, discipline, on)
    if authorization is None:
        asks = profile_on(coverage)["authorization"]
        if asks == "no":
            return []
        return [warning("NO_AUTHORIZATION", f"{coverage.payer} {'always' if asks == 'always' else 'often'} wants an authorization, and none covers {discipline} on {on:%-d %b %Y}.",
                        try_="Ask the payer before the visit.")]  # fmt: skip
    if authorization.visits is not None and authorization.visits_used + more + 1 > authorization.visits:
        return [warning("AUTHORIZATION_EXCEEDED", f"Authorization {authorization.number} approves {authorization.visits} visits; this would be number {authorization.visits_used + more + 1}.",
                        found=authorization.visits_used + more + 1, expected=f"up to {authorization.visits}", try_="Ask for more visits now.")]  # fmt: skip
    return []


def coverage(organization, coverage_id) -> Coverage | None:
    """One coverage with its patient and payer."""
    return Coverage.objects.of(organization).select_related("patient", "payer").filter(pk=coverage_id).first()


@cache
def code_list() -> dict[str, Code]:
    """Every service code by code."""
    return codes_of(rows("coverage/codes"))


def code_choices(discipline: str) -> list[tuple[str, str]]:
    """Codes a discipline may enter, those it uses most first, with our own short labels."""
    usual = disciplines()[discipline]
    first = [*usual["evaluation_codes"], usual["re_evaluation_code"], *usual["treatment_codes"]]
    known = [code for code in code_list().values() if code.discipline in ("", discipline)]
    ranked = sorted(known, key=lambda c: (first.index(c.code) if c.code in first else len(first), c.code))
    return [(code.code, f"{code.code} {code.label}") for code in ranked]
