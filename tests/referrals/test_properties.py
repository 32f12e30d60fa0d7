"""What must hold for any letter or profile."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.referrals.factories import ask, codes, known, problems

SAID = ["cannot dress", "cannot climb stairs", "fell twice this year", "weak grip", "memory loss", "knee pain",
        "trouble walking", "needs help in the shower", "room spins", "cannot cook", "stiff neck", "leaks urine when coughing",
        "off work", "numb fingers"]  # fmt: skip
CODES = sorted(known().functions)


@given(st.lists(st.sampled_from(CODES), unique=True, max_size=6), st.sampled_from(CODES), st.integers(0, 4))
@settings(max_examples=150, deadline=None)
def test_adding_a_function_never_lowers_its_own_discipline(some, code, severity):
    function = known().functions[code]
    if code in some or function.structure or any(function.code in known().functions[c].yields_to for c in some):
        return
    before = ask(profile={"problems": [{"icf": c} for c in some]}) if some else None
    after = ask(profile={"problems": [{"icf": c} for c in [*some, code]] [:-1] + [{"icf": code, "severity": severity}]})  # fmt: skip
    covers = {c for c in some if known().functions[c].structure and known().functions[c].regions & function.regions}
    if before and not covers:
        for name, weight in function.weights.items():
            assert not weight or after.points[name] >= before.points[name]


@given(st.lists(st.sampled_from(SAID), unique=True, min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_of_sentences_and_letter_case_change_nothing(said, shuffle: random.Random):
    mixed = list(said)
    shuffle.shuffle(mixed)
    text = ". ".join(said) + "."
    first = ask(text=text)
    assert ask(text=". ".join(mixed) + ".").points == first.points
    assert ask(text=text.upper()).points == first.points
    assert ask(text=text.title()).points == first.points


@given(st.lists(st.sampled_from(SAID), unique=True, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_profile_written_as_text_is_read_the_same(said):
    assert codes(problems(*said)) == codes(ask(text=". ".join(said) + "."))


@given(st.sampled_from(["dressing", "walking", "climbing stairs", "bathing", "cooking"]),
       st.sampled_from(["Denies difficulty {}", "No trouble {}", "Independent with {}", "{} without help", "Never needs help with {}"]))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_negating_a_sentence_removes_its_points(activity, frame):
    said = frame.format(activity)
    assert ask(text=said + ". Seen in clinic with a patient complaint.").points == {"OT": 0.0, "PT": 0.0}
    assert sum(problems(f"difficulty {activity}").points.values()) > 0


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_answered_or_refused_with_exact_offsets(text):
    from regain.referrals.rules import profile_of, recommend

    profile, findings = profile_of({"text": text}, known())
    if profile is None:
        assert findings
        return
    reply = recommend(profile, known())
    for quote in [item.quote for item in (*reply.functions, *reply.flags)]:
        assert text[quote.start : quote.end] == quote.text
