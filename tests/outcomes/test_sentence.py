"""The patient's sentence: each direction, each verdict, no number, not comparable; every instrument; two languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from regain.outcomes import queries
from regain.outcomes.rules import change, score
from regain.outcomes.rules.change import DECLINED, IMPROVED, NO_VALUE, REAL, WITHIN_ERROR
from regain.outcomes.rules.sentence import sentence

BEFORE, NOW = date(2026, 10, 12), date(2026, 11, 24)
PERSON = {"age": 71, "sex": "female"}


@dataclass
class Row:
    taken_on: date
    inputs: dict[str, Any]
    score: float | None = None
    unit: str = "s"
    display: str = ""
    status: str = ""
    answer: dict[str, Any] = field(default_factory=dict)


def row(key: str, on: date, **inputs: Any) -> Row:
    given = {**PERSON, **inputs}
    found = score(queries.instruments()[key], given, tables=queries.tables_of(key)).as_json()
    return Row(on, given, found["score"], found["unit"] or "", found["display"] or "", found["status"] or "", found)


def said(key: str, before: dict[str, Any] | None, now: dict[str, Any], language: str = "en") -> str:
    instrument = queries.instruments()[key]
    rows = [row(key, on, **one) for on, one in ((BEFORE, before), (NOW, now)) if one is not None]
    moved = (
        change(*(score(instrument, one.inputs) for one in rows), want=queries.judged_by(instrument))[0]
        if len(rows) > 1
        else None
    )
    return sentence(instrument, rows, moved, language=language)


@pytest.mark.parametrize(("key", "before", "now", "expected"), [
    ("five_xsts", {"time_s": 18.2}, {"time_s": 13.9}, "You stand up faster than in October: 18.2 s then, 13.9 s now. That is a change people notice. "
     "Over 12.6 s is slower than average for your age."),
    ("five_xsts", {"time_s": 13.9}, {"time_s": 18.2}, "You stand up more slowly than in October: 13.9 s then, 18.2 s now. People notice a change of this "
     "size. Talk about it at your next visit. Over 12.6 s is slower than average for your age."),
    ("five_xsts", {"time_s": 14}, {"time_s": 13.9}, "You stand up about as fast as in October: 14 s then, 13.9 s now. The difference is too small to be "
     "sure of. Over 12.6 s is slower than average for your age."),
    ("five_xsts", {"time_s": 14}, {"time_s": 14}, "You stand up about as fast as in October: 14 s then, 14 s now. Over 12.6 s is slower than average "
     "for your age."),
    ("five_xsts", None, {"time_s": 18.2}, "Five Times Sit to Stand: 18.2 s on 24 November. Over 12.6 s is slower than average for your age."),
    ("berg", {"score": 30}, {"score": 40}, "Your balance is better than in October: 30 points then, 40 points now. That is a change people notice."),
    ("berg", {"score": 40}, {"score": 30}, "Your balance is less steady than in October: 40 points then, 30 points now. People notice a change of this "
     "size. Talk about it at your next visit."),
    ("nprs", {"value": 8}, {"value": 3}, "You have less pain than in October: 8 points then, 3 points now. That is a change people notice."),
    ("ndi", {"score": 60}, {"score": 38}, "Your neck troubles you less than in October: 60 of 100 then, 38 of 100 now. That is a change people notice."),
    ("tug", {"score": 12}, {"status": "unable"}, "Timed Up and Go: you could not do this test on 24 November."),
    ("tug", {"status": "unable"}, {"score": 12}, "In October there was no result. Timed Up and Go: 12 s on 24 November. Over 10.2 s is slower than "
     "average for your age."),
    ("gait_speed", {"score": 0.8, "pace": "comfortable"}, {"score": 1.2, "pace": "fast"}, "Gait speed (10-metre walk test / 4-metre walk): 1.2 m/s on "
     "24 November. It was done in another way than in October, so the two are not compared."),
    ("grip", {"score": 20, "unit": "kg", "side": "left"}, {"score": 31, "unit": "kg", "side": "left"}, "Your left grip is stronger than in October: 20 kg then, "
     "31 kg now. That is a change people notice."),
    ("goniometry", {"joint": "knee", "motion": "flexion", "side": "left", "mode": "active", "start_deg": 5, "end_deg": 90},
     {"joint": "knee", "motion": "flexion", "side": "left", "mode": "active", "end_deg": 120}, "Your left knee moves further than in October (flexion, "
     "active): 5-90° then, 120° now. That is a real change: more than the test itself can be off by. About 135° is usual."),
    ("goniometry", {"joint": "knee", "motion": "flexion", "end_deg": 90}, {"joint": "knee", "motion": "flexion", "end_deg": 120},
     "Your knee moves further than in October (flexion): 90° then, 120° now. That is a real change: more than the test itself can be off by. About 135° is usual."),
    ("koos", {"pain": [2] * 9, "qol": [3] * 4}, {"pain": [1] * 9}, "Knee injury and Osteoarthritis Outcome Score on 24 November: pain 75 (was 50). "
     "Higher is better."),
])  # fmt: skip
def test_what_a_patient_reads(key, before, now, expected):
    assert said(key, before, now) == expected


@pytest.mark.parametrize(("before", "now", "expected"), [
    ({"time_s": 18.2}, {"time_s": 13.9}, "Se levanta más rápido que en octubre: 18.2 s entonces, 13.9 s ahora. Es un cambio que se nota. "
     "Más de 12.6 s es más lento que el promedio para su edad."),
    ({"time_s": 18.2}, {"completed": False}, "Five Times Sit to Stand: no pudo hacer esta prueba el 24 de noviembre."),
])  # fmt: skip
def test_in_spanish(before, now, expected):
    assert said("five_xsts", before, now, "es") == expected


def test_a_mean_is_never_read_as_a_limit():
    assert said("nhpt", None, {"time_s": 40, "side": "right"}) == "Nine-Hole Peg Test: 40 s on 24 November."


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("key", list(queries.instruments()))
def test_every_instrument_says_better_worse_and_same(key, language):
    """Whatever the verdict: whole sentences, no gap left open, no share of people, none that says two things at once."""
    instrument = queries.instruments()[key]
    rows = [Row(on, {"side": "left", "joint": "knee", "motion": "flexion", "mode": "active", "leg": "right"}, value, instrument.fact.unit, str(value))
            for on, value in ((BEFORE, 4), (NOW, 6))]  # fmt: skip
    texts = {}
    for gain in (2, -2, 0):
        for verdict in (IMPROVED, DECLINED, REAL, WITHIN_ERROR, NO_VALUE):
            texts[gain, verdict] = sentence(
                instrument, rows, {"improvement": gain, "verdict": verdict}, language=language
            )
    for text in texts.values():
        assert not re.search(r"[{}%_]|  | [.,:]|people your age|of people", text)
        assert re.fullmatch(r"([A-ZÁÉ¿].*?[.])( [A-ZÁÉ].*?[.])*", text), text
    assert (
        len({texts[2, REAL].partition(":")[0], texts[-2, REAL].partition(":")[0], texts[0, REAL].partition(":")[0]})
        == 3
    )
    assert texts[2, WITHIN_ERROR].partition(":")[0] == texts[0, REAL].partition(":")[0]
