"""The plan's pages as therapists and the physician use them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from regain.episodes.models import Diagnosis
from regain.plan_of_care import queries
from regain.plan_of_care.actions import certifying, planning
from regain.plan_of_care.models import Certification, GoalRating, SigningLink
from regain.record.actions import add
from regain.record.models import AuditLine
from tests.factories import AT, ON, make_episode

LATE = datetime(2026, 11, 25, 1, 30, tzinfo=UTC)
"""Half past eight in the evening of the 24th in Maine."""


@pytest.fixture
def episode(clinic):
    found = make_episode(clinic)
    add(Diagnosis, by=clinic.owner, at=AT, episode=found, code="I69.351", label="Hemiplegia after stroke")
    return found


@pytest.fixture
def goal(clinic, episode):
    plan = planning.open_plan(episode, starts_on=ON, by=clinic.owner, at=AT)
    levels = {str(level): f"step {level}" for level in range(-2, 3)}
    return planning.add_goal(
        plan, text="Walk to the mailbox", target_on=ON + timedelta(56), levels=levels, by=clinic.member_of("PT"), at=AT
    )


@pytest.fixture
def at_clock(monkeypatch):
    """Sets what the views read as now."""

    def set_to(moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    set_to(AT)
    return set_to


@pytest.fixture
def therapist(client, clinic, at_clock):
    client.force_login(clinic.member_of("PT").user)
    return client


def test_what_is_written_in_the_evening_carries_the_clinics_day(therapist, at_clock, episode, goal, clinic):
    at_clock(LATE)
    therapist.force_login(clinic.member_of("PT").user)
    therapist.post(reverse("plan_of_care:rate", args=[episode.pk, goal.pk]), {"level": "-1", "note": ""})
    assert GoalRating.objects.of(clinic.owner).get().on == ON


def signed_section(clinic, goal, discipline="PT", **details):
    by = clinic.member_of(discipline)
    section = planning.draft_section(goal.plan, discipline=discipline, author=clinic.therapists[discipline], evaluated_on=ON, starts_on=ON,
                                     frequency_per_week=2, duration_weeks=8, by=by, at=AT, contributions={goal: f"What {discipline} does"},
                                     findings=f"Found by {discipline}", **details)  # fmt: skip
    assert planning.sign_section(section, practitioner=clinic.therapists[discipline], by=by, at=AT) == []
    return section


@pytest.fixture
def link(therapist, clinic, episode, goal):
    """The address that a physician gets for an OT and a PT section."""
    signed_section(clinic, goal, "OT"), signed_section(clinic, goal, "PT")
    page = therapist.post(reverse("plan_of_care:send", args=[episode.pk]), {"physician": str(clinic.physician.pk)}).text
    return page[page.index("http://testserver/plan/certify/") :].split('"')[0].removeprefix("http://testserver")


def parts(clinic):
    return {s.discipline: s for s in queries.current_sections(clinic.owner)}


def test_the_physician_reads_findings_and_contributions_and_answers_each_section_once(client, clinic, link):
    client.logout()
    page = client.get(link)
    assert all(text in page.text for text in ("Found by OT", "What PT does", "Walk to the mailbox"))
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("no-store, private", "noindex, nofollow")
    ot, pt = parts(clinic)["OT"], parts(clinic)["PT"]
    client.post(link, {"section": ot.pk, "signature": "A. Singh", "sign": "1"})
    returned = {"section": pt.pk, "comment": "Once a week is enough.", "return": "1"}
    thanks = client.post(link, returned, follow=True).text
    assert "Thank you" in thanks
    assert "Pelletier" not in thanks, "a used link shows nothing of the patient"
    rows = Certification.objects.of(clinic.owner).exclude(kind="sent").values_list("section__discipline", "kind", "comment")  # fmt: skip
    assert sorted(rows) == [("OT", "signed", ""), ("PT", "returned", "Once a week is enough.")]
    again = client.post(link, {"section": pt.pk, "signature": "A. Singh", "sign": "1"})
    assert "Thank you" in again.text
    assert Certification.objects.of(clinic.owner).filter(kind="signed").count() == 1
    labels = AuditLine.objects.of(clinic.owner).filter(action="section certified").values_list("by_label", flat=True)
    assert list(labels) == ["Amara Singh, MD through a signing link"]


def test_somebody_elses_name_does_not_sign_and_what_was_typed_is_kept(client, clinic, link):
    answer = client.post(link, {"section": parts(clinic)["OT"].pk, "signature": "Bo Quist", "sign": "1"})
    assert (answer.status_code, "The plan was sent to Amara Singh, MD" in answer.text, 'value="Bo Quist"' in answer.text) == (422, True, True)  # fmt: skip
    assert not Certification.objects.of(clinic.owner).filter(kind="signed").exists()


def test_a_link_shows_only_what_it_was_made_for(client, clinic, goal, link):
    old = parts(clinic)["PT"]
    signed_section(clinic, goal, "PT", replaces=old)
    page = client.get(link).text
    assert "Found by OT" in page
    assert "Found by PT" not in page, "the successor was not sent to the physician yet"
    rule = queries.rule_for(clinic.organization, goal.plan.episode.patient, ON)
    held = SigningLink.objects.of(clinic.owner).get()
    found = certifying.answer_link(held, section=old, agree=True, signature="Amara Singh", comment="", at=AT, rule=rule)
    assert [f.code for f in found] == ["NOT_IN_PLAN"]


def test_a_withdrawn_or_replaced_link_opens_nothing(therapist, clinic, episode, link):
    held = SigningLink.objects.of(clinic.owner).get()
    therapist.post(reverse("plan_of_care:withdraw", args=[held.pk]))
    ended = therapist.get(link)
    assert (ended.status_code, "Pelletier" in ended.text) == (410, False)
    for _ in range(2):
        therapist.post(reverse("plan_of_care:send", args=[episode.pk]), {"physician": str(clinic.physician.pk)})
    assert queries.open_links(clinic.owner, held.plan, AT).count() == 1


def test_a_plan_goes_to_a_physician_who_is_new_here(therapist, clinic, episode, goal):
    signed_section(clinic, goal)
    page = reverse("plan_of_care:send", args=[episode.pk])
    refused = therapist.post(page, {"physician": "", "given": "Lou"})
    assert (refused.status_code, "enter given and family name" in refused.text) == (422, True)
    sent = therapist.post(page, {"physician": "", "given": "Lou", "family": "Bram", "npi": ""})
    assert "Pass this link to Lou Bram" in sent.text
    assert SigningLink.objects.of(clinic.owner).count() == 1


def test_a_verbal_order_certifies_until_it_is_signed(therapist, clinic, goal):
    section = signed_section(clinic, goal)
    page = reverse("plan_of_care:verbal", args=[section.pk])
    refused = therapist.post(page, {"physician": str(clinic.physician.pk), "on": (ON + timedelta(1)).isoformat()})
    assert (refused.status_code, "no day on which" in refused.text) == (422, True)
    therapist.post(page, {"physician": str(clinic.physician.pk), "on": ON.isoformat()})
    row = Certification.objects.of(clinic.owner).get()
    assert (row.kind, row.on, row.through_on) == ("verbal", ON, ON + timedelta(56))
    assert queries.certified_through(parts(clinic)["PT"]) == ON + timedelta(56)
    again = therapist.post(page, {"physician": str(clinic.physician.pk), "on": ON.isoformat()})
    assert "agreement already" in again.text


def test_another_clinic_reaches_no_link_section_or_goal(client, clinic, other_clinic, episode, goal, at_clock):
    section = signed_section(clinic, goal)
    certifying.send_for_certification(goal.plan, clinic.physician, by=clinic.owner, at=AT)
    held = SigningLink.objects.of(clinic.owner).get()
    client.force_login(other_clinic.member_of("PT").user)
    for name, args in (("send", [episode.pk]), ("verbal", [section.pk]), ("sign_section", [section.pk]), ("rate", [episode.pk, goal.pk]),
                       ("edit_section", [episode.pk, "PT"]), ("add_goal", [episode.pk])):  # fmt: skip
        assert client.get(reverse(f"plan_of_care:{name}", args=args)).status_code == 404
    assert client.post(reverse("plan_of_care:withdraw", args=[held.pk])).status_code == 404
