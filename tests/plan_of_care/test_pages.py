"""The plan's pages as therapists and the physician use them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from regain.episodes.models import Diagnosis
from regain.plan_of_care.actions import planning
from regain.plan_of_care.models import GoalRating
from regain.record.actions import add
from tests.factories import AT, ON, make_episode

LATE = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
"""Half past eight in the evening of the 24th in Maine."""


@pytest.fixture
def episode(clinic):
    found = make_episode(clinic)
    add(Diagnosis, by=clinic.owner, at=AT, episode=found, code="I69.351", label="Hemiplegia after stroke")
    return found


@pytest.fixture
def goal(clinic, episode):
    plan = planning.open_plan(episode, starts_on=ON, by=clinic.owner, at=AT)
    levels = {str(level): f"step {level}" for level in range(-2, 3)}
    return planning.add_goal(
        plan, text="Walk to the mailbox", target_on=ON + timedelta(56), levels=levels, by=clinic.member_of("PT"), at=AT
    )


@pytest.fixture
def at_clock(monkeypatch):
    """Sets what the views read as now."""

    def set_to(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    set_to(AT)
    return set_to


@pytest.fixture
def therapist(client, clinic, at_clock):
    client.force_login(clinic.member_of("PT").user)
    return client


def test_what_is_written_in_the_evening_carries_the_clinics_day(therapist, at_clock, episode, goal, clinic):
    at_clock(LATE)
    therapist.force_login(clinic.member_of("PT").user)
    therapist.post(reverse("plan_of_care:rate", args=[episode.pk, goal.pk]), {"level": "-1", "note": ""})
    assert GoalRating.objects.of(clinic.owner).get().on == ON
