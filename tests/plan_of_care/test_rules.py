"""Certification and progress reports: the contract's example, the 2025 exception, every boundary."""

import pytest

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
        ({"payer": "commercial"}, False, None),
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


def visits(count, kind="treatment"):
    return [{"on": f"2026-01-{12 + n}", "kind": kind if n else "evaluation"} for n in range(count)]


@pytest.mark.parametrize(
    ("given", "days", "ends", "due"),
    [
        (visits(9), 9, None, False),
        (visits(10), 10, "2026-01-21", True),
        (visits(12), 12, "2026-01-21", True),
        ([*visits(9), {"on": "2026-01-20", "kind": "treatment"}], 9, None, False),
        (visits(11, "no_show"), 1, None, False),
        ([*visits(12), {"on": "2026-01-21", "kind": "progress_report"}], 2, None, False),
        ([], 1, None, False),
    ],
)
def test_progress_report_is_due_on_the_tenth_treatment_day(given, days, ends, due):
    assert ask(visits=given)["progress_report"] == {"treatment_days": days, "period_ends_on": ends, "due": due}


@pytest.mark.parametrize(
    "change",
    [{"discipline": "XX"}, {"evaluated_on": None}, {"duration_weeks": 0}, {"sent_on": "2026-01-01"}, {"payer": "x"}],
)
def test_bad_requests_say_so(change):
    reply = ask(**change)
    assert ([f.code for f in reply["findings"]], reply["certification"]) == (["BAD_VALUE"], None)
