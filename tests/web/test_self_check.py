"""The self-check's pages: one step at a time, danger signs first, nothing kept until it is sent, sent once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from regain.reference.facts import fact
from regain.referrals.models import Referral
from regain.web.rules import Answers
from regain.web.views.self_check import recommended, warned

ABOUT = {"whom": "self", "age": "64", "age_unit": "years", "state": "ME", "background": ["surgery"]}
STORY = {
    **ABOUT,
    "none": "on",
    "do-dress": "3",
    "move-walk": "2",
    "cause": "cause-stroke",
    "since": "since-weeks",
    "wish": "Bake bread",
}
PERSON = {"given": "Ruth", "family": "Pelletier", "birth_date": "1962-03-02", "phone": "207 555 0100", "agreed": "on"}


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def step(client, here, go="next", **answers):
    return client.post(reverse("web:self_check"), {"step": here, "go": go, **answers})


def test_steps_follow_each_other_and_carry_what_was_said(db, client):
    assert b"Step 1 of 5" in client.get(reverse("web:self_check")).content
    page = step(client, "about", **ABOUT).content.decode()
    assert "Step 2 of 5" in page
    assert '<input type="hidden" name="age" value="64">' in page


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({**ABOUT, "age": "200"}, "less than or equal to 120"),
        ({**ABOUT, "age": "seven"}, "whole number"),
        ({**ABOUT, "age": "40", "age_unit": "months"}, "from 3 years on"),
        ({**ABOUT, "whom": "child"}, "the child&#39;s age"),
        ({**ABOUT, "state": "ZZ"}, "valid choice"),
    ],
)
def test_an_answer_that_makes_no_sense_is_asked_again(db, client, answers, said):
    page = step(client, "about", **answers)
    assert page.status_code == 422
    assert said in page.content.decode()


@pytest.mark.parametrize("answers", [{}, {"none": "on", "signs": ["sign-stroke"]}])
def test_danger_signs_or_none_must_be_said(db, client, answers):
    assert step(client, "signs", **ABOUT, **answers).status_code == 422


def test_an_emergency_is_told_at_once_and_can_be_passed(db, client):
    page = step(client, "signs", **ABOUT, signs=["sign-stroke"]).content.decode()
    assert "A doctor comes first" in page
    assert "911" in page
    assert "Step 2 of 5" in page
    assert "Step 3 of 5" in step(client, "signs", "on", **ABOUT, signs=["sign-stroke"]).content.decode()


def test_the_answer_shows_reasons_and_keeps_nothing(db, client):
    page = step(client, "story", **STORY).content.decode()
    assert "Start with both therapies" in page
    for words in ("Getting dressed", "Only with help", "Bake bread", "We do not know the rule", "120 days", "recalled"):
        assert words in page
    assert Referral.objects.count() == 0


def test_a_doctor_comes_first_after_a_danger_sign(db, client):
    page = step(client, "story", **{**STORY, "none": "", "signs": ["sign-dvt"]}).content.decode()
    assert "See a doctor first" in page
    assert "When a doctor says it is safe" in page


def test_words_are_shown_as_text(db, client):
    page = step(client, "story", **{**STORY, "words": "<script>alert(1)</script> cannot cook"}).content.decode()
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;" in page


def test_sent_answers_become_one_referral_with_the_wish(clinic, client):
    key = uuid4()
    sent = {**STORY, **PERSON, "site": clinic.site.pk, "key": key}
    for _ in range(2):
        assert client.post(reverse("web:self_check_send"), sent).status_code == 302
    made = Referral.objects.get()
    assert (made.pk, made.source, made.family, made.state, made.wish) == (key, "self", "Pelletier", "ME", "Bake bread")
    assert made.profile["diagnosis"] == "stroke 4 weeks ago"
    assert made.recommendations.get().word == "both"


def test_sending_without_consent_keeps_what_was_typed(clinic, client):
    sent = {**STORY, **PERSON, "site": clinic.site.pk, "key": uuid4(), "agreed": ""}
    page = client.post(reverse("web:self_check_send"), sent)
    assert page.status_code == 422
    assert 'value="207 555 0100"' in page.content.decode()
    assert Referral.objects.count() == 0


def test_a_birth_date_to_come_is_refused(clinic, client):
    sent = {**STORY, **PERSON, "site": clinic.site.pk, "key": uuid4(), "birth_date": "2999-01-01"}
    assert client.post(reverse("web:self_check_send"), sent).status_code == 422
    assert Referral.objects.count() == 0


def test_an_age_and_a_birth_date_must_fit(clinic, client):
    sent = {**STORY, **PERSON, "site": clinic.site.pk, "key": uuid4(), "birth_date": "2019-03-02"}
    page = client.post(reverse("web:self_check_send"), sent)
    assert (page.status_code, Referral.objects.count()) == (422, 0)
    assert "does not fit the age you gave, 64 years" in page.content.decode()


def test_sources_are_said_by_their_titles(db, client):
    page = step(client, "story", **{**STORY, "none": "", "signs": ["sign-dvt"]}).content.decode()
    for title in ("6-Clicks", "Wells criteria for deep vein thrombosis"):
        assert title in page
    for key in ("SixClicks", "OTPF4", "WellsDVT"):
        assert key not in page


def test_emergency_words_stand_before_everything_else(db, client):
    page = step(client, "story", **{**STORY, "none": "", "signs": ["sign-stroke"]}).content.decode()
    main = page[page.index("<main") :]
    assert main.index("911") < main.index("<h1>")


SIGNS = [row for row in fact("web/self_check").latest() if row["kind"] == "sign" and "adult" in row["who"]]


@pytest.mark.parametrize("cause", ["cause-stroke", "cause-hipfx", "cause-tbi", "cause-tka", "cause-rcr", ""])
def test_no_older_illness_explains_a_ticked_sign_away(cause):
    background = frozenset(row["key"].removeprefix("bg-") for row in fact("web/self_check").latest() if row["kind"] == "background")  # fmt: skip
    for row in SIGNS:
        answers = Answers(18, age=64, background=background, signs=(row["key"],), cause=cause, since="since-weeks" if cause else "", levels={"do-dress": 3})  # fmt: skip
        said = recommended(answers)
        assert row["flag"] in {flag.id for flag in warned(said, answers)}, row["key"]


def test_one_connection_sends_five_an_hour(clinic, client):
    sent = {**STORY, **PERSON, "site": clinic.site.pk}
    codes = [client.post(reverse("web:self_check_send"), {**sent, "key": uuid4()}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]


@pytest.mark.parametrize("here", ["about", "signs", "doing", "moving", "story"])
def test_the_enter_key_goes_on_and_never_back(db, client, here):
    page = step(client, here, "open", **STORY).content.decode()
    form = page[page.index('<form class="stack check-form"') :]
    assert 'value="next"' in form[form.index("<button") : form.index(">", form.index("<button"))]
