"""The published reduction example, cents, limits, caps and dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.cli.estimate import estimate


def line(discipline="PT", code="97110", units=1, **price):
    return {"discipline": discipline, "code": code, "units": units, **(price or {"allowed": 100})}


def plan(coverage, *visits, **rest):
    return estimate({"coverage": coverage, "visits": [{"on": on, "lines": lines} for on, *lines in visits], **rest})


def test_reduction_of_the_published_example():
    reply = plan(
        {"kind": "medicare_b"},
        ("2026-06-01", line(units=2, work=7, pe=10, mp=1), line(code="97112", work=11, pe=8, mp=1)),
    )
    visit = reply["visits"][0]
    assert ([entry["per_unit"] for entry in visit["lines"]], visit["allowed"], visit["coinsurance"]) == (
        [[18, 13], [16]],
        47,
        9.4,
    )


def test_reduction_counts_across_disciplines_and_spares_sometimes_therapy():
    reply = plan({"kind": "medicare_b"}, ("2026-06-01", line("OT", "97535", work=1, pe=10, mp=0), line("PT", work=1, pe=8, mp=0),
                                          line("OT", "97129", work=1, pe=20, mp=0)))  # fmt: skip
    assert [entry["per_unit"] for entry in reply["visits"][0]["lines"]] == [[11], [5], [21]]


@pytest.mark.parametrize(
    ("coverage", "lines", "parts"),
    [
        ({"kind": "medicare_b", "deductible_remaining": 30}, [line()], {"deductible": 30, "coinsurance": 14, "high": 44, "payer": 54.88}),
        ({"kind": "medicare_b"}, [line(assistant=True, allowed=100)], {"coinsurance": 20, "assistant_reduction": 12, "sequestration": 1.36, "payer": 66.64}),
        ({"kind": "commercial", "copay": 30}, [line(), line("OT", "97530")], {"copay": 60, "high": 60, "payer": 140}),
        ({"kind": "commercial", "copay": 30, "copay_per": "day"}, [line(), line("OT", "97530")], {"copay": 30, "high": 30, "payer": 170}),
        ({"kind": "commercial", "copay": {"OT": 50, "PT": 30}, "copay_per": "day"}, [line(), line("OT", "97530")], {"copay": 50, "high": 50, "payer": 150}),
        ({"kind": "commercial", "copay": 130}, [line()], {"copay": 100, "high": 100, "payer": 0}),
        ({"kind": "commercial", "deductible_remaining": 500, "coinsurance": 0.3, "out_of_pocket_remaining": 70}, [line()], {"deductible": 100, "cap_relief": 30, "high": 70, "payer": 30}),
        ({"kind": "commercial", "deductible_remaining": 500, "deductible_applies": False, "coinsurance": 0.3}, [line()], {"deductible": 0, "coinsurance": 30, "high": 30, "payer": 70}),
        ({"kind": "workers_comp"}, [line()], {"high": 0, "payer": 100}),
        ({"kind": "self_pay"}, [line()], {"high": 100, "payer": 0}),
    ],
)  # fmt: skip
def test_parts_of_a_visit(coverage, lines, parts):
    visit = plan(coverage, ("2026-06-01", *lines))["visits"][0]
    assert {name: visit[name] for name in parts} == parts


@pytest.mark.parametrize(
    ("by", "owed"),
    [("visit", [0, 0, 200]), ("day", [0, 0, 200]), ("discipline_day", [0, 200, 200]), ("unit", [0, 200, 200])],
)
def test_limits_count_what_they_say(by, owed):
    limits = [{"count": 3, "used": 1, "over": ["OT", "PT"], "by": by}]
    days = [(f"2026-06-0{n}", line(), line("OT", "97530")) for n in (1, 2, 3)]
    assert [visit["beyond_limit"] for visit in plan({"kind": "commercial", "limits": limits}, *days)["visits"]] == owed


def test_threshold_is_passed_only_above_it_and_starts_anew():
    days = [
        ("2026-06-01", line(allowed=80)),
        ("2026-06-02", line(allowed=0.01)),
        ("2026-06-02", line("OT", "97530", allowed=10)),
    ]
    reply = plan({"kind": "medicare_b"}, *days, used={"PT_SLP": 2400, "OT": 0})
    assert [entry["kx"] for visit in reply["visits"] for entry in visit["lines"]] == [False, True, False]
    assert (reply["accrued"], reply["over_review"]) == ({"PT_SLP": 2480.01, "OT": 10}, {"PT_SLP": False, "OT": False})


def test_a_year_without_figures_is_left_out_and_said():
    reply = plan({"kind": "medicare_b"}, ("2026-12-31", line()), ("2027-01-01", line()))
    assert (reply["high"], reply["visits"][1]["high"], [f.code for f in reply["findings"]]) == (
        20,
        None,
        ["FACT_NOT_IN_FORCE"],
    )


@given(
    st.lists(st.integers(1, 40000), min_size=1, max_size=8),
    st.integers(0, 50000),
    st.integers(0, 100),
    st.integers(0, 90000),
)
def test_shares_add_up_to_the_allowed_amount(amounts, deductible, percent, cap):
    coverage = {
        "kind": "commercial",
        "deductible_remaining": deductible / 100,
        "coinsurance": percent / 100,
        "out_of_pocket_remaining": cap / 100,
    }
    reply = plan(coverage, *(("2026-06-01", line(allowed=cents / 100)) for cents in amounts))
    for visit in reply["visits"]:
        assert round(visit["high"] + visit["payer"], 2) == visit["allowed"]
    assert reply["high"] <= cap / 100
