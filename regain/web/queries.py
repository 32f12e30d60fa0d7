"""Reads that join rooms: an episode's story, today's work, what is due."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery

from regain.coverage.queries import coverages_of
from regain.credentials.queries import licenses
from regain.credentials.rules import expiry
from regain.episodes.models import Episode
from regain.episodes.queries import episodes
from regain.organizations.queries import disciplines
from regain.people.queries import practitioner_of
from regain.plan_of_care.models import Section
from regain.plan_of_care.queries import (
    certified_through,
    course_of,
    current_sections,
    is_signed_by_physician,
    rule_for,
)
from regain.plan_of_care.rules import certification_due, report_due
from regain.reference.rules import Finding, error, info, warning
from regain.referrals.models import Referral
from regain.scheduling.models import Appointment
from regain.scheduling.queries import GONE, appointments
from regain.visits.models import Visit


def visits_of(organization, episode):
    """An episode's visits with who gave them, newest first."""
    return (
        Visit.objects.of(organization)
        .filter(episode=episode)
        .select_related("practitioner", "section")
        .order_by("-on", "-created_at")
    )


@dataclass(frozen=True, slots=True)
class Due:
    """One thing a section waits for, with the day and the finding that says so."""

    section: Section
    on: date | None
    finding: Finding


def plans_due(organization, today: date, episode: Episode | None = None) -> list[Due]:
    """What sections of active episodes (or of this one) wait for, the most urgent first: signature, certification, renewal, report."""
    found_active = episodes(organization).filter(state="active")
    active = [e.pk for e in (found_active if episode is None else found_active.filter(pk=episode.pk))]
    sections = list(current_sections(organization).filter(plan__episode__in=active))
    visits = defaultdict(list)
    rows = (
        Visit.objects.of(organization)
        .filter(episode__in=active, signed_at__isnull=False)
        .values_list("episode_id", "discipline", "on", "kind")
    )
    for episode, discipline, on, kind in rows:
        visits[(episode, discipline)].append((on, kind))
    orders = {
        r.episode_id: r
        for r in Referral.objects.of(organization)
        .filter(episode__in=active, signed_on__isnull=False)
        .order_by("-signed_on")
    }
    covers = coverages_of(organization, {s.plan.episode.patient_id for s in sections})
    found = []
    for section in sections:
        found += _due(
            organization,
            section,
            covers,
            visits[(section.plan.episode_id, section.discipline)],
            orders.get(section.plan.episode_id),
            today,
        )
    return sorted(found, key=lambda due: (due.on or today, due.section.discipline))


def _due(organization, section: Section, covers, visits, order: Referral | None, today: date):
    name = disciplines()[section.discipline]["name"]
    if not section.signed_at:
        yield Due(
            section,
            section.starts_on,
            warning(
                "SECTION_UNSIGNED",
                f"The {name.lower()} section is not signed.",
                try_="Sign it before the first treatment.",
                source="42 CFR 410.61",
            ),
        )
        return
    if section.is_reworded:
        yield Due(
            section,
            None,
            warning(
                "GOAL_REWORDED",
                f"A shared goal was reworded after the {name.lower()} section was signed.",
                try_="Where the change is significant, renew the section and send it to the physician.",
                source="Benefit Policy Manual 15 §220.1.2",
            ),
        )
    rule = rule_for(organization, section.plan.episode.patient, section.evaluated_on, covers)
    course = course_of(section, visits, order.signed_on if order else None, order.ordered if order else (), today)
    cert, report = certification_due(course, rule), report_due(course, rule)
    through = certified_through(section)
    if cert.signature_required and through is None:
        late = today > cert.due_on
        yield Due(
            section,
            cert.due_on,
            (error if late else warning)(
                "CERTIFICATION_DUE",
                f"The physician's signature {'was' if late else 'is'} due on {cert.due_on:%-d %b %Y}.",
                try_="Send it again or note a verbal order.",
                source="Benefit Policy Manual 15 §220.1.3",
            ),
        )
    elif cert.verbal_signature_due_on and not is_signed_by_physician(section):
        late = today > cert.verbal_signature_due_on
        yield Due(
            section,
            cert.verbal_signature_due_on,
            (error if late else warning)(
                "VERBAL_ORDER_UNSIGNED",
                f"The verbal order {'was' if late else 'is'} to be signed by {cert.verbal_signature_due_on:%-d %b %Y}.",
                try_="Send the plan to the physician.",
                source="42 CFR 424.24(c)(3)",
            ),
        )
    elif through is None and rule.required:
        yield Due(
            section,
            cert.through_on,
            info(
                "NO_SIGNATURE_NEEDED",
                "A signed order is on file and the plan was sent in time: the first certification needs no signature.",
                source="42 CFR 424.24(c), from 2025",
            ),
        )
    ends = through or cert.through_on
    if rule.required and (ends - today).days <= 14:
        over = today > ends
        yield Due(
            section,
            ends,
            (error if over else warning)(
                "RECERTIFICATION_DUE",
                f"The certified period {'ended' if over else 'ends'} on {ends:%-d %b %Y}.",
                try_="Renew the section and send it.",
                source="42 CFR 424.24(c)(4)",
            ),
        )
    if report.due:
        yield Due(
            section,
            report.period_ends_on,
            error(
                "PROGRESS_REPORT_DUE",
                f"{report.treatment_days} treatment days since the last report.",
                try_="Write it at the next visit.",
                source="Benefit Policy Manual 15 §220.3",
            ),
        )
    elif rule.required and report.treatment_days >= 8:
        yield Due(
            section,
            None,
            warning(
                "PROGRESS_REPORT_SOON",
                f"Treatment day {report.treatment_days} of {rule.report_every} since the last report.",
                try_="Plan the report.",
                source="Benefit Policy Manual 15 §220.3",
            ),
        )


