"""A worked score for every instrument, with its parts and band."""

from __future__ import annotations

import pytest

from regain.reference.facts import subjects
from tests.outcomes.scoring import ask, codes

BARTHEL = [10, 5, 5, 10, 10, 10, 10, 15, 15, 10]
SHAH = [5, 5, 10, 10, 10, 10, 10, 10, 15, None, 15]
SELF_CARE = dict.fromkeys([f"GG0130{c}" for c in "ABCEFGH"], "05")

WORKED = [
    ("tug", {"trials_s": [12.0, 13.0]}, 12.5, {}, None),
    ("gait_speed", {"timed_distance_m": 6, "trials_s": [6, 5], "pace": "comfortable"}, 1.1, {}, "community ambulator (stroke)"),
    ("six_mwt", {"distance_ft": 1000}, 304.8, {}, None),
    ("five_xsts", {"time_s": 13.55, "completed": True}, 13.55, {}, None),
    ("chair_stand_30s", {"stands": 13}, 13, {}, None),
    ("berg", {"items": [3] * 14}, 42, {}, "low fall risk"),
    ("sppb", {"side_by_side_s": 10, "semi_tandem_s": 10, "tandem_s": 5, "gait_distance_m": 4, "gait_s": 5, "chair_5_s": 14},
     8, {"balance": 3, "gait": 3, "chair": 2}, "intermediate performance"),
    ("fga", {"items": [2] * 10}, 20, {}, None),
    ("dgi", {"items": [2] * 8}, 16, {}, None),
    ("poma", {"balance": 12, "gait": 8}, 20, {"balance": 12, "gait": 8}, "moderate fall risk"),
    ("single_leg_stance", {"trials_s": [10, 20, 12], "eyes": "open"}, 14, {"best": 20}, None),
    ("abc_scale", {"items": [80] * 12 + [None] * 4}, 80, {}, "moderate functioning"),
    ("grip", {"trials": [60, 62, 64], "unit": "lb"}, 62, {"mean_kg": 28.12, "mean_lb": 62, "best": 64}, None),
    ("pinch", {"trials": [5, 6, 7], "unit": "kg", "pinch": "tip"}, 6, {"mean_kg": 6, "mean_lb": 13.23, "best": 7}, None),
    ("goniometry", {"joint": "knee", "motion": "flexion", "start_deg": 10, "end_deg": 120}, 120,
     {"arc": 110, "extension_deficit": 10}, None),
    ("nprs", {"value": 6, "timeframe": "now"}, 6, {}, None),
    ("vas_pain", {"value_mm": 42.5}, 42.5, {}, None),
    ("lefs", {"items": [3] * 20}, 60, {}, None),
    ("dash", {"items": [3] * 30, "work": [2, 2, 2, 2]}, 50, {"work": 25}, None),
    ("quickdash", {"items": [1, 2, 2, 3, 1, 2, None, 2, 1, 2, 3]}, 22.5, {}, None),
    ("odi", {"items": [2, 2, 2, 2, 2, 2, 2, 2, None, 0]}, 35.56, {}, "moderate"),
    ("ndi", {"items": [2] * 10}, 40, {"raw": 20}, "moderate"),
    ("rmdq", {"ticked": [True] * 7 + [False] * 17}, 7, {}, None),
    ("koos", {"pain": [1] * 9, "qol": [2, 2, None, None]}, None, {"pain": 75, "qol": 50}, None),
    ("hoos", {"symptoms": [0, 1, 2, None, None]}, None, {"symptoms": 75}, None),
    ("koos12", {"pain": [1] * 4, "function": [2] * 4, "qol": [3, 3, None, None]}, 50, {"pain": 75, "function": 50, "qol": 25}, None),
    ("koos_jr", {"items": [2, 2, 2, 2, 2, 2, 3]}, 50.012, {"raw": 15}, None),
    ("hoos_jr", {"items": [2] * 6}, 52.965, {"raw": 12}, None),
    ("uefi", {"version": "20", "items": [3] * 20}, 60, {}, None),
    ("psfs", {"activities": [{"label": "stairs", "rating": 4}, {"label": "dressing", "rating": 6}, {"label": "bus", "rating": 3}]},
     4.33, {"activities": [{"label": "stairs", "rating": 4}, {"label": "dressing", "rating": 6}, {"label": "bus", "rating": 3}]}, None),
    ("barthel", {"items": BARTHEL}, 100, {"form20": 20}, "independent"),
    ("modified_barthel", {"items": SHAH}, 100, {}, "independent"),
    ("katz", {"items": [1, 1, 1, 0, 0, 0]}, 3, {}, "moderate impairment"),
    ("lawton", {"items": [1, 1, 0, "na", 1, 1, "na", 1]}, 5, {}, None),
    ("fim", {"motor": 60, "cognitive": 30, "total": 90}, 90, {"motor": 60, "cognitive": 30}, None),
    ("copm", {"problems": [{"label": "cook", "importance": 9, "performance": 4, "satisfaction": 2},
                           {"label": "type", "importance": 7, "performance": 5, "satisfaction": 5}]},
     None, {"performance": 4.5, "satisfaction": 3.5}, None),
    ("ampac_6clicks", {"form": "basic_mobility", "raw": 18, "t_score": 43.63}, 43.63, {"raw": 18}, None),
    ("whodas12", {"coding": "1-5", "items": [2] * 11 + [None]}, 12, {"score_12_60": 24}, None),
    ("nhpt", {"time_s": 24.5, "side": "right"}, 24.5, {}, None),
    ("bbt", {"blocks": 61, "side": "left"}, 61, {}, None),
    ("purdue", {"right": 14, "left": 13, "both": 11, "assembly": 30}, 38, {"right": 14, "left": 13, "both": 11, "assembly": 30}, None),
    ("tmt", {"part_a_s": 41, "part_b_s": 100}, None, {"part_a_s": 41, "part_b_s": 100}, None),
    ("clock", {"system": "shulman", "score": 3}, 3, {}, None),
    ("slums", {"total": 26, "high_school_or_more": True}, 26, {}, "mild neurocognitive disorder"),
    ("moca", {"raw_total": 25, "education_years": 12}, 26, {"raw": 25}, None),
    ("mcsi", {"items": [1] * 13}, 13, {}, None),
    ("zbi", {"version": "12", "total": 17}, 17, {}, None),
    ("pedi_cat", {"domain": "mobility", "t_score": 42, "scaled": 55.5, "se": 0.7}, 55.5, {"t_score": 42, "scaled": 55.5}, None),
    ("bot2", {"composite_standard": 41, "subtest_scale": 12}, 41, {"subtest_scale": 12}, "average"),
    ("fss", {"items": [4] * 9}, 4, {"sum": 36}, None),
    ("monofilament", {"site": "thumb", "marking": 3.61}, 3.61, {"level": "diminished light touch", "grams": 0.4}, None),
    ("two_point", {"site": "index", "mm": 6}, 6, {}, "fair"),
]  # fmt: skip


