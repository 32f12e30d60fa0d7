"""The questions asked by a member of staff: the same ones, ending in a referral of this clinic."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from regain.referrals.models import Referral
from regain.referrals.queries import referral
from tests.factories import make_patient

ABOUT = {"whom": "self", "age": "64", "age_unit": "years", "state": "ME"}
STORY = {
    **ABOUT,
    "none": "on",
    "do-dress": "3",
    "move-walk": "2",
    "cause": "cause-stroke",
    "since": "since-weeks",
    "wish": "Bake bread",
}
PERSON = {"source": "self", "given": "Ruth", "family": "Roy", "birth_date": "1962-03-02", "phone": "207 555 0100", "received_on": "2026-11-24"}  # fmt: skip
ASK, KEEP = "web:interview", "web:interview_keep"


@pytest.fixture
def desk(client, clinic):
    client.force_login(clinic.desk.user)
    return client


def step(client, here, go="next", **answers):
    return client.post(reverse(ASK), {"step": here, "go": go, **answers})


def only(clinic):
    return referral(clinic.desk, Referral.objects.of(clinic.desk).get().pk)


def test_a_new_referral_leads_to_the_questions(desk):
    assert reverse(ASK) in desk.get(reverse("referrals:new")).content.decode()
    page = desk.get(reverse(ASK)).content.decode()
    for words in ("Step 1 of 5", "About the person", "Read the questions to the person"):
        assert words in page


def test_answers_of_patients_are_never_left_on_the_clinics_device(desk):
    for page in (desk.get(reverse(ASK)), step(desk, "about", **ABOUT), step(desk, "story", **STORY)):
        assert "self-check" not in page.content.decode()


def test_an_emergency_is_told_at_once(desk):
    page = step(desk, "signs", **ABOUT, signs=["sign-stroke"]).content.decode()
    assert "A doctor comes first" in page
    assert "911" in page
    assert "Stroke recognition" in page
    assert "Step 3 of 5" in step(desk, "signs", "on", **ABOUT, signs=["sign-stroke"]).content.decode()


def test_the_answer_page_shows_the_recommendation_before_anything_is_kept(desk, clinic):
    page = step(desk, "story", **STORY).content.decode()
    for words in ("Occupational therapy", "Physical therapy", "Getting dressed", "Bake bread", "Receive this referral"):
        assert words in page
    assert Referral.objects.of(clinic.desk).count() == 0


def test_the_answers_become_one_referral_of_this_clinic(desk, clinic):
    sent = {**STORY, **PERSON, "once": str(uuid4())}
    first, second = desk.post(reverse(KEEP), sent), desk.post(reverse(KEEP), sent)
    made = only(clinic)
    assert first["Location"] == second["Location"] == reverse("referrals:match", args=[made.pk])
    assert (made.source, made.family, made.state, made.wish, made.word) == ("self", "Roy", "ME", "Bake bread", "both")
    assert made.profile["diagnosis"] == "stroke 4 weeks ago"


def test_a_referrer_told_on_the_telephone_is_kept_with_it(desk, clinic):
    desk.post(reverse(KEEP), {**STORY, **PERSON, "source": "form", "referrer": clinic.physician.pk, "ordered": ["OT"]})
    made = only(clinic)
    assert (made.source, made.referrer, made.ordered) == ("form", clinic.physician, ["OT"])


def test_started_from_a_patients_page_it_is_matched(desk, clinic):
    known = make_patient(clinic, family="Roy", birth_date=date(1962, 3, 2))
    first = desk.get(reverse(ASK), {"patient": known.pk}).content.decode()
    assert f'name="patient" value="{known.pk}"' in first
    asked = step(desk, "story", **STORY, patient=known.pk).content.decode()
    assert 'value="Roy"' in asked
    desk.post(reverse(KEEP), {**STORY, **PERSON, "patient": known.pk})
    assert only(clinic).patient == known


def test_another_clinics_patient_cannot_be_chosen(desk, other_clinic):
    assert desk.get(reverse(ASK), {"patient": make_patient(other_clinic).pk}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"birth_date": "2020-01-01"}, "does not fit the age you gave, 64 years"),
        ({"birth_date": "31 Feb"}, "valid date"),
        ({"received_on": "2999-01-01"}, "does not fit"),
        ({"received_on": "2999-01-01", "birth_date": ""}, "yet to come"),
        ({"source": "pigeon"}, "valid choice"),
        ({"referrer_npi": "12"}, "ten digits"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_kept(desk, clinic, fields, says):
    page = desk.post(reverse(KEEP), {**STORY, **PERSON, **fields})
    assert (page.status_code, Referral.objects.of(clinic.desk).count()) == (422, 0)
    assert says in page.content.decode()
    assert 'value="207 555 0100"' in page.content.decode()
    assert 'name="do-dress" value="3"' in page.content.decode()


def test_nothing_said_makes_no_referral(desk, clinic):
    assert desk.post(reverse(KEEP), {**ABOUT, **PERSON}).status_code == 422
    assert Referral.objects.of(clinic.desk).count() == 0


def test_a_clinic_may_take_as_many_as_call(desk, clinic):
    cache.clear()
    for n in range(7):
        assert desk.post(reverse(KEEP), {**STORY, **PERSON, "family": f"Roy{n}"}).status_code == 302
    assert Referral.objects.of(clinic.desk).count() == 7


def test_strangers_and_billers_do_not_interview(client, clinic):
    assert client.get(reverse(ASK)).status_code == 302
    client.force_login(clinic.members["biller"].user)
    assert client.get(reverse(ASK)).status_code == 403
    assert client.post(reverse(KEEP), {**STORY, **PERSON}).status_code == 403
