"""The side-by-side page: both languages whole, sources shown, unknown rules stay unknown."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regain.reference.facts import fact, facts
from regain.referrals.rules import knowledge, profile_of, recommend

PAGES = {"en": "web:therapies", "es": "web:therapies_es"}


def test_every_text_is_in_both_languages():
    for row in fact("web/therapies").latest():
        for name in ("text", "title", "OT", "PT"):
            assert row.get(name) is None or set(row[name]) == {"en", "es"}, (row["key"], name)


@pytest.mark.parametrize(("language", "words"), [("en", "Working together"), ("es", "Trabajar juntas")])
def test_the_page_speaks_its_language_and_names_its_sources(db, client, language, words):
    page = client.get(reverse(PAGES[language])).content.decode()
    assert f'<html lang="{language}">' in page
    assert words in page
    for source in fact("web/therapies").sources.values():
        assert source.title.split(" (")[0].replace("'", "&#39;") in page


@pytest.mark.parametrize(("state", "words"), [("ME", "We do not know the rule"), ("AK", "You may start without a referral"),
                                              ("NY", "For some treatment a referral is needed")])  # fmt: skip
def test_the_rule_of_a_state_is_shown(db, client, state, words):
    assert words in client.get(reverse("web:therapies"), {"state": state}).content.decode()


def test_a_state_that_is_none_shows_no_rule(db, client):
    assert client.get(reverse("web:therapies"), {"state": "<b>"}).status_code == 200


def test_the_two_differ_in_aim_means_and_length():
    """They are not the same thing: on the page, and for one profile."""
    rows = {row["key"]: row for row in fact("web/therapies").latest()}
    for topic in ("aim", "means", "long"):
        assert rows[topic]["OT"]["en"] != rows[topic]["PT"]["en"]
    known = knowledge(facts("referrals"))
    read, findings = profile_of(
        {"profile": {"diagnosis": "stroke 3 weeks ago", "problems": ["cannot dress", "cannot walk"]}}, known
    )
    focus = recommend(read, known, findings).condition.focus
    assert focus["OT"] != focus["PT"]
