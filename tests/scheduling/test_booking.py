"""Booking on the database and through its pages."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from regain.scheduling import actions, queries
from regain.scheduling.models import Appointment
from regain.scheduling.rules.course import Limits, Wish, book
from tests.factories import AT, make_episode, make_patient, make_therapist

FIRST = date(2026, 11, 30)
ZONE = ZoneInfo("America/New_York")


def at(hour: int, day: date = FIRST) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def set_week(clinic, *keys, start=9, end=12):
    for key in keys or ("OT", "PT"):
        for weekday in range(5):
            actions.set_hours(clinic.therapists[key], clinic.site, weekday=weekday, starts_at=time(start), ends_at=time(end),
                              from_on=date(2026, 1, 1), by=clinic.owner, at=AT)  # fmt: skip


def find(clinic, episode, *wishes):
    free = queries.openings(
        clinic.desk, [w.discipline for w in wishes], episode.patient, FIRST, FIRST + timedelta(weeks=4)
    )
    return book(wishes, free, FIRST, limits=Limits())


def book_one(clinic, episode, key="PT", starts_at=None, kind="treatment", who=None):
    starts_at = starts_at or at(9)
    return actions.book_one(episode, who or clinic.therapists[key], clinic.site, discipline=key, kind=kind, starts_at=starts_at,
                            ends_at=starts_at + timedelta(minutes=45), by=clinic.desk, at=AT)  # fmt: skip


def codes(findings):
    return [f.code for f in findings if f.severity == "error"]


def test_a_course_for_two_disciplines_is_booked_whole(clinic):
    set_week(clinic)
    episode = make_episode(clinic)
    visits = find(clinic, episode, Wish("OT", 2, 3, 45), Wish("PT", 2, 3, 45)).visits
    course = actions.book_course(episode, visits, by=clinic.desk, at=AT)
    rows = queries.appointments(clinic.desk)
    assert [(r.discipline, r.kind, r.starts_at, r.state) for r in rows] == [
        (v.discipline, v.kind, v.start, "booked") for v in visits
    ]
    assert {r.course_id for r in rows} == {course.pk}


def test_a_course_with_one_time_taken_meanwhile_books_nothing(clinic):
    set_week(clinic)
    episode, other = make_episode(clinic), make_episode(clinic, make_patient(clinic, family="Roy", given="Al"))
    visits = find(clinic, episode, Wish("PT", 2, 2, 45)).visits
    book_one(clinic, other, starts_at=visits[2].start)
    assert codes(actions.book_course(episode, visits, by=clinic.desk, at=AT)) == ["TIME_TAKEN"]
    assert Appointment.objects.of(clinic.desk).count() == 1


def test_the_patient_is_never_booked_twice_at_once_and_a_cancelled_time_is_free(clinic):
    episode = make_episode(clinic)
    first = book_one(clinic, episode)
    assert codes(book_one(clinic, episode, "OT")) == ["PATIENT_BUSY"]
    assert actions.move_appointment(first, to="cancelled", by=clinic.desk, at=AT) == []
    assert isinstance(book_one(clinic, episode, "OT"), Appointment)
    assert codes(actions.move_appointment(first, to="completed", by=clinic.desk, at=AT)) == ["MOVE_NOT_ALLOWED"]


def test_an_assistant_is_refused_an_evaluation_and_an_opening_for_one(clinic):
    assistant = make_therapist(clinic, "PT", "PTA", "assistant")
    episode = make_episode(clinic)
    assert codes(book_one(clinic, episode, kind="evaluation", who=assistant)) == ["NOT_IN_SCOPE"]
    actions.set_hours(
        assistant, clinic.site, weekday=0, starts_at=time(9), ends_at=time(12), from_on=FIRST, by=clinic.owner, at=AT
    )
    free = queries.openings(clinic.desk, ["PT"], episode.patient, FIRST, FIRST)
    assert all("evaluation" not in opening.kinds for opening in free)


def test_openings_leave_out_time_off_holidays_and_other_organizations(clinic, other_clinic):
    set_week(clinic, "PT")
    set_week(other_clinic, "PT")
    actions.take_time_off(practitioner=clinic.therapists["PT"], starts_at=at(9), ends_at=at(10), by=clinic.owner, at=AT)
    patient, thanksgiving = make_patient(clinic), date(2026, 11, 26)
    free = queries.openings(clinic.desk, ["PT"], patient, thanksgiving, FIRST)
    assert [(o.span.start, o.practitioner) for o in free] == [
        (start, str(clinic.therapists["PT"].pk)) for start in (at(9, date(2026, 11, 27)), at(10))
    ]


@pytest.fixture
def desk(clinic, client):
    client.force_login(clinic.desk.user)
    return client


def test_the_day_page_asks_the_same_number_of_questions_for_one_row_and_three(
    clinic, desk, django_assert_max_num_queries
):
    counts = []
    url = f"{reverse('scheduling:day')}?site={clinic.site.pk}&on={FIRST}"
    for number in range(3):
        book_one(clinic, make_episode(clinic, make_patient(clinic, family=f"Roy{number}")), starts_at=at(9 + number))
        with django_assert_max_num_queries(20) as asked:
            page = desk.get(url)
        assert page.content.decode().count("/episode/") == number + 1
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[2], counts


def test_a_booking_form_sent_twice_books_once(clinic, desk):
    set_week(clinic)
    episode = make_episode(clinic)
    url = reverse("scheduling:book", args=[episode.pk])
    assert desk.get(url).status_code == 200
    asked = {"first": FIRST, "same_day": "on", "once": str(uuid4())}
    for key, per_week in (("OT", 1), ("PT", 1), ("SLP", 0)):
        asked |= {f"{key}_per_week": per_week, f"{key}_weeks": 2, f"{key}_minutes": 45, f"{key}_evaluate": "on"}
    found = desk.post(url, asked)
    assert found.status_code == 200, found.content.decode()

    payload = re.search(r'name="visits" value="([^"]+)"', found.content.decode()).group(1)
    sent = {"visits": payload, "once": str(uuid4())}
    for _ in range(2):
        desk.post(url, sent)
    assert Appointment.objects.of(clinic.desk).count() == 4
