"""The error vocabulary: what voids a score, what stands beside it, and what is a result in its own right."""

from __future__ import annotations

import re

import pytest

from tests.outcomes.scoring import ask, codes

VOID = [
    # missing-item limits, one answer short of enough
    ("dash", {"items": [3] * 26 + [None] * 4}, "MISSING_ITEMS"), ("quickdash", {"items": [3] * 9 + [None] * 2}, "MISSING_ITEMS"),
    ("odi", {"items": [3] * 8 + [None] * 2}, "MISSING_ITEMS"), ("ndi", {"items": [3] * 7 + [None] * 3}, "MISSING_ITEMS"),
    ("abc_scale", {"items": [80] * 11 + [None] * 5}, "MISSING_ITEMS"), ("berg", {"items": [3] * 13 + [None]}, "MISSING_ITEMS"),
    ("lefs", {"items": [3] * 19 + [None]}, "MISSING_ITEMS"), ("fss", {"items": [3] * 8 + [None]}, "MISSING_ITEMS"),
    ("koos_jr", {"items": [1] * 6 + [None]}, "MISSING_ITEMS"), ("whodas12", {"coding": "0-4", "items": [1] * 10 + [None] * 2}, "MISSING_ITEMS"),
    ("koos", {"pain": [1] * 4 + [None] * 5}, "MISSING_ITEMS"), ("koos12", {"pain": [1] * 4, "function": [1] * 4}, "MISSING_ITEMS"),
    ("lawton", {"items": [1] * 7 + [None]}, "MISSING_ITEMS"), ("lawton", {"items": ["na"] * 8}, "MISSING_ITEMS"),
    ("poma", {"balance": 12}, "MISSING_ITEMS"), ("fim", {"motor": 60}, "MISSING_ITEMS"), ("nprs", {}, "MISSING_ITEMS"),
    ("chair_stand_30s", {"stands": None}, "MISSING_ITEMS"), ("tug", {"trials_s": []}, "MISSING_ITEMS"),
    ("sppb", {"side_by_side_s": 0, "gait_s": "unable"}, "MISSING_ITEMS"), ("grip", {"trials": [30, 31], "unit": "kg"}, "MISSING_ITEMS"),
    ("single_leg_stance", {"trials_s": [10, 12]}, "MISSING_ITEMS"), ("tmt", {"part_b_s": 60}, "MISSING_ITEMS"),
    ("berg", {"items": [3] * 13}, "WRONG_ITEM_COUNT"), ("koos", {"pain": [1] * 8}, "WRONG_ITEM_COUNT"),
    ("uefi", {"version": "20", "items": [3] * 15}, "WRONG_ITEM_COUNT"), ("grip", {"trials": [30] * 4, "unit": "kg"}, "WRONG_ITEM_COUNT"),
    ("berg", {"items": [5] + [3] * 13}, "OUT_OF_RANGE"), ("quickdash", {"items": [0] + [1] * 10}, "OUT_OF_RANGE"),
    ("nprs", {"value": 11}, "OUT_OF_RANGE"), ("tug", {"trials_s": [0]}, "OUT_OF_RANGE"), ("tug", {"trials_s": [600.1]}, "OUT_OF_RANGE"),
    ("five_xsts", {"time_s": 180.1}, "OUT_OF_RANGE"), ("six_mwt", {"distance_m": 1201}, "OUT_OF_RANGE"),
    ("poma", {"score": 29}, "OUT_OF_RANGE"), ("zbi", {"version": "12", "total": 49}, "OUT_OF_RANGE"),
    ("whodas12", {"coding": "0-4", "items": [5] + [0] * 11}, "OUT_OF_RANGE"), ("copm", {"problems": [{"label": "a", "performance": 0, "satisfaction": 1}]}, "OUT_OF_RANGE"),
    ("gait_speed", {"timed_distance_m": 10, "trials_s": [2]}, "OUT_OF_RANGE"), ("clock", {"system": "shulman", "score": 6}, "OUT_OF_RANGE"),
    ("nprs", {"value": 5.5}, "NOT_INTEGER"), ("berg", {"items": [2.5] + [3] * 13}, "NOT_INTEGER"), ("bbt", {"blocks": 60.5}, "NOT_INTEGER"),
    ("nprs", {"value": "5"}, "INVALID_VALUE"), ("nprs", {"value": True}, "INVALID_VALUE"), ("katz", {"items": ["A", 1, 1, 1, 1, 1]}, "INVALID_VALUE"),
    ("barthel", {"items": [7, 5, 5, 10, 10, 10, 10, 15, 15, 10]}, "INVALID_VALUE"), ("barthel", {"score": 42}, "INVALID_VALUE"),
    ("modified_barthel", {"items": [2, 5, 10, 10, 10, 10, 10, 10, 15, None, 15]}, "INVALID_VALUE"), ("monofilament", {"marking": 3.0}, "INVALID_VALUE"),
    ("clock", {"system": "minicog", "score": 1}, "INVALID_VALUE"), ("odi", {"score": 20, "version": "9"}, "INVALID_VALUE"),
    ("modified_barthel", {"items": [5, 5, 10, 10, 10, 10, 10, 10, 3, 1, 15]}, "CONFLICTING_ITEMS"),
    ("goniometry", {"start_deg": 20, "end_deg": 10}, "CONFLICTING_ITEMS"), ("fim", {"motor": 60, "cognitive": 30, "total": 91}, "INCONSISTENT_TOTAL"),
    ("poma", {"balance": 12, "gait": 8, "score": 21}, "INCONSISTENT_TOTAL"), ("berg", {"items": [3] * 14, "score": 41}, "INCONSISTENT_TOTAL"),
    ("grip", {"trials": [30, 31, 32]}, "UNIT_REQUIRED"), ("grip", {"score": 30}, "UNIT_REQUIRED"), ("whodas12", {"items": [1] * 12}, "CODING_REQUIRED"),
    ("clock", {"score": 3}, "CODING_REQUIRED"), ("gait_speed", {"trials_s": [5]}, "MISSING_DISTANCE"), ("moca", {"raw_total": 25}, "MISSING_DEMOGRAPHIC"),
    ("rmdq", {"ticked": [False] * 24}, "CONFIRMATION_REQUIRED"), ("koos", {"score": 50}, "NO_SUCH_SCORE"), ("tmt", {"score": 50}, "NO_SUCH_SCORE"),
    ("fim", {"items": [7] * 18}, "LICENSED_ITEMS_REFUSED"), ("moca", {"items": [1] * 30}, "LICENSED_ITEMS_REFUSED"), ("ampac_6clicks", {"raw": 18}, "T_SCORE_REQUIRED"),
    ("uefi", {"version": "15", "items": [3] * 15}, "CONVERSION_TABLE_REQUIRED"), ("copm", {"problems": [{"label": str(n), "performance": 1, "satisfaction": 1} for n in range(6)]}, "TOO_MANY_PROBLEMS"),
]  # fmt: skip

