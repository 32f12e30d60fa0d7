from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.people.rules import Person, folded, likeness

BORN = date(1954, 3, 2)


def person(family, given_name, birth_date=BORN, names=(), **details):
    return Person("x", ((family, given_name), *names), birth_date, **details)


@pytest.mark.parametrize(
    ("new", "known", "strength", "reasons"),
    [
        (person("Pelletier", "Ruth"), person("Pelletier", "Ruth"), 0.9, ("same name", "same birth date")),
        (person("Pelletier", "Ruth", date(1954, 2, 3)), person("Pelletier", "Ruth"), 0.83, ("same name", "day and month of birth exchanged")),
        (person("Pelletier", "Ruth", date(1945, 3, 2)), person("Pelletier", "Ruth"), 0.8, ("same name", "birth date differs in one place")),
        (person("Côté-Roy", "Renée"), person("Cote Roy", "Renee"), 0.9, ("same name", "same birth date")),
        (person("Roy", "Renée"), person("Côté-Roy", "Renee"), 0.82, ("nearly the same name", "same birth date")),
        (person("Smith", "Anne"), person("Jones", "Anne", names=(("Smith", "Anne"),)), 0.9, ("same name (a former or other name)", "same birth date")),
        (person("Levesque", "Tim"), person("Levesque", "Tom"), 0.82, ("nearly the same name", "same birth date")),
        (person("Levesque", "Daniel"), person("Levesque", "Sarah"), 0.62, ("same family name, another given name: perhaps a twin or a relative", "same birth date")),
        (person("محمد", "علي"), person("محمد", "علي"), 0.9, ("same name", "same birth date")),
    ],
)  # fmt: skip
def test_likeness_names_a_possible_double(new, known, strength, reasons):
    found = likeness(new, known)
    assert (found.strength, found.reasons) == (pytest.approx(strength, abs=0.011), reasons)


@pytest.mark.parametrize(
    "known",
    [
        person("Pelletier", "Ruth", date(1971, 8, 19)),
        person("Ouellette", "Marie"),
        person("Pelletier", "Oscar", date(1954, 3, 9)),
    ],
)
def test_likeness_is_silent_about_other_people(known):
    assert likeness(person("Pelletier", "Ruth"), known) is None


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(name):
    assert folded(folded(name)) == folded(name)
