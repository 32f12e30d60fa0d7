"""A page of the daily work costs the same number of queries with one row as with three."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from regain.episodes.actions import say_to_team
from regain.outcomes.actions import record_score
from regain.plan_of_care.actions import certifying, home, planning
from tests.factories import AT, ON, make_episode
from tests.visits.test_visits import make_note, make_section, sign_note

MEASURES = {0: "berg", 1: "tug", 2: "five_xsts"}


def add_row(clinic, episode, number):
    """One more of everything an episode's pages list."""
    by, on = clinic.member_of("PT"), ON - timedelta(number)
    plan = planning.open_plan(episode, starts_on=ON, by=by, at=AT)
    goal = planning.add_goal(plan, text=f"Goal {number}", target_on=ON + timedelta(90), by=by, at=AT)
    planning.rate_goal(goal, level=-2, on=on, by=by, at=AT)
    record_score(episode=episode, measure=MEASURES[number], inputs={"score": 14}, taken_on=on, by=by, at=AT, discipline="PT")  # fmt: skip
    home.add_home_item(episode, discipline="PT", title=f"Stand up {number}", starts_on=on, by=by, at=AT, goal=goal)
    home.add_equipment(episode, item="Cane", on=on, by=by, at=AT)
    say_to_team(episode, text="Tires quickly", by=by, at=AT)
    sign_note(clinic, make_note(clinic, episode, on=on))
    certifying.send_for_certification(plan, clinic.physician, by=by, at=AT)


PAGES = ("web:episode", "web:plan", "web:visits", "web:outcomes", "web:home_programme", "web:talk", "visits:episode", "outcomes:episode")  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_an_episodes_page_costs_the_same_with_one_row_and_with_three(client, clinic, monkeypatch, name):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    counts = []
    for rows in (1, 3):
        episode = make_episode(clinic)
        make_section(clinic, episode)
        for number in range(rows):
            add_row(clinic, episode, number)
        client.get(reverse(name, args=[episode.pk]))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(name, args=[episode.pk])).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 45


def test_plans_due_costs_the_same_with_one_patient_and_with_three(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    counts = []
    for patients in (1, 2):
        for _ in range(patients):
            make_section(clinic, make_episode(clinic))
        client.get(reverse("web:plans_due"))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("web:plans_due")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
