"""Reads of the schedule: a day, a person's free time, openings for a course."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, Subquery

from regain.credentials.queries import acts, compact_states, discipline_of_kind, held_by, kinds_of
from regain.credentials.rules import Held, may
from regain.organizations.models import Site
from regain.organizations.queries import key_of, lean, moment_of
from regain.people.models import Patient, Practitioner
from regain.people.queries import practitioners
from regain.reference.facts import fact
from regain.scheduling.models import Appointment, AppointmentStatus, Availability, TimeOff
from regain.scheduling.rules.course import Opening
from regain.scheduling.rules.free_time import Hours, Span, distance_km, free

GONE = ("cancelled", "no_show")
KINDS = ("evaluation", "treatment")
# places of service where the patient is at home, so that their own state decides
AT_HOME = ("02", "10", "12")


def appointments(organization):
    """Every appointment with its state (`state`), in order of time."""
    latest = (
        AppointmentStatus.objects.of(organization).filter(appointment=OuterRef("pk")).order_by("-created_at", "-id")
    )
    return (
        Appointment.objects.of(organization).annotate(state=Subquery(latest.values("status")[:1]))
        .select_related("patient", "practitioner", "site", "episode").order_by("starts_at", "id")
    )  # fmt: skip


def day_schedule(organization, site: Site, day: date):
    """The appointments of a site's day, in its local time."""
    start, end = day_of(site, day)
    return appointments(organization).filter(site=site, starts_at__gte=start, starts_at__lt=end)


def day_of(site: Site, day: date) -> tuple[datetime, datetime]:
    """When a day begins and ends at a site; the hours between are not 24 where the clock changes."""
    zone = ZoneInfo(site.time_zone)
    return datetime.combine(day, time(0), zone), datetime.combine(day + timedelta(days=1), time(0), zone)


def hours_on(organization, places: Sequence[Site], day: date):
    """Who works at some sites on a day, with `away` where somebody or the site is off for some of it."""
    start, end = datetime.combine(day, time(0), UTC), datetime.combine(day + timedelta(days=1), time(12), UTC)
    off = TimeOff.objects.of(organization).filter(starts_at__lt=end, ends_at__gt=start)
    mine = off.filter(Q(practitioner=OuterRef("practitioner")) | Q(practitioner__isnull=True, site=OuterRef("site")))
    return (
        Availability.objects.of(organization).filter(site__in=places, weekday=day.weekday(), from_on__lte=day)
        .filter(Q(to_on__isnull=True) | Q(to_on__gte=day), practitioner__active=True)
        .annotate(away=Exists(mine)).select_related("practitioner").order_by("starts_at", "id")
    )  # fmt: skip


_DAY = """SELECT a.id, a.episode_id, CAST(a.starts_at AS text), CAST(a.ends_at AS text), a.discipline, a.kind, a.site_id, a.practitioner_id,
  COALESCE(NULLIF(p.preferred, ''), p.given) || ' ' || p.family, w.given || ' ' || w.family || CASE WHEN w.suffix = '' THEN '' ELSE ', ' || w.suffix END,
  w.family, w.profession,
  (SELECT s.status FROM scheduling_appointmentstatus s WHERE s.organization_id = a.organization_id AND s.appointment_id = a.id
    ORDER BY s.created_at DESC, s.id DESC LIMIT 1)
  FROM scheduling_appointment a JOIN people_patient p ON p.id = a.patient_id JOIN people_practitioner w ON w.id = a.practitioner_id
  WHERE a.organization_id = %s AND ({0}) ORDER BY a.starts_at, a.id"""  # fmt: skip
_AT_SITE = "(a.site_id = %s AND a.starts_at >= %s AND a.starts_at < %s)"


def day_rows(organization, places: Sequence[Site], day: date) -> list[dict]:
    """A day at some sites as its page shows it: one row an appointment, without what the page leaves out."""
    if not places:
        return []
    asked = _DAY.format(" OR ".join([_AT_SITE] * len(places)))
    values = [value for place in places for value in (place.pk, *day_of(place, day))]
    found = lean(asked, getattr(organization, "organization_id", organization), *values)
    return [
        {"pk": key_of(pk), "episode_id": key_of(episode), "starts_at": moment_of(starts), "ends_at": moment_of(ends), "discipline": discipline, "kind": kind,
         "site": key_of(site), "who": key_of(who), "patient": patient, "practitioner": name, "family": family, "profession": profession, "state": state}
        for pk, episode, starts, ends, discipline, kind, site, who, patient, name, family, profession, state in found
    ]  # fmt: skip


