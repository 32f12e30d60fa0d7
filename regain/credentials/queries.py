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
    Compact,
    DisciplineKinds,
    Held,
    Level,
    LicenseHeld,
    PrivilegeHeld,
    Renewal,
    SupervisionHeld,
    direct_access,
    may,
)
from regain.organizations.queries import disciplines
from regain.people.models import Practitioner
from regain.reference.facts import fact, facts
from regain.reference.rules import Finding, error


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


def level_of_kind(kind: str) -> Level | None:
    """The level of a license kind in its discipline."""
    discipline = discipline_of_kind(kind)
    return kinds_of(discipline).level_of(kind) if discipline else None


@cache
def compact_states(discipline: str, on: date) -> frozenset[str]:
    """States known to have joined the discipline's compact by a date."""
    members = set()
    for one in facts("credentials/jurisdictions"):
        values = [v for v in one.on(on) if v.get("key") == f"compact_{discipline}" and v.get("member")]
        if values:
            members.add(one.about["state"])
    return frozenset(members)


def compact_of(discipline: str, on: date) -> Compact | None:
    """A discipline's compact as it stood on a day, or None where none is known."""
    known = next((value for value in fact("credentials/compacts").on(on) if value["key"] == discipline), None)
    return Compact(known["name"], known.get("issuing"), compact_states(discipline, on)) if known else None


def compact_at_issue(kind: str, issued_on: date, today: date) -> Compact | None:
    """The compact of a license kind as a privilege of a day is judged: issuing on that day, members as known today."""
    discipline = discipline_of_kind(kind)
    then = compact_of(discipline, issued_on) if discipline else None
    return Compact(then.name, then.issuing, compact_states(discipline, today)) if then else None


@cache
def jurisdictions() -> dict[str, str]:
    """Every state that has a fact file, by its two letters, in the order of names."""
    found = {one.about["state"]: one.about["name"] for one in facts("credentials/jurisdictions")}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def _rule(state: str, key: str, on: date):
    """A rule of a state in force on a day, and the title of its source; None where nothing is known."""
    if state not in jurisdictions():
        return None, ""
    one = fact(f"credentials/jurisdictions/{state}")
    found = next((value for value in one.on(on) if value.get("key") == key), None)
    return found, one.sources[found.sources[0]].title if found else ""


def renewal_of(state: str, kind: str, on: date) -> Renewal:
    """What a state asks for to renew a license of a kind, as far as it is known."""
    rule, source = _rule(state, f"renewal_{kind}", on)
    return Renewal(rule.get("years"), rule.get("ce_hours"), rule.certainty, source) if rule else Renewal()


def known_of_state(state: str, kinds: Iterable[str], on: date) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """By license kind, what is known of a state: (topic, words, certainty, source). What is not known says so."""
    return [(kind, list(_known(state, kind, on))) for kind in kinds]


def _known(state: str, kind: str, on: date):
    renewal, discipline = renewal_of(state, kind, on), discipline_of_kind(kind)
    unknown = "Not known here: ask the state's board."
    if renewal.years or renewal.hours:
        every = (
            f"Every {renewal.years} years"
            if (renewal.years or 0) > 1
            else "Every year"
            if renewal.years
            else "How often is not known here"
        )
        hours = (
            f"{renewal.hours} hours of continuing education"
            if renewal.hours
            else "the hours of continuing education are not known here"
        )
        yield "Renewal", f"{every}; {hours}.", str(renewal.certainty), renewal.source
    else:
        yield "Renewal", unknown, "", ""
    if discipline and kinds_of(discipline).level_of(kind) == "therapist":
        member, source = _rule(state, f"compact_{discipline}", on)
        compact = compact_of(discipline, on)
        if compact and member and member.get("member"):
            issuing = {True: "it issues privileges"}.get(
                member.get("issuing"), "whether it issues privileges today is not known here"
            )
            yield (
                "Compact",
                f"{jurisdictions()[state]} is a member of the {compact.name}; {issuing}.",
                str(member.certainty),
                source,
            )
        elif compact and member:
            yield (
                "Compact",
                f"{jurisdictions()[state]} is no member of the {compact.name}.",
                str(member.certainty),
                source,
            )
        else:
            yield "Compact", unknown, "", ""
        access = access_of(state, discipline, on)
        for finding in direct_access(access):
            yield "Without a referral", finding.message, str(access.certainty or ""), access.source
    else:
        rule, source = _rule(state, f"supervision_{kind}", on)
        yield (
            "Supervision",
            (f"{rule['rule'][:1].upper()}{rule['rule'][1:]}." if rule else unknown),
            str(rule.certainty) if rule else "",
            source,
        )


def access_of(state: str, discipline: str, on: date) -> Access:
    """What is known of starting without a referral."""
    if state not in jurisdictions():
        return Access(state, discipline)
    known = {v.get("key"): v for v in fact(f"credentials/jurisdictions/{state}").on(on)}
    rule, limits = known.get(f"access_{discipline}"), known.get(f"access_limits_{discipline}")
    if rule is None:
        return Access(state, discipline)
    title = fact(f"credentials/jurisdictions/{state}").sources[(limits or rule).sources[0]].title
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


def withdrawn(row) -> Finding:
    """What a license or privilege that no longer counts says of itself."""
    return error("WITHDRAWN", f"No longer counts from {row.withdrawn_on:%-d %b %Y}{': ' + row.reason if row.reason else ''}.", try_="Record a new one where there is one.")  # fmt: skip


def as_license(row: License) -> LicenseHeld:
    """A license row as a rule value."""
    return _license(row)


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