STANDS = [
    ("dash", {"items": [3] * 27 + [None] * 3}, 50), ("quickdash", {"items": [3] * 10 + [None]}, 50), ("odi", {"items": [5] * 9 + [None]}, 100),
    ("ndi", {"items": [5] * 8 + [None] * 2}, 100), ("abc_scale", {"items": [70] * 12 + [None] * 4}, 70),
    ("whodas12", {"coding": "0-4", "items": [1] * 11 + [None]}, 12), ("rmdq", {"ticked": [False] * 24, "confirmed_complete": True}, 0),
    ("chair_stand_30s", {"stands": 9, "used_arms": True}, 0), ("quickdash", {"items": [1] * 11}, 0), ("moca", {"raw_total": 30, "education_years": 8}, 30),
    ("moca", {"raw_total": 25, "education_years": 13}, 25), ("moca", {"raw_total": 25, "already_adjusted": True}, 25),
    ("modified_barthel", {"items": [5, 5, 10, 10, 10, 10, 10, 10, 0, 5, 15]}, 90), ("fim", {"total": 90}, 90), ("barthel", {"items": [2, 1, 1, 2, 2, 2, 2, 3, 3, 2], "form": "20"}, 100),
]  # fmt: skip


@pytest.mark.parametrize(("key", "inputs", "code"), VOID, ids=[f"{row[0]}-{row[2]}-{n}" for n, row in enumerate(VOID)])
def test_what_voids_a_score(key, inputs, code):
    reply = ask(key, inputs)
    assert (reply["score"], codes(reply)) == (None, {code})
    assert {str(f.severity) for f in reply["findings"]} == {"error"}


@pytest.mark.parametrize(("key", "inputs", "score"), STANDS)
def test_what_does_not(key, inputs, score):
    reply = ask(key, inputs)
    assert (reply["score"], codes(reply)) == (score, set())


