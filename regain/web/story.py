"""An episode's story: everything that happened, of every room, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from regain.episodes.models import Diagnosis, Episode, EpisodeStatus, TeamMessage
from regain.organizations.queries import disciplines
from regain.outcomes.queries import instruments, scores
from regain.plan_of_care.models import (
    Certification,
    Discharge,
    DischargeSection,
    Equipment,
    Goal,
    GoalRating,
    HomeItem,
    Section,
)
from regain.referrals.models import Decision, Referral
from regain.scheduling.models import AppointmentStatus
from regain.visits.models import Amendment, Cosignature, Visit

KINDS = {"plan": "Plan", "visit": "Visits", "measure": "Measures", "home": "At home", "talk": "Team talk"}
"""What a story can be narrowed to; what belongs to none stays in the whole."""


def story(organization, episode: Episode, only: str = "") -> list[dict[str, Any]]:
    """Events with a day, a label, who, what was said, and where each leads. The number of queries is fixed."""
    known = disciplines()
    parts = (_episode, _referral, _plan, _certification, _goals, _visits, _scores, _home, _talk)
    events = [event for part in parts for event in part(organization, episode)]
    for event in events:
        event["discipline"] = known.get(event["discipline"])
    wanted = [event for event in events if not only or event["kind"] == only]
    return sorted(wanted, key=lambda e: (_day(e["at"]), e["order"]), reverse=True)


def _day(at) -> date:
    return localdate(at) if isinstance(at, datetime) else at


def _event(at, label: str, who: Any = "", text: str = "", to: tuple = (), discipline: str = "", order: int = 5, kind: str = "") -> dict[str, Any]:  # fmt: skip
    return {"at": at, "label": label, "who": str(who) if who else "", "text": text, "to": to, "discipline": discipline, "order": order, "kind": kind}  # fmt: skip


Events = Iterator[dict[str, Any]]
STATES = {
    "active": "Episode opened",
    "planned": "Episode planned",
    "on_hold": "Put on hold",
    "finished": "Discharged",
    "cancelled": "Cancelled",
}


def _episode(organization, episode) -> Events:
    for row in EpisodeStatus.objects.of(organization).filter(episode=episode).select_related("created_by__user"):
        yield _event(
            row.created_at, STATES[row.status], row.created_by, row.reason, order=1 if row.status == "active" else 9
        )
    for row in Diagnosis.objects.of(organization).filter(episode=episode).select_related("created_by__user"):
        yield _event(row.created_at, "Diagnosis added", row.created_by, f"{row.code} {row.label}", order=2)


def _referral(organization, episode) -> Events:
    for row in Referral.objects.of(organization).filter(episode=episode).select_related("referrer"):
        yield _event(row.received_on, "Referral received", row.referrer, "", ("referrals:referral", row.pk), order=0)
    decisions = Decision.objects.of(organization).filter(recommendation__referral__episode=episode)
    for row in decisions.select_related("recommendation", "created_by__user"):
        words = " and ".join(row.disciplines) or "no therapy"
        label = f"Decided for {words}" + (", other than recommended" if row.overridden else "")
        yield _event(row.created_at, label, row.created_by, row.reason, ("referrals:referral", row.recommendation.referral_id), order=1)  # fmt: skip


def _plan(organization, episode) -> Events:
    to = ("web:plan", episode.pk)
    for row in Section.objects.of(organization).filter(plan__episode=episode, signed_at__isnull=False):
        label = "Plan section renewed and signed" if row.replaces_id else "Plan section signed"
        amount = f"{row.frequency_per_week} a week for {row.duration_weeks} weeks"
        yield _event(row.signed_at, label, row.signature, amount, to, row.discipline, order=5, kind="plan")
    for row in Discharge.objects.of(organization).filter(episode=episode):
        yield _event(row.on, "Discharge summary", "", row.reason, ("web:discharge", episode.pk), order=7, kind="plan")
    for row in DischargeSection.objects.of(organization).filter(discharge__episode=episode, signed_at__isnull=False):
        yield _event(row.signed_at, "Discharge part signed", row.signature, "", ("web:discharge", episode.pk), row.discipline, order=8, kind="plan")  # fmt: skip


STEPS = {
    "sent": "Plan sent to the physician",
    "signed": "Plan certified",
    "returned": "Plan returned",
    "verbal": "Verbal order",
}


def _certification(organization, episode) -> Events:
    rows = Certification.objects.of(organization).filter(section__plan__episode=episode)
    for row in rows.select_related("physician", "section"):
        text = row.comment or (f"through {row.through_on.day} {row.through_on:%b %Y}" if row.through_on else "")
        yield _event(row.on, STEPS[row.kind], row.physician, text, ("web:plan", episode.pk), row.section.discipline, order=6, kind="plan")  # fmt: skip


def _goals(organization, episode) -> Events:
    to = ("web:plan", episode.pk)
    for row in Goal.objects.of(organization).filter(plan__episode=episode).select_related("created_by__user"):
        yield _event(row.created_at, "Goal agreed", row.created_by, row.text, to, order=3, kind="plan")
        if row.ended_on:
            yield _event(row.ended_on, "Goal ended", "", f"{row.text}: {row.ended_reason}", to, order=7, kind="plan")
    rows = GoalRating.objects.of(organization).filter(goal__plan__episode=episode)
    for row in rows.select_related("goal", "created_by__user"):
        level = f"{row.level:+d}".replace("-", "−").replace("+0", "0")
        said = row.goal.levels.get(str(row.level), "")
        text = row.goal.text + (f": {said}" if said else "")
        yield _event(row.on, f"Goal rated {level}", row.created_by, text, to, order=7, kind="plan")


def _visits(organization, episode) -> Events:
    for row in Visit.objects.of(organization).filter(episode=episode).select_related("practitioner"):
        label = row.kind.replace("_", " ").capitalize() + ("" if row.signed_at else ", not signed yet")
        yield _event(row.on, label, row.practitioner, row.subjective[:140], ("visits:note", row.pk), row.discipline, kind="visit")  # fmt: skip
    for row in Amendment.objects.of(organization).filter(visit__episode=episode).select_related("visit"):
        yield _event(row.created_at, "Note amended", row.signature, row.text[:140], ("visits:note", row.visit_id), row.visit.discipline, order=6, kind="visit")  # fmt: skip
    for row in Cosignature.objects.of(organization).filter(visit__episode=episode).select_related("visit"):
        yield _event(row.created_at, "Note cosigned", row.signature, "", ("visits:note", row.visit_id), row.visit.discipline, order=6, kind="visit")  # fmt: skip
    missed = AppointmentStatus.objects.of(organization).filter(appointment__episode=episode, status__in=("no_show", "cancelled"))  # fmt: skip
    for row in missed.select_related("appointment__practitioner"):
        label = "Missed visit" if row.status == "no_show" else "Visit cancelled"
        yield _event(row.appointment.starts_at, label, row.appointment.practitioner, row.reason, (), row.appointment.discipline, kind="visit")  # fmt: skip


def _scores(organization, episode) -> Events:
    for row in scores(organization).filter(episode=episode):
        name = instruments()[row.measure].fact.label if row.measure in instruments() else row.measure
        result = f"{row.display} {row.unit if row.score is not None else ''}".strip() or row.status.replace("_", " ")
        yield _event(row.taken_on, f"{name}: {result}", "", row.note, ("web:outcomes", episode.pk), row.discipline, 4, "measure")  # fmt: skip


def _home(organization, episode) -> Events:
    to = ("web:home_programme", episode.pk)
    for row in HomeItem.objects.of(organization).filter(episode=episode):
        yield _event(row.starts_on, "Added to the home list", "", row.title, to, row.discipline, order=6, kind="home")
        if row.ends_on:
            yield _event(row.ends_on, "Taken off the home list", "", row.title, to, row.discipline, order=6, kind="home")  # fmt: skip
    for row in Equipment.objects.of(organization).filter(episode=episode):
        yield _event(row.on, f"Equipment, {row.state}", "", row.item, to, row.discipline, order=6, kind="home")


def _talk(organization, episode) -> Events:
    for row in TeamMessage.objects.of(organization).filter(episode=episode).select_related("created_by__user"):
        yield _event(row.created_at, "Team talk", row.created_by, row.text, ("web:talk", episode.pk), order=6, kind="talk")  # fmt: skip
