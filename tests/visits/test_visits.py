"""Notes from begin to cosignature, on the database and through the pages."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from regain.coverage.models import Coverage, Payer
from regain.credentials.models import Supervision
from regain.plan_of_care.models import Goal, Plan, Section
from regain.record.actions import Signed, Stale, add, sign
from regain.record.models import Revision
from regain.visits import actions, queries
from regain.visits.models import Intervention, Visit
from tests.factories import AT, ON, make_episode, make_patient, make_therapist

LINES = [
    {"code": "97110", "label": "Sit to stand", "dose": "3 × 8", "minutes": 23},
    {"code": "97116", "label": "Gait", "dose": "80 m", "minutes": 17},
]
WORDS = {"subjective": "No falls.", "assessment": "Cues for weight shift."}


def make_section(clinic, episode, discipline="PT", signed=True):
    by = clinic.member_of(discipline)
    plan = Plan.objects.of(by).filter(episode=episode).first() or add(
        Plan, by=by, at=AT, episode=episode, starts_on=ON - timedelta(40)
    )
    section = add(Section, by=by, at=AT, plan=plan, discipline=discipline, evaluated_on=ON - timedelta(30), starts_on=ON - timedelta(30),
                  ends_on=ON + timedelta(60), author=clinic.therapists[discipline],
                  interventions=[{"code": "97110", "label": "Sit to stand", "minutes": 20}])  # fmt: skip
    return sign(section, by=by, at=AT, signature="x") if signed else section


def make_note(clinic, episode, discipline="PT", on=ON, kind="treatment", words=WORDS, lines=LINES):
    by = clinic.member_of(discipline)
    visit = actions.start_visit(
        episode=episode,
        discipline=discipline,
        kind=kind,
        on=on,
        practitioner=clinic.therapists[discipline],
        by=by,
        at=AT,
    )
    rows = list(visit.interventions.all())
    given = [{**line, "id": row.pk} for line, row in zip(lines, rows, strict=False)] + lines[len(rows) :]
    return actions.save_note(visit, version=visit.version, by=by, at=AT, words=words, lines=given)


def sign_note(clinic, visit, discipline="PT"):
    return actions.sign_visit(visit, version=visit.version, by=clinic.member_of(discipline), at=AT, today=ON)


@pytest.fixture
def episode(clinic):
    found = make_episode(clinic)
    make_section(clinic, found)
    return found


def test_the_first_note_starts_from_the_section_and_the_next_from_the_last_visit(clinic, episode):
    first = make_note(clinic, episode, on=ON - timedelta(1))
    assert first.total_minutes == 40
    assert sign_note(clinic, first) == []
    second = actions.start_visit(episode=episode, discipline="PT", kind="treatment", on=ON, practitioner=clinic.therapists["PT"],
                                 by=clinic.member_of("PT"), at=AT)  # fmt: skip
    copied = [(i.code, i.label, i.dose, i.minutes) for i in second.interventions.order_by("rank")]
    assert copied == [(line["code"], line["label"], line["dose"], line["minutes"]) for line in LINES]
    assert (second.subjective, second.section.discipline) == ("", "PT")


def test_each_discipline_starts_from_its_own_last_visit(clinic, episode):
    sign_note(clinic, make_note(clinic, episode, on=ON - timedelta(1)))
    make_section(clinic, episode, "OT")
    other = actions.start_visit(episode=episode, discipline="OT", kind="evaluation", on=ON, practitioner=clinic.therapists["OT"],
                                by=clinic.member_of("OT"), at=AT)  # fmt: skip
    assert [i.code for i in other.interventions.all()] == ["97165"]


def test_beginning_twice_gives_the_same_note(clinic, episode):
    first, second = (actions.start_visit(episode=episode, discipline="PT", kind="treatment", on=ON, practitioner=clinic.therapists["PT"],
                                         by=clinic.member_of("PT"), at=AT) for _ in range(2))  # fmt: skip
    assert first == second


def test_a_signed_note_is_frozen_by_the_database(clinic, episode):
    visit = make_note(clinic, episode)
    assert sign_note(clinic, visit) == []
    signed = Visit.objects.of(clinic.owner).get(pk=visit.pk)
    assert (signed.signature, len(signed.signed_hash), signed.signed_by) == (
        str(clinic.therapists["PT"]),
        64,
        clinic.member_of("PT"),
    )
    for change in (lambda: Visit.objects.of(clinic.owner).filter(pk=visit.pk).update(subjective="x"),
                   lambda: Intervention.objects.of(clinic.owner).filter(visit=visit).update(minutes=1),
                   lambda: Intervention.objects.of(clinic.owner).filter(visit=visit).delete()):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(Signed):
        actions.save_note(signed, version=signed.version, by=clinic.member_of("PT"), at=AT, words=WORDS, lines=[])


@pytest.mark.parametrize(("change", "code"), [
    ({"lines": [{**LINES[0], "minutes": 0}]}, "NO_MINUTES"), ({"words": {**WORDS, "total_minutes": 700}}, "TOO_MANY_MINUTES"),
    ({"words": {}}, "NOTE_EMPTY"), ({"lines": [{**LINES[0], "code": "97165"}]}, "CODE_OF_ANOTHER_DISCIPLINE"),
])  # fmt: skip
def test_what_blocks_a_signature_saves_the_note_and_signs_nothing(clinic, episode, change, code):
    visit = make_note(clinic, episode, **change)
    assert code in [f.code for f in sign_note(clinic, visit)]
    assert Visit.objects.of(clinic.owner).get(pk=visit.pk).signed_at is None


def test_no_section_no_treatment(clinic):
    assert [f.code for f in sign_note(clinic, make_note(clinic, make_episode(clinic)))] == ["NO_SECTION"]


def test_without_a_license_on_the_day_nobody_signs(clinic, episode):
    visit = make_note(clinic, episode, on=date(2023, 12, 31))
    assert "LICENSE_NOT_YET" in [f.code for f in sign_note(clinic, visit)]


def test_only_the_author_signs(clinic, episode):
    visit = make_note(clinic, episode)
    found = actions.sign_visit(visit, version=visit.version, by=clinic.member_of("OT"), at=AT, today=ON)
    assert [f.code for f in found] == ["NOT_YOUR_NOTE"]


def test_progress_report_is_asked_for_on_the_tenth_treatment_day(clinic, episode):
    patient = episode.patient
    payer = add(Payer, by=clinic.owner, at=AT, name="Medicare", kind="medicare_b", profile="medicare_b")
    add(Coverage, by=clinic.owner, at=AT, patient=patient, payer=payer, member_id="1", starts_on=date(2026, 1, 1))
    for day in range(9, 0, -1):
        assert (
            "PROGRESS_REPORT_DUE"
            not in [f.code for f in sign_note(clinic, make_note(clinic, episode, on=ON - timedelta(day)))][:-1]
        )
    assert "PROGRESS_REPORT_DUE" in [f.code for f in sign_note(clinic, make_note(clinic, episode))]


def test_a_measure_that_a_goal_reads_is_asked_for_and_taken_in_the_note(clinic, episode):
    plan = Plan.objects.of(clinic.owner).get(episode=episode)
    add(Goal, by=clinic.owner, at=AT, plan=plan, text="Walk to the mailbox", target_on=ON, measure="berg", target=45)
    visit = make_note(clinic, episode)
    by = clinic.member_of("PT")
    assert [f.code for f in queries.signing_findings(visit, by, ON)] == ["MEASURE_DUE"]
    row, findings = actions.take_measure(visit, measure="berg", inputs={"score": 43}, by=by, at=AT)
    assert (row.display, findings, [m.score for m in visit.scores.all()]) == ("43", [], [row])
    assert queries.signing_findings(visit, by, ON) == []
    assert sign_note(clinic, Visit.objects.of(by).get(pk=visit.pk)) == []
    assert [
        f.code
        for f in actions.take_measure(
            Visit.objects.of(by).get(pk=visit.pk), measure="berg", inputs={"score": 43}, by=by, at=AT
        )[1]
    ] == ["SIGNED"]


def test_two_people_in_one_note_lose_nothing(clinic, episode):
    visit = make_note(clinic, episode)
    by = clinic.member_of("PT")
    actions.save_note(visit, version=visit.version, by=by, at=AT, words={"subjective": "First"}, lines=[])
    with pytest.raises(Stale) as raised:
        actions.save_note(visit, version=visit.version, by=by, at=AT, words={"subjective": "Second"}, lines=[])
    assert (raised.value.theirs.subjective, raised.value.yours["subjective"]) == ("First", "Second")
    assert Revision.objects.of(by).filter(subject_id=visit.pk).count() == 2


def test_an_amendment_is_signed_and_the_note_stays(clinic, episode):
    visit = make_note(clinic, episode)
    by = clinic.member_of("PT")
    assert [f.code for f in actions.amend_visit(visit, text="a", reason="b", by=by, at=AT)[1]] == ["NOT_SIGNED"]
    sign_note(clinic, visit)
    visit = Visit.objects.of(by).get(pk=visit.pk)
    assert [f.code for f in actions.amend_visit(visit, text="a", reason=" ", by=by, at=AT)[1]] == ["REASON_MISSING"]
    assert [f.code for f in actions.amend_visit(visit, text="a", reason="b", by=clinic.member_of("OT"), at=AT)[1]] == [
        "NOT_YOUR_NOTE"
    ]
    amendment, _ = actions.amend_visit(visit, text="Left, not right.", reason="Slip", by=by, at=AT)
    assert (amendment.signature, bool(amendment.signed_hash)) == (str(clinic.therapists["PT"]), True)


def test_an_assistants_note_goes_to_the_supervisor_for_cosignature(clinic, episode):
    assistant = make_therapist(clinic, "PT", "PTA", "assistant")
    by = assistant.membership
    visit = actions.start_visit(
        episode=episode, discipline="PT", kind="treatment", on=ON, practitioner=assistant, by=by, at=AT
    )
    (row,) = visit.interventions.all()
    visit = actions.save_note(visit, version=1, by=by, at=AT, words=WORDS, lines=[{**LINES[0], "id": row.pk}])
    assert "NO_SUPERVISOR" in [f.code for f in actions.sign_visit(visit, version=2, by=by, at=AT, today=ON)]
    add(
        Supervision,
        by=clinic.owner,
        at=AT,
        assistant=assistant,
        supervisor=clinic.therapists["PT"],
        state="ME",
        starts_on=ON,
    )
    assert [f.code for f in actions.sign_visit(visit, version=2, by=by, at=AT, today=ON)] == ["COSIGN"]
    visit = queries.visits(clinic.owner).get(pk=visit.pk)
    supervisor = clinic.member_of("PT")
    assert (visit.cosigner, list(queries.awaiting_cosignature(supervisor))) == (clinic.therapists["PT"], [visit])
    assert [f.code for f in actions.cosign_visit(visit, by=by, at=AT)[1]] == ["NOT_YOUR_NOTE"]
    row, findings = actions.cosign_visit(visit, by=supervisor, at=AT)
    assert (row.visit_hash, findings, list(queries.awaiting_cosignature(supervisor))) == (visit.signed_hash, [], [])
    assert queries.tally(visit, queries.lines_of(visit), 0, "cms").counted.claim_lines[0].modifiers == ("GP", "CQ")


def test_an_assistant_cannot_sign_an_evaluation(clinic, episode):
    assistant = make_therapist(clinic, "PT", "PTA", "assistant")
    by = assistant.membership
    visit = actions.start_visit(
        episode=episode, discipline="PT", kind="evaluation", on=ON, practitioner=assistant, by=by, at=AT
    )
    assert "NOT_IN_SCOPE" in [f.code for f in actions.sign_visit(visit, version=1, by=by, at=AT, today=ON)]


@pytest.fixture
def therapist(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    return client


def typed(page: str) -> dict[str, str]:
    """What a browser would send of the note form as it stands."""
    form = page[page.index('id="note"') : page.index("</form>", page.index('id="note"'))]
    inputs = {m[1]: m[2] for m in re.finditer(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form)}
    areas = {m[1]: m[2].strip() for m in re.finditer(r'<textarea[^>]*?name="([^"]+)"[^>]*>([^<]*)</textarea>', form)}
    chosen = dict(re.findall(r'<select name="([^"]+)".*?<option value="([^"]*)" selected', form, re.DOTALL))
    return {**inputs, **areas, "kind": "treatment", **chosen}


def test_a_repeat_visit_is_written_and_signed_from_one_page(therapist, clinic, episode):
    sign_note(clinic, make_note(clinic, episode, on=ON - timedelta(1)))
    begun = therapist.post(
        reverse("visits:start", args=[episode.pk]), {"discipline": "PT", "kind": "treatment", "on": ON.isoformat()}
    )
    page = therapist.get(begun["Location"]).text
    assert "Last time: “No falls.”" in page
    assert "3 × 8, 23 min" in page
    data = typed(page)
    visible = re.findall(
        r'<(?:input(?![^>]*type="hidden")|textarea|select)\b',
        page[page.index('id="note"') : page.index("Add an intervention")],
    )
    assert len(visible) + 2 <= 15
    data |= {"subjective": "Walked to the mailbox.", "assessment": "Steadier.", "lines-0-minutes": "30", "act": "sign"}
    signed = therapist.post(begun["Location"], data, follow=True)
    assert "Signed" in signed.text
    visit = queries.visits(clinic.owner).first()
    assert (visit.subjective, visit.total_minutes, bool(visit.signed_at)) == ("Walked to the mailbox.", 47, True)
    assert "Sign amendment" in signed.text


def test_units_run_while_typing_with_and_without_htmx(therapist, clinic, episode):
    visit = make_note(clinic, episode)
    page = reverse("visits:note", args=[visit.pk])
    shown = therapist.get(page).text
    assert "97110 2 · 97116 1" in shown
    data = typed(shown) | {"lines-1-minutes": "22"}
    fragment = therapist.post(reverse("visits:units", args=[visit.pk]), data)
    assert ("Timed <strong>45 min" in fragment.text, "97110 2 · 97116 1" in fragment.text) == (True, True)
    assert 'id="before" hx-swap-oob="true"' in fragment.text, "findings run along"
    assert "says nothing in words" in therapist.post(reverse("visits:units", args=[visit.pk]), data | {"subjective": "", "assessment": ""}).text  # fmt: skip
    counted = therapist.post(page, data | {"act": "count"}).text
    assert "Timed <strong>45 min" in counted
    assert Intervention.objects.of(clinic.owner).get(visit=visit, code="97116").minutes == 17


def test_the_loser_sees_both_versions_and_keeps_what_was_typed(therapist, clinic, episode):
    visit = make_note(clinic, episode)
    page = reverse("visits:note", args=[visit.pk])
    data = typed(therapist.get(page).text)
    actions.save_note(
        visit,
        version=visit.version,
        by=clinic.member_of("PT"),
        at=AT,
        words={"subjective": "From the tablet"},
        lines=[],
    )
    lost = therapist.post(page, data | {"subjective": "From the desk"})
    assert lost.status_code == 409
    assert lost.text.count("From the tablet") == 1
    assert lost.text.count("From the desk") == 2
    again = therapist.post(page, typed(lost.text))
    assert again.status_code == 302
    assert queries.visits(clinic.owner).get(pk=visit.pk).subjective == "From the desk"


def test_a_note_with_a_bad_number_is_sent_back_whole(therapist, clinic, episode):
    visit = make_note(clinic, episode)
    page = reverse("visits:note", args=[visit.pk])
    back = therapist.post(
        page, typed(therapist.get(page).text) | {"lines-0-minutes": "many", "subjective": "Kept words"}
    )
    assert (back.status_code, "Kept words" in back.text, "Minutes are a whole number" in back.text) == (422, True, True)


def test_blocked_signature_says_what_to_solve(therapist, clinic):
    visit = make_note(clinic, make_episode(clinic))
    page = reverse("visits:note", args=[visit.pk])
    shown = therapist.post(page, typed(therapist.get(page).text) | {"act": "sign"}, follow=True).text
    assert "There is no PT section in the plan" in shown
    assert "not signed yet" in shown


def test_taking_a_measure_from_the_note(therapist, clinic, episode):
    visit = make_note(clinic, episode)
    page = reverse("visits:measure", args=[visit.pk, "nprs"])
    assert therapist.get(page).status_code == 200
    sent = therapist.post(page, {"taken_on": ON.isoformat(), "value": "3"}, follow=True)
    assert "taken in this visit" in sent.text


def test_pages_open_and_cost_a_fixed_number_of_queries(therapist, clinic, episode, django_assert_max_num_queries):
    for day in range(4, 0, -1):
        sign_note(clinic, make_note(clinic, episode, on=ON - timedelta(day)))
    visit = make_note(clinic, episode)
    for url, most in ((reverse("visits:note", args=[visit.pk]), 45), (reverse("visits:episode", args=[episode.pk]), 20),
                      (reverse("visits:mine"), 10), (reverse("web:outcomes", args=[episode.pk]), 20)):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert therapist.get(url).status_code == 200


def test_another_organization_and_another_role_stay_out(therapist, clinic, other_clinic, episode, client):
    theirs = make_episode(other_clinic)
    make_section(other_clinic, theirs)
    visit = make_note(other_clinic, theirs)
    for name, pk in (("visits:note", visit.pk), ("visits:episode", theirs.pk), ("visits:start", theirs.pk)):
        assert therapist.get(reverse(name, args=[pk])).status_code == 404
    ours = make_note(clinic, episode)
    client.force_login(clinic.desk.user)
    assert client.get(reverse("visits:start", args=[episode.pk])).status_code == 403
    assert client.post(reverse("visits:note", args=[ours.pk]), {"act": "sign"}).status_code == 403
    assert "Not signed yet" in client.get(reverse("visits:note", args=[ours.pk])).text


def test_a_restricted_chart_asks_why(therapist, clinic):
    hidden = make_episode(clinic, make_patient(clinic, "Roy", "Ann", restricted=True))
    assert therapist.get(reverse("visits:episode", args=[hidden.pk])).status_code == 403


def test_a_signature_completes_the_appointment_and_a_walk_in_draws_its_visit(clinic, episode):
    from datetime import datetime

    from regain.coverage.actions import add_authorization
    from regain.coverage.queries import uses_of
    from regain.scheduling.models import Appointment, AppointmentStatus
    from regain.scheduling.queries import appointments

    payer = add(Payer, by=clinic.owner, at=AT, name="Plan", kind="commercial", profile="commercial")
    cover = add(
        Coverage,
        by=clinic.owner,
        at=AT,
        patient=episode.patient,
        payer=payer,
        member_id="1",
        starts_on=date(2026, 1, 1),
    )
    add_authorization(
        cover,
        by=clinic.owner,
        at=AT,
        number="A1",
        disciplines=["PT"],
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        visits=9,
    )
    start = datetime(2026, 11, 24, 15, tzinfo=AT.tzinfo)
    booked = add(Appointment, by=clinic.desk, at=AT, episode=episode, patient=episode.patient, practitioner=clinic.therapists["PT"], site=clinic.site,
                 discipline="PT", kind="treatment", starts_at=start, ends_at=start + timedelta(minutes=45))  # fmt: skip
    add(AppointmentStatus, by=clinic.desk, at=AT, appointment=booked, status="booked")
    visit = make_note(clinic, episode)
    assert visit.appointment == booked
    assert sign_note(clinic, visit) == []
    assert appointments(clinic.owner).get(pk=booked.pk).state == "completed"
    walk_in = make_note(clinic, episode, on=ON - timedelta(1))
    assert walk_in.appointment is None
    sign_note(clinic, walk_in)
    assert ([use.visits for use in uses_of(clinic.owner, walk_in.pk)], list(uses_of(clinic.owner, visit.pk))) == (
        [1],
        [],
    )


def test_an_evaluation_chooses_its_complexity_on_the_page(therapist, clinic):
    episode = make_episode(clinic)
    begun = therapist.post(
        reverse("visits:start", args=[episode.pk]), {"discipline": "PT", "kind": "evaluation", "on": ON.isoformat()}
    )
    data = typed(therapist.get(begun["Location"]).text) | {"kind": "evaluation", "lines-0-code": "97163", "lines-0-minutes": "45",
                                                           "subjective": "Fell twice.", "assessment": "Weak hips.", "act": "sign"}  # fmt: skip
    assert "Signed" in therapist.post(begun["Location"], data, follow=True).text
    visit = queries.visits(clinic.owner).get()
    assert [(i.code, i.minutes) for i in visit.interventions.all()] == [("97163", 45)]


def test_a_note_is_begun_for_its_appointment(therapist, clinic, episode):
    from regain.scheduling.models import Appointment, AppointmentStatus

    booked = add(Appointment, by=clinic.desk, at=AT, episode=episode, patient=episode.patient, practitioner=clinic.therapists["PT"], site=clinic.site,
                 discipline="PT", kind="treatment", starts_at=AT, ends_at=AT + timedelta(minutes=45))  # fmt: skip
    add(AppointmentStatus, by=clinic.desk, at=AT, appointment=booked, status="booked")
    page = reverse("visits:start", args=[episode.pk]) + f"?appointment={booked.pk}"
    assert f'value="{ON.isoformat()}"' in therapist.get(page).text
    therapist.post(page, {"discipline": "PT", "kind": "treatment", "on": ON.isoformat()})
    assert queries.visits(clinic.owner).get().appointment == booked
    assert therapist.get(reverse("visits:start", args=[episode.pk]) + "?appointment=nonsense").status_code == 200


def test_a_note_of_last_week_stands_on_the_section_it_was_given_under(clinic, episode):
    (old,) = queries.sections(clinic.owner, episode, "PT")
    by = clinic.member_of("PT")
    renewed = add(Section, by=by, at=AT, plan=old.plan, discipline="PT", evaluated_on=ON, starts_on=ON, ends_on=ON + timedelta(60),
                  author=old.author, replaces=old)  # fmt: skip
    sign(renewed, by=by, at=AT, signature="x")
    late, today = make_note(clinic, episode, on=ON - timedelta(2)), make_note(clinic, episode)
    assert [sign_note(clinic, one) for one in (late, today)] == [[], []]
    assert (late.section, today.section) == (old, renewed)


def together(clinic, episode, minutes, ours):
    """An OT note of 40 minutes, then the PT's of 40 in which `ours` count and `minutes` were given together."""
    make_section(clinic, episode, "OT")
    make_note(clinic, episode, "OT", lines=[{**LINES[0], "code": "97530", "minutes": 40}])
    words = {**WORDS, "total_minutes": 40, "together_minutes": minutes}
    return make_note(clinic, episode, words=words, lines=[{**LINES[0], "minutes": ours}])


