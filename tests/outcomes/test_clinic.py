"""The clinic view: shares, medians, completion, and what is not shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from regain.outcomes import actions, queries
from regain.outcomes.rules.clinic import Result, Row, by_group
from tests.factories import AT, ON, make_episode, make_patient

BETTER, SAME = "clinically important improvement", "not beyond measurement error"


def group(n, improvement=6.0, verdict=BETTER, discipline="PT", condition="stroke"):
    return [Result(discipline, condition, improvement, verdict, f"{improvement}-{number}") for number in range(n)]


def test_several_joints_of_one_person_count_once():
    """Twelve angles of one episode are no group of twelve."""
    assert by_group([Result("PT", "hip", 10.0, BETTER, "one")] * 12) == [Row("PT", "hip", None)]
    both = [one for n in range(11) for one in (Result("PT", "hip", 10.0, BETTER, str(n)), Result("PT", "hip", 4.0, SAME, str(n)))]  # fmt: skip
    assert by_group(both) == [Row("PT", "hip", 11, 100, 100, 7.0)]


def test_shares_and_medians():
    results = [*group(9), *group(3, 1.0, SAME), *group(4, None, None)]
    assert by_group(results) == [Row("PT", "stroke", 16, 75, 75, 6.0)]


@pytest.mark.parametrize(("n", "shown"), [(10, None), (11, 11)])
def test_small_groups_are_not_shown(n, shown):
    assert [row.episodes for row in by_group(group(n))] == [shown]


def test_few_repeats_show_no_change():
    assert by_group([*group(10), *group(5, None, None)]) == [Row("PT", "stroke", 15, 67)]


def test_without_a_published_value_no_share_is_claimed():
    assert by_group(group(12, 3.0, "no published value for this population"))[0].improved is None


def test_disciplines_stay_apart_and_suppressed_rows_come_last():
    rows = by_group([*group(2, discipline="PT"), *group(12, discipline="OT"), *group(20, condition="hip")])
    assert [(r.discipline, r.condition, r.episodes) for r in rows] == [
        ("PT", "hip", 20),
        ("OT", "stroke", 12),
        ("PT", "stroke", None),
    ]


def test_the_page_counts_first_against_last(client, clinic, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    by = clinic.member_of("PT")
    for n in range(11):
        episode = make_episode(clinic, make_patient(clinic, f"Roy{n}"), condition="stroke")
        for days, score in ((30, 40), (10, 42), (0, 47 if n < 6 else 41)):
            actions.record_score(
                episode=episode,
                measure="berg",
                inputs={"score": score},
                taken_on=ON - timedelta(days),
                by=by,
                at=AT,
                discipline="PT",
            )
    assert queries.measures_in_use(by, date(2026, 1, 1)) == [("berg", 33)]
    client.force_login(clinic.owner.user)
    with django_assert_max_num_queries(12):
        text = client.get(reverse("outcomes:clinic")).text
    assert "Berg Balance Scale" in text
    assert "55%" in text
    assert "Stroke after acute care" in text
    one = make_episode(clinic, make_patient(clinic, "Ann"), problem="Rare thing of one person")
    actions.record_score(episode=one, measure="berg", inputs={"score": 40}, taken_on=ON, by=by, at=AT, discipline="PT")
    text = client.get(reverse("outcomes:clinic")).text
    assert ("1 group with fewer than 11 episodes is not shown" in text, "Rare thing" in text) == (True, False)
    assert client.get(reverse("outcomes:clinic"), {"measure": "nope"}).status_code == 404
    client.force_login(clinic.desk.user)
    assert client.get(reverse("outcomes:clinic")).status_code == 403


def test_an_empty_clinic_says_what_comes_here(client, clinic):
    client.force_login(clinic.owner.user)
    assert "No score in the past year" in client.get(reverse("outcomes:clinic")).text