def test_every_instrument_has_a_worked_score():
    keys = {subject.rsplit("/", 1)[-1] for subject in subjects("outcomes/measures")}
    assert keys == {row[0] for row in WORKED} | {"section_gg"}
    assert len(keys) == 53


@pytest.mark.parametrize(("key", "inputs", "score", "parts", "band"), WORKED, ids=[row[0] for row in WORKED])
def test_worked_score(key, inputs, score, parts, band):
    reply = ask(key, inputs)
    assert (reply["score"], reply["parts"], reply["band"], codes(reply)) == (score, parts, band, set())


def test_the_contract_example_in_full():
    reply = ask("quickdash", {"items": [1, 2, 2, 3, 1, 2, None, 2, 1, 2, 3]}, age=58, sex="female")
    version = reply.pop("version")
    assert len(version) == 12
    assert reply == {
        "id": "t", "measure": "quickdash", "score": 22.5, "unit": "points", "display": "22.5", "status": None, "age": 58,
        "answered": 10, "of": 11, "parts": {}, "band": None, "band_source": None, "band_certainty": None, "cutoffs": [], "norms": [], "change": None, "findings": [],
    }  # fmt: skip


def test_payment_score_of_section_gg_rounds_the_total_once():
    codes_given = {"GG0130A": "06", "GG0130B": "05", "GG0130C": "04", "GG0170B": "05", "GG0170C": "04", "GG0170D": "04",
                   "GG0170E": "04", "GG0170F": "03", "GG0170J": "02", "GG0170K": "88"}  # fmt: skip
    reply = ask("section_gg", {"items": codes_given}, want="pdpm_pt_ot")
    assert (reply["score"], reply["parts"]["unrounded"], reply["band"]) == (18, 17.667, "10-23")
    assert codes(reply) == {"RECODED"}