@pytest.mark.parametrize(("key", "inputs", "status"), [
    ("tug", {"status": "unable"}, "unable"), ("tug", {"trials_s": "unable"}, "unable"), ("five_xsts", {"completed": False}, "unable"),
    ("five_xsts", {"completed": False, "time_s": 20}, "unable"), ("nhpt", {"time_s": "unable"}, "unable"), ("gait_speed", {"trials_s": ["unable"]}, "unable"),
    ("two_point", {"mm": "one"}, "untestable"), ("monofilament", {"marking": "none"}, "untestable"), ("sppb", {"status": "not_administered"}, "not_administered"),
])  # fmt: skip
def test_unable_is_a_result_and_never_a_number(key, inputs, status):
    reply = ask(key, inputs)
    assert (reply["score"], reply["status"], reply["display"], codes(reply)) == (None, status, status, set())


def test_trail_making_stops_at_300_seconds():
    reply = ask("tmt", {"part_a_s": 100, "part_b_s": 320})
    assert (reply["parts"], reply["status"], codes(reply)) == (
        {"part_a_s": 100, "part_b_s": 300},
        "discontinued",
        {"CAPPED"},
    )
    assert ask("tmt", {"part_a_s": 100, "part_b_s": 299})["status"] is None


def test_a_longer_hold_is_stored_as_the_cap():
    reply = ask("single_leg_stance", {"trials_s": [60, 45, 30]})
    assert (reply["score"], reply["parts"], codes(reply)) == (40, {"best": 45}, {"CAPPED"})


def test_too_few_trials_keep_the_best():
    assert ask("grip", {"trials": [30, 31], "unit": "kg"})["parts"] == {"best": 31}


def test_a_part_that_fails_leaves_the_others():
    reply = ask("koos", {"pain": [1] * 9, "qol": [1, None, None, None]})
    assert (reply["parts"], codes(reply)) == ({"pain": 75, "qol": None}, {"MISSING_ITEMS"})


def test_only_what_was_asked_for_raises_an_error():
    given = {"pain": [1] * 9, "qol": [1, None, None, None]}
    assert codes(ask("koos", given, want="pain")) == set()
    assert codes(ask("koos", given, want="qol")) == {"MISSING_ITEMS"}
    assert codes(ask("koos", given, want="adl")) == {"MISSING_ITEMS"}
    assert codes(ask("koos", given, want="total")) == {"NO_SUCH_SCORE"}
    assert codes(ask("ampac_6clicks", {"raw": 18}, want="raw")) == set()
    assert codes(ask("uefi", {"version": "15", "items": [3] * 15}, want="raw")) == set()


RATED = dict.fromkeys(["GG0130A", "GG0130B", "GG0130C", "GG0170A", "GG0170C", "GG0170D", "GG0170E", "GG0170F"], "04")


@pytest.mark.parametrize(("items", "want", "code"), [
    ({"GG0130A": "08"}, "selfcare", "INVALID_CODE"), ({"GG0130A": "6"}, "selfcare", "INVALID_CODE"), ({"GG0130A": 6.5}, "selfcare", "INVALID_CODE"),
    ({"GG0170Q": "0", "GG0170R": "04"}, "mobility", "SKIP_PATTERN"), ({"GG0170Q": "1", "GG0170R": "^"}, "mobility", "SKIP_PATTERN"),
    ({"GG0170Q": "-", "GG0170R": "04"}, "mobility", "SKIP_PATTERN"), ({"GG0170I": "88", "GG0170J": "03"}, "mobility", "SKIP_PATTERN"),
    ({"GG0170M": "07", "GG0170N": "03"}, "mobility", "SKIP_PATTERN"), ({"GG0170M": "04", "GG0170N": "09", "GG0170O": "01"}, "mobility", "SKIP_PATTERN"),
    ({**RATED, "GG0170I": "04", "GG0170J": "88"}, "discharge_function", "CMS_IMPUTATION_NEEDED"),
    ({**RATED, "GG0170I": "88", "GG0170J": "^"}, "discharge_function", "CMS_IMPUTATION_NEEDED"),
])  # fmt: skip
def test_section_gg_refuses(items, want, code):
    reply = ask("section_gg", {"items": items}, want=want)
    assert (reply["score"], codes(reply)) == (None, {code})


