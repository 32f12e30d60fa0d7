"""Each published limit on both sides of its operator, and the first and last year of each age band."""

from __future__ import annotations

import pytest

from regain.reference.facts import fact, facts
from tests.outcomes.scoring import ask, codes, met

# instrument, known total just inside the label, just outside it, the printed condition
THRESHOLDS = [
    ("tug", 12.0, 11.9, ">= 12.0"), ("tug", 13.51, 13.5, "> 13.5"), ("tug", 9.99, 10, "< 10"), ("tug", 30.01, 30, "> 30"),
    ("gait_speed", 0.8, 0.801, "<= 0.8"), ("gait_speed", 0.799, 0.8, "< 0.8"), ("gait_speed", 0.999, 1.0, "< 1.0"),
    ("six_mwt", 349.9, 350, "< 350"), ("six_mwt", 199.9, 200, "< 200"), ("five_xsts", 15.01, 15, "> 15"), ("berg", 44, 45, "< 45"),
    ("sppb", 9, 10, "< 10"), ("sppb", 8, 9, "<= 8"), ("fga", 22, 23, "<= 22"), ("dgi", 19, 20, "<= 19"),
    ("single_leg_stance", 4.9, 5, "< 5"), ("abc_scale", 66.9, 67, "< 67"), ("nprs", 0, 1, "0"), ("rmdq", 2, 3, "<= 2"),
    ("moca", 26, 25, ">= 26"), ("fss", 4.0, 3.99, ">= 4.0"),
]  # fmt: skip

BANDS = [
    ("gait_speed", [(0.39, "household ambulator (stroke)"), (0.40, "limited community ambulator (stroke)"),
                    (0.80, "limited community ambulator (stroke)"), (0.801, "community ambulator (stroke)")]),
    ("berg", [(20, "high fall risk"), (21, "medium fall risk"), (40, "medium fall risk"), (41, "low fall risk")]),
    ("sppb", [(4, "low performance"), (5, "intermediate performance"), (8, "intermediate performance"), (9, "high performance")]),
    ("poma", [(18, "high fall risk"), (19, "moderate fall risk"), (23, "moderate fall risk"), (24, "low fall risk")]),
    ("abc_scale", [(49.9, "low functioning"), (50, "moderate functioning"), (80, "moderate functioning"), (80.1, "high functioning")]),
    ("odi", [(20, "minimal"), (20.01, "moderate"), (40, "moderate"), (40.01, "severe"), (60, "severe"), (60.01, "crippled"),
             (80, "crippled"), (80.01, "bed-bound"), (100, "bed-bound")]),
    ("ndi", [(8, "none"), (8.01, "mild"), (28, "mild"), (28.5, "moderate"), (48, "moderate"), (48.01, "severe"), (64, "severe"),
             (64.01, "complete")]),
    ("barthel", [(20, "total dependence"), (25, "severe dependence"), (60, "severe dependence"), (65, "moderate dependence"),
                 (90, "moderate dependence"), (95, "slight dependence"), (100, "independent")]),
    ("modified_barthel", [(20, "total dependence"), (21, "severe dependence"), (60, "severe dependence"), (61, "moderate dependence"),
                          (90, "moderate dependence"), (91, "slight dependence"), (99, "slight dependence"), (100, "independent")]),
    ("katz", [(2, "severe impairment"), (3, "moderate impairment"), (5, "moderate impairment"), (6, "full function")]),
    ("bot2", [(30, "well below average"), (31, "below average"), (40, "below average"), (41, "average"), (59, "average"),
              (60, "above average"), (69, "above average"), (70, "well above average")]),
    ("two_point", [(5, "normal"), (6, "fair"), (10, "fair"), (11, "poor"), (15, "poor"), (15.1, "protective only")]),
]  # fmt: skip


@pytest.mark.parametrize(("key", "inside", "outside", "when"), THRESHOLDS)
def test_threshold_on_both_sides(key, inside, outside, when):
    assert when in met(ask(key, {"score": inside}))
    assert when not in met(ask(key, {"score": outside}))


@pytest.mark.parametrize(("key", "score", "label"), [(key, s, label) for key, rows in BANDS for s, label in rows])
def test_band_edges(key, score, label):
    assert ask(key, {"score": score})["band"] == label


