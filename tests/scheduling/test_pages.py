"""The schedule as the front desk uses it: the day, moving, who could see a patient, a course in one screen."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from regain.coverage.actions import add_authorization, add_coverage, add_payer
from regain.coverage.queries import authorizations
from regain.organizations.actions import add_site
from regain.record.actions import add
from regain.referrals.models import Referral
from regain.scheduling import actions, queries
from regain.scheduling.models import Appointment
from tests.factories import AT, ON, make_episode, make_patient, make_therapist

ZONE = ZoneInfo("America/New_York")
MONDAY = date(2027, 3, 1)
WORK = {"from_on": date(2026, 1, 1), "at": AT}


@pytest.fixture
def desk(clinic, client, monkeypatch):
    """The front desk, on the Saturday before."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 2, 27, 15, tzinfo=ZONE))
    client.force_login(clinic.desk.user)
    return client


def hours(clinic, key, site=None, weekdays=range(5), start=9, end=17, who=None):
    for weekday in weekdays:
        actions.set_hours(who or clinic.therapists[key], site or clinic.site, weekday=weekday, starts_at=time(start),
                          ends_at=time(end), by=clinic.owner, **WORK)  # fmt: skip


def second_site(clinic, name="Aroostook"):
    return add_site(
        clinic.organization,
        name=name,
        state="ME",
        city="Caribou",
        postal_code="04736",
        latitude=46.86,
        longitude=-68.01,
    )


def booked(clinic, hour=9, site=None, key="PT", episode=None, day=MONDAY, kind="treatment"):
    starts_at = datetime.combine(day, time(hour), ZONE)
    episode = episode or make_episode(clinic, make_patient(clinic, family=f"Roy{hour}"))
    return actions.book_one(episode, clinic.therapists[key], site or clinic.site, discipline=key, kind=kind, starts_at=starts_at,
                            ends_at=starts_at + timedelta(minutes=45), by=clinic.desk, at=AT)  # fmt: skip


def state(clinic, appointment):
    return queries.appointments(clinic.desk).get(pk=appointment.pk).state


def test_the_day_opens_on_every_site_and_names_who_works(desk, clinic):
    away = second_site(clinic)
    hours(clinic, "OT")
    booked(clinic, 9)
    page = desk.get(reverse("scheduling:day"), {"on": MONDAY}).content.decode()
    assert "Roy9" in page
    assert "Here, nobody booked yet" in page
    assert "9:00–17:00" in page
    other = desk.get(reverse("scheduling:day"), {"on": MONDAY, "site": away.pk}).content.decode()
    assert "Nobody is booked at Aroostook on Mon 1 Mar" in other


def test_a_day_off_shows_as_away_and_a_holiday_by_name(desk, clinic):
    hours(clinic, "OT")
    actions.take_time_off(practitioner=clinic.therapists["OT"], starts_at=datetime.combine(MONDAY, time(9), ZONE),
                          ends_at=datetime.combine(MONDAY, time(12), ZONE), by=clinic.owner, at=AT)  # fmt: skip
    assert "away for some of it" in desk.get(reverse("scheduling:day"), {"on": MONDAY}).content.decode()
    assert "New Year" in desk.get(reverse("scheduling:day"), {"on": "2027-01-01"}).content.decode()
    assert desk.get(reverse("scheduling:day"), {"on": "31 Feb", "site": "none"}).status_code == 200


