"""What the person sees: plan, home list, visits and progress in plain words."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from regain.organizations.rules import Role
from regain.outcomes.actions import record_score
from regain.people.actions import give_access
from regain.plan_of_care.actions import home, planning
from regain.plan_of_care.models import HomeItem, HomeLog
from regain.record.models import AuditLine
from tests.factories import AT, ON, make_episode, make_member, make_patient

LEVELS = dict(zip(("-2", "-1", "0", "1", "2"), ("In bed", "To the door", "To the mailbox", "Twice", "To town"), strict=True))  # fmt: skip


@pytest.fixture
def episode(clinic):
    found = make_episode(clinic)
    by = clinic.member_of("PT")
    plan = planning.open_plan(found, starts_on=ON, by=by, at=AT)
    goal = planning.add_goal(plan, text="Fetch the mail", target_on=ON + timedelta(56), levels=LEVELS, by=by, at=AT)
    planning.rate_goal(goal, level=-1, on=ON, by=by, at=AT)
    return found


@pytest.fixture
def patient(client, clinic, episode, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    member = make_member(clinic.organization, Role.PATIENT, "Ruth herself")
    give_access(episode.patient, member, by=clinic.owner, at=AT)
    client.force_login(member.user)
    return client


def item(clinic, episode, title="Stand up from a chair", **details):
    return home.add_home_item(episode, discipline="PT", title=title, starts_on=ON, by=clinic.member_of("PT"), at=AT, **details)  # fmt: skip


def test_the_home_list_is_done_with_one_press_and_twice_counts_once(patient, clinic, episode):
    row = item(clinic, episode, picture="chair", minutes=8, how="Lean forward.")
    page = patient.get(reverse("web:me")).text
    assert all(text in page for text in ("Good morning, Ruth", "1 thing today, about <strong>8 minutes", "Lean forward.", 'aria-label="Stand up from a chair"', "data-read-aloud"))  # fmt: skip
    for _ in range(2):
        done = patient.post(reverse("web:did_it", args=[row.pk]), follow=True).text
    assert "All done for today" in done
    assert HomeLog.objects.of(clinic.owner).count() == 1


def test_the_plan_speaks_the_persons_own_steps_without_jargon(patient, clinic, episode):
    for score, day in ((31, ON - timedelta(30)), (44, ON)):
        record_score(episode=episode, measure="berg", inputs={"score": score}, taken_on=day, by=clinic.member_of("PT"), at=AT)  # fmt: skip
    page = patient.get(reverse("web:my_plan", args=[episode.patient_id])).text
    assert all(text in page for text in ("You are getting closer", "Now: To the door", "You hope for: To the mailbox", "That is a change people notice."))  # fmt: skip
    shown = re.sub(r"<[^>]+>", " ", page[page.index("<main") :])
    assert re.findall(r"\w+_\w+|MCID|MDC|GAS|−2|ICF", shown) == []


@pytest.mark.parametrize("count", [1, 3])
def test_own_pages_cost_a_fixed_number_of_queries(patient, clinic, episode, count, django_assert_max_num_queries):
    for number in range(count):
        item(clinic, episode, f"Thing {number}")
    for url, most in ((reverse("web:me"), 26), (reverse("web:my_plan", args=[episode.patient_id]), 26)):
        with django_assert_max_num_queries(most):
            assert patient.get(url).status_code == 200


def test_looking_at_ones_own_pages_is_audited(patient, clinic, episode):
    patient.get(reverse("web:me")), patient.get(reverse("web:my_plan", args=[episode.patient_id]))
    seen = AuditLine.objects.of(clinic.owner).filter(by__user__name="Ruth herself").values_list("action", flat=True)
    assert list(seen) == ["own page seen", "own plan seen"]


def test_nobody_opens_or_ticks_the_list_of_another_person(patient, clinic, other_clinic):
    for place in (clinic, other_clinic):
        other = make_episode(place, make_patient(place, "Roy", "Ann"))
        row = item(place, other)
        assert patient.get(reverse("web:me_of", args=[other.patient_id])).status_code == 404
        assert patient.get(reverse("web:my_plan", args=[other.patient_id])).status_code == 404
        assert patient.post(reverse("web:did_it", args=[row.pk])).status_code == 404
    assert not HomeLog.objects.of(clinic.owner).exists()


@pytest.fixture
def therapist(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    return client


GIVEN = {"version": "1", "discipline": "PT", "title": "Stand up from a chair", "how": "", "dose": "3 × 12", "minutes": "9", "goal": "", "picture": "chair"}  # fmt: skip


def test_an_item_of_the_home_list_changes_and_the_second_to_save_sees_both(therapist, clinic, episode):
    row = item(clinic, episode, dose="3 × 8")
    page = reverse("plan_of_care:change_home_item", args=[row.pk])
    assert 'value="3 × 8"' in therapist.get(page).text
    home.change_home_item(row, version=1, dose="3 × 10", by=clinic.member_of("OT"), at=AT)
    lost = therapist.post(page, GIVEN)
    assert (lost.status_code, "3 × 10" in lost.text, lost.text.count("3 × 12")) == (409, True, 2)
    therapist.post(page, GIVEN | {"version": "2"})
    row.refresh_from_db()
    assert (row.dose, row.minutes, row.picture) == ("3 × 12", 9, "chair")


def test_what_is_taken_off_the_list_is_gone_tomorrow_and_kept(therapist, clinic, episode):
    row = item(clinic, episode)
    page = therapist.post(reverse("plan_of_care:end_home_item", args=[row.pk]), follow=True).text
    assert "1 thing taken off the list" in page
    assert HomeItem.objects.of(clinic.owner).get().ends_on == ON


def test_a_device_changes_its_state(therapist, clinic, episode):
    row = home.add_equipment(episode, item="Cane", on=ON, by=clinic.member_of("PT"), at=AT)
    page = reverse("plan_of_care:change_equipment", args=[row.pk])
    therapist.post(page, {"version": "1", "item": "Cane", "state": "in use", "note": "82 cm"})
    assert therapist.post(page, {"version": "1", "item": "Cane", "state": "returned"}).status_code == 409
    row.refresh_from_db()
    assert (row.state, row.note) == ("in use", "82 cm")
