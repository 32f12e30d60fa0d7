"""Properties of every form with items: in range, order does not matter, a better answer never gives a worse score."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from regain.cli.lines import Request, dumps
from regain.cli.score import answer
from regain.outcomes.rules import PERSON_KEYS, score
from regain.outcomes.rules.change import verdict_of
from regain.outcomes.rules.instrument import half_up
from regain.reference.facts import subjects
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


ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**400, 1e308, 5e-324, "unable", "one", "06", "88", "kg", "\ud800", "2000-02-29", "٣"])
    | st.text(max_size=4)
)
NESTED = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=15)
        | st.dictionaries(
            st.sampled_from(["label", "rating", "performance", "GG0130A", "GG0170Q1", "feeding", "status"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(st.sampled_from(sorted(s.rsplit("/", 1)[-1] for s in subjects("outcomes/measures"))), st.data())
def test_every_request_is_answered_as_json(key, data):
    names = [*instrument(key).fact.about["inputs"], "score", "status", "unit", "side", "form", "version", *PERSON_KEYS]
    entry = st.dictionaries(st.sampled_from(names), NESTED, max_size=5) | NESTED
    asked = data.draw(st.fixed_dictionaries({}, optional={"inputs": entry, "baseline": entry, "follow_up": entry, "kind": st.sampled_from(["score", "change", 3]),
                                                          "want": st.sampled_from([None, "score", "raw", "pain", "selfcare", 3]), "age": ODD, "sex": ODD, "population": ODD, "id": ODD}))  # fmt: skip
    reply = answer(Request("t:1", {"measure": key, **asked}))
    assert reply["score"] is None or isinstance(reply["score"], float)
    if any(finding.severity == "error" and finding.where == "inputs" for finding in reply["findings"]):
        assert reply["score"] is None
    dumps(reply).encode()


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


SPPB = st.floats(0, 10).map(lambda held: round(held, 2))
WALK = st.floats(0.5, 90).map(lambda taken: round(taken, 2))


@given(SPPB, SPPB, SPPB, WALK, WALK, st.floats(0.01, 5))
def test_a_faster_walk_or_a_longer_hold_never_loses_a_point(side, semi, tandem, gait, chair, by):
    def points(semi_s, gait_s, chair_s):
        given_ = {"side_by_side_s": side, "semi_tandem_s": semi_s, "tandem_s": tandem, "gait_distance_m": 4, "gait_s": gait_s, "chair_5_s": chair_s}  # fmt: skip
        return score(instrument("sppb"), given_).outcome.score

    start = points(semi, gait, chair)
    assert 0 <= start <= 12
    assert points(min(10, semi + by), max(0.1, gait - by), max(0.1, chair - by)) >= start


@given(st.sampled_from(["koos", "hoos", "koos12"]), st.data())
def test_each_scale_by_itself_is_in_range_whatever_the_order_and_rises_with_a_better_answer(key, data):
    measure = instrument(key)
    row = data.draw(st.sampled_from(measure.rows("scale")))
    name, count = row["name"], row["items"]
    items = data.draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))

    def scale(answers):
        return score(measure, {name: answers}, want=name).outcome.parts[name]

    index = data.draw(st.integers(0, count - 1))
    better = [*items[:index], max(0, items[index] - 1), *items[index + 1 :]]
    assert 0 <= scale(items) <= scale(better) <= 100
    assert scale(data.draw(st.permutations(items))) == scale(items)


@given(st.sampled_from(["barthel", "modified_barthel"]), st.data())
def test_weighted_items_add_up_in_range_and_rise_with_a_better_answer(key, data):
    measure = instrument(key)
    rows = [row for row in measure.rows("item") if row["name"] != "wheelchair"]
    items = {row["name"]: data.draw(st.sampled_from(row["allowed"])) for row in rows}
    row = data.draw(st.sampled_from(rows))
    better = {**items, row["name"]: row["allowed"][-1]}
    first, second = (score(measure, {"items": given_}).outcome.score for given_ in (items, better))
    assert 0 <= first == sum(items.values()) <= second <= 100


@given(st.sampled_from([("0-4", 0), ("1-5", 1)]), st.lists(st.integers(0, 4), min_size=12, max_size=12))
def test_both_codings_of_whodas_make_the_same_score(coding, items):
    word, shift = coding
    outcome = score(instrument("whodas12"), {"coding": word, "items": [item + shift for item in items]}).outcome
    assert (outcome.score, outcome.parts["score_12_60"]) == (sum(items), sum(items) + 12)


@given(st.lists(st.floats(0.1, 250), min_size=3, max_size=3), st.sampled_from(["lb", "kg"]))
def test_a_grip_is_the_same_in_pounds_and_kilograms(trials, unit):
    outcome = score(instrument("grip"), {"trials": trials, "unit": unit}).outcome
    assert outcome.parts[f"mean_{unit}"] == outcome.score
    assert outcome.parts["mean_kg"] == outcome.parts["mean_lb"] * Fraction("0.45359237")
