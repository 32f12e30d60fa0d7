"""Adding an instrument of a known shape is one data file and no code: this test adds one."""

from __future__ import annotations

from regain.outcomes.rules import SHAPES, Instrument, score
from regain.outcomes.rules.scoring import Scored
from regain.reference.facts import facts, read
from regain.reference.rules import Certainty

MADE_UP = """
id = "outcomes/measures/doorstep"
label = "Doorstep scale (invented)"
unit = "points"
license = "public_domain"
key = "doorstep"
abbr = "DS"
direction = "higher_better"
range = [0, 12]
norms = []

[inputs]
items = "4 integers 0-3 or null"

[score]
rule = "sum"
count = 4
levels = [0, 3]
min_answered = 3

[[values]]
from = 2026-01-01
source = "Us2026"
certainty = "product rule"
kind = "cutoff"
when = "<= 6"
label = "cannot reach the mailbox"
at_most = 6

[[sources]]
id = "Us2026"
title = "Invented for this test"
as_of = 2026-11-24
"""


def made_up(tmp_path) -> Instrument:
    path = tmp_path / "doorstep.toml"
    path.write_text(MADE_UP)
    return Instrument(read(path))


def test_a_new_instrument_scores_without_new_code(tmp_path):
    scored: Scored = score(made_up(tmp_path), {"items": [1, 2, None, 3]})
    reply = scored.as_json()
    assert (reply["score"], reply["answered"], reply["of"], reply["findings"]) == (8, 3, 4, [])
    assert [(row["when"], row["met"]) for row in reply["cutoffs"]] == [("<= 6", False)]


def test_its_limits_are_those_of_the_file(tmp_path):
    measure = made_up(tmp_path)
    assert [f.code for f in score(measure, {"items": [1, 2, None, None]}).findings] == ["MISSING_ITEMS"]
    assert [f.code for f in score(measure, {"items": [1, 2, 3, 4]}).findings] == ["OUT_OF_RANGE"]


def test_every_file_names_a_known_shape_and_says_its_licence():
    for about in facts("outcomes/measures"):
        measure = Instrument(about)
        assert measure.score["rule"] in SHAPES
        assert about.license == about.about["licence"]["status"]
        assert about.id == f"outcomes/measures/{measure.key}"


def test_what_is_recalled_says_so():
    by_key = {about.about["key"]: about for about in facts("outcomes/measures")}
    tilson = next(v for v in by_key["gait_speed"].values if "Tilson2010" in v.sources)
    assert tilson.certainty is Certainty.VERIFIED
    assert next(v for v in by_key["tug"].values if "Huang2011" in v.sources).certainty is Certainty.RECALLED


def test_every_loinc_code_carries_its_check_digit():
    found = {v["code"] for about in facts("outcomes/measures") for v in about.values if v.get("kind") == "loinc"}
    for about in facts("outcomes/measures"):
        for value in about.values:
            found |= {value[k] for k in ("loinc", "loinc_to_2022", "loinc_goal_to_2022") if value.get(k)}
    for code in found:
        digits, _, check = code.partition("-")
        doubled = int("".join(digits[::-1][0::2])[::-1]) * 2
        total = sum(map(int, str(doubled) + "".join(digits[::-1][1::2])))
        assert str(-total % 10) == check, code
    assert len(found) > 60
