"""A referral from letter, FHIR file or form to the episode, and what bad input gets."""

from __future__ import annotations

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from regain.people.models import Patient
from regain.record.models import Document
from regain.referrals import actions, queries
from regain.referrals.models import Decision, Recommendation, Referral
from tests.factories import AT, ON, make_patient
from tests.referrals.files import LETTER, bundle, pdf

BEFORE = AT - timedelta(days=1)
"""Pages act at the real moment, which must come later."""


@pytest.fixture
def desk(client, clinic):
    client.force_login(clinic.desk.user)
    return client


@pytest.fixture
def therapist(client, clinic):
    client.force_login(clinic.member_of("PT").user)
    return client


def send(client, page="letter", name="letter.txt", content: bytes | str = LETTER, **fields):
    raw = content.encode() if isinstance(content, str) else content
    return client.post(
        reverse(f"referrals:{page}"), {"file": SimpleUploadedFile(name, raw), "received_on": "2026-11-24", **fields}
    )


def receive(clinic, text=LETTER, **person):
    made, findings = actions.receive(source="letter", received_on=ON, text=text, by=clinic.desk, at=BEFORE, **person)
    assert made is not None, findings
    return made


def only(clinic) -> Referral:
    return queries.referrals(clinic.desk).get()


@pytest.mark.parametrize(("name", "content"), [("letter.txt", LETTER.encode()), ("letter.pdf", pdf())])
def test_a_letter_is_kept_read_and_shown(desk, clinic, name, content):
    response = send(desk, name=name, content=content, family="Pelletier", given="Ruth", birth_date="1955-03-02")
    made = only(clinic)
    assert (response.status_code, response["Location"]) == (302, reverse("referrals:match", args=[made.pk]))
    assert bytes(queries.document(clinic.desk, made.pk).content) == content
    assert (made.word, made.status, made.said_disciplines) == ("both", "received", ["OT", "PT"])
    page = desk.get(reverse("referrals:referral", args=[made.pk])).content.decode()
    assert '<mark class="function">' in page
    assert '<mark class="negated">' in page


def test_a_form_sent_twice_creates_one_referral(desk, clinic):
    token = str(uuid4())
    first, second = send(desk, once=token), send(desk, once=token)
    assert first["Location"] == second["Location"]
    assert Referral.objects.of(clinic.desk).count() == 1


def test_the_same_file_again_is_pointed_out(desk, clinic):
    send(desk)
    page = desk.get(send(desk)["Location"]).content.decode()
    assert "The same file came on" in page


@pytest.mark.parametrize(("name", "content", "says"), [
    ("empty.txt", " \n ", "holds no words"),
    ("photo.txt", b"\x89PNG\r\n\x1a\n0000", "neither text nor PDF"),
    ("locked.pdf", pdf(password="secret"), "locked with a password"),
    ("broken.pdf", b"%PDF-1.4 nothing", "not a readable PDF"),
    ("carta.txt", "El paciente refiere dolor de espalda y no puede caminar por la calle con los pies", "Spanish"),
    ("list.txt", "eggs, flour, two lemons, sugar, butter, yeast, vanilla, foil, matches, candles", "nothing about a person"),
])  # fmt: skip
def test_a_bad_file_is_refused_and_what_was_typed_stays(desk, clinic, name, content, says):
    response = send(desk, name=name, content=content, family="Ouellette")
    assert response.status_code == 422
    page = response.content.decode()
    assert says in page
    assert 'value="Ouellette"' in page
    assert (Referral.objects.of(clinic.desk).count(), Document.objects.of(clinic.desk).count()) == (0, 0)


def test_a_long_pdf_is_read(desk, clinic):
    assert send(desk, name="chart.pdf", content=pdf(pages=200)).status_code == 302
    assert only(clinic).text.count("Left knee pain") == 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("../../x", "x"), ("C:\\temp\\letter.txt", "letter.txt"), ("..", "letter"), ("a<b>.txt", "ab.txt")],
)
def test_a_file_name_leads_nowhere(sent, kept):
    assert actions.safe_name(sent) == kept


