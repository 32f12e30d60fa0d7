"""The open scoring against the published vectors, and what it says at its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.careers import queries
from regain.careers.rules import Block, Move, lean

NEUTRAL = ([3] * 6, [3] * 6, [3] * 10, [0] * 10)
HIGH = ([5] * 6, [5] * 6, [5] * 10, [0] * 10)
STRONG_PT = ([5, 5, 1, 4, 4, 3], [3, 3, 5, 3, 3, 3], [5] * 5 + [1] * 5, [1] * 10)
STRONG_OT = ([2, 3, 5, 5, 1, 3], [5, 5, 1, 5, 4, 5], [1] * 5 + [5] * 5, [-1] * 10)
HELPER = ([3, 4, 3, 5, 2, 3], [4, 4, 3, 5, 3, 4], [3, 3, 2, 2, 3, 4, 4, 4, 4, 3], [1, -1, 0, 1, -1, 0, 1, -1, 0, 0])
SPLIT = ([5, 3, 5, 4, 3, 3], [4] * 6, [4, 2, 3, 3, 4, 4, 3, 4, 3, 4], [1, -1, -1, 1, 0, -1, 0, 0, -1, 0])
LOW_SOCIAL = ([5, 4, 2, 1, 5, 4], [3, 2, 5, 2, 3, 5], [3] * 10, [0] * 10)


def ask(interests, values, skills, tasks):
    known, sides = queries.questionnaire(), queries.sides()
    blocks = {
        name: Block(given, known[name]["diff_pt_minus_ot"], known[name]["weight"])
        for name, given in (("interests", interests), ("values", values), ("skills", skills))
    }
    profiles = [known["profiles"][sides.negative], known["profiles"][sides.positive]]
    return lean(blocks, tasks, known["tasks"]["weight"], profiles, sides)


@pytest.mark.parametrize(
    ("answers", "parts", "whole", "band", "fit", "fit_band"),
    [
        (NEUTRAL, (0, 0, 0, 0), 0, "no clear lean", None, None),
        (HIGH, (0, 0, 0, 0), 0, "no clear lean", None, None),
        (STRONG_PT, (0.7018, 0.4485, 1, 1), 0.8703, "clear toward PT", 0.4710, "partly"),
        (STRONG_OT, (-0.6882, -0.8578, -1, -1), -0.9078, "clear toward OT", 0.4629, "partly"),
        (HELPER, (-0.1059, -0.2242, -0.2891, 0), -0.1212, "slight toward OT", 0.9503, "alike"),
        (SPLIT, (-0.1939, 0, -0.1044, -0.2), -0.1546, "slight toward OT", 0.0711, "partly"),
        (LOW_SOCIAL, (0.6604, 0.4721, 0, 0), 0.2123, "slight toward PT", -0.5116, "different"),
    ],
    ids=["neutral", "high", "strong PT", "strong OT", "helper", "split", "low social"],
)
def test_every_published_vector(answers, parts, whole, band, fit, fit_band):
    found = ask(*answers)
    assert tuple(found.parts.values()) == pytest.approx(parts, abs=5e-5)
    assert (found.lean, found.band, found.fit_to_both, found.fit_band) == (whole, band, fit, fit_band)


def test_what_moved_the_whole_most_is_named_largest_first():
    assert ask(*NEUTRAL).moves == ()
    assert [m.block for m in ask(*HELPER).moves] == ["tasks"] * 3
    moved = ask([3, 3, 1, 3, 3, 3], [3] * 6, [3] * 10, [0] * 9 + [-1]).moves
    assert moved[0] == Move("interests", 2, 0.059)
    assert moved[1] == Move("tasks", 9, -0.04)


answer = st.integers(1, 5)
whole = st.tuples(*(st.lists(answer, min_size=n, max_size=n) for n in (6, 6, 10)), st.lists(st.sampled_from([-1, 0, 1]), min_size=10, max_size=10))  # fmt: skip


@given(whole)
def test_the_lean_stays_on_its_line_and_says_one_of_five_things(answers):
    found = ask(*answers)
    assert -1 <= found.lean <= 1
    assert all(-1 <= part <= 1 for part in found.parts.values())
    sides = "no clear lean", "slight toward OT", "slight toward PT", "clear toward OT", "clear toward PT"
    assert found.band in sides


@given(whole)
def test_answering_everything_one_step_higher_changes_nothing(answers):
    interests, values, skills, tasks = answers
    up = tuple([a + 1 for a in block] for block in (interests, values, skills))
    assert ask(*up, tasks).lean == pytest.approx(ask(*answers).lean, abs=1e-9)
