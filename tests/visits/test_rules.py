"""What stands against signing a note, each limit on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from regain.reference.rules import blocks
from regain.visits.rules import Around, Line, Note, SectionSeen, before_signing

ON = date(2026, 11, 24)
SECTION = SectionSeen(True, date(2026, 10, 1), date(2026, 12, 20))
NOTE = Note(
    "treatment",
    "PT",
    ON,
    40,
    [Line("97110", "Sit to stand", 20), Line("97116", "Gait", 20)],
    "Fine.",
    "Cues for weight shift.",
)
AROUND = Around(ON, {"97110": "", "97116": "", "97161": "PT", "97165": "OT"}, [SECTION], evaluation_codes=["97161"])


def codes(note=NOTE, around=AROUND):
    return [f.code for f in before_signing(note, around)]


def test_a_good_note_has_nothing_against_it():
    assert codes() == []


@pytest.mark.parametrize(("total", "minutes", "expected"), [
    (0, (0, 0), ["NO_MINUTES"]), (1, (1, 0), []), (480, (240, 240), ["LONG_VISIT"]), (481, (240, 240), ["TOO_MANY_MINUTES"]),
    (700, (20, 20), ["TOO_MANY_MINUTES"]), (700, (350, 350), ["TOO_MANY_MINUTES"]), (180, (90, 90), []), (181, (90, 90), ["LONG_VISIT"]),
    (39, (20, 20), ["MINUTES_DISAGREE"]), (42, (20, 20), []), (30, (0, 0), ["NO_INTERVENTION"]),
])  # fmt: skip
def test_minutes(total, minutes, expected):
    lines = [replace(line, minutes=n) for line, n in zip(NOTE.lines, minutes, strict=True)]
    assert codes(replace(NOTE, total_minutes=total, lines=lines)) == expected


@pytest.mark.parametrize(("sections", "expected"), [
    ([], ["NO_SECTION"]), ([replace(SECTION, signed=False)], ["SECTION_UNSIGNED"]), ([replace(SECTION, ends_on=ON)], []),
    ([replace(SECTION, ends_on=date(2026, 11, 23))], ["SECTION_NOT_IN_FORCE"]), ([replace(SECTION, starts_on=ON)], []),
    ([replace(SECTION, starts_on=date(2026, 11, 25))], ["SECTION_NOT_IN_FORCE"]),
])  # fmt: skip
def test_treatment_needs_a_signed_section_in_force(sections, expected):
    assert codes(around=replace(AROUND, sections=sections)) == expected
    assert blocks(before_signing(NOTE, replace(AROUND, sections=sections))) is bool(expected)
    assert codes(replace(NOTE, kind="re_evaluation"), replace(AROUND, sections=sections)) == []


def test_codes_belong_to_the_discipline():
    def with_code(code, kind="treatment"):
        return codes(replace(NOTE, kind=kind, lines=[Line(code, "x", 40)]))

    assert (with_code("97165"), with_code("99999"), with_code("97161")) == (
        ["CODE_OF_ANOTHER_DISCIPLINE"],
        ["UNKNOWN_CODE"],
        [],
    )
    assert (with_code("97110", "evaluation"), with_code("97161", "evaluation")) == (["NO_EVALUATION_CODE"], [])


def test_words_are_wanted():
    assert codes(replace(NOTE, subjective="", assessment=" ")) == ["NOTE_EMPTY"]
    assert codes(replace(NOTE, assessment="")) == ["NO_ASSESSMENT"]


def test_what_is_due_warns_and_does_not_block():
    around = replace(
        AROUND, report_due=True, treatment_days=10, measures_due=[("Berg", 14), ("TUG", None)], cosign=True
    )
    found = before_signing(NOTE, around)
    assert [f.code for f in found] == ["PROGRESS_REPORT_DUE", "MEASURE_DUE", "MEASURE_DUE", "COSIGN"]
    assert not blocks(found)
    assert "PROGRESS_REPORT_DUE" not in codes(replace(NOTE, kind="progress_report"), around)


def test_a_visit_to_come_is_not_signed():
    assert codes(around=replace(AROUND, today=date(2026, 11, 23))) == ["VISIT_IN_FUTURE"]
