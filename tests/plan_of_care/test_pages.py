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
from tests.factories import AT, ON, make_episode, make_patient

LINES = [{"code": "97110", "label": "Strength", "minutes": 30}]
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
                                     findings=f"Found by {discipline}", interventions=LINES, **details)  # fmt: skip
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


LEVELS = {f"level_{level}": f"step {level}" for level in range(-2, 3)}
GOAL = {
    "text": "Dress alone",
    "words": "",
    "target_on": (ON + timedelta(30)).isoformat(),
    "icf": "d540",
    "measure": "",
    "target": "",
    **LEVELS,
}


def test_a_goal_is_scaled_on_all_five_levels_and_starts_from_a_baseline(therapist, clinic, episode):
    page = reverse("plan_of_care:add_goal", args=[episode.pk])
    refused = therapist.post(page, GOAL | {"level_1": "", "baseline": "-1"})
    assert (refused.status_code, "Say this level too" in refused.text, "Dress alone" in refused.text) == (422, True, True)  # fmt: skip
    therapist.post(page, GOAL | {"baseline": "-1"})
    (goal,) = queries.plan_of(clinic.owner, episode).goals.all()
    assert (goal.levels["2"], [(r.level, r.on) for r in goal.ratings.all()]) == ("step 2", [(-1, ON)])


def test_a_goal_before_the_plan_starts_or_of_no_measure_is_sent_back(therapist, episode):
    page = reverse("plan_of_care:add_goal", args=[episode.pk])
    early = therapist.post(page, GOAL | {"target_on": "2020-01-01"})
    assert (early.status_code, "lies before the plan starts" in early.text) == (422, True)
    aimless = therapist.post(page, GOAL | {"target": "12"})
    assert "Choose the measure that the target score is of" in aimless.text
    assert "An ICF code is" in therapist.post(page, GOAL | {"icf": "630"}).text


def test_the_second_to_change_a_goal_sees_both_versions_and_loses_nothing(therapist, clinic, episode, goal):
    page = reverse("plan_of_care:change_goal", args=[episode.pk, goal.pk])
    assert 'value="Walk to the mailbox"' in therapist.get(page).text
    planning.change_goal(goal, version=1, text="Walk to the shop", by=clinic.member_of("OT"), at=AT)
    lost = therapist.post(page, GOAL | {"version": "1", "text": "Walk to the barn"})
    assert (lost.status_code, "Walk to the shop" in lost.text, lost.text.count("Walk to the barn")) == (409, True, 2)
    therapist.post(page, GOAL | {"version": "2", "text": "Walk to the barn"})
    (now,) = queries.plan_of(clinic.owner, episode).goals.all()
    assert (now.text, now.version) == ("Walk to the barn", 3)


def test_a_goal_ends_with_its_reason_and_stays_in_the_record(therapist, clinic, episode, goal):
    page = reverse("plan_of_care:end_goal", args=[episode.pk, goal.pk])
    assert therapist.get(page).status_code == 200
    therapist.post(page, {"version": "1", "reason": "She moves to her son's flat."})
    assert list(queries.plan_of(clinic.owner, episode).goals.all()) == []
    goal.refresh_from_db()
    assert (goal.ended_on, goal.ended_reason) == (ON, "She moves to her son's flat.")


def test_each_level_is_rated_in_the_persons_own_terms(therapist, episode, goal):
    page = therapist.get(reverse("plan_of_care:rate", args=[episode.pk, goal.pk])).text
    assert "−1: step -1" in page


def section_data(goal, **changes):
    return {
        "version": "0", "evaluated_on": ON.isoformat(), "starts_on": ON.isoformat(), "frequency_per_week": "2", "duration_weeks": "8",
        "minutes_per_visit": "45", "findings": "Slow gait.", f"goal_{goal.pk}": "Gait on uneven ground", "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0", "lines-0-code": "97110", "lines-0-label": "Strength", "lines-0-minutes": "30", "lines-1-code": "", **changes,
    }  # fmt: skip


