"""The self-check's questions: each reads as what it says it is, and the answers make the profile that decides."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.credentials.rules import Access
from regain.reference.facts import fact, facts
from regain.referrals.rules import knowledge, profile_of, recommend
from regain.web import rules
from regain.web.rules import access_word, asked, means, profile, told

ROWS = fact("web/self_check").latest()
KNOWN = knowledge(facts("referrals"))
Answers = partial(rules.Answers, KNOWN.scoring.adult_from)
SIGNS = [row for row in ROWS if row["kind"] == "sign"]
CAUSES = [row for row in ROWS if row["kind"] == "cause"]
TASKS = [row for row in ROWS if row["kind"] in ("doing", "moving")]
BACKGROUND = frozenset(row["key"].removeprefix("bg-") for row in ROWS if row["kind"] == "background")


def said(answers: rules.Answers):
    read, findings = profile_of({"profile": profile(ROWS, answers)}, KNOWN)
    assert findings == ()
    return recommend(read, KNOWN, findings)


def person(row, **more) -> rules.Answers:
    """Somebody the question is put to."""
    return Answers(age=6 if row["who"] == ["child"] else 60, background=BACKGROUND, **more)


@pytest.mark.parametrize("row", SIGNS, ids=lambda row: row["key"])
def test_a_ticked_sign_fires_its_red_flag(row):
    answer = said(person(row, signs=(row["key"],)))
    assert row["flag"] in {flag.id for flag in answer.flags if flag.state == "fired"}


def test_every_red_flag_is_asked_about():
    assert {row["flag"] for row in SIGNS} == {flag.id for flag in KNOWN.flags}


@pytest.mark.parametrize("row", CAUSES, ids=lambda row: row["key"])
def test_a_cause_is_read_as_its_condition_and_raises_no_alarm(row):
    answer = said(person(row, cause=row["key"], since="since-years"))
    assert answer.condition is not None
    assert answer.condition.id == row["condition"]
    assert [flag.id for flag in answer.flags if flag.state == "fired"] == []


@pytest.mark.parametrize("row", TASKS, ids=lambda row: row["key"])
def test_a_task_has_words_for_each_discipline_it_gives_points_to(row):
    answer = said(person(row, levels={row["key"]: 2}))
    assert set(row.get("means") or {}) == {key for key, points in answer.points.items() if points > 0}


def test_a_person_after_stroke_starts_with_both():
    answers = Answers(age=64, cause="cause-stroke", since="since-weeks", levels={"do-dress": 3, "move-walk": 2})
    answer = said(answers)
    assert (answer.recommendation, answer.disciplines) == ("both", ("OT", "PT"))
    assert [(one.what, one.level) for one in told(ROWS, answers)] == [
        ("Getting dressed", "Only with help"),
        ("Walking", "Hard"),
    ]
    assert means(ROWS, answers, "PT") == ["train walking, with or without an aid"]


def test_no_trouble_at_all_is_none_and_still_asks():
    answer = said(Answers(age=40, words="all is well"))
    assert answer.recommendation == "none"
    assert len(answer.questions) >= 3


def test_questions_of_another_age_do_not_count():
    child = Answers(age=5, levels={"do-cook": 4, "do-c-play": 2})
    assert profile(ROWS, child)["problems"] == [{"icf": "d9200", "severity": 2}]


def test_a_sign_that_was_not_asked_does_not_count():
    assert "flags" not in profile(ROWS, Answers(age=60, signs=("sign-preg",)))


def test_months_are_years():
    assert (Answers(age=18, age_unit="months").years, Answers(age=18, age_unit="months").group) == (1.5, "child")


@given(
    st.integers(0, 120), st.dictionaries(st.sampled_from([row["key"] for row in TASKS]), st.integers(0, 4), max_size=12)
)
def test_only_questions_that_apply_reach_the_profile(age, levels):
    answers = Answers(age=age, levels=levels)
    apply = {row["key"] for kind in ("doing", "moving") for row in asked(ROWS, kind, answers)}
    hard = [key for key, level in levels.items() if level and key in apply]
    assert len(profile(ROWS, answers).get("problems", [])) == len(hard) == len(told(ROWS, answers))


@pytest.mark.parametrize(
    ("access", "word"),
    [
        (Access("XX", "OT"), "unknown"),
        (Access("XX", "PT", level="unrestricted"), "open"),
        (Access("XX", "PT", level="provisional", days=30), "limits"),
        (Access("XX", "OT", treat="not_required"), "open"),
        (Access("XX", "OT", treat="not_required_with_triggers"), "limits"),
        (Access("XX", "OT", treat="required_for_some"), "some"),
        (Access("XX", "OT", treat="no_statutory_requirement_found"), "silent"),
    ],
)
def test_unknown_stays_unknown(access, word):
    assert access_word(access) == word
