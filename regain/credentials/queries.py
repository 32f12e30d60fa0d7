"""Reads of credentials, as rows for pages and as values for the question `may`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from itertools import groupby

from regain.credentials.models import CompactPrivilege, ContinuingEducation, License, Supervision
from regain.credentials.rules import (
    Access,
    Act,
    DisciplineKinds,
    Held,
    LicenseHeld,
    PrivilegeHeld,
    SupervisionHeld,
    may,
)
from regain.organizations.queries import disciplines
from regain.people.models import Practitioner
from regain.reference.facts import fact, facts, subjects
from regain.reference.rules import Finding


def licenses(organization):
    """Current license rows (a renewal replaces the old one), soonest to expire first."""
    return (
        License.objects.of(organization)
        .filter(replaced_by__isnull=True)
        .select_related("practitioner")
        .order_by("expires_on")
    )


def privileges(organization):
    """Current compact privileges, soonest to expire first."""
    return (
        CompactPrivilege.objects.of(organization)
        .filter(replaced_by__isnull=True)
        .select_related("practitioner")
        .order_by("expires_on")
    )


def supervisions(organization):
    """Who supervises whom, newest first."""
    return Supervision.objects.of(organization).select_related("assistant", "supervisor").order_by("-starts_on")


def education(organization):
    """Continuing education, newest first."""
    return ContinuingEducation.objects.of(organization).select_related("practitioner").order_by("-completed_on")


@cache
def acts() -> dict[str, Act]:
    """Every act by key, as the facts say."""
    return {
        v["key"]: Act(v["key"], v["label"], tuple(v["levels"]), tuple(v["supervised"]))
        for v in fact("credentials/acts").latest()
    }


@cache
def kinds_of(discipline: str) -> DisciplineKinds:
    """A discipline's license kinds."""
    return DisciplineKinds(discipline, disciplines()[discipline]["license_kinds"])


def discipline_of_kind(kind: str) -> str | None:
    """The discipline a license kind belongs to."""
    return next((key for key in disciplines() if kinds_of(key).level_of(kind)), None)


@cache
def compact_states(discipline: str, on: date) -> frozenset[str]:
    """States known to have joined the discipline's compact by a date."""
    members = set()
    for one in facts("credentials/jurisdictions"):
        values = [v for v in one.on(on) if v.get("key") == f"compact_{discipline}" and v.get("member")]
        if values:
            members.add(one.about["state"])
    return frozenset(members)


def access_of(state: str, discipline: str, on: date) -> Access:
    """What is known of starting without a referral."""
    if f"credentials/jurisdictions/{state}" not in subjects("credentials/jurisdictions"):
        return Access(state, discipline)
    known = {v.get("key"): v for v in fact(f"credentials/jurisdictions/{state}").on(on)}
    rule, limits = known.get(f"access_{discipline}"), known.get(f"access_limits_{discipline}")
    if rule is None:
        return Access(state, discipline)
    title = fact(f"credentials/jurisdictions/{state}").sources[rule.sources[0]].title
    return Access(state, discipline, rule.get("level"), rule.get("treat"), limits.get("days") if limits else None,
                  limits.get("visits") if limits else None, limits.get("trigger") if limits else None,
                  (limits.get("notes") if limits else rule.get("notes")) or "", (limits or rule).certainty, title)  # fmt: skip


def held_by(organization, practitioners: Iterable[Practitioner]) -> dict:
    """What each practitioner holds, by practitioner id, in three queries."""
    people = {p.pk: p for p in practitioners}
    rows = {
        pk: list(group)
        for pk, group in groupby(
            License.objects.of(organization).filter(replaced_by__isnull=True).order_by("practitioner_id"),
            key=lambda r: r.practitioner_id,
        )
    }
    privileged = {
        pk: list(group)
        for pk, group in groupby(
            CompactPrivilege.objects.of(organization).filter(replaced_by__isnull=True).order_by("practitioner_id"),
            key=lambda r: r.practitioner_id,
        )
    }
    watched = list(Supervision.objects.of(organization).select_related("supervisor"))

    def held(person: Practitioner, supervision: list[SupervisionHeld]) -> Held:
        return Held(str(person), [_license(r) for r in rows.get(person.pk, [])],
                    [_privilege(r) for r in privileged.get(person.pk, [])], supervision)  # fmt: skip

    return {
        pk: held(person, [SupervisionHeld(s.state, s.starts_on, s.ends_on, held(s.supervisor, []))
                          for s in watched if s.assistant_id == pk])
        for pk, person in people.items()
    }  # fmt: skip


def _license(row: License) -> LicenseHeld:
    return LicenseHeld(row.kind, row.state, row.issued_on, row.expires_on, row.number, row.home_state, row.withdrawn_on)


def _privilege(row: CompactPrivilege) -> PrivilegeHeld:
    return PrivilegeHeld(row.kind, row.home_state, row.state, row.issued_on, row.expires_on, row.withdrawn_on)


def findings_for(
    organization, act: str, practitioner: Practitioner, discipline: str, state: str, on: date
) -> list[Finding]:
    """The question every booking, signature and claim asks: may this person do this act here on that date?"""
    held = held_by(organization, [practitioner])[practitioner.pk]
    return may(acts()[act], held, kinds_of(discipline), state, on, compact_states(discipline, on))
