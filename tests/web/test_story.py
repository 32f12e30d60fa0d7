"""One timeline of everything that happened in an episode."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from regain.episodes.actions import say_to_team
from regain.outcomes.actions import record_score
from regain.plan_of_care.actions import home, planning
from regain.web.story import head, story
from tests.factories import AT, ON, make_episode
from tests.visits.test_visits import make_note, make_section, sign_note


@pytest.fixture
def episode(clinic):
    found = make_episode(clinic)
    make_section(clinic, found)
    return found


def one_more(clinic, episode, number):
    """One event of each kind."""
    by, on = clinic.member_of("PT"), ON - timedelta(number)
    plan = planning.open_plan(episode, starts_on=ON, by=by, at=AT)
    goal = planning.add_goal(plan, text=f"Goal {number}", target_on=ON + timedelta(90), levels={"-2": "In bed"}, by=by, at=AT)  # fmt: skip
    planning.rate_goal(goal, level=-2, on=on, by=by, at=AT)
    record_score(episode=episode, measure="five_xsts", inputs={"score": 14.2}, taken_on=on, by=by, at=AT)
    home.add_home_item(episode, discipline="PT", title="Stand up", starts_on=on, by=by, at=AT)
    home.add_equipment(episode, item="Cane", on=on, by=by, at=AT)
    say_to_team(episode, text="Tires quickly", by=by, at=AT)
    sign_note(clinic, make_note(clinic, episode, on=on))


def test_the_story_tells_every_kind_of_event_in_words(clinic, episode):
    one_more(clinic, episode, 1)
    told = [(e["label"], e["text"]) for e in story(clinic.owner, episode, AT)["events"]]
    assert ("Goal rated −2", "Goal 1: In bed") in told
    assert {"Goal agreed", "Plan section signed", "Treatment", "Added to the home list", "Equipment, recommended", "Team talk", "Episode opened",
            "Five Times Sit to Stand: 14.2 s"} <= {label for label, _ in told}  # fmt: skip
    assert {e["label"] for e in story(clinic.owner, episode, AT, "talk")["events"]} == {"Team talk"}
    days = [e["at"] for e in story(clinic.owner, episode, AT, "visit")["events"]]
    assert days == sorted(days, reverse=True)


def test_the_physicians_answer_stands_above_the_sending_of_the_same_day(clinic, episode):
    from regain.plan_of_care.models import Certification, Section
    from regain.record.actions import add

    section = Section.objects.of(clinic.owner).get()
    for kind in ("sent", "signed"):
        add(Certification, by=clinic.owner, at=AT, section=section, kind=kind, on=ON, through_on=None)
    labels = [e["label"] for e in story(clinic.owner, episode, AT, "plan")["events"] if e["label"].startswith("Plan ")]
    assert labels == ["Plan certified", "Plan sent to the physician", "Plan section signed"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_story_costs_a_fixed_number_of_queries(clinic, episode, count, django_assert_num_queries):
    for number in range(count):
        one_more(clinic, episode, number)
    with django_assert_num_queries(1):
        story(clinic.owner, episode, AT)


def test_the_page_narrows_to_one_kind_and_says_when_there_is_none(client, clinic, episode, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    page = reverse("web:episode", args=[episode.pk])
    assert "Plan section signed" in client.get(page).text
    assert "Nothing of this kind has happened yet" in client.get(page + "?only=talk").text
    assert "Plan section signed" in client.get(page + "?only=nonsense").text


def test_above_the_tabs_stand_payer_certification_and_my_note_of_today(clinic, episode, django_assert_num_queries):
    from datetime import date

    from regain.coverage.models import Coverage, Payer
    from regain.plan_of_care.models import Certification, Section
    from regain.record.actions import add
    from regain.scheduling.models import Appointment, AppointmentStatus

    by, me = clinic.owner, clinic.member_of("PT")
    assert head(me, episode, AT) == {"payer": None, "certified_to": None, "today_with": None, "reached": {"planned"}}
    payer = add(Payer, by=by, at=AT, name="Medicare", kind="medicare_b", profile="medicare_b")
    add(Coverage, by=by, at=AT, patient=episode.patient, payer=payer, member_id="1", starts_on=date(2026, 1, 1))
    section = Section.objects.of(by).get()
    add(Certification, by=by, at=AT, section=section, kind="signed", on=ON, through_on=ON + timedelta(60))
    booked = add(Appointment, by=by, at=AT, episode=episode, patient=episode.patient, practitioner=clinic.therapists["PT"], site=clinic.site,
                 discipline="PT", kind="treatment", starts_at=AT, ends_at=AT + timedelta(minutes=45))  # fmt: skip
    add(AppointmentStatus, by=by, at=AT, appointment=booked, status="booked")
    today = {"pk": booked.pk, "discipline": "PT", "kind": "treatment", "visit_id": None, "visit_signed": False}
    with django_assert_num_queries(1):
        assert head(me, episode, AT) == {"payer": "Medicare", "certified_to": ON + timedelta(60), "today_with": today,
                                         "reached": {"covered", "booked", "planned"}}  # fmt: skip
    assert head(clinic.member_of("OT"), episode, AT)["today_with"] is None
    visit = make_note(clinic, episode)
    assert head(me, episode, AT)["today_with"] == today | {"visit_id": visit.pk}


def test_a_story_and_its_head_stay_inside_the_organization(clinic, other_clinic, episode):
    one_more(clinic, episode, 1)
    assert story(other_clinic.owner, episode, AT)["events"] == []
    assert head(other_clinic.owner, episode, AT) == {
        "payer": None,
        "certified_to": None,
        "today_with": None,
        "reached": set(),
    }
