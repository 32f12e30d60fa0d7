"""How words are read: slips of spelling, what belongs together in an entry, and phrases that shield their words."""

from __future__ import annotations

import pytest

from tests.referrals.factories import ask, codes, known, problems, states


@pytest.mark.parametrize(("written", "meant"), [
    ("sweling", "swelling"), ("siezure", "seizure"), ("brething", "breathing"), ("incontinance", "incontinence"),
    ("smelling", "smelling"), ("patent", "patent"), ("shopping", "shopping"), ("adduction", "adduction"),
])  # fmt: skip
def test_a_slip_is_read_as_the_word_meant_and_a_real_word_as_itself(written, meant):
    stem = known().lexicon.stemmer
    assert stem(written) == stem(meant)


def test_a_slip_of_spelling_does_not_hide_a_red_flag():
    assert states(problems("knee stiff", "calf sweling and sore", age=70))["rf-dvt"] == "fired"


def test_in_one_entry_what_is_said_together_belongs_together():
    said = "fell straight onto her kneecap on the wet kitchen floor this afternoon, now swollen and she cannot bend it"
    assert states(problems(said, age=63))["rf-fx-knee"] == "fired"


def test_a_denied_word_elsewhere_does_not_hide_a_flag_split_over_entries():
    assert states(problems("back pain", "saddle area numb", "no bowel change", age=50))["rf-cauda"] == "fired"


def test_no_injury_is_no_injury():
    assert (
        states(problems("knee swells after long walks", "no injury, no locking", age=68)).get("rf-fx-knee") != "fired"
    )


def test_in_a_long_letter_context_counts_only_nearby():
    far = (
        "He was seen for a sore throat and a cough that settled with tea and rest in the second week of the month. " * 8
    )
    assert states(ask(text=f"Calf pain on walking. {far} His aunt had a cast as a child.")).get("rf-dvt") != "fired"
    assert codes(ask(text=f"Knee pain. {far} Cannot climb stairs."))


def test_parts_of_a_flag_told_in_two_sentences_belong_together():
    assert (
        states(ask(text="72 year old woman. Knocked her head on the sink last night. She takes warfarin."))[
            "rf-headinj"
        ]
        == "fired"
    )


@pytest.mark.parametrize(("said", "code"), [
    ("walks the corridor alone", "d450"), ("runs 5k", "d455"), ("washes and dresses alone", "d510"),
])  # fmt: skip
def test_what_a_person_does_alone_is_no_problem(said, code):
    assert code not in codes(problems(said))


@pytest.mark.parametrize("said", ["cannot get out of bed alone", "cannot wash himself alone"])
def test_alone_does_not_lift_trouble_said_before(said):
    assert codes(problems(said))


def test_an_answer_to_a_safety_question_is_no_problem_of_function():
    assert codes(ask(profile={"problems": ["knee pain"], "flags": ["walks and climbs stairs"]})) == {"b28015"}


def test_pain_after_an_activity_is_no_trouble_with_it():
    assert "d475" not in codes(problems("sore neck after long drives"))


def test_letters_of_two_meanings_name_a_condition_only_as_the_diagnosis():
    named = ask(profile={"diagnosis": "PD", "problems": ["falls"]}).condition
    assert named is not None
    assert named.id == "pd"
    assert ask(profile={"problems": ["PD weekly at home", "falls twice a month"]}).condition is None
