"""Writes of episodes: open, move, diagnose, staff, talk."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from regain.episodes.models import CareTeamMember, Diagnosis, Episode, EpisodeStatus, TeamMessage
from regain.episodes.rules import EpisodeState, may_move
from regain.organizations.models import Membership, Site
from regain.people.models import Patient, Practitioner
from regain.record.actions import add, audit
from regain.reference.rules import Finding, error


@transaction.atomic
def open_episode(
    *, patient: Patient, site: Site, problem: str, opened_on: date, by: Membership, at: datetime,
    state: str = EpisodeState.ACTIVE, **details,
) -> Episode:  # fmt: skip
    """A new episode of care, numbered within the organization by year."""
    for attempt in range(20):
        try:
            with transaction.atomic():
                episode = add(Episode, by=by, at=at, patient=patient, site=site, problem=problem, opened_on=opened_on,
                              number=_next_number(by, opened_on, attempt), **details)  # fmt: skip
            break
        except IntegrityError:
            # another desk took the number in the same moment
            if attempt == 19:
                raise
    add(EpisodeStatus, by=by, at=at, episode=episode, status=state)
    audit("episode opened", episode, by=by, at=at, patient=patient, problem=problem)
    return episode


def _next_number(by: Membership, on: date, ahead: int) -> str:
    prefix = f"{on:%y}-"
    last = (
        Episode.objects.of(by)
        .filter(number__startswith=prefix)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{prefix}{int(last[len(prefix) :]) + 1 + ahead if last else 1 + ahead:06d}"


@transaction.atomic
def move_episode(episode: Episode, *, to: str, by: Membership, at: datetime, reason: str = "") -> list[Finding]:
    """The next state of an episode; a move that the table does not allow is a finding and saves nothing."""
    now = (
        EpisodeStatus.objects.of(by)
        .filter(episode=episode)
        .order_by("-created_at", "-id")
        .values_list("status", flat=True)
        .first()
    )
    if not may_move(now, to):
        return [error("MOVE_NOT_ALLOWED", f"An episode that is {now} cannot become {to}.", where="state", found=to,
                      try_="Open a new episode for a new problem.")]  # fmt: skip
    add(EpisodeStatus, by=by, at=at, episode=episode, status=to, reason=reason)
    audit("episode moved", episode, by=by, at=at, patient=episode.patient_id, to=to, reason=reason)
    return []


@transaction.atomic
def add_diagnosis(episode: Episode, *, code: str, label: str, by: Membership, at: datetime, rank: int = 1, onset_on: date | None = None) -> Diagnosis:  # fmt: skip
    """An ICD-10-CM code of the episode, with its dot."""
    diagnosis = add(
        Diagnosis, by=by, at=at, episode=episode, code=code.strip().upper(), label=label, rank=rank, onset_on=onset_on
    )
    audit("diagnosis added", diagnosis, by=by, at=at, patient=episode.patient_id, code=diagnosis.code)
    return diagnosis


@transaction.atomic
def join_care_team(
    episode: Episode, practitioner: Practitioner, *, starts_on: date, by: Membership, at: datetime, discipline: str = "", role: str = "therapist",
) -> CareTeamMember:  # fmt: skip
    """Put someone on the care team; who is on it already stays as they are."""
    known = (
        CareTeamMember.objects.of(by)
        .filter(episode=episode, practitioner=practitioner, role=role, ends_on__isnull=True)
        .first()
    )
    if known:
        return known
    member = add(
        CareTeamMember,
        by=by,
        at=at,
        episode=episode,
        practitioner=practitioner,
        discipline=discipline,
        role=role,
        starts_on=starts_on,
    )
    audit(
        "joined care team", member, by=by, at=at, patient=episode.patient_id, practitioner=str(practitioner), role=role
    )
    return member


@transaction.atomic
def say_to_team(episode: Episode, *, text: str, by: Membership, at: datetime) -> TeamMessage:
    """One line of team talk."""
    message = add(TeamMessage, by=by, at=at, episode=episode, text=text.strip())
    audit("team message", message, by=by, at=at, patient=episode.patient_id)
    return message