@pytest.mark.parametrize(("items", "score"), [
    ({**RATED, "GG0170I": "04", "GG0170J": "04"}, 40), ({**RATED, "GG0170I": "88", "GG0170J": "^", "GG0170R": "03"}, 38)])  # fmt: skip
def test_discharge_function_counts_walking_or_wheeling_twice(items, score):
    assert ask("section_gg", {"items": items}, want="discharge_function")["score"] == score


def test_section_gg_numbers_from_claim_files_are_padded():
    reply = ask("section_gg", {"items": {f"GG0130{c}": 6 for c in "ABCEFGH"}}, want="selfcare")
    assert (reply["score"], codes(reply)) == (42, {"NORMALISED"})


def test_unknown_things_are_named():
    assert codes(ask("nope", {})) == {"UNKNOWN_MEASURE"}
    reply = ask("nprs", {"value": 3, "mood": "fine"}, colour="red")
    assert (reply["score"], codes(reply), len(reply["findings"])) == (3, {"UNKNOWN_KEY"}, 2)
    assert codes(ask("nprs", [3])) == codes(ask("nprs", {"value": 3}, kind="guess")) == {"BAD_VALUE"}
    assert (ask("tug", {"score": 9}, age="old")["score"], codes(ask("tug", {"score": 9}, age="old"))) == (
        9,
        {"BAD_VALUE"},
    )


def test_a_part_that_fails_beside_a_score_is_a_warning_unless_it_was_asked_for():
    given = {"items": [3] * 30, "work": [2, 2, 2, None]}
    reply = ask("dash", given)
    assert (reply["score"], reply["parts"], [str(f.severity) for f in reply["findings"]]) == (
        50,
        {"work": None},
        ["warning"],
    )
    assert [str(f.severity) for f in ask("dash", given, want="work")["findings"]] == ["error"]
    assert codes(ask("dash", given, want="score")) == set()
    assert codes(ask("dash", {"score": 30}, want="work")) == {"MISSING_ITEMS"}


def test_a_wrong_half_of_section_gg_leaves_the_other():
    items = {**{f"GG0130{c}": "05" for c in "ABCEFGH"}, "GG0170Q": "0", "GG0170R": "04", "GG0170A": "99"}
    reply = ask("section_gg", {"items": items}, want="selfcare")
    assert (reply["score"], codes(reply)) == (35, set())
    assert codes(ask("section_gg", {"items": items}, want="mobility")) == {"SKIP_PATTERN", "INVALID_CODE"}
    assert codes(ask("section_gg", {"items": items})) == {"SKIP_PATTERN", "INVALID_CODE"}


@pytest.mark.parametrize(("key", "inputs", "score", "parts"), [
    ("fim", {"score": 90, "motor": 60}, 90, {"motor": 60}), ("ampac_6clicks", {"score": 43.6, "raw": 18}, 43.6, {"raw": 18}),
    ("goniometry", {"joint": "knee", "motion": "flexion", "start_deg": 5, "score": 110}, 110, {"arc": 105, "extension_deficit": 5}),
    ("gait_speed", {"score": 1.1, "timed_distance_m": 10}, 1.1, {}), ("moca", {"raw_total": 25, "already_adjusted": True}, 25, {"raw": 25}),
])  # fmt: skip
def test_a_known_total_with_what_qualifies_it(key, inputs, score, parts):
    reply = ask(key, inputs)
    assert (reply["score"], reply["parts"], codes(reply)) == (score, parts, set())


def test_a_status_may_stand_beside_the_inputs():
    assert ask("tug", status="unable")["status"] == "unable"


@pytest.mark.parametrize(("key", "inputs", "code"), [
    ("whodas12", {}, "MISSING_ITEMS"), ("fim", {"total": None}, "MISSING_ITEMS"), ("pedi_cat", {"se": 1}, "MISSING_ITEMS"), ("moca", {"raw_total": 25, "education_years": 31}, "OUT_OF_RANGE"), ("fim", {"total": 126, "motor": 13}, "INCONSISTENT_TOTAL"),
    ("six_mwt", {"distance_m": 400, "distance_ft": 400}, "CONFLICTING_ITEMS"), ("tug", {"score": 1, "unit": "min"}, "INVALID_VALUE"),
    ("sppb", {"side_by_side_s": 0, "gait_s": "not_administered", "chair_5_s": 12}, "MISSING_ITEMS"), ("five_xsts", {"completed": "no", "time_s": 12}, "INVALID_VALUE"),
    ("chair_stand_30s", {"used_arms": "yes", "stands": 12}, "INVALID_VALUE"), ("koos", {}, "MISSING_ITEMS"), ("koos12", {"pain": [1] * 4}, "MISSING_ITEMS"),
    ("six_mwt", {"distance_m": 10**400}, "OUT_OF_RANGE"), ("gait_speed", {"timed_distance_m": 1e308, "trials_s": [1e-300]}, "OUT_OF_RANGE"),
])  # fmt: skip
def test_one_finding_says_why_there_is_no_score(key, inputs, code):
    reply = ask(key, inputs)
    assert (reply["score"], [f.code for f in reply["findings"]]) == (None, [code])