@pytest.mark.parametrize(("minutes", "ours", "codes"), [
    (0, 40, []), (40, 40, ["COUNTED_TWICE"]), (40, 0, ["NO_INTERVENTION"]), (20, 20, []), (20, 21, ["COUNTED_TWICE"]),
    (60, 10, ["TOGETHER_TOO_LONG"]),
])  # fmt: skip
def test_minutes_given_together_count_in_one_note(clinic, episode, minutes, ours, codes):
    found = sign_note(clinic, together(clinic, episode, minutes, ours))
    assert [f.code for f in found] == codes


def test_two_at_the_same_time_are_asked_about(clinic, episode):
    from regain.scheduling.models import Appointment, AppointmentStatus

    for discipline in ("PT", "OT"):
        booked = add(Appointment, by=clinic.desk, at=AT, episode=episode, patient=episode.patient, practitioner=clinic.therapists[discipline],
                     site=clinic.site, discipline=discipline, kind="treatment", starts_at=AT, ends_at=AT + timedelta(minutes=45))  # fmt: skip
        add(AppointmentStatus, by=clinic.desk, at=AT, appointment=booked, status="booked")
    visit = queries.whole_visits(clinic.owner).get(pk=make_note(clinic, episode).pk)
    assert [f.code for f in queries.signing_findings(visit, clinic.member_of("PT"), ON)] == ["GIVEN_TOGETHER"]