def test_quality_score_of_section_gg_counts_what_is_not_rated_as_1():
    reply = ask("section_gg", {"items": {**SELF_CARE, "GG0130H": "88"}, "column": "3"}, want="selfcare")
    assert (reply["score"], codes(reply)) == (6 * 5 + 1, {"RECODED"})


def test_lawton_shows_the_score_out_of_what_applies():
    reply = ask("lawton", {"items": [1, 1, 0, "na", 1, 1, "na", 1]})
    assert (reply["display"], reply["answered"], reply["of"]) == ("5/6", 6, 6)


def test_range_of_motion_shows_start_and_end():
    reply = ask("goniometry", {"joint": "knee", "motion": "flexion", "start_deg": 5, "end_deg": 110})
    assert reply["display"] == "5-110"
    assert [(row["group"], row["limit"], row["deficit"]) for row in reply["norms"]] == [
        ("AAOS", 135, 25),
        ("VA 38 CFR", 140, 30),
    ]


@pytest.mark.parametrize(
    ("key", "inputs", "score", "parts"),
    [
        ("ndi", {"score": 40}, 40, {"raw": 20}),
        ("barthel", {"score": 12, "form": "20"}, 60, {"form20": 12}),
        ("whodas12", {"score": 12}, 12, {"score_12_60": 24}),
        ("whodas12", {"score": 24, "coding": "1-5"}, 12, {"score_12_60": 24}),
        ("grip", {"score": 20, "unit": "kg"}, 20, {"mean_kg": 20, "mean_lb": 44.09}),
        ("fss", {"score": 36, "form": "sum"}, 4, {"sum": 36}),
        ("moca", {"score": 26}, 26, {}),
        ("uefi", {"score": 55.5, "version": "15"}, 55.5, {}),
        ("ampac_6clicks", {"score": 45.1, "form": "basic_mobility"}, 45.1, {}),
        ("poma", {"score": 20}, 20, {}),
    ],
)
def test_known_total(key, inputs, score, parts):
    reply = ask(key, inputs)
    assert (reply["score"], reply["parts"], codes(reply)) == (score, parts, set())


def test_known_total_of_an_instrument_without_a_score_needs_to_say_which():
    assert codes(ask("koos", {"score": 60})) == {"NO_SUCH_SCORE"}
    reply = ask("koos", {"score": 60}, want="pain")
    assert (reply["parts"], codes(reply)) == ({"pain": 60}, set())
    assert ask("section_gg", {"score": 30, "column": "1"}, want="selfcare")["score"] == 30


def test_answers_are_counted_of_the_scales_given():
    def counted(key, inputs):
        reply = ask(key, inputs)
        return reply["answered"], reply["of"]

    assert counted("koos", {"pain": [1] * 9, "qol": [2, 2, None, None]}) == (11, 13)
    assert counted("koos", {"pain": [1] * 9, "qol": [1, None, None, None]}) == (10, 13)
    assert counted("quickdash", {"items": [3] * 9 + [None] * 2}) == (9, 11)
    assert counted("lawton", {"items": [1] * 5 + ["na", None, None]}) == (5, 7)
    assert counted("barthel", {"items": [10, 5, 5, 10, 10, 10, 10, 15, 15, None]}) == (9, 10)
    assert counted("dash", {"work": [1, 2, 3, 4]}) == (4, 4)
    assert counted("dash", {"work": [1, 2, 3, None]}) == (3, 4)
    assert counted("dash", {"items": [3] * 28 + [None] * 2, "work": [1, 2, 3, 4]}) == (28, 30)


def test_section_gg_offers_no_score_of_both_halves_from_one():
    self_care = ask("section_gg", {"items": SELF_CARE})
    assert (self_care["parts"], codes(self_care)) == ({"selfcare": 35}, set())
    both = ask("section_gg", {"items": {**SELF_CARE, "GG0170B": "05"}})
    assert list(both["parts"]) == ["selfcare", "mobility", "pdpm_pt_ot", "unrounded", "pdpm_nursing"]