def test_check_in_and_no_show_are_put_right_and_the_authorization_follows(desk, clinic):
    patient = make_patient(clinic)
    payer = add_payer(by=clinic.desk, at=AT, name="Comp", kind="workers_comp")
    cover = add_coverage(patient, payer, by=clinic.desk, at=AT, member_id="1", starts_on=date(2027, 1, 1))
    add_authorization(
        cover,
        by=clinic.desk,
        at=AT,
        number="A",
        disciplines=[],
        starts_on=date(2027, 1, 1),
        ends_on=date(2027, 12, 31),
        visits=3,
    )
    row = booked(clinic, episode=make_episode(clinic, patient))
    url = reverse("scheduling:move", args=[row.pk])
    seen = []
    for to in ("checked_in", "booked", "no_show", "booked", "cancelled"):
        desk.post(url, {"to": to, "reason": "ill" if to == "cancelled" else ""})
        seen.append((state(clinic, row), authorizations(clinic.desk, patient).get().visits_used))
    assert seen == [("checked_in", 1), ("booked", 1), ("no_show", 0), ("booked", 1), ("cancelled", 0)]
    assert row.statuses.order_by("-created_at", "-id").first().reason == "ill"


def test_a_no_show_does_not_come_back_where_the_time_was_given_away(desk, clinic):
    row = booked(clinic)
    actions.move_appointment(row, to="no_show", by=clinic.desk, at=AT)
    booked(clinic, episode=make_episode(clinic, make_patient(clinic, "Gagnon", "Lise")))
    page = desk.post(reverse("scheduling:move", args=[row.pk]), {"to": "booked"}, follow=True).content.decode()
    assert "was booked in the meantime at Mon 1 Mar, 9:00" in page
    assert state(clinic, row) == "no_show"


def slots_of(page):
    return re.findall(r'name="slot" value="([^"]+)"', page)


def test_an_appointment_moves_in_one_step(desk, clinic):
    hours(clinic, "PT", end=12)
    row = booked(clinic)
    url = reverse("scheduling:reschedule", args=[row.pk])
    tokens = slots_of(desk.get(url).content.decode())
    assert tokens[0].startswith("2027-03-01T10:00")
    desk.post(url, {"slot": tokens[0], "once": str(uuid4())})
    rows = [(r.starts_at.astimezone(ZONE).hour, r.state) for r in queries.appointments(clinic.desk)]
    assert rows == [(9, "cancelled"), (10, "booked")]
    assert row.statuses.order_by("-created_at", "-id").first().reason == "moved to Mon 1 Mar, 10:00"


def test_a_time_taken_meanwhile_or_made_up_moves_nothing(desk, clinic):
    hours(clinic, "PT", end=12)
    row = booked(clinic)
    url = reverse("scheduling:reschedule", args=[row.pk])
    tokens = slots_of(desk.get(url).content.decode())
    booked(clinic, 10)
    for slot in (tokens[0], "2027-03-01T03:00:00|x|y", ""):
        answer = desk.post(url, {"slot": slot})
        assert (answer.status_code, state(clinic, row)) == (422, "booked")
    assert "no longer free" in answer.content.decode()


def test_only_a_booked_appointment_moves(desk, clinic):
    hours(clinic, "PT")
    row = booked(clinic)
    actions.move_appointment(row, to="checked_in", by=clinic.desk, at=AT)
    findings = actions.reschedule(
        row, row.practitioner, row.site, starts_at=row.starts_at, ends_at=row.ends_at, by=clinic.desk, at=AT
    )
    assert [f.code for f in findings] == ["MOVE_NOT_ALLOWED"]


def test_who_could_see_the_patient_names_assistants_strangers_to_the_state_and_distance(desk, clinic):
    assistant, far = make_therapist(clinic, "PT", "PTA", "assistant"), second_site(clinic)
    hours(clinic, "PT", site=far)
    hours(clinic, "PT", who=assistant)
    hours(clinic, "OT")
    episode = make_episode(clinic, make_patient(clinic, latitude=43.66, longitude=-70.26))
    page = desk.get(reverse("scheduling:book", args=[episode.pk])).content.decode()
    assert "Evaluates, from" in page
    assert "may not treat here: license, compact or supervision is missing" in page
    assert re.search(r"Aroostook, \d{3} km", page)
    assert "Mon 1 Mar, 9:00" in page