def test_minutes_given_together_are_typed_on_the_page_and_told_in_the_signed_note(therapist, clinic, episode):
    visit = make_note(clinic, episode)
    page = reverse("visits:note", args=[visit.pk])
    data = typed(therapist.get(page).text) | {"total_minutes": "60", "together_minutes": "20", "act": "sign"}
    assert "20 of them together with another discipline" in therapist.post(page, data, follow=True).text


@pytest.mark.parametrize("field", ["total_minutes", "lines-0-minutes"])
def test_seven_hundred_minutes_are_refused_with_words_and_nothing_is_saved(therapist, clinic, episode, field):
    visit = make_note(clinic, episode)
    page = reverse("visits:note", args=[visit.pk])
    sent = typed(therapist.get(page).text) | {field: "700", "subjective": "Kept words", "act": "sign"}
    back = therapist.post(page, sent)
    assert back.status_code == 422
    assert "700 minutes is longer than a visit lasts (up to 480)" in back.text
    assert "Nothing was saved yet" in back.text
    assert ("Kept words" in back.text, 'value="700"' in back.text) == (True, True)
    assert queries.visits(clinic.owner).get().version == visit.version


def test_an_evaluation_becomes_the_draft_of_the_section(therapist, clinic):
    episode = make_episode(clinic)
    by = clinic.member_of("PT")
    visit = make_note(clinic, episode, kind="evaluation", words={**WORDS, "objective": "Hip strength 3 of 5."}, lines=[{**LINES[0], "code": "97161"}])  # fmt: skip
    page = reverse("visits:section", args=[visit.pk])
    assert therapist.post(page).status_code == 422, "it is not signed yet"
    actions.take_measure(visit, measure="berg", inputs={"score": 31}, by=by, at=AT)
    sign_note(clinic, queries.visits(by).get(pk=visit.pk))
    assert "Write the section from this" in therapist.get(reverse("visits:note", args=[visit.pk])).text
    assert "section from the evaluation" in therapist.get(reverse("web:plan", args=[episode.pk])).text
    for _ in range(2):
        assert therapist.post(page)["Location"] == reverse("plan_of_care:edit_section", args=[episode.pk, "PT"])
    (section,) = queries.sections(by, episode, "PT")
    assert (section.evaluated_on, section.signed_at) == (ON, None)
    assert section.findings == "Hip strength 3 of 5.\nBerg Balance Scale: 31 points\nCues for weight shift."


def test_any_measure_is_taken_inside_the_note(therapist, clinic, episode):
    visit = make_note(clinic, episode)
    page = therapist.get(reverse("visits:choose", args=[visit.pk]) + "?q=berg").text
    assert reverse("visits:measure", args=[visit.pk, "berg"]) in page
