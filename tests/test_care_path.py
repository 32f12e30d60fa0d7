"""From letter to claim through the actions, for the disciplines of the house and for one added by a fact file alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from regain.billing.actions.claims import draft_claim, findings_of
from regain.coverage.actions import add_coverage, add_payer
from regain.episodes.actions import add_diagnosis
from regain.organizations import queries as organizations
from regain.people.models import Practitioner
from regain.plan_of_care.actions import certifying, discharging, planning
from regain.plan_of_care.queries import link_of, rule_for
from regain.record.actions import Signed
from regain.reference import facts as loader
from regain.reference.rules import blocks
from regain.scheduling.actions import book_course, set_hours
from regain.scheduling.queries import appointments, openings
from regain.scheduling.rules.course import Wish, book
from regain.visits import actions as visiting
from tests.factories import AT, ON, make_clinic, make_episode

SLP = """
id = "organizations.disciplines.SLP"
label = "Speech-language pathology as a discipline"
unit = "discipline"
[[values]]
from = 2000-01-01
source = "T"
certainty = "verified"
key = "SLP"
order = 3
name = "Speech-language pathology"
adjective = "speech-language"
person = "speech-language pathologist"
plain = "Getting back to speaking"
color = "plum"
shape = "diamond"
billing_modifier = "GN"
assistant_modifier = ""
threshold_counter = "PT_SLP"
evaluation_codes = ["92523"]
re_evaluation_code = "92523"
treatment_codes = ["92507", "92526"]
[values.license_kinds]
therapist = "SLP"
assistant = "SLPA"
[[sources]]
id = "T"
title = "A test"
as_of = 2026-11-23
"""


@pytest.fixture
def with_speech(tmp_path, monkeypatch):
    """The house as it is, with one more fact file: no code knows the discipline."""
    import shutil

    from regain.credentials import queries as credentials

    data = tmp_path / "data"
    shutil.copytree(loader.DATA, data)
    (data / "organizations" / "disciplines" / "SLP.toml").write_text(SLP)
    monkeypatch.setattr(loader, "DATA", data)
    caches = [loader.fact, credentials.kinds_of]
    for cached in caches:
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


def walk(clinic, discipline: str, episode=None):
    """Book, evaluate, plan, sign, certify, treat, charge and discharge one discipline; returns the claim of the treatment."""
    therapist = clinic.therapists[discipline]
    by, desk = therapist.membership, clinic.desk
    episode = episode or make_episode(clinic)
    add_diagnosis(episode, code="I69.354", label="After stroke", by=by, at=AT)
    payer = add_payer(by=desk, at=AT, name="Medicare", kind="medicare_b")
    add_coverage(episode.patient, payer, by=desk, at=AT, member_id="1EG4", starts_on=ON.replace(month=1))
    from datetime import time

    for weekday in range(5):
        set_hours(
            therapist, clinic.site, weekday=weekday, starts_at=time(9), ends_at=time(12), from_on=ON, by=desk, at=AT
        )
    first = ON + timedelta(days=1)
    free = openings(desk, [discipline], episode.patient, first, first + timedelta(weeks=2))
    answer = book([Wish(discipline, 2, 2, 45)], free, first)
    course = book_course(episode, answer.visits, by=desk, at=AT)
    assert not isinstance(course, list), course
    visits = list(appointments(desk).filter(course=course))
    assert [v.kind for v in visits] == ["evaluation", "treatment", "treatment", "treatment"]
    evaluation = sign(episode, therapist, visits[0], discipline, 45)
    plan = planning.open_plan(episode, starts_on=evaluation.on, by=by, at=AT)
    goal = planning.add_goal(
        plan, text="Tell a story at dinner", target_on=evaluation.on + timedelta(weeks=8), by=by, at=AT
    )
    section = planning.draft_section(plan, discipline=discipline, author=therapist, evaluated_on=evaluation.on, starts_on=evaluation.on, frequency_per_week=2,
                                     duration_weeks=8, contributions={goal: "Practice"}, findings="Takes part well.", by=by, at=AT,
                                     interventions=[{"code": organizations.disciplines()[discipline]["treatment_codes"][0], "label": "Practice", "minutes": 40}])  # fmt: skip
    assert not blocks(planning.sign_section(section, practitioner=therapist, by=by, at=AT))
    section.refresh_from_db()
    token, _ = certifying.send_for_certification(plan, clinic.physician, by=by, at=AT)
    link = link_of(token, AT + timedelta(days=29))
    assert link_of(token, AT + timedelta(days=31)) is None
    rule = rule_for(by, episode.patient, section.evaluated_on)
    assert (
        certifying.answer_link(link, section=section, agree=True, signature="Amara Singh", comment="", at=AT, rule=rule)
        == []
    )
    treatment = sign(episode, therapist, visits[1], discipline, 40)
    claim = draft_claim(treatment, by=clinic.members["biller"], at=AT)
    discharge = discharging.start_discharge(episode, on=treatment.on, reason="goals reached", by=by, at=AT)
    part = discharging.write_part(discharge.sections.get(), version=1, text="Reached.", by=by, at=AT)
    at = datetime.combine(treatment.on, time(17), ZoneInfo("America/New_York"))
    assert not blocks(discharging.sign_part(part, practitioner=therapist, by=by, at=at))
    episode = type(episode).objects.of(by).get(pk=episode.pk)
    assert episode.statuses.order_by("-created_at").first().status == "finished"
    with pytest.raises(Signed):
        planning.change_section(
            section,
            version=section.version,
            by=by,
            at=AT,
            contributions={},
            evaluated_on=ON,
            starts_on=ON,
            duration_weeks=1,
            frequency_per_week=1,
        )
    return claim


def sign(episode, therapist, appointment, discipline, minutes):
    by, on = therapist.membership, appointment.starts_at.date()
    visit = visiting.start_visit(
        episode=episode,
        discipline=discipline,
        kind=appointment.kind,
        on=on,
        practitioner=therapist,
        by=by,
        at=appointment.ends_at,
    )
    lines = [{"id": str(i.pk), "code": i.code, "label": i.label, "minutes": minutes} for i in visit.interventions.all()]
    words = {
        "subjective": "Well.",
        "objective": "See the measures.",
        "assessment": "Progresses.",
        "next_steps": "Go on.",
    }
    visit = visiting.save_note(visit, version=visit.version, by=by, at=appointment.ends_at, words=words, lines=lines)
    findings = visiting.sign_visit(visit, version=visit.version, by=by, at=appointment.ends_at, today=on)
    assert not blocks(findings), findings
    visit.refresh_from_db()
    assert visit.appointment_id == appointment.pk
    return visit


@pytest.mark.parametrize(("discipline", "units", "modifiers"), [("OT", 3, ["GO"]), ("PT", 3, ["GP"])])
def test_each_discipline_goes_from_booking_to_discharge(clinic, discipline, units, modifiers):
    claim = walk(clinic, discipline)
    charge = claim.charges.get()
    assert (charge.units, charge.modifiers, charge.diagnosis_pointers) == (units, modifiers, [1])


def test_a_discipline_added_by_a_fact_file_alone_is_booked_planned_signed_and_charged(db, with_speech):
    clinic = make_clinic("Speech Clinic")
    charge = walk(clinic, "SLP").charges.get()
    assert (charge.code, charge.units, charge.modifiers) == ("92507", 1, ["GN"])


def test_the_pages_show_a_discipline_that_only_facts_know(db, with_speech, client):
    clinic = make_clinic("Speech Clinic")
    claim = walk(clinic, "SLP")
    owner = clinic.owner.user
    client.force_login(owner)
    mark = '<span class="who shape-diamond tone-plum">'
    for path in (
        "/team/",
        f"/episode/{claim.episode_id}/plan",
        f"/episode/{claim.episode_id}/visits",
        f"/billing/claim/{claim.pk}",
        "/schedule/?on=2026-11-25",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert mark in page.content.decode(), path
    client.force_login(clinic.member_of("SLP").user)
    assert "may evaluate" in client.get("/team/").content.decode()
    assert client.get("/careers/").status_code == client.get("/").status_code == client.get("/today").status_code == 200


def test_a_claim_says_what_would_stop_it(clinic):
    claim = walk(clinic, "PT")

    def said():
        return {f.code for f in findings_of(claim, by=clinic.members["biller"], today=claim.from_on)}

    assert said() == {"EXAMPLE_PRICE"}
    Practitioner.objects.of(clinic.owner).filter(pk=clinic.physician.pk).update(npi="")
    assert said() == {"REFERRING_NPI_MISSING", "EXAMPLE_PRICE"}
