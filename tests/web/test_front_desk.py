"""Today, patients, a patient's page, cost and the first estimate, as the front desk sees them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from regain.coverage.actions import add_coverage, add_payer
from regain.coverage.models import Estimate
from regain.episodes.queries import episodes
from regain.people import actions as people
from regain.people.models import Caregiver, OtherName
from regain.referrals import actions as referring
from regain.scheduling import actions as scheduling
from regain.web.queries import allowances
from regain.web.story import care_path, head
from tests.factories import AT, ON, make_episode, make_patient
from tests.referrals.files import LETTER

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 24, 9, tzinfo=ZONE)


@pytest.fixture
def desk(client, clinic, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client.force_login(clinic.desk.user)
    return client


def book(clinic, episode, day, key="PT", hour=10, kind="treatment"):
    starts_at = datetime.combine(day, time(hour), ZONE)
    return scheduling.book_one(episode, clinic.therapists[key], clinic.site, discipline=key, kind=kind, starts_at=starts_at,
                               ends_at=starts_at + timedelta(minutes=45), by=clinic.desk, at=AT)  # fmt: skip


def cover(clinic, patient, kind="commercial", **details):
    payer = add_payer(by=clinic.desk, at=AT, name=kind, kind=kind)
    details = {"starts_on": date(2026, 1, 1), "checked_on": ON, **details}
    return add_coverage(patient, payer, by=clinic.desk, at=AT, member_id="M", **details)


def test_today_lists_who_comes_and_checks_them_in(desk, clinic):
    row = book(clinic, make_episode(clinic), ON)
    url = reverse("web:today")
    assert "1 appointment today" in desk.get(url).content.decode()
    answer = desk.post(reverse("scheduling:move", args=[row.pk]), {"to": "checked_in", "back": "today"}, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == url
    assert "Ruth Pelletier: checked in." in page
    assert "Checked in" in page


def test_an_empty_today_leads_to_the_first_referral(desk):
    page = desk.get(reverse("web:today")).content.decode()
    assert "No appointment today" in page
    assert reverse("referrals:new") in page
    assert "No plan waits for anything" in page


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_the_front_desk_ask_the_same_questions_for_any_number(
    desk, clinic, count, django_assert_max_num_queries
):
    for number in range(count):
        patient = make_patient(clinic, f"Roy{number}", "Al")
        episode = make_episode(clinic, patient)
        cover(clinic, patient, "commercial") if number == 0 else None
        referring.receive(source="letter", received_on=ON, text=LETTER, by=clinic.desk, at=AT)
        book(clinic, episode, ON, hour=10 + number)
    first = episodes(clinic.desk).order_by("opened_on", "id").first()
    limits = {reverse("web:patients"): 6, reverse("web:patients") + "?q=roy": 6, reverse("scheduling:day"): 7, reverse("web:plans_due"): 9,
              reverse("web:today"): 14, reverse("web:cost", args=[first.pk]): 16}  # fmt: skip
    for url, most in limits.items():
        with django_assert_max_num_queries(most):
            assert desk.get(url).status_code == 200, url


def test_patients_are_found_whatever_the_marks_and_show_what_they_are_in_care_for(desk, clinic):
    make_episode(clinic, make_patient(clinic, "Côté-Roy", "Renée"), problem="Wrist fracture")
    make_patient(clinic, "محمد", "أحمد")
    url = reverse("web:patients")
    for words in ("cote", "renee cote", "Côté-Roy", "roy r", "محمد"):
        page = desk.get(url, {"q": words}).content.decode()
        assert "1 patient found" in page, words
    assert "Wrist fracture" in desk.get(url, {"q": "cote"}).content.decode()
    assert "Nobody found for" in desk.get(url, {"q": "<b>zz"}).content.decode()


def test_the_patients_page_shows_referrals_names_help_and_what_is_ahead(desk, clinic):
    patient = make_patient(clinic)
    episode = make_episode(clinic, patient)
    book(clinic, episode, ON + timedelta(days=1))
    made, _ = referring.receive(source="self", received_on=ON, text=LETTER, by=clinic.desk, at=AT)
    referring.match(made, patient, version=1, by=clinic.desk, at=AT)
    desk.post(reverse("people:add_name", args=[patient.pk]), {"given": "Ruth", "family": "Gagnon"})
    desk.post(reverse("people:add_caregiver", args=[patient.pk]), {"name": "Al Roy", "relation": "Son"})
    assert OtherName.objects.of(clinic.desk).count() == Caregiver.objects.of(clinic.desk).count() == 1
    page = desk.get(reverse("web:patient", args=[patient.pk])).content.decode()
    for words in ("Self-referral", "Ruth Gagnon", "Al Roy", "1 appointment ahead", "Wed 25 Nov, 10:00", "Move"):
        assert words in page
    assert desk.post(reverse("people:add_name", args=[patient.pk]), {"family": ""}).status_code == 422


PERSON = {"version": 1, "given": "Ruth", "family": "Pelletier", "birth_date": "1955-03-02", "state": "ME"}


def test_two_desks_edit_a_patient_and_the_second_sees_both_versions(desk, clinic):
    patient = make_patient(clinic)
    people.correct_patient(patient, version=1, by=clinic.owner, at=AT, phone="207 555 0101")
    url = reverse("people:correct", args=[patient.pk])
    answer = desk.post(url, {**PERSON, "phone": "207 555 0199"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "207 555 0101" in page
    assert 'value="207 555 0199"' in page
    assert desk.post(url, {**PERSON, "version": 2, "phone": "207 555 0199"}).status_code == 302


@pytest.mark.parametrize(("wrong", "says"), [
    ({"birth_date": "2126-01-01"}, "lies in the future"), ({"birth_date": "31/02/1955"}, "valid date"), ({"family": ""}, "required"),
    ({"state": "M1"}, "expected two letters"), ({"email": "nobody"}, "valid email"), ({"family": "x" * 101}, "at most 100"),
])  # fmt: skip
def test_details_that_cannot_be_are_refused_and_stay_typed(desk, clinic, wrong, says):
    patient = make_patient(clinic)
    for url in (reverse("people:correct", args=[patient.pk]), reverse("people:register")):
        answer = desk.post(url, {**PERSON, "city": "TYPED", **wrong})
        assert answer.status_code == 422
        assert says in answer.content.decode()
        assert 'value="TYPED"' in answer.content.decode()
    patient.refresh_from_db()
    assert (patient.version, patient.city) == (1, "")


def test_a_double_is_asked_about_before_registering_here_too(desk, clinic):
    make_patient(clinic)
    url = reverse("people:register")
    sent = {**PERSON, "version": 0, "given": "Rita"}
    assert "perhaps a twin" in desk.post(url, sent).content.decode()
    assert desk.post(url, {**sent, "different": "1"}).status_code == 302


def test_the_first_estimate_needs_no_plan(desk, clinic):
    patient = make_patient(clinic)
    cover(clinic, patient, terms={"copay": 30, "copay_per": "discipline_day"})
    episode = make_episode(clinic, patient)
    url = reverse("web:estimate", args=[episode.pk])
    usual = desk.get(url, {"OT_per_week": 0, "PT_per_week": 2, "PT_weeks": 3}).content.decode()
    assert "pays about $180" in usual
    assert "before anything is booked" in usual
    assert "Nothing to work out yet" in desk.get(url, {"OT_per_week": 0, "PT_per_week": 0}).content.decode()
    for number in range(4):
        book(clinic, episode, ON + timedelta(days=1 + 7 * number), kind="treatment" if number else "evaluation")
    booked = desk.get(url).content.decode()
    assert "pays about $120" in booked
    assert "the booked visits" in booked
    kept = desk.post(url)
    assert Estimate.objects.of(clinic.desk).get().high == 120
    assert "Wed 25 Nov" in desk.get(kept["Location"]).content.decode()


def test_what_is_left_of_a_limit_counts_what_is_booked_since_it_was_checked(desk, clinic):
    patient = make_patient(clinic)
    limits = [
        {"count": 10, "used": 3, "over": ["OT", "PT"], "by": by} for by in ("visit", "discipline_day", "day", "unit")
    ]
    made = cover(clinic, patient, terms={"limits": limits})
    episode = make_episode(clinic, patient)
    for key, day, hour in (("PT", 1, 9), ("OT", 1, 10), ("PT", 2, 9), ("PT", 45, 9), ("PT", 0, 11)):
        book(clinic, episode, ON + timedelta(days=day), key, hour)
    left = [a.left for a in allowances(clinic.desk, patient, [made])[made.pk]]
    assert left == [4, 4, 5, None]
    page = desk.get(reverse("web:cost", args=[episode.pk])).content.decode()
    assert "4 visits left" in page
    assert "3 used when checked, 3 booked or attended here since" in page


def test_the_care_path_leads_to_the_next_step(desk, clinic):
    patient = make_patient(clinic)
    episode = make_episode(clinic, patient)
    assert [s["label"] for s in care_path(head(clinic.desk, episode, AT)["reached"]) if s["now"]] == [
        "Enter the coverage"
    ]
    cover(clinic, patient)
    page = desk.get(reverse("web:episode", args=[episode.pk])).content.decode()
    assert f'<a href="{reverse("scheduling:book", args=[episode.pk])}">Book the course</a>' in page
    book(clinic, episode, ON)
    assert [s["label"] for s in care_path(head(clinic.desk, episode, AT)["reached"]) if s["now"]] == [
        "Sign the evaluation"
    ]
