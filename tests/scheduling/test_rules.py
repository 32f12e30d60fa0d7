from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regain.scheduling.rules.course import Opening, Wish, book, earliest
from regain.scheduling.rules.free_time import Hours, Span, free, starts

FIRST = date(2026, 11, 30)
BOTH = frozenset({"evaluation", "treatment"})


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 30, hour, minute, tzinfo=UTC) + timedelta(days=day)


def opening(discipline, day, start, end, who="", kinds=BOTH):
    return Opening(who or f"{discipline}1", "Portland", discipline, Span(at(day, *start), at(day, *end)), kinds)


def test_hours_stay_local_when_clocks_change():
    hours = Hours(6, time(9), time(12), "America/New_York", date(2026, 1, 1))
    before, after = hours.on(date(2026, 10, 25)), hours.on(date(2026, 11, 1))
    assert (before.start.astimezone(UTC).hour, after.start.astimezone(UTC).hour) == (13, 14)


def test_free_time_is_hours_less_what_is_taken():
    hours = Hours(0, time(9), time(12), "UTC", date(2026, 1, 1))
    taken = [Span(at(0, 9), at(0, 9, 45)), Span(at(0, 11), at(0, 13))]
    assert free([hours], taken, FIRST, FIRST) == [Span(at(0, 9, 45), at(0, 11))]


def test_starts_are_on_the_quarter_hour_and_fit():
    assert starts(Span(at(0, 9, 5), at(0, 10)), 45) == [at(0, 9, 15)]
    assert starts(Span(at(0, 9), at(0, 9, 40)), 45) == []


def test_a_course_for_two_disciplines_is_found():
    openings = [opening(d, day, (9,), (12,)) for d in ("OT", "PT") for day in (0, 2, 7, 9)]
    answer = book([Wish("OT", 2, 2, 45), Wish("PT", 2, 2, 45)], openings, FIRST)
    kinds = {d: [v.kind for v in answer.visits if v.discipline == d] for d in ("OT", "PT")}
    assert kinds == dict.fromkeys(("OT", "PT"), ["evaluation", "treatment", "treatment", "treatment"])
    assert {v.day for v in answer.visits if v.discipline == "OT"} == {
        v.day for v in answer.visits if v.discipline == "PT"
    }


def test_a_course_is_found_where_taking_the_earliest_first_fails():
    # OT's earliest time is PT's only one: whoever books OT greedily leaves PT without a visit
    openings = [opening("OT", 0, (9,), (11,)), opening("PT", 0, (9,), (10,))]
    assert earliest(Wish("OT", 1, 1, 45), openings, FIRST).start == at(0, 9)
    answer = book([Wish("OT", 1, 1, 45), Wish("PT", 1, 1, 45)], openings, FIRST)
    assert [(v.discipline, v.start) for v in answer.visits] == [("PT", at(0, 9)), ("OT", at(0, 10))]


def test_assistants_are_never_booked_for_evaluations():
    openings = [
        opening("PT", 0, (8,), (12,), "PTA", frozenset({"treatment"})),
        opening("PT", 1, (9,), (12,)),
        opening("PT", 2, (9,), (12,), "PTA", frozenset({"treatment"})),
    ]
    visits = book([Wish("PT", 2, 1, 45)], openings, FIRST).visits
    assert [(v.practitioner, v.kind) for v in visits] == [("PT1", "evaluation"), ("PTA", "treatment")]


@pytest.mark.parametrize(
    ("openings", "wishes", "codes"),
    [
        ([], [Wish("OT", 1, 1, 45)], ["NOBODY_FREE"]),
        ([opening("OT", 0, (9,), (12,), kinds=frozenset({"treatment"}))], [Wish("OT", 1, 1, 45)], ["NO_EVALUATOR"]),
        ([opening("OT", 0, (9,), (12,))], [Wish("OT", 2, 1, 45)], ["WEEK_TOO_FULL"]),
        (
            [opening("OT", 0, (9,), (12,)), opening("OT", 7, (9,), (12,), kinds=BOTH)],
            [Wish("OT", 1, 3, 45)],
            ["WEEK_TOO_FULL"],
        ),
        (
            [opening("OT", 0, (9,), (10,)), opening("PT", 0, (9,), (10,))],
            [Wish("OT", 1, 1, 45), Wish("PT", 1, 1, 45)],
            ["DISCIPLINES_CLASH"],
        ),
        (
            [opening("OT", 0, (9,), (10,), kinds=frozenset({"treatment"})), opening("OT", 1, (9,), (10,))],
            [Wish("OT", 2, 1, 45)],
            ["NO_COURSE"],
        ),
    ],
)
def test_the_reason_for_an_impossible_course_is_true(openings, wishes, codes):
    answer = book(wishes, openings, FIRST)
    assert (answer.visits, [f.code for f in answer.findings]) == ((), codes)


spans = st.lists(
    st.tuples(st.sampled_from(["OT", "PT"]), st.integers(0, 4), st.integers(8, 15), st.integers(1, 3)), max_size=8
)


@settings(max_examples=40, deadline=None)
@given(spans, st.integers(1, 2), st.integers(1, 2))
def test_no_visit_overlaps_another_and_counts_are_kept(times, ot, pt):
    openings = [opening(d, day, (hour,), (hour + length,)) for d, day, hour, length in times]
    visits = book([Wish("OT", ot, 1, 45), Wish("PT", pt, 1, 45)], openings, FIRST).visits
    if not visits:
        return
    assert all(a.end <= b.start for a, b in zip(visits, visits[1:], strict=False))
    assert [sum(v.discipline == d for v in visits) for d in ("OT", "PT")] == [ot, pt]
    assert all(
        any(o.discipline == v.discipline and o.span.start <= v.start and v.end <= o.span.end for o in openings)
        for v in visits
    )
