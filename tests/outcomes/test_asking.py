"""Measures on the person's own phone: one question a screen, resumable, in English and Spanish, nobody else's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regain.outcomes import actions, queries
from regain.outcomes.rules.asking import answered, can_ask, questions
from regain.people.models import Caregiver, PatientAccess
from regain.record.actions import add
from tests.factories import AT, ON, make_episode, make_member, make_patient

ACTIVITIES = {"activities": [{"label": name, "rating": 3} for name in ("Stairs", "Cook soup", "Bus")]}


def test_only_free_wording_is_asked():
    assert {key for key, one in queries.instruments().items() if can_ask(one)} == {"nprs", "psfs"}
    assert questions(queries.instruments()["odi"], {"score": 20}) == []


def test_questions_follow_the_last_time():
    psfs, nprs = queries.instruments()["psfs"], queries.instruments()["nprs"]
    assert [q.text for q in questions(psfs, ACTIVITIES)][1] == "How well can you do this today: Cook soup?"
    assert (
        questions(nprs, {"value": 3, "timeframe": "week"}, "es")[0].text
        == "¿Qué tan fuerte es su dolor en promedio en la última semana?"
    )
    assert answered(nprs, {"value": 3, "timeframe": "week"}, [5]) == {"value": 5, "timeframe": "week"}
    assert questions(psfs, {"score": 4}) == []


@pytest.fixture
def ruth(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    patient = make_patient(clinic, language="es")
    member = make_member(clinic.organization, "patient", "Ruth")
    add(PatientAccess, by=clinic.owner, at=AT, patient=patient, membership=member)
    client.force_login(member.user)
    episode = make_episode(clinic, patient)
    actions.record_score(
        episode=episode, measure="psfs", inputs=ACTIVITIES, taken_on=ON, by=clinic.member_of("PT"), at=AT
    )
    return client, episode


def test_one_question_a_screen_resumable_and_recorded_at_the_end(ruth):
    client, episode = ruth
    assert "Patient-Specific Functional Scale" in client.get(reverse("outcomes:mine")).text
    page = reverse("outcomes:ask", args=[episode.pk, "psfs"])
    assert ("Pregunta 1 de 3" in client.get(page).text, 'lang="es"' in client.get(page).text) == (True, True)
    client.post(page, {"answer": "5"})
    client.post(page, {"answer": "11"})
    assert "Pregunta 2 de 3" in client.get(page).text
    client.post(page, {"answer": "6"})
    client.post(page, {"back": "1"})
    assert "Cook soup" in client.get(page).text
    client.post(page, {"answer": "7"})
    assert client.post(page, {"answer": "9"})["Location"] == reverse("outcomes:mine")
    newest = queries.scores(episode.organization_id).filter(episode=episode).last()
    assert (float(newest.score), newest.created_by.user.name) == (7, "Ruth")
    assert "Pregunta 1 de 3" in client.get(page).text


def test_nobody_answers_for_somebody_else(ruth, clinic):
    client, _ = ruth
    theirs = make_episode(clinic, make_patient(clinic, "Roy", "Ann"))
    actions.record_score(
        episode=theirs, measure="nprs", inputs={"value": 3}, taken_on=ON, by=clinic.member_of("PT"), at=AT
    )
    assert client.get(reverse("outcomes:ask", args=[theirs.pk, "nprs"])).status_code == 404
    assert client.get(reverse("outcomes:episode", args=[theirs.pk])).status_code == 403


def test_nothing_to_answer_says_so(client, clinic):
    member = make_member(clinic.organization, "patient", "Ann")
    add(PatientAccess, by=clinic.owner, at=AT, patient=make_patient(clinic), membership=member)
    client.force_login(member.user)
    assert "Nothing to answer now" in client.get(reverse("outcomes:mine")).text


def test_the_page_before_a_visit_speaks_spanish_or_english_as_chosen(ruth):
    client, episode = ruth
    assert "Antes de su visita" in client.get(reverse("outcomes:mine")).text
    assert "Respondido hoy" in client.get(reverse("outcomes:mine")).text
    page = reverse("outcomes:ask", args=[episode.pk, "psfs"])
    assert "Question 1 of 3" in client.get(page, {"lang": "en"}).text
    assert "Question 1 of 3" in client.get(page).text
    assert "You answer for" not in client.get(page).text


def test_a_caregiver_is_told_for_whom_and_named_in_the_record(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    patient = make_patient(clinic)
    helper = add(Caregiver, by=clinic.owner, at=AT, patient=patient, name="Ann Roy", relation="daughter")
    member = make_member(clinic.organization, "patient", "Ann")
    add(PatientAccess, by=clinic.owner, at=AT, patient=patient, membership=member, caregiver=helper)
    client.force_login(member.user)
    episode = make_episode(clinic, patient)
    actions.record_score(
        episode=episode,
        measure="nprs",
        inputs={"value": 3},
        taken_on=ON,
        by=clinic.member_of("PT"),
        at=AT,
        discipline="PT",
    )
    page = reverse("outcomes:ask", args=[episode.pk, "nprs"])
    assert f"Choose what {patient.preferred or patient.given} would say" in client.get(page).text
    client.post(page, {"answer": "5"})
    newest = queries.scores(clinic.owner).filter(episode=episode).last()
    assert (newest.note, newest.discipline) == ("Answered on the phone by Ann Roy, daughter", "PT")


def test_what_a_licence_keeps_back_is_entered_by_the_clinician(client, clinic, monkeypatch):
    """Each self-report form that may not be shown has numbered controls or a total, and never a word of its items."""
    from regain.outcomes.forms import ScoreForm

    for one in queries.instruments().values():
        if "self-report" in one.fact.about["administered"] and not can_ask(one):
            form = ScoreForm(one)
            assert "score" in form.fields or any(name.endswith(".0") for name in form.fields), one.key
