"""Reads that join rooms: an episode's story, today's work, what is due."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from regain.credentials.queries import licenses
from regain.credentials.rules import expiry
from regain.episodes.models import Episode, EpisodeStatus, TeamMessage
from regain.episodes.queries import episodes
from regain.organizations.queries import disciplines
from regain.outcomes.models import Score
from regain.people.queries import practitioner_of
from regain.plan_of_care.models import Certification, Discharge, GoalRating, Section
from regain.plan_of_care.queries import certified_through, course_of, current_sections, rule_for
from regain.plan_of_care.rules import certification_due, report_due
from regain.reference.rules import Finding, error, info, warning
from regain.referrals.models import Referral, ReferralStatus
from regain.scheduling.models import Appointment
from regain.scheduling.queries import appointments
from regain.visits.models import Visit


def visits_of(organization, episode):
    """An episode's visits with who gave them, newest first."""
    return (
        Visit.objects.of(organization)
        .filter(episode=episode)
        .select_related("practitioner", "section")
        .order_by("-on", "-created_at")
    )


def story(organization, episode: Episode) -> list[dict[str, Any]]:
    """Everything that happened in an episode, newest first, each with a day, a label, who, and where it leads."""
    known = disciplines()
    events = [
        *_status_events(organization, episode), *_referral_events(organization, episode), *_plan_events(organization, episode),
        *_visit_events(organization, episode), *_score_events(organization, episode), *_talk_events(organization, episode),
    ]  # fmt: skip
    for event in events:
        event["discipline"] = known.get(event.get("discipline") or "")
    return sorted(events, key=lambda e: (_day(e["at"]), e.get("order", 0)), reverse=True)


def _day(at) -> date:
    return at.date() if isinstance(at, datetime) else at


def _event(
    at, label: str, who: Any = "", text: str = "", url: tuple = (), discipline: str = "", order: int = 5
) -> dict[str, Any]:
    return {
        "at": at,
        "label": label,
        "who": str(who) if who else "",
        "text": text,
        "to": url,
        "discipline": discipline,
        "order": order,
    }


def _status_events(organization, episode):
    words = {
        "active": "Episode opened",
        "planned": "Episode planned",
        "on_hold": "Put on hold",
        "finished": "Discharged",
        "cancelled": "Cancelled",
    }
    for row in EpisodeStatus.objects.of(organization).filter(episode=episode).select_related("created_by__user"):
        yield _event(
            row.created_at, words[row.status], row.created_by, row.reason, order=1 if row.status == "active" else 9
        )


def _referral_events(organization, episode):
    for row in Referral.objects.of(organization).filter(episode=episode).select_related("referrer"):
        yield _event(row.received_on, "Referral received", row.referrer, "", ("referrals:referral", row.pk), order=0)


def _plan_events(organization, episode):
    for row in Section.objects.of(organization).filter(plan__episode=episode, signed_at__isnull=False):
        yield _event(row.signed_at, "Plan section signed", row.signature, discipline=row.discipline, order=4)
    words = {
        "sent": "Plan sent to physician",
        "signed": "Plan certified",
        "returned": "Plan returned",
        "verbal": "Verbal order",
    }
    for row in (
        Certification.objects.of(organization)
        .filter(section__plan__episode=episode)
        .select_related("physician", "section")
    ):
        yield _event(row.on, words[row.kind], row.physician, row.comment, discipline=row.section.discipline, order=6)
    for row in (
        GoalRating.objects.of(organization)
        .filter(goal__plan__episode=episode)
        .select_related("goal", "created_by__user")
    ):
        yield _event(
            row.on,
            f"Goal rated {row.level:+d}".replace("-", "−").replace("+0", "0"),
            row.created_by,
            row.goal.text,
            order=7,
        )
    for row in Discharge.objects.of(organization).filter(episode=episode):
        yield _event(row.on, "Discharge summary", "", row.reason, ("web:discharge", episode.pk), order=8)


def _visit_events(organization, episode):
    for row in visits_of(organization, episode):
        state = "signed" if row.signed_at else "draft"
        yield _event(
            row.on,
            f"{row.kind.replace('_', ' ').capitalize()} ({state})",
            row.practitioner,
            row.subjective[:140],
            ("visits:note", row.pk),
            row.discipline,
        )


def _score_events(organization, episode):
    for row in Score.objects.of(organization).filter(episode=episode, corrected_by__isnull=True):
        yield _event(
            row.taken_on,
            f"{row.measure.upper().replace('_', ' ')}: {row.display or row.status}",
            "",
            "",
            ("outcomes:episode", episode.pk),
            row.discipline,
            4,
        )


def _talk_events(organization, episode):
    for row in TeamMessage.objects.of(organization).filter(episode=episode).select_related("created_by__user"):
        yield _event(row.created_at, "Team talk", row.created_by, row.text, order=6)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing a section waits for, with the day and the finding that says so."""

    section: Section
    on: date | None
    finding: Finding


def plans_due(organization, today: date) -> list[Due]:
    """What sections of active episodes wait for, the most urgent first: signature, certification, renewal, report."""
    active = [e.pk for e in episodes(organization).filter(state="active")]
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
    found = []
    for section in sections:
        found += _due(
            organization,
            section,
            visits[(section.plan.episode_id, section.discipline)],
            orders.get(section.plan.episode_id),
            today,
        )
    return sorted(found, key=lambda due: (due.on or today, due.section.discipline))


def _due(organization, section: Section, visits, order: Referral | None, today: date):
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
    rule = rule_for(organization, section.plan.episode.patient, section.evaluated_on)
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
                f"The physician's signature {'was' if late else 'is'} due on {cert.due_on:%d %b %Y}.",
                try_="Send it again or note a verbal order.",
                source="Benefit Policy Manual 15 §220.1.3",
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
                f"The certified period {'ended' if over else 'ends'} on {ends:%d %b %Y}.",
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


def open_referrals(organization):
    """Referrals nobody has decided yet, oldest first."""
    latest = ReferralStatus.objects.of(organization).filter(referral=OuterRef("pk")).order_by("-created_at", "-id")
    rows = (
        Referral.objects.of(organization)
        .annotate(decided=Subquery(latest.values("status")[:1]))
        .select_related("patient")
    )
    return rows.exclude(decided__in=("accepted", "declined")).order_by("received_on")


def expiring_licenses(organization, today: date) -> list[tuple[Any, Finding]]:
    """Licenses that have expired or will in 90 days."""
    return [
        (row, found)
        for row in licenses(organization)
        if not row.withdrawn_on and (found := expiry(row.expires_on, today))
    ]
