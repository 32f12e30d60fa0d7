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
