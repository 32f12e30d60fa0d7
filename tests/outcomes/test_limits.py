"""Every instrument at its limits: how many answers may be missing, the first value outside, and which way is better."""

from __future__ import annotations

import pytest

from regain.reference.facts import subjects
from tests.outcomes.scoring import ask, change, codes

KEYS = {subject.rsplit("/", 1)[-1] for subject in subjects("outcomes/measures")}

BARTHEL = [10, 5, 5, 10, 10, 10, 10, 15, 15, 10]
SHAH = [5, 5, 10, 10, 10, 10, 10, 10, 15, None, 15]

# form, what stands beside the list, the list's name, a full list, how many may be left open
FORMS = [
    ("berg", {}, "items", [3] * 14, 0), ("fga", {}, "items", [2] * 10, 0), ("dgi", {}, "items", [2] * 8, 0), ("abc_scale", {}, "items", [70] * 16, 4),
    ("lefs", {}, "items", [3] * 20, 0), ("dash", {}, "items", [3] * 30, 3), ("quickdash", {}, "items", [3] * 11, 1), ("odi", {}, "items", [2] * 10, 1),
    ("ndi", {}, "items", [2] * 10, 2), ("koos_jr", {}, "items", [2] * 7, 0), ("hoos_jr", {}, "items", [2] * 6, 0), ("katz", {}, "items", [1] * 6, 0),
    ("lawton", {}, "items", [1] * 8, 0), ("mcsi", {}, "items", [1] * 13, 0), ("fss", {}, "items", [4] * 9, 0), ("barthel", {}, "items", BARTHEL, 0),
    ("modified_barthel", {}, "items", SHAH, 0), ("uefi", {"version": "20"}, "items", [3] * 20, 0), ("whodas12", {"coding": "0-4"}, "items", [1] * 12, 1),
    ("whodas12", {"coding": "1-5"}, "items", [2] * 12, 1),
    ("koos12", {"pain": [1] * 4, "function": [1] * 4}, "qol", [1] * 4, 2), ("koos12", {"pain": [1] * 4, "qol": [1] * 4}, "function", [1] * 4, 2),
    ("grip", {"unit": "kg"}, "trials", [30, 31, 32], 0), ("pinch", {"unit": "lb", "pinch": "tip"}, "trials", [8, 9, 10], 0), ("single_leg_stance", {}, "trials_s", [10, 12, 14], 0),
]  # fmt: skip

SCALES = [
    ("koos", "pain", 9, 5), ("koos", "symptoms", 7, 4), ("koos", "adl", 17, 9), ("koos", "sport_rec", 5, 3), ("koos", "qol", 4, 2),
    ("hoos", "pain", 10, 5), ("hoos", "symptoms", 5, 3), ("hoos", "adl", 17, 9), ("hoos", "sport_rec", 4, 2), ("hoos", "qol", 4, 2),
    ("dash", "work", 4, 4), ("dash", "sport", 4, 4), ("quickdash", "work", 4, 4), ("quickdash", "sport", 4, 4),
]  # fmt: skip


def _open(values, number):
    """The list with so many answers left open, from the front (the wheelchair of the Shah form is open already)."""
    return [None] * number + values[number:]


@pytest.mark.parametrize(("key", "beside", "name", "full", "gaps"), FORMS)
def test_the_last_permitted_gap_scores_and_one_more_does_not(key, beside, name, full, gaps):
    assert codes(ask(key, {**beside, name: _open(full, gaps)})) == set()
    short = ask(key, {**beside, name: _open(full, gaps + 1)})
    assert (short["score"], codes(short)) == (None, {"MISSING_ITEMS"})


@pytest.mark.parametrize(("key", "beside", "name", "full", "gaps"), FORMS)
def test_a_list_of_another_length_is_no_form(key, beside, name, full, gaps):
    longer = ask(key, {**beside, name: [*full, full[0]]})
    assert (longer["score"], codes(longer)) == (None, {"WRONG_ITEM_COUNT"})


@pytest.mark.parametrize(("key", "scale", "items", "needed"), SCALES)
def test_a_scale_needs_its_own_number_of_answers(key, scale, items, needed):
    enough = ask(key, {scale: [1] * needed + [None] * (items - needed)}, want=scale)
    assert (enough["parts"][scale], codes(enough)) == (75 if key in ("koos", "hoos") else 0, set())
    assert codes(ask(key, {scale: [1] * (needed - 1) + [None] * (items - needed + 1)}, want=scale)) == {"MISSING_ITEMS"}


