"""The page of a referral: words and reasons tied together, one-step decisions, questions to the referrer and their answers."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from regain.record.actions import add
from regain.record.models import AuditLine
from regain.referrals import actions, queries
from regain.referrals.models import Decision, Question, QuestionAnswer
from regain.web.story import story
from tests.factories import AT, ON, make_patient
from tests.referrals.files import LETTER

BEFORE = AT - timedelta(days=1)
NOTHING = "64-year-old patient seen for a routine visit. Blood pressure is well controlled. Continue the same medicine."


def receive(clinic, text=LETTER, **details):
    made, findings = actions.receive(source="letter", received_on=ON, text=text, by=clinic.desk, at=BEFORE, **details)
    assert made is not None, findings
    return made


def page_of(client, made) -> str:
    return client.get(reverse("referrals:referral", args=[made.pk])).content.decode()


@pytest.fixture
def therapist(client, clinic):
    client.force_login(clinic.member_of("OT").user)
    return client


MIXED = (
    "Back pain. Numb between the legs since yesterday. Cannot button his shirt. Denies difficulty walking. s/p L CVA."
)


@pytest.mark.parametrize("text", [LETTER, MIXED, "trouble buttoning my shirt and typing at work"])
def test_every_reason_leads_to_words_and_every_word_to_a_reason(therapist, clinic, text):
    page = page_of(therapist, receive(clinic, text))
    ids = re.findall(r'id="((?:words|reason|source)-[^"]+)"', page)
    assert len(ids) == len(set(ids))
    leads = set(re.findall(r'href="#((?:words|reason|source)-[^"]+)"', page))
    assert leads
    assert leads <= set(ids)
    assert {i for i in ids if i.startswith("words")} <= leads


def test_each_kind_is_marked_and_said_to_a_screen_reader(therapist, clinic):
    page = page_of(therapist, receive(clinic, MIXED))
    for kind in ("function", "flag", "negated", "condition"):
        assert f'<mark class="{kind}">' in page.split("What was written")[1].split("Recommendation")[0]
    assert '<span class="sr"> (denied or not now: ' in page
    assert '<span class="sr"> (warning sign: ' in page


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from(["flag", "function"])), max_size=6),
)
def test_cutting_a_letter_loses_no_word_and_no_evidence(text, spans):
    spans = [(min(a, b, len(text)), min(max(a, b), len(text)), kind) for a, b, kind in spans]
    found = [queries.Evidence(n, kind, {"in": "text", "start": a, "end": b, "label": "x"}) for n, (a, b, kind) in enumerate(spans, 1)]  # fmt: skip
    cut = queries.pieces(text, "text", found)
    assert "".join(p.text for p in cut) == text
    assert sorted(n for p in cut for n in p.first) == [e.number for e in found if e.item["end"] > e.item["start"]]
    for e in found:
        covered = "".join(p.text for p in cut if e.number in p.numbers)
        assert covered == text[e.item["start"] : e.item["end"]]


def test_levels_without_words_are_listed_and_lead_to_their_reason(therapist, clinic):
    made, _ = actions.receive(source="self", profile={"problems": [{"icf": "d540", "severity": 3}]}, received_on=ON, by=clinic.desk, at=BEFORE)  # fmt: skip
    page = page_of(therapist, made)
    assert "Answered question by question" in page
    assert "very hard" in page
    assert 'href="#words-1"' in page
    assert 'id="words-1"' in page


def test_sources_stand_with_their_titles(therapist, clinic):
    page = page_of(therapist, receive(clinic, "Cannot button his shirt."))
    assert 'id="source-OTPF4"' in page
    assert "Occupational Therapy Practice Framework" in page


def test_one_press_accepts(therapist, clinic):
    made = receive(clinic)
    said = made.recommendations.get()
    assert "Accept: OT and PT" in page_of(therapist, made)
    therapist.post(reverse("referrals:decide", args=[made.pk]), {"accept": "1", "reading": said.pk})
    decision = Decision.objects.of(clinic.desk).get()
    assert (decision.disciplines, decision.overridden, decision.reason) == (["OT", "PT"], False, "")


def test_a_warning_sign_is_never_accepted_away(therapist, clinic):
    made = receive(clinic, "Back pain for a week. Numb between the legs since yesterday. Patient seen today.")
    assert "Accept:" not in page_of(therapist, made)
    answer = therapist.post(reverse("referrals:decide", args=[made.pk]), {"accept": "1"})
    assert (answer.status_code, Decision.objects.of(clinic.desk).count()) == (422, 0)


def test_a_reading_nobody_looked_at_is_not_decided(therapist, clinic):
    made = receive(clinic)
    old = made.recommendations.get()
    actions.read_referral(made, by=clinic.desk, at=AT)
    answer = therapist.post(
        reverse("referrals:decide", args=[made.pk]), {"accept": "1", "reading": old.pk}, follow=True
    )
    assert "read again meanwhile" in answer.content.decode()
    assert Decision.objects.of(clinic.desk).count() == 0


def test_none_shows_the_three_questions_and_prefills_them(therapist, clinic):
    made = receive(clinic, NOTHING)
    said = made.recommendations.get()
    page = page_of(therapist, made)
    assert said.word == "none"
    assert "What could change this" in page
    assert len(said.answer["questions"]) >= 3
    assert queries.questions_to_ask(said.answer).startswith("1. ")
    for question in said.answer["questions"][:3]:
        assert page.count(question.replace("'", "&#39;")) == 2


def ask(client, made, text="1. Can he dress?"):
    return client.post(reverse("referrals:ask", args=[made.pk]), {"addressee": "Amara Singh, MD", "text": text})


def test_a_question_is_kept_printed_answered_and_read(therapist, clinic):
    made = receive(clinic, NOTHING, family="Roy", given="Paul")
    sent = ask(therapist, made)
    question = Question.objects.of(clinic.desk).get()
    address = reverse("referrals:question", args=[question.pk])
    assert sent["Location"] == address
    paper = therapist.get(address).content.decode()
    for words in ("To: Amara Singh, MD", "Paul Roy", "1. Can he dress?", "Asked by", "data-print"):
        assert words in paper
    answer = {
        "text": "He cannot dress or bathe without help.",
        "answered_by": "Dr. Singh",
        "answered_on": question.created_at.date(),
    }
    assert therapist.post(address, answer)["Location"] == reverse("referrals:referral", args=[made.pk])
    newest = next(iter(queries.referral(clinic.desk, made.pk).recommendations.all()))
    assert newest.word == "OT"
    assert {f["in"] for f in newest.answer["functions"] if f["counted"]} == {"answers[0]"}
    page = page_of(therapist, made)
    assert "Answer of Dr. Singh" in page
    assert '<mark class="function">cannot dress' in page
    assert made.recommendations.count() == 2
    lines = AuditLine.objects.of(clinic.desk).values_list("action", flat=True)
    assert {"referrer asked", "referrer answered", "question seen"} <= set(lines)


@pytest.mark.parametrize(("fields", "says"), [
    ({"text": " "}, "required"), ({"answered_by": ""}, "required"), ({"answered_on": "31 Feb"}, "valid date"),
    ({"answered_on": "2999-01-01"}, "cannot be"), ({"answered_on": "2001-01-01"}, "cannot be"),
])  # fmt: skip
def test_a_bad_answer_saves_nothing_and_stays_typed(therapist, clinic, fields, says):
    ask(therapist, receive(clinic))
    question = Question.objects.of(clinic.desk).get()
    sent = {"text": "He can.", "answered_by": "Nurse Poe", "answered_on": question.created_at.date(), **fields}
    answer = therapist.post(reverse("referrals:question", args=[question.pk]), sent)
    assert (answer.status_code, QuestionAnswer.objects.of(clinic.desk).count()) == (422, 0)
    assert says in answer.content.decode()
    assert ("Nurse Poe" in answer.content.decode()) is (fields.get("answered_by") != "")


def test_an_empty_question_is_refused(therapist, clinic):
    assert ask(therapist, receive(clinic), " ").status_code == 422
    assert Question.objects.of(clinic.desk).count() == 0


def test_a_question_without_words_is_refused_by_the_database(clinic):
    made = receive(clinic)
    with pytest.raises(IntegrityError), transaction.atomic():
        add(Question, by=clinic.desk, at=AT, referral=made, text="")
    asked = actions.ask_referrer(made, text="Why?", addressee="", by=clinic.desk, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        add(QuestionAnswer, by=clinic.desk, at=AT, question=asked, text="", answered_by="x", answered_on=ON)


def test_questions_and_answers_are_never_changed(clinic):
    asked = actions.ask_referrer(receive(clinic), text="Why?", addressee="", by=clinic.desk, at=AT)
    told, _ = actions.answer_question(asked, text="Fell.", answered_by="x", answered_on=ON, by=clinic.desk, at=AT)
    for row in (asked, told):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.of(clinic.desk).filter(pk=row.pk).update(text="other")


def test_another_clinic_opens_no_question(client, clinic, other_clinic):
    made = receive(clinic)
    asked = actions.ask_referrer(made, text="Why?", addressee="", by=clinic.desk, at=AT)
    client.force_login(other_clinic.desk.user)
    assert client.get(reverse("referrals:question", args=[asked.pk])).status_code == 404
    assert ask(client, made).status_code == 404


def test_the_episode_tells_of_questions_and_answers(clinic):
    made = receive(clinic)
    matched = actions.match(made, make_patient(clinic), version=1, by=clinic.desk, at=BEFORE)
    actions.decide(
        made.recommendations.get(), disciplines=["PT"], reason="Knee only", by=clinic.member_of("PT"), at=BEFORE
    )
    episode, _ = actions.begin_episode(matched, version=2, site=clinic.site, problem="Knee", opened_on=ON, by=clinic.desk, at=BEFORE)  # fmt: skip
    asked = actions.ask_referrer(made, text="Weight bearing?", addressee="", by=clinic.desk, at=AT)
    actions.answer_question(asked, text="Full.", answered_by="Dr. Singh", answered_on=ON, by=clinic.desk, at=AT)
    told = {e["label"]: (e["who"], e["text"], e["to"]) for e in story(clinic.desk, episode, AT)["events"]}
    there = ("referrals:question", asked.pk)
    assert told["Question to the referrer"] == (clinic.desk.user.name, "Weight bearing?", there)
    assert told["Question to the referrer answered"] == ("Dr. Singh", "Full.", there)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_questions_for_any_number(therapist, clinic, count, django_assert_max_num_queries):
    made = receive(clinic)
    for _ in range(count):
        asked = actions.ask_referrer(made, text="Why?", addressee="", by=clinic.desk, at=BEFORE)
        actions.answer_question(asked, text="Fell.", answered_by="x", answered_on=ON, by=clinic.desk, at=BEFORE)
    page_of(therapist, made)
    with django_assert_max_num_queries(QUERIES):
        page_of(therapist, made)


QUERIES = 13