@pytest.mark.parametrize(
    ("total", "schooled", "band"),
    [(27, True, "normal"), (26, True, "mild neurocognitive disorder"), (21, True, "mild neurocognitive disorder"),
     (20, True, "dementia range"), (25, False, "normal"), (24, False, "mild neurocognitive disorder"),
     (20, False, "mild neurocognitive disorder"), (19, False, "dementia range")],
)  # fmt: skip
def test_slums_band_follows_schooling(total, schooled, band):
    assert ask("slums", {"total": total}, high_school_or_more=schooled)["band"] == band


def test_slums_without_schooling_keeps_the_score_and_names_no_band():
    reply = ask("slums", {"total": 26})
    assert (reply["score"], reply["band"], codes(reply)) == (26, None, {"MISSING_DEMOGRAPHIC"})
    assert [f.severity for f in reply["findings"]] == ["warning"]


@pytest.mark.parametrize(("key", "inputs", "inside", "outside", "when"), [
    ("ampac_6clicks", {"form": "basic_mobility"}, 42.87, 42.88, "t < 42.88"),
    ("ampac_6clicks", {"form": "basic_mobility"}, 41.45, 41.46, "t < 41.46"),
    ("ampac_6clicks", {"form": "basic_mobility"}, 42.9, 42.89, "t >= 42.9"),
    ("ampac_6clicks", {"form": "daily_activity"}, 39.4, 39.39, "t >= 39.4"),
    ("zbi", {"version": "12"}, 13, 12, "ZBI-12 >= 13"), ("zbi", {"version": "12"}, 17, 16, "ZBI-12 >= 17"),
    ("clock", {"system": "shulman"}, 3, 4, "Shulman <= 3"),
])  # fmt: skip
def test_threshold_of_a_variant(key, inputs, inside, outside, when):
    assert when in met(ask(key, {**inputs, "score": inside}))
    assert when not in met(ask(key, {**inputs, "score": outside}))


def test_a_threshold_of_another_variant_is_not_shown():
    assert ask("zbi", {"version": "22", "score": 40})["cutoffs"] == []
    assert ask("clock", {"system": "rouleau", "score": 3})["cutoffs"] == []


@pytest.mark.parametrize(("sex", "kg", "expected"), [
    ("male", 26.9, {"< 27", "< 30"}), ("male", 27, {"< 30"}), ("male", 30, set()),
    ("female", 15.9, {"< 16", "< 20"}), ("female", 16, {"< 20"}), ("female", 20, set()),
])  # fmt: skip
def test_grip_rules_use_the_best_trial_in_kilograms(sex, kg, expected):
    assert met(ask("grip", {"trials": [1, 2, kg], "unit": "kg"}, sex=sex)) == expected
    assert met(ask("grip", {"trials": [1, 2, kg / 0.45359237 + 0.0001], "unit": "lb"}, sex=sex)) == expected


@pytest.mark.parametrize(("part", "seconds", "above"), [("part_a_s", 78, False), ("part_a_s", 78.1, True), ("part_b_s", 273, False), ("part_b_s", 273.1, True)])  # fmt: skip
def test_trail_making_general_rule(part, seconds, above):
    reply = ask("tmt", {"part_a_s": 30, part: seconds})
    assert (("> 78" if part == "part_a_s" else "> 273") in met(reply)) is above


@pytest.mark.parametrize(
    ("marking", "expected"), [(2.83, {"<= 2.83"}), (3.22, set()), (5.07, set()), (5.18, {"5.07 (10 g) not felt"})]
)
def test_filaments(marking, expected):
    assert met(ask("monofilament", {"marking": marking})) == expected


def test_no_filament_felt_is_untestable():
    reply = ask("monofilament", {"marking": "none"})
    assert (reply["score"], reply["status"], met(reply)) == (None, "untestable", {"5.07 (10 g) not felt"})


@pytest.mark.parametrize(("seconds", "points"), [
    (11.19, 4), (11.194, 4), (11.195, 3), (11.20, 3), (13.69, 3), (13.70, 2), (16.69, 2), (16.70, 1), (60, 1), (60.01, 0), ("unable", 0)])  # fmt: skip
def test_chair_ladder(seconds, points):
    reply = ask("sppb", {"side_by_side_s": 0, "gait_s": "unable", "chair_5_s": seconds})
    assert (reply["parts"]["chair"], reply["score"]) == (points, points)


