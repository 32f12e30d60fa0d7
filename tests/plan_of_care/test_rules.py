"""Certification and progress reports: the contract's example, the 2025 exception, every boundary."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.cli.due import answer
from regain.cli.lines import Request

BASE = {"id": "a", "discipline": "PT", "payer": "medicare_b", "evaluated_on": "2026-01-12"}
ORDER = {"signed_on": "2026-01-08", "disciplines": ["PT"]}


def ask(**change):
    return answer(Request("-:1", {**BASE, **change}))


@pytest.mark.parametrize(
    ("change", "required", "due_on"),
    [
        ({"order": ORDER, "sent_on": "2026-01-15"}, False, None),
        ({"order": ORDER, "sent_on": "2026-02-11"}, False, None),
        ({"order": ORDER, "sent_on": "2026-02-12"}, True, "2026-02-11"),
        ({"order": ORDER}, True, "2026-02-11"),
        ({"sent_on": "2026-01-15"}, True, "2026-02-11"),
        ({"order": {"signed_on": None, "disciplines": ["PT"]}, "sent_on": "2026-01-15"}, True, "2026-02-11"),
        ({"order": {"signed_on": "2026-01-08", "disciplines": ["OT"]}, "sent_on": "2026-01-15"}, True, "2026-02-11"),
        (
            {"evaluated_on": "2024-12-31", "order": {"signed_on": "2024-12-30"}, "sent_on": "2025-01-02"},
            True,
            "2025-01-30",
        ),
        ({"evaluated_on": "2025-01-01", "order": {"signed_on": "2024-12-30"}, "sent_on": "2025-01-02"}, False, None),
        # an order written after the evaluation was not on file when treatment began
        ({"order": {"signed_on": "2026-01-13"}, "sent_on": "2026-01-15"}, True, "2026-02-11"),
        ({"order": {"signed_on": "2026-01-12"}, "sent_on": "2026-01-12"}, False, None),
        ({"payer": "medicare_advantage", "order": ORDER, "sent_on": "2026-01-15"}, False, None),
        *(({"payer": payer}, False, None) for payer in ("commercial", "medicaid", "workers_comp", "auto", "self_pay")),
    ],
)
def test_signature_is_required_unless_the_exception_holds(change, required, due_on):
    found = ask(**change)["certification"]
    assert (found["signature_required"], found["due_on"]) == (required, due_on)


@pytest.mark.parametrize(
    ("weeks", "through"), [(8, "2026-03-09"), (12, "2026-04-06"), (13, "2026-04-12"), (None, "2026-04-12")]
)
def test_certified_period_is_the_lesser_of_duration_and_90_days(weeks, through):
    assert ask(duration_weeks=weeks)["certification"]["through_on"] == through


def test_verbal_order_is_signed_within_14_days():
    assert ask(verbal_on="2026-01-20")["certification"]["verbal_signature_due_on"] == "2026-02-03"


def test_days_to_sent_and_recertification_follow_the_payer():
    found = ask(order=ORDER, sent_on="2026-01-15")["certification"]
    assert (found["days_to_sent"], found["recertification_signature_required"]) == (3, True)
    other = ask(payer="auto", sent_on="2026-01-15", duration_weeks=20)["certification"]
    assert (other["days_to_sent"], other["recertification_signature_required"], other["through_on"]) == (
        3,
        False,
        "2026-04-12",
    )


def visits(count, kind="treatment"):
    return [{"on": f"2026-01-{12 + n}", "kind": kind if n else "evaluation"} for n in range(count)]


@pytest.mark.parametrize(
    ("listed", "days", "ends", "due"),
    [
        (visits(9), 9, None, False),
        (visits(10), 10, "2026-01-21", True),
        (visits(12), 12, "2026-01-21", True),
        ([*visits(9), {"on": "2026-01-20", "kind": "treatment"}], 9, None, False),
        (visits(11, "no_show"), 1, None, False),
        ([*visits(12), {"on": "2026-01-21", "kind": "progress_report"}], 2, None, False),
        ([], 1, None, False),
        ([{"on": "2026-01-13", "kind": "treatment"}] * 12, 2, None, False),
        (list(reversed(visits(11))), 11, "2026-01-21", True),
        ([*visits(11), {"on": "2026-01-22", "kind": "progress_report"}], 0, None, False),
        ([{"on": "2026-01-02", "kind": "no_show"}, *visits(3)], 3, None, False),
    ],
)
def test_progress_report_is_due_on_the_tenth_treatment_day(listed, days, ends, due):
    assert ask(visits=listed)["progress_report"] == {"treatment_days": days, "period_ends_on": ends, "due": due}


def test_visits_after_today_do_not_count():
    assert ask(visits=visits(12), today="2026-01-20")["progress_report"]["treatment_days"] == 9


def test_no_ten_day_rule_is_known_before_2013():
    course = [{"on": f"2012-03-{day:02}", "kind": "treatment"} for day in range(1, 20)]
    assert ask(evaluated_on="2012-03-01", visits=course)["progress_report"] == {
        "treatment_days": 19,
        "period_ends_on": None,
        "due": False,
    }


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        *(({"discipline": value}, ["BAD_VALUE"]) for value in ("XX", None, [], {})),
        *(({"payer": value}, ["BAD_VALUE"]) for value in ("x", [], 3)),
        *(({"evaluated_on": value}, ["BAD_VALUE"]) for value in (None, "2026-02-30", 20260112, "9999-12-31", "12.1.2026")),
        *(({"duration_weeks": value}, ["BAD_VALUE"]) for value in (0, -1, 8.5, "8", True, float("inf"))),
        *(({"order": value}, ["BAD_VALUE"]) for value in ([], "yes", {"disciplines": "PT"}, {"disciplines": [[]]}, {"signed_on": "x"})),
        *(({"visits": value}, ["BAD_VALUE"]) for value in ({}, [3], [{"on": "2026-01-13"}], [{"on": "2026-01-13", "kind": []}], [{"kind": "treatment"}])),
        ({"sent_on": "2026-01-01"}, ["BAD_VALUE"]),
        ({"visits": [{"on": "2026-01-11", "kind": "treatment"}]}, ["BAD_VALUE"]),
        ({"evaluated_on": "1999-12-31"}, ["FACT_NOT_IN_FORCE"]),
    ],
)  # fmt: skip
def test_bad_requests_say_so(change, codes):
    reply = ask(**change)
    assert ([f.code for f in reply["findings"]], reply["certification"], reply["progress_report"]) == (
        codes,
        None,
        None,
    )


def test_unread_keys_are_said_and_nothing_else_changes():
    reply = ask(
        order={"signed_on": "2026-01-08", "by": "x"},
        visits=[{"on": "2026-01-13", "kind": "treatment", "discipline": "PT"}],
        zz=1,
    )
    assert [(f.code, f.where) for f in reply["findings"]] == [
        ("UNKNOWN_KEY", "zz"),
        ("UNKNOWN_KEY", "order.by"),
        ("UNKNOWN_KEY", "visits[0].discipline"),
    ]
    assert reply["progress_report"]["treatment_days"] == 2


days_ = st.lists(
    st.tuples(
        st.integers(0, 60), st.sampled_from(["evaluation", "treatment", "no_show", "cancelled", "progress_report"])
    ),
    max_size=40,
)


@given(days_, st.randoms(use_true_random=False))
def test_the_report_follows_the_days_whatever_their_order(given_days, chance):
    listed = [{"on": str(date(2026, 1, 12) + timedelta(n)), "kind": kind} for n, kind in given_days]
    found = ask(visits=listed)["progress_report"]
    assert found == ask(visits=chance.sample(listed, len(listed)))["progress_report"]
    last = max((n for n, kind in given_days if kind == "progress_report"), default=-1)
    days = sorted(
        {n for n, kind in [(0, "evaluation"), *given_days] if kind in ("evaluation", "treatment") and n > last}
    )
    ends = str(date(2026, 1, 12) + timedelta(days[9])) if len(days) > 9 else None
    assert found == {"treatment_days": len(days), "period_ends_on": ends, "due": len(days) > 9}