def next_appointments(organization, *, patient=None, episode=None, since: datetime, limit: int | None = 10):
    """What is booked from a moment on, without what was called off."""
    rows = appointments(organization).filter(starts_at__gte=since).exclude(state__in=GONE)
    if patient is not None:
        rows = rows.filter(patient=patient)
    if episode is not None:
        rows = rows.filter(episode=episode)
    return rows[:limit]


def care_state(patient: Patient, site: Site) -> str:
    """The state where the patient is when care is given: the site's, or their own at home."""
    return patient.state if site.place_of_service in AT_HOME and patient.state else site.state


def taken(organization, first: date, last: date, *, practitioner=None, patient=None) -> list[Span]:
    """What is booked between two days, for a practitioner or a patient."""
    start, end = _moments(first, last)
    rows = appointments(organization).filter(starts_at__lt=end, ends_at__gt=start).exclude(state__in=GONE)
    rows = rows.filter(practitioner=practitioner) if practitioner is not None else rows
    rows = rows.filter(patient=patient) if patient is not None else rows
    return [Span(row.starts_at, row.ends_at) for row in rows]


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    return (
        datetime.combine(first, time(0), UTC) - timedelta(days=1),
        datetime.combine(last, time(0), UTC) + timedelta(days=2),
    )


def openings(organization, disciplines: Sequence[str], patient: Patient, first: date, last: date, sites: Sequence[Site] | None = None) -> list[Opening]:  # fmt: skip
    """Free time of everybody who may see this patient, with the kinds of visit each may give on each day."""
    people = {p.pk: p for p in practitioners(organization) if discipline_of_kind(p.profession) in disciplines}
    held = held_by(organization, people.values())
    busy = _busy_by_person(organization, first, last)
    found = []
    for row in (
        Availability.objects.of(organization).filter(practitioner__in=people, from_on__lte=last).select_related("site")
    ):
        if sites is not None and row.site not in sites:
            continue
        person = people[row.practitioner_id]
        hours = Hours(row.weekday, row.starts_at, row.ends_at, row.site.time_zone, row.from_on, row.to_on)
        closed = busy[("site", row.site_id)]
        for span in free([hours], busy[row.practitioner_id] + closed, first, last, holidays(first, last)):
            kinds = _kinds(
                held[person.pk], discipline_of_kind(person.profession), care_state(patient, row.site), span.start.date()
            )
            # who is free but may do nothing here stays in, so that "nobody is licensed" can be told from "nobody is free"
            found.append(
                Opening(
                    str(person.pk),
                    str(row.site_id),
                    discipline_of_kind(person.profession),
                    span,
                    kinds,
                    _cost(patient, row.site),
                )
            )
    return sorted(found, key=lambda o: (o.span, o.practitioner, o.site))


def holidays(first: date, last: date) -> frozenset[date]:
    """Days on which clinics are closed unless hours are given for that very day."""
    return frozenset(v["on"] for v in fact("scheduling/holidays").values if first <= v["on"] <= last)


def _kinds(held: Held, discipline: str, state: str, on: date) -> frozenset[str]:
    members = compact_states(discipline, on)
    return frozenset(kind for kind in KINDS if not may(acts()[kind], held, kinds_of(discipline), state, on, members))


def _cost(patient: Patient, site: Site) -> int:
    """Kilometres to the site, 0 where either place is not known."""
    if None in (patient.latitude, patient.longitude, site.latitude, site.longitude):
        return 0
    return round(distance_km(patient.latitude, patient.longitude, site.latitude, site.longitude))


def _busy_by_person(organization, first: date, last: date) -> dict:
    start, end = _moments(first, last)
    busy = defaultdict(list)
    rows = appointments(organization).filter(starts_at__lt=end, ends_at__gt=start).exclude(state__in=GONE)
    for person, begins, ends in rows.values_list("practitioner_id", "starts_at", "ends_at"):
        busy[person].append(Span(begins, ends))
    for off in TimeOff.objects.of(organization).filter(starts_at__lt=end, ends_at__gt=start):
        key = off.practitioner_id if off.practitioner_id else ("site", off.site_id)
        busy[key].append(Span(off.starts_at, off.ends_at))
    return busy


def evaluated(organization, episode) -> set[str]:
    """The disciplines whose evaluation is booked or done in an episode."""
    rows = appointments(organization).filter(episode=episode, kind="evaluation").exclude(state__in=GONE)
    return set(rows.values_list("discipline", flat=True))


def hours_of(organization, practitioner: Practitioner):
    """A practitioner's weekly hours."""
    return (
        Availability.objects.of(organization)
        .filter(practitioner=practitioner)
        .select_related("site")
        .order_by("weekday", "starts_at")
    )