@dataclass(frozen=True, slots=True)
class Allowance:
    """A visit limit of a coverage with what is booked or attended here since it was checked; `left` may be below nothing."""

    limit: dict[str, Any]
    since: date
    booked: int | None
    left: int | None


def allowances(organization, patient, coverages) -> dict[Any, list[Allowance]]:
    """By coverage, what is left of each visit limit. Units are counted from signed notes only, so of those nothing is said."""
    rows = [(a.starts_at.astimezone(ZoneInfo(a.site.time_zone)).date(), a.discipline)
            for a in appointments(organization).filter(patient=patient).exclude(state__in=GONE)]  # fmt: skip
    return {c.pk: [_allowance(c, limit, rows) for limit in c.terms.get("limits", ())] for c in coverages}


def _allowance(coverage, limit: dict[str, Any], rows) -> Allowance:
    since = coverage.checked_on or coverage.starts_on
    end = min(coverage.ends_on or date(since.year, 12, 31), date(since.year, 12, 31))
    over = limit.get("over") or [key for _, key in rows]
    mine = [(on, key) for on, key in rows if since < on <= end and key in over]
    counted = {"visit": len(mine), "discipline_day": len(set(mine)), "day": len({on for on, _ in mine})}.get(
        limit.get("by", "visit")
    )
    left = None if counted is None else limit["count"] - limit.get("used", 0) - counted
    return Allowance(limit, since, counted, left)


def todays_appointments(member, now: datetime, zone) -> list[Appointment]:
    """Today's appointments of the signed-in practitioner; of everybody for those who are none."""
    start = datetime.combine(now.astimezone(zone).date(), time(0), zone)
    rows = (
        appointments(member)
        .filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
        .exclude(state__in=("cancelled",))
    )
    me = practitioner_of(member)
    if me is not None:
        rows = rows.filter(practitioner=me)
    drafts = Visit.objects.of(member).filter(appointment=OuterRef("pk")).order_by("-created_at")
    return list(
        rows.annotate(visit_id=Subquery(drafts.values("pk")[:1]), visit_signed=Subquery(drafts.values("signed_at")[:1]))
    )


def unsigned_notes(member):
    """Notes of the signed-in practitioner that wait for a signature, oldest first."""
    me = practitioner_of(member)
    rows = (
        Visit.objects.of(member).filter(signed_at__isnull=True).select_related("patient", "practitioner").order_by("on")
    )
    return rows.filter(practitioner=me) if me else rows


def expiring_licenses(organization, today: date) -> list[tuple[Any, Finding]]:
    """Licenses that have expired or will in 90 days."""
    return [
        (row, found)
        for row in licenses(organization)
        if not row.withdrawn_on and (found := expiry(row.expires_on, today))
    ]


def audit_words(line) -> str:
    """What an audit line says beyond the act, as plain words: never a key, an id or a hash."""
    shown = []
    for key, value in line.detail.items():
        if isinstance(value, (list, tuple)):
            value = ", ".join(str(one).replace("_", " ") for one in value)
        if value is True:
            shown.append(key.replace("_", " "))
            continue
        if (
            value is False
            or not isinstance(value, (str, int))
            or key in AUDIT_HIDDEN
            or _opaque(str(value))
            or value == ""
        ):
            continue
        shown.append(f"{key.replace('_', ' ')}: {str(value).replace('_', ' ')}")
    return "; ".join(shown)


AUDIT_HIDDEN = {"hash", "amendment", "visit", "version"}


def _opaque(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{32,}|[0-9a-f-]{36}", text))