# a known total: the lowest, the highest, and the step to the first value outside
TOTALS = [
    ("tug", {}, 0.1, 600, 0.05), ("gait_speed", {}, 0.01, 4, 0.005), ("six_mwt", {}, 0, 1200, 0.1), ("five_xsts", {}, 0.1, 180, 0.05),
    ("chair_stand_30s", {}, 0, 60, 1), ("berg", {}, 0, 56, 1), ("sppb", {}, 0, 12, 1), ("fga", {}, 0, 30, 1), ("dgi", {}, 0, 24, 1), ("poma", {}, 0, 28, 1),
    ("abc_scale", {}, 0, 100, 0.1), ("grip", {"unit": "lb"}, 0, 250, 0.1), ("pinch", {"unit": "kg"}, 0, 60, 0.1), ("nprs", {}, 0, 10, 1), ("vas_pain", {}, 0, 100, 0.1),
    ("lefs", {}, 0, 80, 1), ("dash", {}, 0, 100, 0.1), ("quickdash", {}, 0, 100, 0.1), ("odi", {}, 0, 100, 0.1), ("ndi", {}, 0, 100, 0.1), ("rmdq", {}, 0, 24, 1),
    ("koos12", {}, 0, 100, 0.1), ("koos_jr", {}, 0, 100, 0.1), ("hoos_jr", {}, 0, 100, 0.1), ("uefi", {"version": "20"}, 0, 80, 1), ("uefi", {"version": "15"}, 0, 100, 0.1),
    ("psfs", {}, 0, 10, 0.1), ("barthel", {}, 0, 100, 5), ("barthel", {"form": "20"}, 0, 20, 1), ("modified_barthel", {}, 0, 100, 1), ("katz", {}, 0, 6, 1), ("lawton", {}, 0, 8, 1),
    ("fim", {}, 18, 126, 1), ("whodas12", {}, 0, 48, 1), ("whodas12", {"coding": "1-5"}, 12, 60, 1), ("nhpt", {}, 1, 600, 0.1), ("bbt", {}, 0, 150, 1), ("purdue", {}, 0, 80, 1),
    ("clock", {"system": "shulman"}, 0, 5, 1), ("clock", {"system": "rouleau"}, 0, 10, 1), ("clock", {"system": "minicog"}, 0, 2, 2), ("clock", {"system": "moca"}, 0, 3, 1),
    ("slums", {}, 0, 30, 1), ("moca", {}, 0, 30, 1), ("mcsi", {}, 0, 26, 1), ("zbi", {"version": "22"}, 0, 88, 1), ("zbi", {"version": "12"}, 0, 48, 1),
    ("pedi_cat", {}, 10, 90, 1), ("bot2", {}, 20, 80, 1), ("fss", {}, 1, 7, 0.1), ("fss", {"form": "sum"}, 9, 63, 1), ("monofilament", {}, 1.65, 6.65, 0.1), ("two_point", {}, 2, 25, 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("key", "beside", "low", "high", "step"), TOTALS)
def test_a_known_total_is_taken_from_the_lowest_to_the_highest_and_no_further(key, beside, low, high, step):
    for inside in (low, high):
        reply = ask(key, {**beside, "score": inside}, high_school_or_more=True)
        assert (reply["score"] is None, codes(reply)) == (False, set())
    for outside in (low - step, high + step):
        reply = ask(key, {**beside, "score": round(outside, 4)}, high_school_or_more=True)
        assert (reply["score"], codes(reply)) == (None, {"OUT_OF_RANGE"})


# single answers: the input, what stands beside it, the first values outside on either side
ANSWERS = [
    ("tug", "trials_s", {}, [0], [600.1]), ("gait_speed", "timed_distance_m", {"trials_s": [5]}, 0, None), ("gait_speed", "trials_s", {"timed_distance_m": 6}, [0], None),
    ("six_mwt", "distance_ft", {}, -1, 3937.1), ("five_xsts", "time_s", {}, 0, 180.1), ("chair_stand_30s", "stands", {}, -1, 61), ("poma", "balance", {"gait": 6}, -1, 17),
    ("poma", "gait", {"balance": 6}, -1, 13), ("single_leg_stance", "trials_s", {}, [-1, 5, 5], None), ("grip", "trials", {"unit": "lb"}, [-1, 5, 5], [251, 5, 5]),
    ("pinch", "trials", {"unit": "lb"}, [-1, 5, 5], [61, 5, 5]), ("goniometry", "end_deg", {}, -1, 201), ("goniometry", "start_deg", {"end_deg": 190}, -46, 181),
    ("nprs", "value", {}, -1, 11), ("vas_pain", "value_mm", {}, -0.1, 100.1), ("nhpt", "time_s", {}, 0, 600.1), ("bbt", "blocks", {}, -1, 151), ("slums", "total", {}, -1, 31),
    ("moca", "raw_total", {"education_years": 13}, -1, 31), ("moca", "education_years", {"raw_total": 25}, None, 31), ("zbi", "total", {"version": "22"}, -1, 89), ("fim", "motor", {"cognitive": 20}, 12, 92),
    ("fim", "cognitive", {"motor": 50}, 4, 36), ("fim", "total", {}, 17, 127), ("bot2", "composite_standard", {}, 19, 81), ("pedi_cat", "scaled", {}, 19, 81),
    ("purdue", "right", {"left": 10, "both": 9}, -1, 26), ("purdue", "left", {"right": 10, "both": 9}, -1, 26), ("purdue", "both", {"left": 10, "right": 9}, -1, 26),
    ("monofilament", "marking", {}, 1.64, 6.66), ("two_point", "mm", {}, 1.9, 25.1), ("psfs", "activities", {}, [{"label": n, "rating": -1} for n in "abc"], [{"label": n, "rating": 11} for n in "abc"]),
    ("copm", "problems", {}, [{"label": "a", "performance": 0, "satisfaction": 0}], [{"label": "a", "performance": 11, "satisfaction": 11}]),
    ("sppb", "side_by_side_s", {"gait_s": "unable", "chair_5_s": "unable"}, -1, 10.1), ("sppb", "gait_s", {"side_by_side_s": 0, "gait_distance_m": 4, "chair_5_s": "unable"}, 0, None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "name", "beside", "below", "above"), ANSWERS)
def test_an_answer_outside_its_range_is_refused(key, name, beside, below, above):
    for outside in (below, above):
        if outside is not None:
            reply = ask(key, {**beside, name: outside})
            assert (reply["score"], codes(reply)) == (None, {"OUT_OF_RANGE"})


@pytest.mark.parametrize(("key", "name", "below", "above"), [
    ("tmt", "part_a_s", 0.9, None), ("ampac_6clicks", "raw", 5, 25), ("bot2", "subtest_scale", 0, 36), ("pedi_cat", "t_score", 9, 91), ("purdue", "assembly", -1, 81)])  # fmt: skip
def test_a_part_outside_its_range_has_no_value(key, name, below, above):
    for outside in (below, above):
        if outside is not None:
            reply = ask(key, {name: outside}, want=name)
            assert (reply["parts"][name], codes(reply)) == (None, {"OUT_OF_RANGE"})


LOWER_IS_BETTER = {
    "tug", "five_xsts", "nprs", "vas_pain", "dash", "quickdash", "odi", "ndi", "rmdq", "whodas12", "nhpt", "tmt", "mcsi", "zbi", "fss",
    "monofilament", "two_point",
}  # fmt: skip
WITHOUT_A_SCORE = {"koos": "pain", "hoos": "pain", "tmt": "part_a_s", "copm": "performance", "section_gg": "selfcare"}
QUALIFIED = {
    "grip": {"unit": "kg"},
    "pinch": {"unit": "kg"},
    "clock": {"system": "rouleau"},
    "ampac_6clicks": {"form": "daily_activity"},
}
LOW_AND_HIGH = {
    "gait_speed": (0.6, 0.9), "barthel": (40, 60), "katz": (2, 5), "lawton": (2, 5), "sppb": (3, 9), "fim": (40, 90), "bot2": (35, 50), "pedi_cat": (30, 50),
    "fss": (2, 6), "monofilament": (2.83, 4.31), "tmt": (30, 90), "section_gg": (20, 30),
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(KEYS))
def test_improvement_follows_the_direction(key):
    low, high = LOW_AND_HIGH.get(key, (4, 9))
    beside = QUALIFIED.get(key, {})
    want = WITHOUT_A_SCORE.get(key)

    def gain(before, after):
        return change(key, {**beside, "score": before}, {**beside, "score": after}, want=want)["change"]["improvement"]

    better, worse = (gain(high, low), gain(low, high)) if key in LOWER_IS_BETTER else (gain(low, high), gain(high, low))
    assert (better, worse) == (round(high - low, 2), round(low - high, 2))


def test_every_instrument_stands_in_a_table_of_limits():
    held = {row[0] for table in (FORMS, SCALES, TOTALS, ANSWERS) for row in table} | {"tmt", "ampac_6clicks"}
    assert KEYS - held == {"section_gg"}
