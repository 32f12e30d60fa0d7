"""The body chart: a drawing and a list that say the same, kept as rows, nobody else's."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from regain.outcomes import actions, queries
from regain.outcomes.models import Examination
from regain.outcomes.rules.examined import Kind, check_marks
from regain.record.actions import add
from regain.ui.body import PLACES, drawing
from tests.factories import AT, ON, make_episode


@pytest.fixture
def therapist(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    return client


def test_every_place_is_drawn_once_and_none_overlaps_another():
    assert len({place.label + place.view for place in PLACES.values()}) == len(PLACES) == 52
    for view in ("front", "back"):
        boxes = [tuple(map(float, re.findall(r'="([\d.]+)"', p.shape)[:4])) for p in PLACES.values() if p.view == view]
        assert drawing(view, {}).count("<rect") == len(boxes)
        for n, (x, y, w, h) in enumerate(boxes):
            assert all(x + w <= a or a + c <= x or y + h <= b or b + d <= y for a, b, c, d in boxes[n + 1 :])


def test_the_right_hand_is_on_the_left_when_seen_from_the_front():
    assert PLACES["front-hand-right"].x < 100 < PLACES["back-hand-right"].x


def test_a_mark_has_a_letter_so_that_colour_alone_says_nothing():
    svg = drawing("back", {"back-low_back-left": "P"})
    assert ('class="place marked" data-place="back-low_back-left"' in svg, ">P</text>" in svg) == (True, True)


def test_marks_are_kept_and_filled_in_next_time(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:body", args=[episode.pk])
    assert therapist.get(page).status_code == 200
    sent = {"taken_on": ON.isoformat(), "back-low_back-left": "pain", "back-low_back-left-level": "6", "front-foot-left": "tingling"}  # fmt: skip
    assert therapist.post(page, sent).status_code == 302
    row = queries.examined(clinic.owner, episode).body
    assert row.found == [
        {"region": "front-foot-left", "mark": "tingling", "level": None},
        {"region": "back-low_back-left", "mark": "pain", "level": 6},
    ]
    again = therapist.get(page).text
    assert ('<option value="pain" selected>' in again, "pain 6" in again) == (True, True)
    shown = therapist.get(reverse("outcomes:episode", args=[episode.pk])).text
    assert ("Left low back: pain 6 of 10" in shown, ">P</text>" in shown) == (True, True)


def test_a_strength_past_ten_saves_nothing(therapist, clinic):
    episode = make_episode(clinic)
    sent = {"taken_on": ON.isoformat(), "front-foot-left": "pain", "front-foot-left-level": "11"}
    assert therapist.post(reverse("outcomes:body", args=[episode.pk]), sent).status_code == 422
    assert queries.examined(clinic.owner, episode).body is None


def test_rules_name_what_no_chart_shows():
    rows = [{"region": "tail", "mark": "pain"}, {"region": "a", "mark": "itch"}, {"region": "a", "mark": "pain", "level": 11}, {"region": "a", "mark": "numb", "level": 0}]  # fmt: skip
    assert [f.code for f in check_marks(rows, {"a"})] == ["BAD_VALUE", "BAD_VALUE", "OUT_OF_RANGE"]


def test_the_database_keeps_what_was_examined(clinic):
    episode = make_episode(clinic)
    row, _ = actions.record_examination(episode=episode, kind=Kind.BODY, found=[], taken_on=ON, by=clinic.member_of("PT"), at=AT)  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Examination.objects.of(clinic.owner).filter(pk=row.pk).update(note="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        add(Examination, by=clinic.owner, at=AT, episode=episode, patient_id=episode.patient_id, kind="other", taken_on=ON, found=[])  # fmt: skip


def test_another_organization_sees_no_chart(therapist, other_clinic):
    assert therapist.get(reverse("outcomes:body", args=[make_episode(other_clinic).pk])).status_code == 404
