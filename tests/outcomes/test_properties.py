"""Properties of every form with items: in range, order does not matter, a better answer never gives a worse score."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from regain.outcomes.rules import score
from regain.outcomes.rules.change import verdict_of
from regain.outcomes.rules.instrument import half_up
from tests.outcomes.scoring import instrument

# key, input, number of items, lowest and highest level; a higher answer is better where the second flag says so
FORMS = [
    ("berg", 14, 0, 4, True), ("fga", 10, 0, 3, True), ("dgi", 8, 0, 3, True), ("lefs", 20, 0, 4, True), ("dash", 30, 1, 5, False),
    ("quickdash", 11, 1, 5, False), ("odi", 10, 0, 5, False), ("ndi", 10, 0, 5, False), ("koos_jr", 7, 0, 4, False),
    ("hoos_jr", 6, 0, 4, False), ("katz", 6, 0, 1, True), ("lawton", 8, 0, 1, True), ("mcsi", 13, 0, 2, False),
    ("fss", 9, 1, 7, False), ("abc_scale", 16, 0, 100, True),
]  # fmt: skip


@st.composite
def answered(draw):
    key, count, low, high, better_up = draw(st.sampled_from(FORMS))
    return instrument(key), draw(st.lists(st.integers(low, high), min_size=count, max_size=count)), low, high, better_up


@given(answered())
def test_a_score_stays_in_range(form):
    measure, items, *_ = form
    low, high = measure.fact.about["range"]
    assert low <= score(measure, {"items": items}).outcome.score <= high


@given(answered(), st.randoms())
def test_the_order_of_items_does_not_matter(form, random):
    measure, items, *_ = form
    shuffled = random.sample(items, len(items))
    assert score(measure, {"items": shuffled}).outcome == score(measure, {"items": items}).outcome


@given(answered(), st.data())
def test_a_better_answer_never_gives_a_worse_score(form, data):
    measure, items, low, high, better_up = form
    index = data.draw(st.integers(0, len(items) - 1))
    better = [*items]
    better[index] = min(high, items[index] + 1) if better_up else max(low, items[index] - 1)
    first, second = (score(measure, {"items": i}).outcome.score for i in (items, better))
    assert (second - first if measure.higher_is_better else first - second) >= 0


@given(answered(), st.data())
def test_leaving_out_permitted_items_keeps_the_score_in_range(form, data):
    measure, items, *_ = form
    gaps = len(items) - measure.score.get("min_answered", len(items))
    for index in data.draw(st.lists(st.integers(0, len(items) - 1), max_size=gaps, unique=True)):
        items[index] = None
    low, high = measure.fact.about["range"]
    scored = score(measure, {"items": items})
    assert scored.findings == ()
    assert low <= scored.outcome.score <= high


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8),
       st.sampled_from(["tug", "berg", "section_gg", "psfs", "grip", "sppb", "koos", "barthel", "tmt", "monofilament", "moca", "fim", "rmdq", "goniometry", "gait_speed"]), st.data())  # fmt: skip
def test_no_answer_whatever_raises(value, key, data):
    measure = instrument(key)
    name = data.draw(st.sampled_from([*measure.fact.about["inputs"], "score", "status"]))
    scored = score(measure, {name: value})
    assert scored.outcome.score is None or isinstance(scored.as_json()["score"], float)


@given(st.fractions(), st.integers(0, 3))
def test_rounding_half_up_is_at_most_half_a_unit_away(value, places):
    assert abs(half_up(value, places) - float(value)) <= 0.5 / 10**places * (1 + 1e-9) + abs(float(value)) * 1e-12


def test_the_verdict_takes_the_larger_of_mdc_and_mcid():
    mdc = [{"applies": True, "of": "score", "value": 4}, {"applies": False, "of": "score", "value": 99}]
    mcid = [{"applies": True, "of": "score", "value": 6}, {"applies": True, "of": "raw", "value": 99}]
    verdicts = [verdict_of(gain, mdc, mcid, "score") for gain in (6, 5, 4, 3, -4, -6)]
    assert verdicts == [
        "clinically important improvement", "real change, importance unknown", "real change, importance unknown",
        "not beyond measurement error", "real change, importance unknown", "clinically important decline"]  # fmt: skip
