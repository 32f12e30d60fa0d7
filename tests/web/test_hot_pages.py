"""The pages asked for all day: how many questions they ask, whatever the clinic holds, and that lean SQL says what the rows say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from regain.episodes.actions import add_diagnosis, join_care_team, move_episode, say_to_team
from regain.episodes.queries import episodes, one_episode
from regain.organizations.queries import sites
from regain.record.actions import add
from regain.scheduling.actions import move_appointment
from regain.scheduling.models import Appointment, AppointmentStatus
from regain.scheduling.queries import day_rows, day_schedule
from regain.ui.jinja import address
from regain.web.story import story
from tests.factories import AT, ON, make_episode
from tests.record.test_record import make_visit, make_visit_of


def book(episode, clinic, count, start=AT):
    by, rows = clinic.desk, []
    for n in range(count):
        at = start + timedelta(hours=n)
        row = add(Appointment, by=by, at=AT, episode=episode, patient=episode.patient, practitioner=clinic.therapists["PT"], site=clinic.site,
                  discipline="PT", kind="treatment", starts_at=at, ends_at=at + timedelta(minutes=45))  # fmt: skip
        add(AppointmentStatus, by=by, at=AT, appointment=row, status="booked")
        rows.append(row)
    return rows


@pytest.fixture
def client(clinic):
    found = Client()
    found.force_login(clinic.member_of("PT").user)
    return found


def asked(client, path) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len([q for q in seen if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_an_episode_page_asks_at_most_eight_questions_with_one_row_and_with_three(clinic, client):
    visit = make_visit(clinic)
    episode, path = visit.episode, address("web:episode", visit.episode_id)
    say_to_team(episode, text="First", by=clinic.desk, at=AT)
    book(episode, clinic, 1)
    first = asked(client, path)
    for word in ("Second", "Third"):
        make_visit_of(visit)
        say_to_team(episode, text=word, by=clinic.desk, at=AT)
    book(episode, clinic, 2)
    add_diagnosis(episode, code="I69.354", label="After stroke", by=clinic.desk, at=AT)
    assert first == asked(client, path) <= 8


def test_the_day_asks_at_most_six_questions_with_one_row_and_with_three(clinic, client):
    episode = make_episode(clinic)
    path = f"/schedule/?site={clinic.site.pk}&on={ON}"
    book(episode, clinic, 1)
    first = asked(client, path)
    book(episode, clinic, 2)
    assert first == asked(client, path) <= 6


def test_one_episode_is_the_row_that_the_list_gives(clinic, other_clinic):
    episode = make_episode(clinic)
    move_episode(episode, to="on_hold", reason="Away", by=clinic.desk, at=AT + timedelta(hours=1))
    lean, row = one_episode(clinic.desk, episode.pk), episodes(clinic.desk).get(pk=episode.pk)
    for one, other in ((lean, row), (lean.patient, row.patient), (lean.site, row.site)):
        values = [{f.attname: getattr(r, f.attname) for f in r._meta.concrete_fields} for r in (one, other)]
        assert values[0] == values[1]
    assert (lean.state, one_episode(other_clinic.desk, episode.pk)) == ("on_hold", None)


def test_a_day_is_the_rows_of_the_schedule(clinic, other_clinic):
    rows = book(make_episode(clinic), clinic, 3)
    book(make_episode(other_clinic), other_clinic, 1)
    assert move_appointment(rows[1], to="cancelled", reason="Ill", by=clinic.desk, at=AT + timedelta(minutes=1)) == []
    said = [
        (r["pk"], r["episode_id"], r["starts_at"], r["ends_at"], r["patient"], r["practitioner"], r["state"])
        for r in day_rows(clinic.desk, [clinic.site], ON)
    ]
    assert said == [
        (r.pk, r.episode_id, r.starts_at, r.ends_at, str(r.patient), str(r.practitioner), r.state)
        for r in day_schedule(clinic.desk, clinic.site, ON)
    ]
    assert [row[-1] for row in said] == ["booked", "cancelled", "booked"]


def test_a_story_holds_what_is_to_come_the_team_and_nobody_elses_events(clinic, other_clinic):
    visit = make_visit(clinic)
    episode = visit.episode
    say_to_team(make_episode(clinic), text="Of another episode", by=clinic.desk, at=AT)
    say_to_team(episode, text="Of this one", by=clinic.desk, at=AT)
    join_care_team(episode, clinic.physician, starts_on=ON, role="physician", by=clinic.desk, at=AT)
    past, *coming = book(episode, clinic, 6, AT - timedelta(minutes=30))
    assert move_appointment(coming[0], to="cancelled", reason="Ill", by=clinic.desk, at=AT + timedelta(minutes=1)) == []
    told = story(clinic.desk, episode, AT)
    assert sorted(e["label"] for e in told["events"]) == [
        "Episode opened",
        "Team talk",
        "Treatment, not signed yet",
        "Visit cancelled",
    ]
    assert [n["at"] for n in told["next"]] == [row.starts_at for row in coming[1:]]
    assert [(m["who"], m["role"]) for m in told["team"]] == [("Amara Singh, MD", "physician")]
    assert story(other_clinic.desk, episode, AT)["events"] == []
    assert sites(clinic.desk).count() == 1


def test_an_address_with_keys_is_the_one_that_django_makes(clinic):
    from django.urls import reverse

    first, second = clinic.site.pk, clinic.organization.pk
    assert address("web:episode", first) == reverse("web:episode", args=[first])
    assert address("referrals:match_known", first, second) == reverse("referrals:match_known", args=[first, second])
    assert address("web:patients") == reverse("web:patients")
