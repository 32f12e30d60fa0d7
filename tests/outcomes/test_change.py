"""Change: improvement by direction, every published value listed, one verdict, and what is not compared."""

from __future__ import annotations

import pytest

from regain.outcomes.rules.change import DECLINED, IMPROVED, NO_VALUE, REAL, WITHIN_ERROR
from tests.outcomes.scoring import change, codes


def test_the_contract_example():
    reply = change("five_xsts", 16.0, 13.5, population="COPD")
    moved = reply["change"]
    assert (reply["score"], reply["unit"], reply["findings"]) == (13.5, "s", [])
    assert {k: moved[k] for k in ("improvement", "percent", "parts", "verdict", "nearest")} == {
        "improvement": 2.5, "percent": 15.63, "parts": {}, "verdict": IMPROVED, "nearest": None}  # fmt: skip
    (mdc,) = moved["mdc"]
    assert (mdc["value"], mdc["applies"], mdc["met"], mdc["source"]) == (2.5, False, True, "Goldberg2012")
    assert [(m["value"], m["applies"], m["met"]) for m in moved["mcid"]] == [(2.3, False, True), (1.7, True, True)]


@pytest.mark.parametrize(("key", "before", "after", "population", "verdict", "improvement"), [
    ("lefs", 40, 49, None, IMPROVED, 9), ("lefs", 40, 48, None, WITHIN_ERROR, 8), ("lefs", 49, 40, None, DECLINED, -9),
    ("dash", 50, 38.2, "Norway", IMPROVED, 11.8), ("dash", 50, 38.3, "Norway", WITHIN_ERROR, 11.7), ("dash", 38.2, 50, "Norway", DECLINED, -11.8),
    ("nprs", 6, 4, "low back pain", REAL, 2), ("nprs", 6, 3, "low back pain", IMPROVED, 3), ("nprs", 6, 5, "low back pain", WITHIN_ERROR, 1),
    ("nprs", 4, 6, "low back pain", REAL, -2), ("gait_speed", 0.6, 0.7, "hip fracture", IMPROVED, 0.1), ("tug", 14, 12.9, "hip osteoarthritis", WITHIN_ERROR, 1.1),
    ("berg", 40, 45, "65+ in rehabilitation", IMPROVED, 5), ("berg", 45, 48, "65+ in rehabilitation", WITHIN_ERROR, 3), ("mcsi", 20, 10, None, NO_VALUE, 10),
    ("ndi", 40, 20, None, NO_VALUE, 20), ("rmdq", 12, 7, "low back pain", IMPROVED, 5),
])  # fmt: skip
def test_verdict(key, before, after, population, verdict, improvement):
    reply = change(key, before, after, population=population)
    assert (reply["change"]["verdict"], reply["change"]["improvement"], codes(reply)) == (verdict, improvement, set())


@pytest.mark.parametrize(("baseline", "value"), [(45, 4), (44, 5), (35, 5), (34, 7), (25, 7), (24, 5), (0, 5), (56, 4)])
def test_berg_mdc_follows_the_baseline(baseline, value):
    rows = change("berg", baseline, 50, population="rehabilitation")["change"]["mdc"]
    assert [row["value"] for row in rows if row["applies"]] == [value]


@pytest.mark.parametrize(("baseline", "value"), [(1, 1), (4, 1), (5, 2), (7, 2), (8, 4), (10, 4)])
def test_pain_mcid_follows_the_baseline(baseline, value):
    rows = change("nprs", baseline, 0, population="specific back pain")["change"]["mcid"]
    assert [row["value"] for row in rows if row["applies"] and "baseline" in row] == [value]


def test_a_result_is_compared_only_with_values_on_that_result():
    moved = change("ndi", 40, 20, want="raw", population="mechanical neck pain")["change"]
    assert (moved["improvement"], moved["parts"], moved["verdict"]) == (10, {"raw": 10}, WITHIN_ERROR)
    barthel = change("barthel", 60, 70, want="form20")["change"]
    assert (barthel["improvement"], barthel["mcid"][0]["met"]) == (2, True)
    assert change("barthel", 60, 65)["change"]["mcid"][0]["met"] is False


def test_values_on_several_results_are_listed_one_by_one():
    moved = change("koos", {"pain": [2] * 9, "qol": [2] * 4}, {"pain": [1] * 9, "qol": [2] * 4}, want="pain")["change"]
    assert (moved["improvement"], moved["verdict"]) == (25, IMPROVED)
    assert [(row["of"], row["met"], row["met_low"]) for row in moved["mcid"]] == [
        ("pain", True, True), ("symptoms", None, None), ("adl", None, None), ("sport_rec", None, None), ("qol", False, False)]  # fmt: skip


def test_a_range_is_met_at_each_end_apart():
    (row,) = change("chair_stand_30s", 10, 12)["change"]["mcid"]
    assert (row["value_low"], row["met_low"], row["value"], row["met"]) == (2.0, True, 2.6, False)


def test_percent_rules_are_undefined_at_baseline_0():
    moved = change("nprs", 0, 2, population="chronic pain")["change"]
    chronic = next(row for row in moved["mcid"] if row["applies"])
    assert (moved["percent"], chronic["met_percent"]) == (None, None)
    assert [
        r["met_percent"] for r in change("nprs", 10, 7, population="chronic pain")["change"]["mcid"] if r["applies"]
    ] == [True]
    assert [
        r["met_percent"] for r in change("nprs", 7, 5, population="chronic pain")["change"]["mcid"] if r["applies"]
    ] == [False]