@pytest.mark.parametrize(("key", "inputs", "score"), [
    ("vas_pain", {"score": 4.2, "unit": "cm"}, 42), ("vas_pain", {"score": 42, "unit": "mm"}, 42), ("six_mwt", {"score": 1000, "unit": "ft"}, 304.8),
    ("tug", {"score": 12, "unit": "s"}, 12), ("tug", {"score": 12, "unit": "Seconds"}, 12), ("ndi", {"score": 20, "unit": "raw"}, 40), ("ndi", {"score": 40, "unit": "percent"}, 40),
    ("gait_speed", {"score": 120, "unit": "cm/s"}, 1.2), ("lefs", {"score": 60, "unit": "points"}, 60), ("six_mwt", {"distance_m": 304.8, "distance_ft": 1000}, 304.8), ("fim", {"total": 90, "motor": 60}, 90),
])  # fmt: skip
def test_a_unit_is_converted_or_is_the_instruments_own(key, inputs, score):
    reply = ask(key, inputs)
    assert (reply["score"], codes(reply)) == (score, set())


def test_a_wrong_rating_leaves_the_other_ratings():
    problems = [{"label": "cook", "importance": 11, "performance": 4, "satisfaction": 0}]
    reply = ask("copm", {"problems": problems})
    assert (reply["parts"], codes(reply)) == ({"performance": 4, "satisfaction": None}, {"OUT_OF_RANGE"})
    assert codes(ask("copm", {"problems": problems}, want="performance")) == set()


@pytest.mark.parametrize(("key", "inputs", "name", "score"), [
    ("ndi", {"items": [2] * 10}, "percent", 40), ("fim", {"total": 90}, "total", 90), ("fss", {"items": [4] * 9}, "mean", 4), ("moca", {"score": 26}, "adjusted", 26)])  # fmt: skip
def test_the_main_score_answers_to_its_own_name(key, inputs, name, score):
    reply = ask(key, inputs, want=name)
    assert (reply["score"], codes(reply)) == (score, set())


def test_a_result_of_another_version_does_not_exist():
    assert codes(ask("uefi", {"version": "20", "items": [3] * 20}, want="raw")) == {"NO_SUCH_SCORE"}


def test_a_wrong_half_of_section_gg_leaves_the_sum_of_the_other():
    reply = ask("section_gg", {"items": {"GG0130A": "06", "GG0170A": "99"}})
    assert (reply["parts"], codes(reply)) == ({"selfcare": 12}, {"INVALID_CODE"})


def test_section_gg_says_what_it_counted_without_a_rating():
    (told,) = ask("section_gg", {"items": {"GG0130A": "88", "GG0130B": "06"}})["findings"]
    assert (told.code, told.message) == ("RECODED", "GG0130A: no rating, counted as 1.")


def test_section_gg_codes_of_two_columns_need_a_choice():
    items = {"GG0130A1": "03", "GG0130A3": "06"}
    assert codes(ask("section_gg", {"items": items}, want="selfcare")) == {"CODING_REQUIRED"}
    assert ask("section_gg", {"items": items, "column": "3"}, want="selfcare")["score"] == 12


def test_a_finding_about_the_person_points_at_where_the_person_stands():
    assert [f.where for f in ask("tug", {"score": 9}, age=120)["findings"]] == ["age"]
    assert [f.where for f in ask("tug", {"score": 9, "age": 120})["findings"]] == ["inputs.age"]


