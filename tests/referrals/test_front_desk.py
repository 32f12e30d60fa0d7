"""What the front desk meets between the letter and the open episode."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regain.people.models import Patient, Practitioner
from regain.referrals import actions, queries
from regain.referrals.letters import person_named
from regain.referrals.models import Referral
from tests.factories import AT, ON, make_patient
from tests.referrals.files import LETTER, bundle, pdf

BEFORE = AT - timedelta(days=1)


@pytest.fixture
def desk(client, clinic):
    client.force_login(clinic.desk.user)
    return client


def receive(clinic, text=LETTER, **person):
    made, findings = actions.receive(source="letter", received_on=ON, text=text, by=clinic.desk, at=BEFORE, **person)
    assert made is not None, findings
    return made


def decide(clinic, made, disciplines=("PT",)):
    said = made.recommendations.get()
    return actions.decide(said, disciplines=list(disciplines), reason="Agreed", by=clinic.member_of("PT"), at=AT)[0]


TYPED = {"version": 1, "family": "Pelletier", "given": "Ruth", "birth_date": "1955-03-20"}


def test_a_double_as_typed_is_shown_before_anybody_is_registered(desk, clinic):
    make_patient(clinic)
    made = receive(clinic)
    url = reverse("referrals:match", args=[made.pk])
    asked = desk.post(url, TYPED)
    page = asked.content.decode()
    assert (asked.status_code, Patient.objects.of(clinic.desk).count()) == (422, 1)
    assert "is it one of these people?" in page
    assert 'value="1955-03-20"' in page
    assert desk.post(url, {**TYPED, "different": "1"}).status_code == 302
    assert Patient.objects.of(clinic.desk).count() == 2


@pytest.mark.parametrize(("known", "typed"), [
    (("Smith", "Anne", date(1955, 3, 2)), ("Jones", "Anne", "1955-03-02")),
    (("Côté-Roy", "Renée", date(1955, 3, 2)), ("Cote Roy", "Renee", "1955-03-02")),
    (("محمد", "علي", date(1955, 3, 2)), ("محمّد", "علي", "1955-03-02")),
    (("Levesque", "Tim", date(2018, 3, 2)), ("Levesque", "Tom", "2018-03-02")),
    (("O'Leary", "Agnes", date(1940, 10, 2)), ("OLeary", "Agnes", "1940-02-10")),
])  # fmt: skip
def test_the_same_person_written_otherwise_is_asked_about(desk, clinic, known, typed):
    make_patient(clinic, *known)
    made = receive(clinic)
    sent = dict(zip(("family", "given", "birth_date"), typed, strict=True), version=1)
    assert desk.post(reverse("referrals:match", args=[made.pk]), sent).status_code == 422
    assert Patient.objects.of(clinic.desk).count() == 1


def test_whoever_a_letter_names_is_proposed_and_may_be_searched_for(desk, clinic):
    known = make_patient(clinic, "Gagnon", "Lise")
    made = receive(clinic, f"Patient: Moreau, Lucie\nDOB: 3/2/1954\n{LETTER}")
    url = reverse("referrals:match", args=[made.pk])
    page = desk.get(url).content.decode()
    assert 'value="Moreau"' in page
    assert 'value="1954-03-02"' in page
    assert known.number in desk.get(url, {"q": "gagnon"}).content.decode()
    assert "Nobody is found for “xyz”" in desk.get(url, {"q": "xyz"}).content.decode()


@pytest.mark.parametrize(("text", "found"), [
    ("Patient Name: Ruth Pelletier  DOB: 1955-03-02", {"family": "Pelletier", "given": "Ruth", "birth_date": date(1955, 3, 2)}),
    ("Name: أحمد محمد", {"family": "محمد", "given": "أحمد"}),
    ("PATIENT: This is a 20 year old woman", {}),
    ("DOB: 31/31/1950", {}),
])  # fmt: skip
def test_the_person_is_read_from_heading_lines_only(text, found):
    assert person_named(text) == found


def test_a_referral_taken_from_a_patients_page_is_theirs(desk, clinic, other_clinic):
    known, stranger = make_patient(clinic), make_patient(other_clinic)
    url = reverse("referrals:letter")
    assert 'value="Pelletier"' in desk.get(f"{url}?patient={known.pk}").content.decode()
    sent = {"text": LETTER, "received_on": "2026-11-24"}
    assert desk.post(f"{url}?patient={stranger.pk}", sent).status_code == 404
    desk.post(f"{url}?patient={known.pk}", sent)
    assert [(r.patient, r.status) for r in queries.referrals(clinic.desk)] == [(known, "matched")]


def test_a_wrong_match_is_put_right_while_there_is_no_episode(desk, clinic):
    wrong, right = make_patient(clinic), make_patient(clinic, "Roy", "Al")
    made = actions.match(receive(clinic), wrong, version=1, by=clinic.desk, at=BEFORE)
    assert desk.get(reverse("referrals:match", args=[made.pk]) + "?again=1").status_code == 200
    desk.post(reverse("referrals:match_known", args=[made.pk, right.pk]), {"version": 2})
    assert queries.referrals(clinic.desk).get().patient == right


def test_an_episode_opens_only_after_a_therapist_accepted(desk, clinic):
    made = actions.match(receive(clinic), make_patient(clinic), version=1, by=clinic.desk, at=BEFORE)
    page = desk.get(reverse("referrals:referral", args=[made.pk])).content.decode()
    assert "Waits for a therapist" in page
    assert "Open episode" not in page
    sent = {"version": 2, "problem": "Knee", "site": clinic.site.pk}
    url = reverse("referrals:begin", args=[made.pk])
    assert "No therapist has accepted" in desk.post(url, sent).content.decode()
    decide(clinic, made)
    assert desk.get(reverse("referrals:index")).content.decode().count("Open the episode") == 1
    answer = desk.post(url, sent)
    episode = queries.referrals(clinic.desk).get().episode
    assert answer["Location"] == reverse("web:episode", args=[episode.pk])
    assert "No referral is waiting" in desk.get(reverse("referrals:index")).content.decode()


def test_a_declined_referral_opens_nothing(desk, clinic):
    made = actions.match(receive(clinic), make_patient(clinic), version=1, by=clinic.desk, at=BEFORE)
    decide(clinic, made, [])
    _, findings = actions.begin_episode(
        made, version=2, site=clinic.site, problem="Knee", opened_on=ON, by=clinic.desk, at=AT
    )
    assert [f.code for f in findings] == ["DECISION_MISSING"]


def test_the_most_urgent_waits_first(desk, clinic):
    receive(clinic, family="Calm")
    receive(clinic, "Back pain for a week. Numb between the legs since yesterday. Patient seen today.", family="Urgent")
    page = desk.get(reverse("referrals:index")).content.decode()
    assert page.index("Urgent") < page.index("Calm")
    assert "Physician first" in page


def test_a_referrer_who_is_not_in_the_list_is_added_once(desk, clinic):
    sent = {"text": LETTER, "received_on": "2026-11-24", "referrer_given": "Noor", "referrer_family": "Haddad"}
    for _ in range(2):
        desk.post(reverse("referrals:letter"), sent)
    assert Practitioner.objects.of(clinic.desk).filter(family="Haddad", external=True).count() == 1
    wrong = desk.post(reverse("referrals:letter"), {**sent, "referrer_npi": "12"})
    assert "expected ten digits" in wrong.content.decode()


@pytest.mark.parametrize(("dates", "says"), [
    ({"birth_date": "1960-01-01", "signed_on": "1959-12-31"}, "before the birth"),
    ({"received_on": "2126-11-24"}, "yet to come"),
    ({"signed_on": "2126-11-24"}, "yet to come"),
    ({"birth_date": "2126-11-24"}, "in the future"),
])  # fmt: skip
def test_dates_in_an_order_that_cannot_be_are_refused(desk, clinic, dates, says):
    sent = {"text": LETTER, "received_on": "2026-11-24", "family": "Roy", **dates}
    response = desk.post(reverse("referrals:letter"), sent)
    page = response.content.decode()
    assert (response.status_code, Referral.objects.of(clinic.desk).count()) == (422, 0)
    assert says in page
    assert "She cannot climb stairs" in page


def test_an_empty_form_a_file_too_big_and_a_picture_of_a_letter(desk, clinic, settings):
    def sent(content=None):
        file = {"file": SimpleUploadedFile("letter.pdf", content)} if content is not None else {}
        response = desk.post(reverse("referrals:letter"), {"received_on": "2026-11-24", "family": "Roy", **file})
        assert (response.status_code, Referral.objects.of(clinic.desk).count()) == (422, 0)
        assert 'value="Roy"' in response.content.decode()
        return response.content.decode()

    assert "holds no words" in sent()
    assert "file is empty" in sent(b"")
    assert "scan" in sent(pdf("")) or "holds no words" in sent(pdf(""))
    settings.MAX_UPLOAD_BYTES = 100
    assert "at most" in sent(pdf())


PATIENT = bundle()["entry"][0]["resource"]


@pytest.mark.parametrize(("changes", "says"), [
    ({"order": {"resourceType": "ServiceRequest", "subject": {"reference": "Patient/p1"}, "reasonCode": [{"coding": [{"system": "http://x", "code": "999"}]}]}}, "no reason"),
    ({"patient": {**PATIENT, "birthDate": "1954-13-45"}}, "not a whole date"),
    ({"patient": {**PATIENT, "birthDate": "2126-01-01"}}, "in the future"),
    ({"patient": {**PATIENT, "birthDate": "2026-11-22"}}, "before the birth"),
    ({"patient": {**PATIENT, "name": "Moreau", "telecom": 7, "address": [3], "gender": ["f"]}}, ""),
    ({"order": {"resourceType": "ServiceRequest", "subject": {"reference": "Patient/nobody"}, "requester": {"reference": "Practitioner/nobody"},
                "reasonCode": [{"text": "Stroke, cannot dress"}]}, "stranger": None, "theirs": None}, ""),
])  # fmt: skip
def test_a_request_with_wrong_parts_says_so_or_goes_on_without_them(desk, clinic, changes, says):
    file = SimpleUploadedFile("b.json", json.dumps(bundle(**changes)).encode())
    response = desk.post(reverse("referrals:fhir"), {"file": file, "received_on": "2026-11-24"}, follow=True)
    kept = Referral.objects.of(clinic.desk).count()
    assert response.status_code in (200, 422)
    assert kept == (response.status_code == 200)
    assert says in response.content.decode()


def test_an_attachment_that_cannot_be_read_is_pointed_out_and_the_rest_is_kept(desk, clinic):
    letters = [b64encode(raw).decode() for raw in (b"%PDF-1.4 nothing", pdf(password="secret"))]
    broken = {"resourceType": "DocumentReference", "id": "d9", "subject": {"reference": "Patient/p1"},
              "content": [{"attachment": {"contentType": "application/pdf", "title": "Will", "data": data}} for data in letters]}  # fmt: skip
    file = SimpleUploadedFile("b.json", json.dumps(bundle(broken=broken)).encode())
    page = desk.post(
        reverse("referrals:fhir"), {"file": file, "received_on": "2026-11-24"}, follow=True
    ).content.decode()
    assert "Will is not a readable PDF" in page
    assert "Will is locked with a password" in page
    assert Referral.objects.of(clinic.desk).count() == 1


def test_a_fhir_file_sent_twice_and_a_path_as_its_name(desk, clinic):
    token = str(uuid4())
    for _ in range(2):
        file = SimpleUploadedFile("../../x", json.dumps(bundle()).encode())
        desk.post(reverse("referrals:fhir"), {"file": file, "received_on": "2026-11-24", "once": token})
    made = queries.referrals(clinic.desk).get()
    assert queries.document(clinic.desk, made.pk).name == "x"


@pytest.mark.parametrize(("name", "raw", "says"), [
    ("b.json", b"%PDF-1.4", "not a FHIR resource"), ("b.json", b"[1, 2]", "not a FHIR resource"), ("b.json", b"\xff\xfe\x00", "not a FHIR resource"),
    ("b.json", b'{"resourceType": ' + b'{"a":' * 5000, "not a FHIR resource"), ("b.json", b"", "file is empty"),
])  # fmt: skip
def test_what_is_no_fhir_is_refused(desk, clinic, name, raw, says):
    response = desk.post(
        reverse("referrals:fhir"), {"file": SimpleUploadedFile(name, raw), "received_on": "2026-11-24"}
    )
    assert (response.status_code, Referral.objects.of(clinic.desk).count()) == (422, 0)
    assert says in response.content.decode()


def test_a_letter_of_endless_length_is_read_so_far_and_that_is_said(desk, clinic, monkeypatch):
    monkeypatch.setattr("regain.referrals.forms.MOST_CHARACTERS", len(LETTER))
    page = desk.post(
        reverse("referrals:letter"), {"text": LETTER * 3, "received_on": "2026-11-24"}, follow=True
    ).content.decode()
    assert f"the first {len(LETTER):,} were read" in page
    assert queries.referrals(clinic.desk).get().text == LETTER