def ask(**changes):
    asked = {"first": MONDAY, "same_day": "on", "site": "", "times": ""}
    for key in ("OT", "PT", "SLP"):
        asked |= {
            f"{key}_per_week": 2 if key != "SLP" else 0,
            f"{key}_weeks": 3,
            f"{key}_minutes": 45,
            f"{key}_evaluate": "on",
        }
    return asked | changes


def test_twelve_visits_of_two_disciplines_are_booked_in_two_steps(desk, clinic):
    hours(clinic, "OT")
    hours(clinic, "PT")
    episode = make_episode(clinic)
    url = reverse("scheduling:book", args=[episode.pk])
    found = desk.post(url, ask()).content.decode()
    assert "12 visits on 6 days, from Mon 1 Mar to" in found
    payload = re.search(r'name="visits" value="([^"]+)"', found).group(1)
    desk.post(url, {"visits": payload})
    assert Appointment.objects.of(clinic.desk).count() == 12
    again = desk.get(url).content.decode()
    assert 'name="PT_evaluate"' in again
    assert 'name="PT_evaluate" class="" checked' not in again
    assert not re.search(r'name="PT_evaluate"[^>]*checked', again)


def test_a_course_keeps_to_one_site_and_to_times_that_suit(desk, clinic):
    near, far = clinic.site, second_site(clinic)
    hours(clinic, "PT", start=8, end=12)
    hours(clinic, "PT", site=far, start=13, end=17)
    episode = make_episode(clinic)
    url = reverse("scheduling:book", args=[episode.pk])
    at_far = desk.post(url, ask(OT_per_week=0, site=str(far.pk))).content.decode()
    assert (at_far.count(f'data-label="Where">{far.name}'), at_far.count(f'data-label="Where">{near.name}')) == (6, 0)
    late = desk.post(url, ask(OT_per_week=0, times="afternoon")).content.decode()
    assert late.count(f'data-label="Where">{far.name}') == 6


def test_what_is_asked_stays_where_no_course_exists(desk, clinic):
    hours(clinic, "PT", weekdays=[0])
    answer = desk.post(reverse("scheduling:book", args=[make_episode(clinic).pk]), ask(OT_per_week=0, PT_minutes=60))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No such course exists" in page
    assert "only 1 of 2 days" in page
    assert re.search(r'name="PT_minutes" value="60"', page)


@pytest.mark.parametrize("sent", [{"PT_weeks": "0"}, {"PT_weeks": "99"}, {"PT_minutes": "0"}, {"PT_minutes": "700"}, {"first": "31 Feb"},
                                  {"PT_per_week": "-1"}, {"site": "x"}])  # fmt: skip
def test_a_question_that_makes_no_sense_is_sent_back(desk, clinic, sent):
    answer = desk.post(reverse("scheduling:book", args=[make_episode(clinic).pk]), ask(**sent))
    assert answer.status_code == 422
    assert "Nothing was saved yet" in answer.content.decode()


def test_two_visits_a_week_leave_a_day_between_them(desk, clinic):
    hours(clinic, "PT")
    page = desk.post(reverse("scheduling:book", args=[make_episode(clinic).pk]), ask(OT_per_week=0)).content.decode()
    days = [int(day) for day in re.findall(r'data-label="When" class="num">\w{3} (\d+) Mar', page)]
    assert len(days) == 6
    assert all(later - earlier > 1 for earlier, later in zip(days, days[1:], strict=False)), days


def test_a_signed_order_leaves_no_question_of_direct_access(desk, clinic):
    hours(clinic, "PT")
    episode = make_episode(clinic)
    url = reverse("scheduling:book", args=[episode.pk])
    assert "without a referral" in desk.post(url, ask(OT_per_week=0)).content.decode()
    add(
        Referral,
        by=clinic.desk,
        at=AT,
        source="letter",
        received_on=ON,
        signed_on=ON,
        ordered=["PT"],
        episode=episode,
        text="Knee pain",
    )
    assert "without a referral" not in desk.post(url, ask(OT_per_week=0)).content.decode()