@pytest.mark.parametrize(("person", "where"), [
    ({"birth_date": "1860-01-01", "on": "2026-01-01"}, "birth_date"), ({"birth_date": "1960-01-01", "on": "20260101"}, "on"), ({"birth_date": 1960, "on": "2026-01-01"}, "birth_date"),
    ({"birth_date": "2026-01-02", "on": "2026-01-01"}, "birth_date"), ({"age": "58"}, "age"), ({"age": -1}, "age"), ({"age": 131}, "age"), ({"age": True}, "age"), ({"age": 10**400}, "age"),
    ({"sex": "unknown"}, "sex"), ({"dominant": "both"}, "dominant"), ({"high_school_or_more": "yes"}, "high_school_or_more"), ({"education_years": "12"}, "education_years"),
])  # fmt: skip
def test_a_person_that_makes_no_sense_is_a_warning_and_the_score_stands(person, where):
    reply = ask("tug", {"score": 9}, **person)
    assert (reply["score"], reply["age"]) == (9, None)
    assert [(f.code, str(f.severity), f.where) for f in reply["findings"]] == [("BAD_VALUE", "warning", where)]


@pytest.mark.parametrize(("born", "on", "age"), [
    ("1960-02-29", "2025-02-28", 64), ("1960-02-29", "2025-03-01", 65), ("1960-02-29", "2024-02-29", 64), ("1966-06-02", "2026-06-01", 59),
    ("1966-06-02", "2026-06-02", 60), ("2026-06-01", "2026-06-01", 0)])  # fmt: skip
def test_age_is_completed_years(born, on, age):
    assert ask("lefs", {"score": 40}, birth_date=born, on=on)["age"] == age


def test_the_contract_finding_in_full():
    (finding,) = ask("quickdash", {"items": [1, 2, 9, 3, 1, 2, None, 2, 1, 2, 3]})["findings"]
    assert finding.as_json() == {
        "code": "OUT_OF_RANGE", "severity": "error", "message": "Item 3 is 9; answers run from 1 to 5.", "where": "inputs.items[2]",
        "found": 9, "expected": "1-5", "try": "Check item 3 on the form.", "source": "IWH"}  # fmt: skip


@pytest.mark.parametrize(("key", "inputs", "code"), VOID, ids=[f"{row[0]}-{row[2]}-{n}" for n, row in enumerate(VOID)])
def test_a_finding_is_said_in_words_and_cites_its_rule(key, inputs, code):
    for finding in ask(key, inputs)["findings"]:
        assert not re.search(r"[a-z]_[a-z]", f"{finding.message} {finding.try_}")
        assert finding.message[0].isupper() or finding.message[0].isdigit()
        assert finding.source


@pytest.mark.parametrize(("items", "where"), [
    ({"GG0170I": "04", "GG0170J": "^"}, "GG0170J"), ({"GG0170I": "-", "GG0170J": "-", "GG0170K": "03"}, "GG0170K"), ({"GG0170M": "05", "GG0170N": "^"}, "GG0170N"),
    ({"GG0170M": "05", "GG0170N": "03", "GG0170O": "^"}, "GG0170O"),
])  # fmt: skip
def test_a_blank_that_its_gate_asks_for_is_a_warning_beside_the_score(items, where):
    reply = ask("section_gg", {"items": items}, want="mobility")
    found = [(f.code, str(f.severity), f.where) for f in reply["findings"] if f.code != "RECODED"]
    assert (reply["score"] >= 15, found) == (True, [("SKIP_PATTERN", "warning", f"inputs.items.{where}")])
    assert "SKIP_PATTERN" not in codes(ask("section_gg", {"items": {**items, "GG0130A": "05"}}, want="selfcare"))


def test_blanks_that_their_gates_skip_are_in_order():
    items = {"GG0170I": "88", "GG0170J": "^", "GG0170K": "^", "GG0170L": "^", "GG0170M": "04", "GG0170N": "09", "GG0170O": "^", "GG0170Q": "0", "GG0170R": "^"}  # fmt: skip
    assert codes(ask("section_gg", {"items": items}, want="mobility")) == {"RECODED"}


@pytest.mark.parametrize("inputs", [{}, {"items": {}}, {"items": None}, {"items": {"GG0130A": None}}, {"items": []}])
@pytest.mark.parametrize("want", [None, "selfcare", "pdpm_nursing"])
def test_section_gg_without_a_code_has_no_score(inputs, want):
    reply = ask("section_gg", inputs, want=want)
    assert (reply["score"], [f.code for f in reply["findings"]]) == (None, ["MISSING_ITEMS"])