@pytest.mark.parametrize(("metres", "seconds", "points"), [
    (4, 4.81, 4), (4, 4.82, 3), (4, 6.20, 3), (4, 6.21, 2), (4, 8.70, 2), (4, 8.71, 1),
    (3, 3.61, 4), (3, 3.62, 3), (3, 4.65, 3), (3, 4.66, 2), (3, 6.52, 2), (3, 6.53, 1)])  # fmt: skip
def test_gait_ladder_belongs_to_its_distance(metres, seconds, points):
    reply = ask("sppb", {"side_by_side_s": 0, "gait_distance_m": metres, "gait_s": seconds, "chair_5_s": "unable"})
    assert reply["parts"]["gait"] == points


@pytest.mark.parametrize(("held", "points"), [
    ((9.99, None, None), 0), ((10, 9.99, None), 1), ((10, 10, 2.99), 2), ((10, 10, 3), 3), ((10, 10, 9.99), 3), ((10, 10, 10), 4)])  # fmt: skip
def test_balance_stops_at_the_first_hold_not_kept(held, points):
    names = ("side_by_side_s", "semi_tandem_s", "tandem_s")
    reply = ask("sppb", {**dict(zip(names, held, strict=True)), "gait_s": "unable", "chair_5_s": "unable"})
    assert reply["parts"]["balance"] == points


QUALIFIED = {
    "gait_bohannon2011": {"pace": "comfortable"}, "tip_pinch_mathiowetz1985": {"pinch": "tip", "unit": "lb"},
    "grip_mathiowetz1985": {"unit": "lb"}, "grip_massywestropp2011": {"unit": "kg"},
}  # fmt: skip


def _cells():
    for table in facts("outcomes/norms"):
        for row in table.values:
            if row.get("age_min") is not None:
                yield pytest.param(
                    table.id.rsplit("/", 1)[-1], table.about["measure"], row, id=f"{table.id[15:]} {row['group']}"
                )


@pytest.mark.parametrize(("name", "measure", "row"), list(_cells()))
def test_every_norm_cell_answers_in_its_first_and_last_year_and_not_outside(name, measure, row):
    inputs = {"part_a_s": 30, "part_b_s": 60} if measure == "tmt" else {"score": 2}
    inputs |= QUALIFIED.get(name, {}) | {k: row[k] for k in ("side", "eyes") if row.get(k)}
    person = {"sex": row.get("sex", "male"), "education_years": row.get("education_min", row.get("education_max", 12))}
    if row.get("hand"):
        inputs["side"] = "right"
        person["dominant"] = "right" if row["hand"] == "dominant" else "left"

    def found(age):
        norms = ask(measure, inputs, age=age, **person)["norms"]
        return [
            n for n in norms if n["table"] == name and n["group"] == row["group"] and n["of"] == row.get("of", n["of"])
        ]

    first, last = row["age_min"], row.get("age_max")
    assert len(found(first)) == len(found(110 if last is None else last)) == 1
    assert found(first - 1) == []
    if last is not None:
        assert found(last + 1) == []
    expected = {key: row[key] for key in ("mean", "sd", "low", "high", "limit") if row.get(key) is not None}
    assert expected.items() <= found(first)[0].items()


@pytest.mark.parametrize(("key", "inputs", "person", "outside"), [
    ("tug", {"score": 10}, {}, [19, 100]), ("five_xsts", {"score": 10}, {}, [59, 90]), ("fga", {"score": 20}, {}, [39, 90]),
    ("chair_stand_30s", {"stands": 10}, {"sex": "male"}, [59, 95]), ("gait_speed", {"score": 1}, {"sex": "male"}, [19, 100]),
    ("six_mwt", {"score": 400}, {"sex": "male"}, [59, 90]), ("single_leg_stance", {"score": 10, "eyes": "open"}, {}, [17, 100]),
    ("grip", {"score": 30, "unit": "kg", "side": "left"}, {"sex": "female", "dominant": "right"}, [19]),
    ("nhpt", {"score": 20, "side": "left"}, {"sex": "female"}, [20]), ("bbt", {"score": 60, "side": "left"}, {"sex": "female"}, [19]),
    ("tmt", {"part_a_s": 30, "part_b_s": 60}, {"education_years": 12}, [17, 90]),
])  # fmt: skip
def test_no_norm_for_the_years_outside_every_band(key, inputs, person, outside):
    for age in outside:
        reply = ask(key, inputs, age=age, **person)
        assert (reply["norms"], codes(reply)) == ([], {"NO_NORM_FOR_AGE"})
        assert {str(f.severity) for f in reply["findings"]} == {"warning"}


