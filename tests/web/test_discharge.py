"""The joint discharge: one summary, each discipline's part signed by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from regain.episodes.models import Diagnosis
from regain.outcomes.actions import record_score
from regain.plan_of_care.actions import discharging, home, planning
from regain.plan_of_care.models import Discharge
from regain.plan_of_care.queries import discharge_of
from regain.record.actions import Stale, add
from regain.record.models import AuditLine
from regain.scheduling.models import Appointment, AppointmentStatus
from regain.scheduling.queries import appointments
from regain.web.views.discharge import printed
from tests.factories import AT, ON, make_episode, make_patient

LEVELS = dict(zip(("-2", "-1", "0", "1", "2"), ("In bed", "To the door", "To the mailbox", "Twice", "To town"), strict=True))  # fmt: skip


@pytest.fixture
def episode(clinic):
    """Both disciplines signed; one goal rated from -2 to 0, a measure taken twice, a device and a home item."""
    found = make_episode(clinic)
    pt = clinic.member_of("PT")
    add(Diagnosis, by=clinic.owner, at=AT, episode=found, code="I69.351", label="Hemiplegia after stroke")
    plan = planning.open_plan(found, starts_on=ON, by=pt, at=AT)
    goal = planning.add_goal(plan, text="Walk outdoors", target_on=ON + timedelta(56), levels=LEVELS, measure="berg", target=45, by=pt, at=AT)  # fmt: skip
    for level, day in ((-2, ON), (0, ON + timedelta(1))):
        planning.rate_goal(goal, level=level, on=day, by=pt, at=AT)
    for discipline in ("OT", "PT"):
        by = clinic.member_of(discipline)
        section = planning.draft_section(plan, discipline=discipline, author=clinic.therapists[discipline], evaluated_on=ON, starts_on=ON,
                                         frequency_per_week=2, duration_weeks=8, by=by, at=AT, contributions={goal: f"{discipline} helps"})  # fmt: skip
        planning.sign_section(section, practitioner=clinic.therapists[discipline], by=by, at=AT)
    for score, day in ((31, ON - timedelta(30)), (44, ON)):
        record_score(episode=found, measure="berg", inputs={"score": score}, taken_on=day, by=pt, at=AT, discipline="PT")  # fmt: skip
    home.add_equipment(found, item="Long-handled reacher", state="in use", on=ON, by=pt, at=AT)
    home.add_home_item(found, discipline="OT", title="Lay out breakfast", starts_on=ON, by=pt, at=AT)
    return found


@pytest.fixture
def begun(clinic, episode):
    return discharging.start_discharge(episode, on=ON, reason="goals reached", by=clinic.member_of("PT"), at=AT)


def part(discharge, discipline):
    return discharge.sections.get(discipline=discipline)


def finish(clinic, discharge, discipline):
    one, by = part(discharge, discipline), clinic.member_of(discipline)
    one = discharging.write_part(one, version=one.version, text=f"{discipline} went well.", by=by, at=AT)
    return discharging.sign_part(one, practitioner=clinic.therapists[discipline], by=by, at=AT)


@pytest.fixture
def therapist(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    return client


SAYS = ("“To the mailbox”", "“In bed”", "OT helps", "PT helps", "Berg Balance Scale", "31", "44", "45", "Clinically important improvement",
        "Long-handled reacher, in use", "Lay out breakfast", "Hemiplegia after stroke")  # fmt: skip


def test_the_summary_says_goals_by_discipline_outcomes_equipment_and_home(therapist, clinic, episode, begun):
    page = therapist.get(reverse("web:discharge", args=[episode.pk])).text
    assert [text for text in SAYS if text not in page] == []
    assert "each discipline writes and signs its own part" in page


def test_the_last_signature_finishes_the_episode_and_both_stand_on_the_pdf(therapist, clinic, episode, begun):
    assert (finish(clinic, begun, "OT"), finish(clinic, begun, "PT")) == ([], [])
    page = therapist.get(reverse("web:discharge", args=[episode.pk])).text
    assert page.count("Signed by") == 2
    found = printed(clinic.owner, episode, AT)
    assert found is None or found.startswith(b"%PDF-")
    assert AuditLine.objects.of(clinic.owner).filter(action="episode moved", subject_id=episode.pk).exists()


def test_the_last_signature_calls_off_what_is_booked_after_the_day_of_discharge(therapist, clinic, episode, begun):
    for hours in (2, 48, 96):
        starts_at = AT + timedelta(hours=hours)
        row = add(Appointment, by=clinic.desk, at=AT, episode=episode, patient=episode.patient, practitioner=clinic.therapists["PT"],
                  site=clinic.site, discipline="PT", kind="treatment", starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45))  # fmt: skip
        add(AppointmentStatus, by=clinic.desk, at=AT, appointment=row, status="booked")
    finish(clinic, begun, "OT")
    assert "3 visits are still booked" in therapist.get(reverse("web:discharge", args=[episode.pk])).text
    finish(clinic, begun, "PT")
    states = list(appointments(clinic.owner).filter(episode=episode).values_list("state", flat=True))
    assert states == ["booked", "cancelled", "cancelled"]


def test_the_shared_part_is_frozen_by_the_first_signature(therapist, clinic, episode, begun):
    page = reverse("web:discharge_start", args=[episode.pk])
    given = {"version": "1", "on": ON.isoformat(), "reason": "plateau", "destination": "Home", "advice": "Call us."}
    therapist.post(page, given)
    begun.refresh_from_db()
    assert (begun.reason, begun.version) == ("plateau", 2)
    finish(clinic, begun, "OT")
    refused = therapist.post(page, given | {"version": "2", "reason": "moved away"})
    assert (refused.status_code, "has signed the OT part" in refused.text, "Call us." in refused.text) == (422, True, True)  # fmt: skip
    signed = part(begun, "OT")
    assert signed.signed_content()["reason"] == "plateau"


def test_the_second_to_change_the_shared_part_sees_both_versions(therapist, clinic, episode, begun):
    page = reverse("web:discharge_start", args=[episode.pk])
    discharging.change_discharge(begun, version=1, on=ON, reason="plateau", destination="", advice="Theirs", by=clinic.member_of("OT"), at=AT)  # fmt: skip
    lost = therapist.post(page, {"version": "1", "on": ON.isoformat(), "reason": "goals reached", "advice": "Mine"})
    assert (lost.status_code, "Theirs" in lost.text, "Mine" in lost.text) == (409, True, True)
    with pytest.raises(Stale):
        discharging.change_discharge(begun, version=1, on=ON, reason="plateau", by=clinic.owner, at=AT)


def test_nobody_writes_the_part_of_another_discipline(therapist, begun):
    other = part(begun, "OT")
    page = reverse("web:discharge_write", args=[other.pk])
    assert "holds no OT license" in therapist.get(page).text
    therapist.post(page, {"version": "1", "text": "Not mine to say"})
    other.refresh_from_db()
    assert other.text == ""


def test_a_goal_never_rated_again_is_asked_about_and_an_early_day_refused(clinic, episode):
    by = clinic.member_of("PT")
    plan = planning.open_plan(episode, starts_on=ON, by=by, at=AT)
    planning.add_goal(plan, text="Climb stairs", target_on=ON, by=by, at=AT)
    early = discharging.start_discharge(episode, on=ON - timedelta(99), reason="plateau", by=by, at=AT)
    assert ([f.code for f in early], Discharge.objects.of(by).exists()) == (["ENDS_BEFORE_START"], False)
    begun = discharging.start_discharge(episode, on=ON, reason="plateau", by=by, at=AT)
    assert [f.code for f in finish(clinic, begun, "PT")] == ["GOAL_NOT_RATED"]


def test_a_goal_rated_once_is_not_said_to_be_missed(therapist, clinic, episode, begun):
    by = clinic.member_of("PT")
    goal = planning.add_goal(planning.open_plan(episode, starts_on=ON, by=by, at=AT), text="Climb stairs", target_on=ON, by=by, at=AT)  # fmt: skip
    planning.rate_goal(goal, level=-2, on=ON, by=by, at=AT)
    page = therapist.get(reverse("web:discharge", args=[episode.pk])).text
    assert ("Not rated since the start" in page, "Not reached" in page) == (True, False)


def test_a_restricted_chart_and_another_clinic_keep_their_discharge(therapist, clinic, other_clinic):
    hidden = make_episode(clinic, make_patient(clinic, "Roy", "Ann", restricted=True))
    theirs = make_episode(other_clinic)
    for name in ("web:discharge", "web:discharge_start"):
        assert therapist.get(reverse(name, args=[hidden.pk])).status_code == 403
        assert therapist.get(reverse(name, args=[theirs.pk])).status_code == 404
    assert discharge_of(clinic.owner, hidden) is None


def test_a_plan_without_levels_or_ratings_opens(therapist, clinic, episode):
    by = clinic.member_of("PT")
    plan = planning.open_plan(episode, starts_on=ON, by=by, at=AT)
    planning.add_goal(plan, text="Climb stairs", target_on=ON, by=by, at=AT)
    for name in ("web:plan", "web:discharge", "web:episode", "web:outcomes", "web:home_programme", "web:talk"):
        assert therapist.get(reverse(name, args=[episode.pk])).status_code == 200
