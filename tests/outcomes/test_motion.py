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
    assert [name for name in form.fields if "-" in name] == [
        f"{column}-{side}-{n}" for column in ("active", "passive", "strength") for side in ("left", "right") for n in (0, 1)
    ]  # fmt: skip


@pytest.fixture
def therapist(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    return client


def test_a_table_records_a_score_a_cell_and_shows_it_next_time(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:motion", args=[episode.pk, "knee"])
    assert "140°" in therapist.get(page).text
    sent = {"taken_on": ON.isoformat(), "active-left-0": "5-110", "active-right-0": "135"}
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
    sent = {"taken_on": ON.isoformat(), "active-left-0": "120-20", "active-right-0": "135"}
    back = therapist.post(page, sent)
    assert (
        back.status_code,
        "The motion starts at 120 and ends at 20" in back.text,
        queries.scores(clinic.owner).count(),
    ) == (422, True, 0)
    assert "Write the end angle" in therapist.post(page, {**sent, "active-left-0": "much"}).text
    assert "Nothing was filled in" in therapist.post(page, {"taken_on": ON.isoformat()}).text
    assert therapist.get(reverse("outcomes:motion", args=[episode.pk, "tail"])).status_code == 404


def test_active_passive_and_strength_are_kept_together_and_shown_next_time(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:motion", args=[episode.pk, "knee"])
    assert "135 to 140°" in therapist.get(page).text
    sent = {"taken_on": ON.isoformat(), "active-left-0": "5-110", "passive-left-0": "118", "strength-left-0": "4−", "strength-right-0": "5"}  # fmt: skip
    assert therapist.post(page, sent).status_code == 302
    assert {(r.inputs["mode"], r.display) for r in queries.scores(clinic.owner)} == {
        ("active", "5-110"),
        ("passive", "118"),
    }
    assert [(g.side, g.motion, g.last[1]) for g in queries.examined(clinic.owner, episode).strength] == [
        ("left", "flexion", "4-"), ("right", "flexion", "5")]  # fmt: skip
    text = therapist.get(page).text
    assert ("118°" in text, ">4-</td>" in text) == (True, True)
    assert "<h2>Strength</h2>" in therapist.get(reverse("outcomes:episode", args=[episode.pk])).text


def test_one_bad_grade_saves_nothing_and_keeps_what_was_typed(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:motion", args=[episode.pk, "knee"])
    back = therapist.post(page, {"taken_on": ON.isoformat(), "active-left-0": "110", "strength-left-0": "6"})
    assert (back.status_code, "Write a grade from 0 to 5" in back.text, 'value="6"' in back.text) == (422, True, True)
    assert queries.scores(clinic.owner).count() == 0


def test_strength_alone_is_enough(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:motion", args=[episode.pk, "knee"])
    assert therapist.post(page, {"taken_on": ON.isoformat(), "strength-left-0": "3"}).status_code == 302


def test_angles_are_one_table_and_not_a_card_each(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:motion", args=[episode.pk, "knee"])
    therapist.post(page, {"taken_on": "2026-10-12", "active-left-0": "90", "active-right-0": "130"})
    therapist.post(page, {"taken_on": ON.isoformat(), "active-left-0": "120"})
    text = therapist.get(reverse("outcomes:episode", args=[episode.pk])).text
    assert (text.count("<h2>Range of motion</h2>"), text.count('<svg class="course"')) == (1, 1)
    assert "Your left knee moves further than in October" in text