def test_worse_is_strictly_beyond_the_limit():
    assert [ask("five_xsts", {"score": s}, age=69)["norms"][0]["worse"] for s in (11.4, 11.5)] == [False, True]
    assert "> age limit in norms" in met(ask("five_xsts", {"score": 11.5}, age=69))
    assert [ask("tug", {"score": s}, age=69)["norms"][0]["worse"] for s in (9.0, 9.1)] == [False, True]
    man = {"age": 64, "sex": "male"}
    assert [ask("chair_stand_30s", {"stands": n}, **man)["norms"][0]["worse"] for n in (14, 13)] == [False, True]
    assert "< value for age and sex" in met(ask("chair_stand_30s", {"stands": 13}, **man))


def test_what_a_norm_needs_is_asked_for_only_where_no_table_answers():
    assert codes(ask("gait_speed", {"score": 1}, age=70)) == {"MISSING_DEMOGRAPHIC"}
    assert codes(ask("grip", {"score": 60, "unit": "lb", "side": "left"}, age=70, sex="male")) == set()
    assert codes(ask("tmt", {"part_a_s": 30, "part_b_s": 60}, age=54)) == set()
    assert codes(ask("tmt", {"part_a_s": 30, "part_b_s": 60}, age=55)) == {"MISSING_DEMOGRAPHIC"}
    assert codes(ask("gait_speed", {"score": 1})) == set()


def test_no_norm_for_a_variant_without_a_table():
    key_pinch = {"score": 15, "unit": "lb", "pinch": "key", "side": "right"}
    assert codes(ask("pinch", key_pinch, age=30, sex="male", dominant="right")) == {"NO_NORM"}
    assert codes(ask("gait_speed", {"score": 1.5, "pace": "fast"}, age=70, sex="male")) == {"NO_NORM"}


def test_no_norm_where_the_printed_cell_is_blank():
    tip = {"score": 15, "unit": "lb", "pinch": "tip", "side": "left"}
    assert codes(ask("pinch", tip, age=75, sex="male", dominant="right")) == {"NO_NORM"}
    assert codes(ask("pinch", tip, age=74, sex="male", dominant="right")) == set()
    assert codes(ask("pinch", tip, age=75, sex="male", dominant="left")) == set()


def test_six_minute_prediction():
    body = {"sex": "male", "height_cm": 175, "weight_kg": 80}
    by_table = {n["table"]: n for n in ask("six_mwt", {"distance_m": 400}, age=70, **body)["norms"]}
    assert by_table["smwt_steffen2002"]["mean"] == 527
    predicted = by_table["smwt_enright1998"]
    # 7.57 x 175 - 5.02 x 70 - 1.76 x 80 - 309
    assert (predicted["predicted"], predicted["low"], predicted["percent"], predicted["worse"]) == (
        523.55,
        370.55,
        76.4,
        False,
    )
    assert [codes(ask("six_mwt", {"distance_m": 400}, age=a, **body)) for a in (39, 40, 80, 81)] == [
        {"NORM_EXTRAPOLATED"}, set(), set(), {"NORM_EXTRAPOLATED"}]  # fmt: skip


def test_age_in_completed_years_on_the_test_date():
    assert [
        ask("tug", {"score": 9.5}, birth_date="1956-06-02", on=on)["age"] for on in ("2026-06-01", "2026-06-02")
    ] == [69, 70]


def test_tables_keep_their_certainty_cell_by_cell():
    cells = {row["group"]: str(row.certainty) for row in fact("outcomes/norms/gait_bohannon2011").values}
    assert (cells["men 40-49"], cells["women 80-99"], cells["men 50-59"]) == ("verified", "verified", "recalled")


def test_a_band_says_whose_it_is_and_how_sure():
    reply = ask("berg", {"score": 44})
    assert (reply["band"], reply["band_source"], reply["band_certainty"]) == ("low fall risk", "Berg1992", "recalled")
