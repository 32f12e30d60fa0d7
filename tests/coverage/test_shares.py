"""The published reduction example, cents, limits, caps and dates."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.cli.estimate import estimate
from regain.cli.fees import read_schedule
from regain.cli.lines import dumps


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


@pytest.mark.parametrize(
    ("coverage", "visits", "high", "where"),
    [
        ("medicare_b", [("2027-01-01", line()), ("2026-12-31", line())], 20, "visits[0].on"),
        ("medicare_b", [("2017-12-31", line()), ("2026-12-31", line())], 20, "visits[0].on"),
        ("self_pay", [("2026-01-01", line(code="98985")), ("2025-12-31", line(code="98985"))], 100, "visits[1].lines[0].code"),
        ("self_pay", [("2026-01-01", line()), ("2026-01-02", {"discipline": "PT", "code": "97110"})], 100, "visits[1].lines[0]"),
    ],
)  # fmt: skip
def test_a_visit_that_no_fact_or_fee_covers_is_left_out_and_said(coverage, visits, high, where):
    reply = plan({"kind": coverage}, *visits)
    left_out = [visit["on"] for visit in reply["visits"] if visit["high"] is None]
    assert (reply["high"], left_out, [(f.code, f.where) for f in reply["findings"]]) == (
        high,
        [visits[int(where[7])][0]],
        [("FACT_NOT_IN_FORCE", where)],
    )


def test_a_payer_without_thresholds_needs_no_figures_of_the_year():
    reply = plan({"kind": "commercial", "copay": 30}, ("2027-01-01", line()), used={"PT_SLP": 5000})
    assert (reply["high"], reply["accrued"], reply["over_review"], reply["findings"]) == (
        30,
        {"PT_SLP": 5000, "OT": 0},
        {"PT_SLP": False, "OT": False},
        [],
    )


@pytest.mark.parametrize(
    ("on", "reduction", "sequestration"),
    [("2020-04-30", 0, 1.6), ("2020-05-01", 0, 0), ("2021-12-31", 0, 0), ("2022-01-01", 12, 0), ("2022-04-01", 12, 0.68),
     ("2022-06-30", 12, 0.68), ("2022-07-01", 12, 1.36)],
)  # fmt: skip
def test_reductions_of_the_payer_follow_the_date_and_never_the_patient(on, reduction, sequestration):
    (visit,) = plan({"kind": "medicare_b"}, (on, line(assistant=True, allowed=100)))["visits"]
    assert (visit["assistant_reduction"], visit["sequestration"], visit["high"]) == (reduction, sequestration, 20)


def test_visits_of_one_date_share_reduction_copay_and_daily_limits():
    pt, ot = ("2026-06-01", line("PT", work=7, pe=8, mp=1)), ("2026-06-01", line("OT", "97530", work=7, pe=10, mp=1))
    reply = plan({"kind": "medicare_b"}, pt, ot)
    assert [[entry["per_unit"] for entry in visit["lines"]] for visit in reply["visits"]] == [[[12]], [[18]]]
    two = [("2026-06-01", line()), ("2026-06-01", line()), ("2026-06-01", line("OT", "97530"))]
    assert [v["copay"] for v in plan({"kind": "commercial", "copay": 30}, *two)["visits"]] == [30, 0, 30]
    per_day = {"kind": "commercial", "copay": {"PT": 30, "OT": 50}, "copay_per": "day"}
    assert [v["copay"] for v in plan(per_day, *two)["visits"]] == [30, 0, 20]
    for by, beyond in (("day", [0, 0, 0]), ("discipline_day", [0, 0, 100]), ("visit", [0, 100, 100])):
        coverage = {"kind": "commercial", "limits": [{"count": 1, "by": by}]}
        assert [v["beyond_limit"] for v in plan(coverage, *two)["visits"]] == beyond


def test_the_whole_unit_is_the_one_with_the_highest_fee_where_practice_expense_ties():
    first, second = line(work=5, pe=10, mp=1), line(code="97112", units=2, work=9, pe=10, mp=1)
    reply = plan({"kind": "medicare_b"}, ("2026-06-01", first, second))
    assert [entry["per_unit"] for entry in reply["visits"][0]["lines"]] == [[11], [20, 15]]


def test_a_visit_one_limit_turns_away_uses_nothing_of_another():
    limits = [{"count": 1, "over": ["PT"]}, {"count": 3, "over": ["PT", "OT"]}]
    visits = [(f"2026-06-0{n}", line()) for n in (1, 2, 3)] + [
        (f"2026-06-1{n}", line("OT", "97530")) for n in (1, 2, 3)
    ]
    reply = plan({"kind": "commercial", "limits": limits}, *visits)
    assert [visit["beyond_limit"] for visit in reply["visits"]] == [0, 100, 100, 0, 0, 100]


def test_a_unit_limit_may_end_within_a_line():
    coverage = {"kind": "commercial", "coinsurance": 0.1, "limits": [{"count": 5, "used": 2, "by": "unit"}]}
    (visit,) = plan(coverage, ("2026-06-01", line(units=2, allowed=60), line("OT", "97530", units=3, allowed=90)))[
        "visits"
    ]
    assert (visit["beyond_limit"], visit["coinsurance"], visit["payer"]) == (60, 9, 81)
    assert visit["lines"][1]["beyond_limit"] == 60


def test_a_new_year_starts_counters_and_the_deductible_anew():
    reply = plan(
        {"kind": "medicare_b"}, ("2025-12-31", line()), ("2026-01-02", line(allowed=300)), used={"PT_SLP": 2400}
    )
    assert [(v["deductible"], v["lines"][0]["kx"]) for v in reply["visits"]] == [(0, True), (283, False)]
    assert reply["accrued"] == {"PT_SLP": 300, "OT": 0}


@pytest.mark.parametrize(("used", "amount", "over"), [(2999.99, 0.01, False), (2999.99, 0.02, True)])
def test_the_review_level_is_passed_only_above_it(used, amount, over):
    reply = plan({"kind": "medicare_b"}, ("2026-06-01", line("OT", "97530", allowed=amount)), used={"OT": used})
    assert reply["over_review"] == {"PT_SLP": False, "OT": over}


def test_low_and_high_are_two_ways_the_plan_may_go():
    reply = plan({"kind": "medicare_b"}, ("2026-06-01", line(units=[1, 3], work=7, pe=10, mp=1)))
    assert (reply["low"], reply["high"], reply["visits"][0]["allowed"]) == (3.6, 8.8, 44)


def test_a_fee_schedule_prices_what_came_without_a_price(tmp_path, capsys):
    path = tmp_path / "fees.csv"
    path.write_text(
        "code,starts_on,ends_on,allowed,work,pe,mp\n97110,2025-01-01,,30,,,\n97110,2026-01-01,,31.5,,,\n97140,2026-01-01,2026-06-30,,7,10,1\n97112,2026-01-01,,,7,,\n"
    )
    schedule = read_schedule(str(path))
    bare = [{"discipline": "PT", "code": code, "units": 2} for code in ("97110", "97140")]
    data = {
        "coverage": {"kind": "self_pay"},
        "visits": [{"on": on, "lines": bare} for on in ("2026-06-01", "2026-07-01")],
    }
    reply = estimate(data, schedule)
    assert ([v["high"] for v in reply["visits"]], [f.where for f in reply["findings"]]) == (
        [99, None],
        ["visits[1].lines[1]"],
    )
    assert "fees.csv:5 is 'work'; expected either allowed, or work, pe and mp together" in capsys.readouterr().err


BAD = ["x", -1, True, [], float("inf")]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        *(("coverage", value) for value in (None, [], {}, {"kind": "x"}, {"kind": ["self_pay"]})),
        *(("coverage", {"kind": "commercial", name: value}) for name in ("deductible_remaining", "coinsurance", "copay", "out_of_pocket_remaining") for value in BAD),
        ("coverage", {"kind": "commercial", "coinsurance": 20}),
        ("coverage", {"kind": "commercial", "copay": {"XX": 3}}),
        ("coverage", {"kind": "commercial", "copay_per": "week"}),
        ("coverage", {"kind": "commercial", "deductible_applies": "no"}),
        *(("coverage", {"kind": "commercial", "limits": limits}) for limits in ({}, [3], [{}], [{"count": 1.5}], [{"count": 1, "used": -1}],
          [{"count": 1, "over": [[]]}], [{"count": 1, "by": []}])),
        *(("used", used) for used in ([], {"OT": "x"}, {"OT": -1})),
        *(("visits", visits) for visits in (None, {}, [3], [{"on": "2026-06-01"}], [{"on": "2026-02-30", "lines": []}])),
        *(("visits", [{"on": "2026-06-01", "lines": [{**line(), **change}]}]) for change in (
            *({name: value} for name in ("units", "allowed") for value in BAD), {"units": [2, 1]}, {"units": 1.5}, {"units": [1, 2, 3]},
            {"discipline": []}, {"discipline": "XX"}, {"code": "97165"}, {"assistant": "yes"})),
        ("visits", [{"on": "2026-06-01", "lines": [line(work=1, pe=1)]}]),
        ("visits", [{"on": "2026-06-01", "lines": [3]}]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_and_nothing_is_guessed(part, value):
    reply = estimate({"coverage": {"kind": "commercial"}, "visits": [], part: value})
    assert ({f.code for f in reply["findings"]}, reply["high"], reply["visits"]) == ({"BAD_VALUE"}, None, None)
    assert json.loads(dumps({"findings": [f.as_json() for f in reply["findings"]]}))


@pytest.mark.parametrize("where", ["coverage", "used", "limit", "visit", "line"])
def test_a_key_nobody_reads_is_said_and_changes_nothing(where):
    data = {
        "coverage": {"kind": "commercial", "limits": [{"count": 1}]},
        "used": {},
        "visits": [{"on": "2026-06-01", "lines": [line()]}],
    }
    place = {"coverage": data["coverage"], "used": data["used"], "limit": data["coverage"]["limits"][0], "visit": data["visits"][0],
             "line": data["visits"][0]["lines"][0]}  # fmt: skip
    before = estimate(data)
    place[where]["zz"] = 1
    after = estimate(data)
    assert [f.code for f in after["findings"]] == ["UNKNOWN_KEY"]
    assert {**after, "findings": []} == before


PARTS = ("allowed", "deductible", "copay", "coinsurance", "cap_relief", "beyond_limit", "payer_before_reductions", "assistant_reduction",
         "sequestration", "payer")  # fmt: skip
money = st.integers(0, 40000).map(lambda n: n / 100)
priced = st.one_of(
    st.builds(lambda amount: {"allowed": amount}, money),
    st.builds(lambda work, pe, mp: {"work": work, "pe": pe, "mp": mp}, money, money, money),
)
lines_ = st.builds(
    lambda who, units, assistant, price: {**dict(zip(("discipline", "code"), who, strict=True)), "units": units, "assistant": assistant, **price},
    st.sampled_from([("PT", "97110"), ("PT", "97140"), ("OT", "97530"), ("OT", "97129"), ("SLP", "92507")]),
    st.integers(0, 5), st.booleans(), priced,
)  # fmt: skip
visits_ = st.lists(
    st.builds(lambda day, lines: {"on": f"2026-06-{day:02}", "lines": lines}, st.integers(1, 6), st.lists(lines_, min_size=1, max_size=4)),
    max_size=6,
)  # fmt: skip
limits_ = st.lists(
    st.builds(
        lambda count, used, over, by: {"count": count, "used": used, "over": over, "by": by},
        st.integers(0, 8), st.integers(0, 4), st.lists(st.sampled_from(["OT", "PT", "SLP"]), unique=True),
        st.sampled_from(["visit", "day", "discipline_day", "unit"]),
    ),
    max_size=3,
)  # fmt: skip
coverages = st.fixed_dictionaries(
    {"kind": st.sampled_from(["medicare_b", "medicare_advantage", "medicaid", "commercial", "workers_comp", "auto", "self_pay"])},
    optional={"deductible_remaining": money, "deductible_applies": st.booleans(), "coinsurance": st.integers(0, 100).map(lambda n: n / 100),
              "copay": st.one_of(money, st.fixed_dictionaries({"OT": money, "PT": money})), "copay_per": st.sampled_from(["day", "discipline_day"]),
              "out_of_pocket_remaining": money, "limits": limits_},
)  # fmt: skip


def total(rows, name):
    return round(sum(row[name] for row in rows), 2)


@given(coverages, visits_)
def test_money_is_conserved_and_no_part_is_negative(coverage, visits):
    reply = estimate({"coverage": coverage, "visits": visits})
    assert reply["findings"] == []
    for visit in reply["visits"]:
        assert {name: visit[name] for name in PARTS} == {name: total(visit["lines"], name) for name in PARTS}
        assert all(visit[name] >= 0 for name in PARTS)
        assert all(line["allowed"] == round(sum(line["per_unit"]), 2) for line in visit["lines"])
        owed = visit["deductible"] + visit["copay"] + visit["coinsurance"] + visit["beyond_limit"] - visit["cap_relief"]
        assert visit["high"] == visit["low"] == round(owed, 2) <= visit["allowed"]
        kept = visit["payer"] + visit["assistant_reduction"] + visit["sequestration"]
        assert visit["payer_before_reductions"] == round(kept, 2)
        assert visit["allowed"] == round(visit["high"] + visit["payer_before_reductions"], 2)
    assert (reply["low"], reply["high"]) == (total(reply["visits"], "low"), total(reply["visits"], "high"))
    shares = total(reply["visits"], "high") - total(reply["visits"], "beyond_limit")
    if coverage["kind"] in ("medicare_b", "medicare_advantage", "medicaid", "commercial"):
        assert round(shares, 2) <= coverage.get("out_of_pocket_remaining", shares + 1)


@given(coverages, visits_, st.randoms(use_true_random=False))
def test_visits_are_rated_by_date_whatever_their_order(coverage, visits, chance):
    once = list({visit["on"]: visit for visit in visits}.values())
    shuffled = chance.sample(once, len(once))
    assert estimate({"coverage": coverage, "visits": shuffled}) == estimate({"coverage": coverage, "visits": once})


@given(coverages, visits_)
def test_more_units_never_cost_the_patient_less(coverage, visits):
    wide = [
        {**v, "lines": [{**one, "units": [0, one["units"]]} if "pe" in one else one for one in v["lines"]]}
        for v in visits
    ]
    reply = estimate({"coverage": {**coverage, "limits": []}, "visits": wide})
    assert reply["low"] <= reply["high"]


@given(visits_)
def test_a_day_cut_into_visits_costs_the_same_under_medicare(visits):
    cut = [{"on": visit["on"], "lines": [one]} for visit in visits for one in visit["lines"]]
    coverage = {"kind": "medicare_b", "deductible_remaining": 150}
    whole, parts = (estimate({"coverage": coverage, "visits": each}) for each in (visits, cut))
    assert (whole["high"], whole["accrued"]) == (parts["high"], parts["accrued"])
