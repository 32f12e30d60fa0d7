"""The chart of a course: the same numbers in words, and words that cover nothing."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from regain.ui.charts import HEIGHT, LEFT, RIGHT, WIDTH, Course, Level, Point, chart, describe, notes

DAY = date(2026, 10, 15)
POINTS = [Point(DAY, 18.2), Point(DAY + timedelta(18), 15.7), Point(DAY + timedelta(39), 12.6)]
LEVELS = [Level(15.7, "Real change", "mdc"), Level(15.9, "Matters to people", "mcid"), Level(12, "Target")]


def test_the_words_say_baseline_latest_target_and_thresholds():
    assert describe(Course("Chair", "s", POINTS, LEVELS, "down")) == (
        "Baseline 18.2 s on 15 Oct 2026, latest 12.6 s on 23 Nov 2026. Real change 15.7; Matters to people 15.9; Target 12. Lower is better."
    )  # fmt: skip
    assert describe(Course("Chair", "s", POINTS[:1])) == "18.2 s on 15 Oct 2026. Higher is better."


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(r'level-name" x="([\d.]+)" y="([\d.]+)">([^<]*)<', svg)
    return [(float(x), float(y) - 12, float(x) + 7.4 * len(text), float(y) + 3) for x, y, text in found]


def test_two_thresholds_beside_one_another_are_both_readable():
    (a, b, c) = boxes(chart(Course("Chair", "s", POINTS, LEVELS, "down")))
    for one, other in ((a, b), (b, c), (a, c)):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@given(st.lists(st.integers(0, 56), min_size=1, max_size=8), st.lists(st.integers(0, 56), max_size=4))
def test_words_stay_inside_the_chart(values, levels):
    points = [Point(DAY + timedelta(7 * n), v) for n, v in enumerate(values)]
    svg = chart(Course("Berg", "points", points, [Level(v, "Matters to people") for v in levels]))
    for left, top, right, bottom in boxes(svg):
        assert (left >= LEFT, top >= 0, right <= WIDTH - RIGHT + 8, bottom <= HEIGHT) == (True, True, True, True)


def test_bands_are_drawn_said_and_kept_inside_the_chart():
    levels = [
        Level(15.7, "Real change", "mdc", to=18.2, both=False),
        Level(15.9, "Matters to people", "mcid", to=16.5),
        Level(7, "Usual for age", "norm", to=9),
    ]
    course = Course("Chair", "s", POINTS, levels, "down")
    svg = chart(course)
    bands = re.findall(r'band (\w+)" x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', svg)
    assert [kind for kind, _, _ in bands] == ["mdc", "mcid", "norm"]
    assert all(float(y) >= 0 and float(y) + float(height) <= HEIGHT for _, y, height in bands)
    assert svg.count('<path class="level') == 5
    assert "Real change 15.7; Matters to people 15.9 to 16.5; Usual for age 7 to 9." in describe(course)


def test_a_note_is_marked_by_number():
    course = Course("Chair", "s", [POINTS[0], Point(POINTS[1].on, 15.7, "after a cold"), POINTS[2]])
    svg = chart(course)
    assert (svg.count('<text class="note-mark"'), "15.7, after a cold</title>" in svg) == (1, True)
    assert [p.note for p in notes(course)] == ["after a cold"]
