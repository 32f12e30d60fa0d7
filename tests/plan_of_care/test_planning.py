"""Sections, signatures and the physician's link, on the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from regain.episodes.models import Diagnosis
from regain.plan_of_care import queries
from regain.plan_of_care.actions import certifying, discharging, planning
from regain.plan_of_care.models import Certification, Contribution, Section, SigningLink
from regain.record.actions import Signed, Stale, add
from regain.record.rules import digest
from tests.factories import AT, ON, make_episode

DATES = {"evaluated_on": ON, "starts_on": ON, "frequency_per_week": 2, "duration_weeks": 8}
LINES = [{"code": "97110", "label": "Strength", "minutes": 30}]
LEVELS = {str(level): f"step {level}" for level in range(-2, 3)}


@pytest.fixture
def plan(clinic):
    episode = make_episode(clinic)
    add(Diagnosis, by=clinic.owner, at=AT, episode=episode, code="I69.351", label="Hemiplegia after stroke")
    return planning.open_plan(episode, starts_on=ON, by=clinic.owner, at=AT)


def draft(clinic, plan, discipline="PT", **changes):
    by = clinic.member_of(discipline)
    goal = planning.add_goal(
        plan, text=f"Walk to the mailbox ({discipline})", target_on=ON + timedelta(56), levels=LEVELS, by=by, at=AT
    )
    return planning.draft_section(plan, discipline=discipline, author=clinic.therapists[discipline], by=by, at=AT, findings="Slow gait.",
                                  contributions={goal: "Gait on uneven ground."}, interventions=LINES, **{**DATES, **changes})  # fmt: skip


def sign(clinic, section):
    by = clinic.member_of(section.discipline)
    return planning.sign_section(section, practitioner=clinic.therapists[section.discipline], by=by, at=AT)


@pytest.mark.parametrize(("changes", "code"), [
    ({"duration_weeks": -1}, "ENDS_BEFORE_START"), ({"starts_on": ON - timedelta(1)}, "STARTS_BEFORE_EVALUATION"),
    ({"frequency_per_week": 8}, "OUT_OF_RANGE"),
])  # fmt: skip
def test_a_section_whose_dates_or_amounts_make_no_sense_is_refused(clinic, plan, changes, code):
    assert [f.code for f in draft(clinic, plan, **changes)] == [code]
    assert not Section.objects.of(clinic.owner).exists()


def test_a_signed_section_and_its_contributions_are_frozen_and_the_other_stays_open(clinic, plan):
    ours, theirs = draft(clinic, plan), draft(clinic, plan, "OT")
    assert sign(clinic, ours) == []
    for change in (lambda: Section.objects.of(clinic.owner).filter(pk=ours.pk).update(findings="x"),
                   lambda: Contribution.objects.of(clinic.owner).filter(section=ours).update(text="x")):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    ours.refresh_from_db()
    with pytest.raises(Signed):
        planning.change_section(ours, version=ours.version, by=clinic.member_of("PT"), at=AT, contributions={}, **DATES)
    assert Section.objects.of(clinic.owner).get(pk=theirs.pk).signed_at is None


def test_what_was_signed_of_a_goal_outlives_its_rewording(clinic, plan):
    section = draft(clinic, plan)
    sign(clinic, section)
    signed = Section.objects.of(clinic.owner).get(pk=section.pk)
    goal = signed.contributions.get().goal
    planning.change_goal(goal, version=goal.version, by=clinic.owner, at=AT, text="Walk to the shop")
    assert digest(signed.signed_content()) == signed.signed_hash
    assert signed.contributions.get().goal_text == "Walk to the mailbox (PT)"
    assert [s.is_reworded for s in queries.current_sections(clinic.owner)] == [True]


def test_one_discipline_cannot_sign_the_others_section(clinic, plan):
    section = draft(clinic, plan, "OT")
    by = clinic.member_of("PT")
    found = planning.sign_section(section, practitioner=clinic.therapists["PT"], by=by, at=AT)
    assert [f.code for f in found] == ["NO_LICENSE"]


def test_the_second_to_save_sees_both_versions(clinic, plan):
    section = draft(clinic, plan)
    by, shown = clinic.member_of("PT"), section.version
    planning.change_section(section, version=shown, by=by, at=AT, contributions={}, findings="First.", **DATES)
    with pytest.raises(Stale) as stale:
        planning.change_section(section, version=shown, by=by, at=AT, contributions={}, findings="Second.", **DATES)
    assert (stale.value.theirs.findings, stale.value.yours["findings"]) == ("First.", "Second.")


def send(clinic, plan):
    token, findings = certifying.send_for_certification(plan, clinic.physician, by=clinic.owner, at=AT)
    assert findings == []
    return token


def test_a_link_lasts_thirty_days_and_only_its_hash_is_kept(clinic, plan):
    sign(clinic, draft(clinic, plan))
    token = send(clinic, plan)
    assert token not in str(SigningLink.objects.of(clinic.owner).values().get())
    assert queries.link_of(token, AT + timedelta(days=30, seconds=-1)) is not None
    assert queries.link_of(token, AT + timedelta(days=30)) is None
    assert queries.link_of("x" + token, AT) is None


def test_the_physician_a_plan_is_sent_to_joins_the_care_team_once(clinic, plan):
    sign(clinic, draft(clinic, plan))
    send(clinic, plan), send(clinic, plan)
    found = plan.episode.care_team.get(role="physician")
    assert (found.practitioner, found.starts_on) == (clinic.physician, ON)


def answer(clinic, link, section, **given):
    rule = queries.rule_for(clinic.organization, section.plan.episode.patient, ON)
    return [f.code for f in certifying.answer_link(link, section=section, at=AT, rule=rule,
                                                 **{"agree": True, "signature": "Amara Singh", "comment": "", **given})]  # fmt: skip


def test_a_physician_signs_each_section_once_or_returns_it_with_a_comment(clinic, plan):
    ours, theirs = draft(clinic, plan), draft(clinic, plan, "OT")
    sign(clinic, ours), sign(clinic, theirs)
    link = queries.link_of(send(clinic, plan), AT)
    assert answer(clinic, link, ours, signature=" ") == ["SIGNATURE_MISSING"]
    assert answer(clinic, link, theirs, agree=False) == ["COMMENT_MISSING"]
    assert (answer(clinic, link, ours), answer(clinic, link, ours)) == ([], ["ALREADY_CERTIFIED"])
    assert answer(clinic, link, theirs, agree=False, comment="Fewer visits.") == []
    rows = Certification.objects.of(clinic.owner).exclude(kind="sent").order_by("created_at", "id")
    assert {(r.section.discipline, r.kind, r.comment) for r in rows} == {
        ("PT", "signed", ""),
        ("OT", "returned", "Fewer visits."),
    }


def test_the_link_opens_without_an_account_and_an_ended_one_says_so(clinic, plan, client):
    sign(clinic, draft(clinic, plan))
    link = SigningLink.objects.of(clinic.owner)
    token = send(clinic, plan)
    link.update(expires_at=AT + timedelta(days=36500))
    assert client.get(reverse("plan_of_care:certify", args=[token])).status_code == 200
    assert client.get(reverse("plan_of_care:certify", args=["nothing"])).status_code == 410


def test_a_draft_that_will_replace_a_signed_section_leaves_it_in_force(clinic, plan):
    section = draft(clinic, plan)
    sign(clinic, section)
    draft(clinic, plan, replaces=section)
    assert send(clinic, plan)
    sent = Certification.objects.of(clinic.owner).get()
    assert (sent.kind, sent.section_id) == ("sent", section.pk)
    found = discharging.start_discharge(plan.episode, on=ON, reason="goals met", by=clinic.owner, at=AT)
    assert [part.discipline for part in found.sections.all()] == ["PT"]
