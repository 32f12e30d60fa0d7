"""Writes of the schedule: hours, courses, single appointments, attendance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.timezone import localdate

from regain.coverage.actions import give_back, use_visit
from regain.credentials.queries import findings_for
from regain.episodes.actions import join_care_team
from regain.episodes.models import Episode
from regain.organizations.models import Membership, Organization, Site
from regain.people.models import Practitioner
from regain.record.actions import add, audit
from regain.reference.rules import Finding, blocks, error
from regain.scheduling.models import Appointment, AppointmentStatus, Availability, Course, TimeOff, WaitlistEntry
from regain.scheduling.queries import GONE, appointments, care_state, next_appointments
from regain.scheduling.rules.course import Slot

MOVES = {
    "booked": {"checked_in", "completed", "no_show", "cancelled"}, "checked_in": {"booked", "completed", "cancelled"},
    "completed": set(), "no_show": {"booked"}, "cancelled": set(),
}  # fmt: skip
"""Back to `booked` puts a wrong press right: nobody had come yet, or somebody came after all."""


@transaction.atomic
def set_hours(practitioner: Practitioner, site: Site, *, weekday: int, starts_at, ends_at, from_on, by: Membership, at: datetime, to_on=None) -> Availability:  # fmt: skip
    """Weekly hours at a site."""
    row = add(Availability, by=by, at=at, practitioner=practitioner, site=site, weekday=weekday, starts_at=starts_at, ends_at=ends_at,
              from_on=from_on, to_on=to_on)  # fmt: skip
    audit("hours set", row, by=by, at=at, practitioner=str(practitioner))
    return row


@transaction.atomic
def take_time_off(*, by: Membership, at: datetime, starts_at: datetime, ends_at: datetime, practitioner=None, site=None, reason: str = "") -> TimeOff:  # fmt: skip
    """Somebody is away, or a site is closed."""
    row = add(
        TimeOff, by=by, at=at, practitioner=practitioner, site=site, starts_at=starts_at, ends_at=ends_at, reason=reason
    )
    audit("time off", row, by=by, at=at, reason=reason)
    return row


@transaction.atomic
def book_course(
    episode: Episode, visits: Sequence[Slot], *, by: Membership, at: datetime, wish: dict | None = None
) -> Course | list[Finding]:
    """Book every visit of a course or none. Everything is asked again now: licenses, and whether the time is still free."""
    _lock(by)
    people = Practitioner.objects.of(by).in_bulk([v.practitioner for v in visits])
    sites = Site.objects.of(by).in_bulk([v.site for v in visits])
    people, sites = {str(k): v for k, v in people.items()}, {str(k): v for k, v in sites.items()}
    findings = []
    for visit in visits:
        findings += check_booking(
            episode,
            people[visit.practitioner],
            sites[visit.site],
            visit.discipline,
            visit.kind,
            visit.start,
            visit.end,
            by,
        )
    if blocks(findings) or not visits:
        return findings or [error("NOTHING_TO_BOOK", "There is no visit to book.", try_="Ask for a course first.")]
    course = add(Course, by=by, at=at, episode=episode, wish=wish or {})
    for visit in visits:
        _book(
            episode,
            people[visit.practitioner],
            sites[visit.site],
            visit.discipline,
            visit.kind,
            visit.start,
            visit.end,
            by=by,
            at=at,
            course=course,
        )
    audit("course booked", course, by=by, at=at, patient=episode.patient_id, visits=len(visits))
    return course


@transaction.atomic
def book_one(
    episode: Episode, practitioner: Practitioner, site: Site, *, discipline: str, kind: str, starts_at: datetime, ends_at: datetime,
    by: Membership, at: datetime,
) -> Appointment | list[Finding]:  # fmt: skip
    """One appointment, with the same questions."""
    _lock(by)
    findings = check_booking(episode, practitioner, site, discipline, kind, starts_at, ends_at, by)
    if blocks(findings):
        return findings
    appointment = _book(episode, practitioner, site, discipline, kind, starts_at, ends_at, by=by, at=at)
    audit("appointment booked", appointment, by=by, at=at, patient=episode.patient_id)
    return appointment


def check_booking(
    episode, practitioner, site, discipline, kind, starts_at, ends_at, by, instead_of: Appointment | None = None
) -> list[Finding]:
    """Findings against one booking: the license on that date, the practitioner's and the patient's other appointments.

    `instead_of` is the appointment that makes room for it.
    """
    act = kind if kind in ("evaluation", "re_evaluation", "discharge") else "treatment"
    # the license is asked for the day it is at the site, which in the evening is no longer the day in UTC
    on = starts_at.astimezone(ZoneInfo(site.time_zone)).date()
    findings = findings_for(by, act, practitioner, discipline, care_state(episode.patient, site), on)
    clash = appointments(by).filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exclude(state__in=GONE)
    clash = clash.exclude(pk=instead_of.pk) if instead_of else clash
    if clash.filter(practitioner=practitioner).exists():
        findings.append(
            error(
                "TIME_TAKEN",
                f"{practitioner} was booked in the meantime at {_said(starts_at, site)}.",
                try_="Look for the course again.",
            )
        )
    if clash.filter(patient=episode.patient_id).exists():
        findings.append(
            error(
                "PATIENT_BUSY",
                f"{episode.patient} has another appointment at {_said(starts_at, site)}.",
                try_="Choose another time.",
            )
        )
    return findings


def _said(moment: datetime, site: Site) -> str:
    at = moment.astimezone(ZoneInfo(site.time_zone))
    return f"{at:%a} {at.day} {at:%b}, {at.hour}:{at:%M}"


@transaction.atomic
def reschedule(
    appointment: Appointment, practitioner: Practitioner, site: Site, *, starts_at: datetime, ends_at: datetime, by: Membership, at: datetime,
) -> Appointment | list[Finding]:  # fmt: skip
    """Another time instead of a booked one, in one step: the old is called off as moved, or nothing changes."""
    _lock(by)
    now = _state(appointment, by)
    if now != "booked":
        return [error("MOVE_NOT_ALLOWED", f"Only a booked appointment moves; this one is {now.replace('_', ' ')}.", found=now,
                      try_="Book a new one.")]  # fmt: skip
    episode, discipline, kind = appointment.episode, appointment.discipline, appointment.kind
    findings = check_booking(
        episode, practitioner, site, discipline, kind, starts_at, ends_at, by, instead_of=appointment
    )
    if blocks(findings):
        return findings
    reason = f"moved to {_said(starts_at, site)}"
    add(AppointmentStatus, by=by, at=at, appointment=appointment, status="cancelled", reason=reason)
    give_back(subject_id=appointment.pk, by=by, at=at, note=reason)
    new = _book(
        episode, practitioner, site, discipline, kind, starts_at, ends_at, by=by, at=at, course=appointment.course
    )
    audit("appointment rescheduled", new, by=by, at=at, patient=appointment.patient_id, instead_of=str(appointment.pk))
    return new


def _state(appointment: Appointment, by: Membership) -> str:
    """The newest state; the row is held so that two desks move it one after the other."""
    Appointment.objects.of(by).select_for_update().get(pk=appointment.pk)
    rows = AppointmentStatus.objects.of(by).filter(appointment=appointment).order_by("-created_at", "-id")
    return rows.values_list("status", flat=True)[0]


def _book(episode, practitioner, site, discipline, kind, starts_at, ends_at, *, by, at, course=None) -> Appointment:
    appointment = add(Appointment, by=by, at=at, course=course, episode=episode, patient=episode.patient, practitioner=practitioner,
                      site=site, discipline=discipline, kind=kind, starts_at=starts_at, ends_at=ends_at)  # fmt: skip
    add(AppointmentStatus, by=by, at=at, appointment=appointment, status="booked")
    join_care_team(episode, practitioner, starts_on=localdate(at), by=by, at=at, discipline=discipline)
    use_visit(
        episode.patient,
        subject_id=appointment.pk,
        discipline=discipline,
        on=starts_at.astimezone(ZoneInfo(site.time_zone)).date(),
        by=by,
        at=at,
    )
    return appointment


@transaction.atomic
def move_appointment(
    appointment: Appointment, *, to: str, by: Membership, at: datetime, reason: str = ""
) -> list[Finding]:
    """Check in, complete, call off or note a no-show; what was authorized is given back when nobody came."""
    if to == "booked":
        _lock(by)
    now = _state(appointment, by)
    if to not in MOVES[now]:
        return [
            error(
                "MOVE_NOT_ALLOWED",
                f"An appointment that is {now.replace('_', ' ')} cannot become {to.replace('_', ' ')}.",
                found=to,
                try_="Book a new one.",
            )
        ]
    if now in GONE:
        findings = _take_up_again(appointment, by=by, at=at)
        if blocks(findings):
            return findings
    add(AppointmentStatus, by=by, at=at, appointment=appointment, status=to, reason=reason)
    if to in GONE:
        give_back(subject_id=appointment.pk, by=by, at=at, note=to)
    audit("appointment moved", appointment, by=by, at=at, patient=appointment.patient_id, to=to, reason=reason)
    return []


@transaction.atomic
def call_off_ahead(episode: Episode, *, since: datetime, by: Membership, at: datetime, reason: str) -> int:
    """Call off what is still booked for an episode from a moment on; returns how many."""
    rows = [row for row in next_appointments(by, episode=episode, since=since, limit=None) if row.state == "booked"]
    for row in rows:
        move_appointment(row, to="cancelled", by=by, at=at, reason=reason)
    return len(rows)


def _take_up_again(appointment: Appointment, *, by: Membership, at: datetime) -> list[Finding]:
    """An appointment that was given up stands again: the time must still be free, and the authorization is drawn again."""
    row = appointment
    findings = check_booking(
        row.episode,
        row.practitioner,
        row.site,
        row.discipline,
        row.kind,
        row.starts_at,
        row.ends_at,
        by,
        instead_of=row,
    )
    if not blocks(findings):
        on = row.starts_at.astimezone(ZoneInfo(row.site.time_zone)).date()
        use_visit(row.patient, subject_id=row.pk, discipline=row.discipline, on=on, by=by, at=at)
    return findings


@transaction.atomic
def join_waitlist(episode: Episode, *, discipline: str, by: Membership, at: datetime, note: str = "") -> WaitlistEntry:
    """Somebody who wants an earlier time."""
    row = add(WaitlistEntry, by=by, at=at, episode=episode, discipline=discipline, note=note)
    audit("joined waitlist", row, by=by, at=at, patient=episode.patient_id, discipline=discipline)
    return row


def _lock(by: Membership) -> None:
    """Bookings of one organization take turns, so that no time is given away twice (SQLite takes turns by itself)."""
    if connection.vendor == "postgresql":
        Organization.objects.select_for_update().get(pk=by.organization_id)