def test_html_in_a_letter_is_shown_as_text(desk, clinic):
    made = receive(clinic, "Knee pain, cannot climb stairs. <script>alert(1)</script>")
    page = desk.get(reverse("referrals:referral", args=[made.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_bundle_gives_person_order_and_reason_and_leaves_a_stranger_out(desk, clinic):
    response = send(desk, "fhir", "b.json", json.dumps(bundle()))
    made = only(clinic)
    assert (made.family, made.given, made.birth_date, made.signed_on) == (
        "Moreau",
        "Lucie",
        date(1954, 3, 2),
        date(2026, 11, 20),
    )
    assert (str(made.referrer), made.word) == ("Ada Okafor", "both")
    assert "Dementia" not in made.text
    assert "another patient was left out" in desk.get(response["Location"]).content.decode()


@pytest.mark.parametrize(("content", "says"), [
    ("not json", "not a FHIR resource"),
    (json.dumps({"resourceType": "Patient"}), "not a request"),
    (json.dumps({"resourceType": "Bundle", "entry": "wrong"}), "gives no reason"),
    (json.dumps(bundle(order={"resourceType": "ServiceRequest", "subject": 7, "reasonCode": "x"})), "several patients"),
    (json.dumps(bundle(order=None, theirs=None)), "several patients"),
    (json.dumps(bundle(order={"resourceType": "ServiceRequest", "reasonCode": "x"}, stranger=None, theirs=None)), "gives no reason"),
])  # fmt: skip
def test_a_bad_request_is_refused(desk, clinic, content, says):
    response = send(desk, "fhir", "b.json", content)
    assert (response.status_code, Referral.objects.of(clinic.desk).count()) == (422, 0)
    assert says in response.content.decode()


def test_a_request_without_its_patient_can_still_be_matched(desk, clinic):
    response = send(desk, "fhir", "b.json", json.dumps(bundle(patient=None, stranger=None, theirs=None)))
    assert response.status_code == 302
    assert only(clinic).family == ""


def test_a_self_referral_by_form(desk, clinic):
    response = desk.post(reverse("referrals:form"), {"source": "self", "received_on": "2026-11-24", "family": "محمد", "given": "أحمد",
                         "problems": "cannot button a shirt\ndrops cups", "flags": "no fever", "birth_date": "1960-01-01"})  # fmt: skip
    made = only(clinic)
    assert (response.status_code, made.source, made.family, made.word) == (302, "self", "محمد", "OT")
    assert made.profile == {"problems": ["cannot button a shirt", "drops cups"], "flags": ["no fever"]}


@pytest.mark.parametrize(("fields", "says"), [
    ({"problems": ""}, "Nothing was given"), ({"problems": "knee pain", "birth_date": "2031-01-01"}, "future"),
    ({"problems": "knee pain", "birth_date": "31 Feb"}, "valid date"),
])  # fmt: skip
def test_a_bad_form_is_refused(desk, clinic, fields, says):
    response = desk.post(reverse("referrals:form"), {"source": "form", "received_on": "2026-11-24", **fields})
    assert (response.status_code, Referral.objects.of(clinic.desk).count()) == (422, 0)
    assert says in response.content.decode()


@pytest.mark.parametrize(("family", "given", "born", "why"), [
    ("Pelletier", "Ruth", date(1955, 3, 20), "birth date differs in one place"),
    ("Pelletier", "Ruth", date(1955, 2, 3), "day and month of birth exchanged"),
    ("Pellétier-Roy", "Ruth", date(1955, 3, 2), "nearly the same name"),
    ("Gagnon", "Ruth", date(1955, 3, 2), "perhaps a changed name"),
    ("Pelletier", "Rita", date(1955, 3, 2), "perhaps a twin"),
])  # fmt: skip
def test_possible_doubles_are_shown_with_reasons_and_not_merged(desk, clinic, family, given, born, why):
    make_patient(clinic)
    made = receive(clinic, family=family, given=given, birth_date=born)
    page = desk.get(reverse("referrals:match", args=[made.pk])).content.decode()
    assert why in page
    assert only(clinic).patient is None


def test_match_to_a_known_patient_and_to_a_new_one(desk, clinic):
    known = make_patient(clinic)
    one, two = receive(clinic), receive(clinic, family="Roy", given="Paul", birth_date=date(1990, 1, 1))
    desk.post(reverse("referrals:match_known", args=[one.pk, known.pk]), {"version": 1})
    desk.post(
        reverse("referrals:match", args=[two.pk]),
        {"version": 1, "family": "Roy", "given": "Paul", "birth_date": "1990-01-01"},
    )
    found = {r.pk: r for r in queries.referrals(clinic.desk)}
    assert (found[one.pk].patient, found[one.pk].status, str(found[two.pk].patient)) == (known, "matched", "Paul Roy")


def test_a_stale_match_changes_nothing(desk, clinic):
    known, made = make_patient(clinic), receive(clinic)
    response = desk.post(reverse("referrals:match_known", args=[made.pk, known.pk]), {"version": 7}, follow=True)
    assert "changed this referral first" in response.content.decode()
    assert only(clinic).patient is None


def test_accept_change_with_reason_and_open_the_episode(therapist, clinic):
    made = receive(clinic)
    url = reverse("referrals:decide", args=[made.pk])
    assert therapist.post(url, {"disciplines": ["PT"], "reason": ""}).status_code == 422
    assert Decision.objects.of(clinic.desk).count() == 0
    therapist.post(url, {"disciplines": ["PT"], "reason": "Bathing solved with a chair"})
    decision = Decision.objects.of(clinic.desk).get()
    assert (decision.disciplines, decision.overridden, only(clinic).status) == (["PT"], True, "accepted")
    begin = reverse("referrals:begin", args=[made.pk])
    answer = therapist.post(begin, {"version": 1, "problem": "Knee", "site": clinic.site.pk})
    assert "No patient is matched" in answer.content.decode()
    actions.match(made, make_patient(clinic), version=1, by=clinic.desk, at=BEFORE)
    therapist.post(begin, {"version": 2, "problem": "Left knee", "site": clinic.site.pk})
    again = therapist.post(begin, {"version": 3, "problem": "Left knee", "site": clinic.site.pk})
    assert only(clinic).episode.problem == "Left knee"
    assert again.status_code == 422


def test_a_warning_sign_comes_first_and_needs_a_reason(therapist, clinic):
    made = receive(clinic, "Back pain for a week. Numb between the legs since yesterday. Patient seen today.")
    page = therapist.get(reverse("referrals:referral", args=[made.pk])).content.decode()
    assert only(clinic).status == "physician_first"
    assert page.index("emergency") < page.index("What was written")
    said = made.recommendations.get()
    assert (
        actions.decide(said, disciplines=said.disciplines, reason="", by=clinic.member_of("PT"), at=BEFORE)[0] is None
    )


def test_reading_again_keeps_the_first_reading(desk, clinic):
    made = receive(clinic)
    desk.post(reverse("referrals:read_again", args=[made.pk]))
    assert Recommendation.objects.of(clinic.desk).filter(referral=made).count() == 2


def test_a_reading_is_never_changed(clinic):
    said = receive(clinic).recommendations.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        Recommendation.objects.of(clinic.desk).filter(pk=said.pk).update(word="none")


def test_other_clinics_see_nothing(client, clinic, other_clinic):
    made = receive(clinic)
    client.force_login(other_clinic.desk.user)
    pages = [
        reverse(f"referrals:{name}", args=[made.pk]) for name in ("referral", "match", "decide", "begin", "document")
    ]
    assert {client.get(page).status_code for page in pages[:2]} == {404}
    assert client.get(pages[4]).status_code == 404
    assert "Person not named" not in client.get(reverse("referrals:index")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_questions_for_any_number(desk, clinic, count, django_assert_max_num_queries):
    for _ in range(count):
        receive(clinic)
    with django_assert_max_num_queries(6):
        assert desk.get(reverse("referrals:index")).status_code == 200


def test_ways_in_and_empty_list(desk):
    assert "No referral is waiting" in desk.get(reverse("referrals:index")).content.decode()
    for page in ("new", "letter", "fhir", "form"):
        assert desk.get(reverse(f"referrals:{page}")).status_code == 200


def test_the_file_comes_back_as_a_download(desk, clinic):
    send(desk, name="../../x.txt")
    response = desk.get(reverse("referrals:document", args=[only(clinic).pk]))
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''x.txt"
    assert Patient.objects.of(clinic.desk).count() == 0
