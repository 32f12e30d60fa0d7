"""The range-of-motion table: both sides at once, last time beside today's, all or nothing."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regain.outcomes import queries
from regain.outcomes.forms import AngleField, MotionForm
from tests.factories import AT, ON, make_episode


@pytest.mark.parametrize(("typed", "read"), [
    ("110", {"end_deg": 110}), ("5-110", {"start_deg": 5, "end_deg": 110}), ("-10-130", {"start_deg": -10, "end_deg": 130}),
    ("−5 - 90", {"start_deg": -5, "end_deg": 90}), ("", None),
])  # fmt: skip
def test_angles_as_they_are_written(typed, read):
    assert AngleField(required=False).clean(typed) == read


def test_tab_goes_down_one_side_and_then_the_other():
    form = MotionForm("knee", ["flexion", "extension"])
    assert [name for name in form.fields if "-" in name] == ["left-0", "left-1", "right-0", "right-1"]


@pytest.fixture
def therapist(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    return client


def test_a_table_records_a_score_a_cell_and_shows_it_next_time(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:motion", args=[episode.pk, "knee"])
    assert "140°" in therapist.get(page).text
    sent = {"taken_on": ON.isoformat(), "mode": "active", "left-0": "5-110", "right-0": "135"}
    assert therapist.post(page, sent).status_code == 302
    rows = {(r.inputs["side"], r.inputs["motion"]): r.display for r in queries.scores(clinic.owner)}
    assert rows == {("left", "flexion"): "5-110", ("right", "flexion"): "135"}
    assert "5-110" in therapist.get(page).text
    titles = [course.title for course in queries.courses(clinic.owner, episode)]
    assert sorted(titles) == [
        "Goniometric range of motion, knee, flexion, left, active",
        "Goniometric range of motion, knee, flexion, right, active",
    ]


def test_one_bad_angle_saves_none_and_says_which(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:motion", args=[episode.pk, "knee"])
    sent = {"taken_on": ON.isoformat(), "mode": "active", "left-0": "120-20", "right-0": "135"}
    back = therapist.post(page, sent)
    assert (
        back.status_code,
        "The motion starts at 120 and ends at 20" in back.text,
        queries.scores(clinic.owner).count(),
    ) == (422, True, 0)
    assert "Write the end angle" in therapist.post(page, {**sent, "left-0": "much"}).text
    assert "Nothing was filled in" in therapist.post(page, {"taken_on": ON.isoformat(), "mode": "active"}).text
    assert therapist.get(reverse("outcomes:motion", args=[episode.pk, "tail"])).status_code == 404