def test_a_section_is_written_in_rows_and_a_row_without_minutes_is_sent_back(therapist, clinic, episode, goal):
    page = reverse("plan_of_care:edit_section", args=[episode.pk, "PT"])
    refused = therapist.post(page, section_data(goal, **{"lines-0-minutes": ""}))
    assert (refused.status_code, "How many minutes a visit?" in refused.text, "Slow gait." in refused.text) == (422, True, True)  # fmt: skip
    foreign = therapist.post(page, section_data(goal, **{"lines-0-code": "97165"}))
    assert (foreign.status_code, parts(clinic)) == (422, {})
    therapist.post(page, section_data(goal))
    assert parts(clinic)["PT"].interventions == LINES


def test_the_second_to_save_a_section_sees_both_versions_in_words(therapist, clinic, episode, goal):
    page = reverse("plan_of_care:edit_section", args=[episode.pk, "PT"])
    therapist.post(page, section_data(goal))
    therapist.post(page, section_data(goal, version="1", frequency_per_week="3", **{f"goal_{goal.pk}": "Stairs first"}))
    lost = therapist.post(page, section_data(goal, version="1", **{"lines-0-label": "Balance"}))
    assert lost.status_code == 409
    table = lost.text[lost.text.index("Both versions") : lost.text.index("</table>")]
    assert all(text in table for text in ("Stairs first", "Gait on uneven ground", "Strength (97110), 30 min", "Balance (97110), 30 min"))  # fmt: skip
    assert "{" not in table
    assert therapist.post(page, section_data(goal, version="2")).status_code == 302


def test_nobody_writes_the_section_of_another_discipline(therapist, clinic, episode, goal):
    page = reverse("plan_of_care:edit_section", args=[episode.pk, "OT"])
    assert "holds no OT license" in therapist.get(page).text
    therapist.post(page, section_data(goal))
    assert parts(clinic) == {}


def test_a_renewal_starts_a_new_period_and_the_signed_one_stands_until_it_is_signed(therapist, clinic, episode, goal, at_clock):  # fmt: skip
    old = signed_section(clinic, goal)
    later = AT + timedelta(days=50)
    at_clock(later)
    therapist.force_login(clinic.member_of("PT").user)
    page = reverse("plan_of_care:edit_section", args=[episode.pk, "PT"]) + "?renew=1"
    day = (ON + timedelta(50)).isoformat()
    assert therapist.get(page).text.count(f'value="{day}"') == 2
    therapist.post(page, section_data(goal, evaluated_on=day, starts_on=day))
    drafts = [s for s in queries.current_sections(clinic.owner) if not s.signed_at]
    assert [(s.replaces_id, s.starts_on.isoformat()) for s in drafts] == [(old.pk, day)]
    assert queries.section_in_force(clinic.owner, episode, "PT", ON + timedelta(50)) == old


def test_a_restricted_chart_hides_its_plan(therapist, clinic):
    hidden = make_episode(clinic, make_patient(clinic, "Roy", "Ann", restricted=True))
    plan = planning.open_plan(hidden, starts_on=ON, by=clinic.owner, at=AT)
    goal = planning.add_goal(plan, text="Walk", target_on=ON, by=clinic.owner, at=AT)
    section = planning.draft_section(plan, discipline="PT", author=clinic.therapists["PT"], evaluated_on=ON, starts_on=ON, frequency_per_week=2,
                                     duration_weeks=8, by=clinic.member_of("PT"), at=AT)  # fmt: skip
    for name, args in (("add_goal", [hidden.pk]), ("change_goal", [hidden.pk, goal.pk]), ("edit_section", [hidden.pk, "PT"]),
                       ("sign_section", [section.pk]), ("verbal", [section.pk]), ("send", [hidden.pk])):  # fmt: skip
        assert therapist.get(reverse(f"plan_of_care:{name}", args=args)).status_code == 403
