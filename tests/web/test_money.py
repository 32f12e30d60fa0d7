"""The cost page: the plan's minutes become the payer's units, each discipline's visit is its own, prices are those known."""

from __future__ import annotations

from datetime import date

import pytest

from regain.web.views.money import Prices


@pytest.mark.parametrize(
    ("rule", "interventions", "units"),
    [
        ("cms", [("97110", 20), ("97140", 20)], {"97110": 2, "97140": 1}),
        ("ama", [("97110", 20), ("97140", 20)], {"97110": 1, "97140": 1}),
        ("cms", [("97110", 33), ("97140", 7)], {"97110": 2, "97140": 1}),
        ("ama", [("97110", 33), ("97140", 7)], {"97110": 2}),
        ("ama", [("97110", 5)], {"97110": 1}),
        ("cms", [("", 30), ("97161", 45)], {"97161": 1}),
        ("cms", [], {}),
    ],
)
def test_units_of_a_planned_visit_follow_the_payers_rule(rule, interventions, units):
    assert Prices(rule, {}).units("PT", interventions) == units


def test_a_code_without_a_price_stays_without_one():
    lines = Prices("cms", {}).lines("OT", [("97530", 30), ("96125", 60)], date(2026, 11, 24))
    assert lines == [
        {"discipline": "OT", "code": "97530", "units": 2, "work": 15, "pe": 19, "mp": 1},
        {"discipline": "OT", "code": "96125", "units": 1},
    ]
