from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regain.scheduling.rules.course import Limits, Opening, Wish, book, candidates, earliest
from regain.scheduling.rules.free_time import Hours, Span, free, starts
from regain.scheduling.rules.solving import apart

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


ZONE = "America/New_York"


@pytest.mark.parametrize(
    ("day", "length"), [(date(2026, 3, 8), 2.5), (date(2026, 11, 1), 4.5), (date(2026, 11, 8), 3.5)]
)
def test_hours_across_a_clock_change_last_as_long_as_they_do(day, length):
    span = Hours(6, time(0, 30), time(4), ZONE, date(2026, 1, 1)).on(day)
    assert (span.utc().end - span.utc().start) / timedelta(hours=1) == length
    assert len(starts(span, 30)) == length * 4 - 1


def test_free_time_after_an_appointment_keeps_the_local_day():
    # 19:00 in Portland is already tomorrow in UTC
    hours = Hours(0, time(18), time(21), ZONE, date(2026, 1, 1))
    taken = Span(datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    (left,) = free([hours], [taken], FIRST, FIRST)
    assert (left.start.date(), left.start.hour, left.start.minute) == (FIRST, 19, 30)


def test_a_holiday_closes_unless_hours_are_given_for_it():
    weekly, once = (
        Hours(0, time(9), time(12), "UTC", start, end) for start, end in ((date(2026, 1, 1), None), (FIRST, FIRST))
    )
    assert free([weekly], [], FIRST, FIRST, frozenset({FIRST})) == []
    assert free([weekly, once], [], FIRST, FIRST, frozenset({FIRST})) == [Span(at(0, 9), at(0, 12))]


@pytest.mark.parametrize(("openings", "limits", "codes"), [
    ([opening("OT", 0, (9,), (12,), kinds=frozenset())], Limits(), ["NOBODY_LICENSED"]),
    ([opening("OT", 0, (9,), (10,))], Limits(busy=(Span(at(0, 9, 30), at(0, 10)),)), ["PATIENT_BUSY"]),
    ([opening("OT", 0, (9,), (12,))], Limits(most_per_week=0), ["WEEKLY_LIMIT"]),
])  # fmt: skip
def test_the_patient_license_and_limit_are_named_as_reasons(openings, limits, codes):
    answer = book([Wish("OT", 1, 1, 45)], openings, FIRST, limits=limits)
    assert (answer.visits, [f.code for f in answer.findings]) == ((), codes)


def test_an_evaluator_free_too_late_is_named_with_the_day():
    openings = [opening("PT", 1, (9,), (12,), "PTA", frozenset({"treatment"})), opening("PT", 8, (9,), (12,))]
    (reason,) = book([Wish("PT", 1, 2, 45)], openings, FIRST).findings
    assert (reason.code, reason.found) == ("EVALUATION_TOO_LATE", "2026-12-08")


def two_sites(*hours):
    return [
        Opening(d, f"at {d}", d, Span(at(0, h), at(0, h + 1)), BOTH) for d, h in zip(("OT", "PT"), hours, strict=True)
    ]


@pytest.mark.parametrize(
    ("hours", "codes", "visits"), [((9, 10), ["NO_TIME_TO_TRAVEL"], 0), ((9, 11), [], 2), ((9, 14), ["LONG_WAIT"], 2)]
)
def test_the_way_between_sites_takes_time_and_long_waits_are_said(hours, codes, visits):
    limits = Limits(max_gap_minutes=60, travel_minutes=30)
    answer = book([Wish("OT", 1, 1, 45), Wish("PT", 1, 1, 45)], two_sites(*hours), FIRST, limits=limits)
    assert ([f.code for f in answer.findings], len(answer.visits)) == (codes, visits)


def test_times_that_suit_and_people_who_know_the_patient_come_first():
    openings = [opening("PT", 0, (8,), (12,), who) for who in ("A", "B")]
    limits = Limits(preferred=(Span(at(0, 10), at(0, 11)),))
    (visit,) = book([Wish("PT", 1, 1, 45, known=frozenset({"B"}))], openings, FIRST, limits=limits).visits
    assert (visit.practitioner, visit.start) == ("B", at(0, 10))


def exists(wishes, openings):
    """Brute force: is there any choice of slots that keeps every rule? One week."""
    options = []
    for wish in wishes:
        slots = candidates(wish, openings, FIRST)
        courses = [c for c in combinations(slots, wish.per_week) if len({s.day for s in c}) == wish.per_week
                   and [s.kind for s in c] == ["evaluation"] + ["treatment"] * (wish.per_week - 1)]  # fmt: skip
        options.append(courses)
    return any(all(apart(a, b, 30) for course, other in combinations(chosen, 2) for a in course for b in other)
               for chosen in product(*options))  # fmt: skip


short = st.lists(
    st.tuples(st.sampled_from(["OT", "PT"]), st.integers(0, 2), st.integers(8, 10), st.integers(4, 6), st.sampled_from(["x", "y"]),
              st.sampled_from([BOTH, frozenset({"treatment"})])), max_size=6,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(short, st.integers(1, 2), st.integers(1, 2))
def test_a_course_is_found_exactly_where_brute_force_finds_one(times, ot, pt):
    openings = [Opening(f"{d}{site}{len(kinds)}", site, d, Span(at(day, hour), at(day, hour) + timedelta(minutes=15 * quarters)), kinds)
                for d, day, hour, quarters, site, kinds in times]  # fmt: skip
    wishes = [Wish("OT", ot, 1, 45), Wish("PT", pt, 1, 45)]
    answer = book(wishes, openings, FIRST)
    assert bool(answer.visits) == exists(wishes, openings)
    assert bool(answer.visits) != bool(answer.findings)