def test_nearest_population_is_named_where_none_applies():
    moved = change("five_xsts", 16, 13, population="older men with COPD")["change"]
    assert (moved["verdict"], moved["nearest"]) == (NO_VALUE, "COPD")


def test_form_and_version_decide_what_applies():
    rows = change("ampac_6clicks", 40, 46, form="daily_activity")["change"]["mdc"]
    assert [row["value"] for row in rows if row["applies"]] == [5.49, 3.7]
    assert [
        r["value"]
        for r in change("uefi", {"version": "15", "score": 50}, {"version": "15", "score": 60})["change"]["mdc"]
        if r["applies"]
    ] == [8.1]


def test_psfs_activities_change_one_by_one():
    def rated(*ratings):
        return {
            "activities": [{"label": n, "rating": r} for n, r in zip(("stairs", "bus", "cook"), ratings, strict=True)]
        }

    moved = change("psfs", rated(2, 5, 4), rated(5, 5, 6))["change"]
    assert moved["parts"]["activities"] == [
        {"label": "stairs", "improvement": 3},
        {"label": "bus", "improvement": 0},
        {"label": "cook", "improvement": 2},
    ]
    single = next(row for row in moved["mdc"] if row["of"] == "activity")
    assert single["activities"] == [
        {"label": "stairs", "met": True},
        {"label": "bus", "met": False},
        {"label": "cook", "met": False},
    ]


@pytest.mark.parametrize(("key", "before", "after"), [
    ("grip", {"score": 30, "unit": "kg"}, {"score": 70, "unit": "lb"}), ("grip", {"score": 30, "unit": "kg", "side": "left"}, {"score": 31, "unit": "kg", "side": "right"}),
    ("gait_speed", {"score": 1, "pace": "comfortable"}, {"score": 1.4, "pace": "fast"}), ("odi", {"score": 30, "version": "2.1a"}, {"score": 20, "version": "modified"}),
    ("clock", {"system": "shulman", "score": 3}, {"system": "rouleau", "score": 5}), ("uefi", {"score": 40}, {"score": 50, "version": "15"}),
    ("nprs", {"value": 6, "timeframe": "now"}, {"value": 4, "timeframe": "week"}), ("tug", 14, "unable"), ("tug", "unable", "unable"),
    ("copm", {"problems": [{"label": "cook", "performance": 4, "satisfaction": 4}]}, {"problems": [{"label": "type", "performance": 6, "satisfaction": 6}]}),
])  # fmt: skip
def test_unlike_things_are_not_compared(key, before, after):
    reply = change(key, before, after)
    assert (reply["change"], codes(reply)) == (None, {"NOT_COMPARABLE"})


def test_the_same_problems_in_another_order_are_compared():
    cook, type_ = ({"label": n, "performance": 4, "satisfaction": 4} for n in ("Cook", "Type"))
    reply = change(
        "copm",
        {"problems": [cook, type_]},
        {"problems": [type_, {**cook, "label": " cook", "performance": 8}]},
        want="performance",
    )
    assert (reply["change"]["improvement"], reply["change"]["verdict"]) == (2, IMPROVED)


def test_a_bad_side_is_named():
    reply = change("nprs", {"value": 11}, {"value": 3})
    assert (reply["change"], [f.where for f in reply["findings"]]) == (None, ["baseline.value"])


def test_a_part_that_fails_leaves_the_change_of_the_others():
    reply = change("koos", {"pain": [2] * 9, "qol": [1, None, None, None]}, {"pain": [1] * 9, "qol": [1] * 4})
    assert (reply["change"]["parts"], codes(reply)) == ({"pain": 25}, {"MISSING_ITEMS"})
    assert change("grip", {"trials": [30, 31], "unit": "kg"}, {"trials": [30, 31, 32], "unit": "kg"})["change"] is None


def test_totals_of_different_applicable_items_are_not_compared():
    full, part = {"items": [1] * 8}, {"items": [1] * 7 + ["na"]}
    assert codes(change("lawton", full, part)) == {"NOT_COMPARABLE"}
    assert change("lawton", part, part)["change"]["improvement"] == 0
    assert change("lawton", full, {"score": 7})["change"]["improvement"] == -1


def test_what_is_wrong_with_both_sides_is_said_once():
    assert [f.code for f in change("tug", 14, 12, want="best")["findings"]] == ["NO_SUCH_SCORE"]


def test_the_main_score_may_be_compared_by_its_own_name():
    assert change("ndi", 40, 20, want="percent")["change"]["improvement"] == 20


def test_a_side_keeps_any_two_entries_apart():
    reply = change("vas_pain", {"score": 40, "side": "left"}, {"score": 20, "side": "right"})
    assert (reply["change"], codes(reply)) == (None, {"UNKNOWN_KEY", "NOT_COMPARABLE"})
    assert change("fss", {"score": 36, "form": "sum"}, {"score": 2, "form": "mean"})["change"]["improvement"] == 2


def test_a_form_named_on_one_side_only_is_that_of_both():
    for before, after in (({"score": 40, "form": "daily_activity"}, 46), (40, {"score": 46, "form": "daily_activity"})):
        rows = change("ampac_6clicks", before, after)["change"]["mdc"]
        assert [row["value"] for row in rows if row["applies"]] == [5.49, 3.7]
