"""Recording, correcting and showing scores: actions, forms for every instrument, pages, organizations apart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from regain.outcomes import actions, queries
from regain.outcomes.forms import ScoreForm
from regain.outcomes.models import Score
from tests.factories import AT, ON, make_episode

EARLIER = date(2026, 10, 12)


def record(clinic, episode, measure="five_xsts", on=ON, **inputs):
    row, findings = actions.record_score(episode=episode, measure=measure, inputs=inputs or {"time_s": 18.2}, taken_on=on,
                                         by=clinic.member_of("PT"), at=AT, discipline="PT")  # fmt: skip
    assert row is not None, findings
    return row


def test_a_score_keeps_its_inputs_and_the_whole_answer(clinic):
    row = record(clinic, make_episode(clinic))
    assert (float(row.score), row.unit, row.display, row.status) == (18.2, "s", "18.2", "")
    assert row.inputs == {"birth_date": "1955-03-02", "on": "2026-11-24", "sex": "female", "time_s": 18.2}
    assert (row.answer["age"], row.answer["norms"][0]["worse"], len(row.answer["version"])) == (71, True, 12)


def test_an_error_saves_nothing_and_says_why(clinic):
    row, findings = actions.record_score(episode=make_episode(clinic), measure="nprs", inputs={"value": 11}, taken_on=ON,
                                         by=clinic.member_of("PT"), at=AT)  # fmt: skip
    assert (row, [f.code for f in findings], Score.objects.of(clinic.owner).count()) == (None, ["OUT_OF_RANGE"], 0)


def test_unable_is_kept_as_a_status_without_a_number(clinic):
    row = record(clinic, make_episode(clinic), completed=False)
    assert (row.score, row.status, row.display) == (None, "unable", "unable")


def test_a_correction_is_a_new_row_and_the_old_one_stays(clinic):
    episode = make_episode(clinic)
    old = record(clinic, episode)
    by = clinic.member_of("PT")
    refused = actions.record_score(
        episode=episode, measure="five_xsts", inputs={"time_s": 12.8}, taken_on=ON, by=by, at=AT, corrects=old
    )
    assert [f.code for f in refused[1]] == ["REASON_MISSING"]
    new, _ = actions.record_score(episode=episode, measure="five_xsts", inputs={"time_s": 12.8}, taken_on=ON, by=by, at=AT, corrects=old, note="Typed wrong")  # fmt: skip
    assert [float(row.score) for row in queries.scores(clinic.owner)] == [12.8]
    assert set(queries.all_scores(clinic.owner)) == {old, new}
    again = actions.record_score(
        episode=episode, measure="five_xsts", inputs={"time_s": 1}, taken_on=ON, by=by, at=AT, corrects=old, note="x"
    )
    assert [f.code for f in again[1]] == ["ALREADY_CORRECTED"]


def test_the_database_refuses_to_change_a_score(clinic):
    row = record(clinic, make_episode(clinic))
    with pytest.raises(DatabaseError), transaction.atomic():
        Score.objects.of(clinic.owner).filter(pk=row.pk).update(display="9")


def test_the_course_of_a_measure(clinic, django_assert_num_queries):
    episode = make_episode(clinic)
    record(clinic, episode, on=EARLIER)
    record(clinic, episode, time_s=13.9)
    with django_assert_num_queries(1):
        (course,) = queries.courses(clinic.owner, episode, {"five_xsts": 12})
    assert [(p.on, p.value) for p in course.chart.points] == [(EARLIER, 18.2), (ON, 13.9)]
    assert {(level.kind, level.value) for level in course.chart.levels} == {
        ("target", 12.0),
        ("mdc", 15.7),
        ("mcid", 15.9),
        ("norm", 12.6),
    }
    assert (course.change["verdict"], course.change["improvement"], course.chart.better) == (
        "clinically important improvement",
        4.3,
        "down",
    )
    assert course.sentence == ("You stand up faster than in October: 18.2 s then, 13.9 s now. That is a change people "
                               "notice. Over 12.6 s is slower than average for your age.")  # fmt: skip


@pytest.mark.parametrize("key", list(queries.instruments()))
def test_every_instrument_has_a_form_that_gives_its_inputs(key):
    instrument = queries.instruments()[key]
    empty = ScoreForm(instrument, {"taken_on": "2026-11-24"})
    assert empty.is_valid(), empty.errors
    assert set(empty.inputs()) <= {"version", "form", "pace", "ticked"}
    if instrument.has_score:
        known = ScoreForm(instrument, {"taken_on": "2026-11-24", "score": "3", "unit": "kg", "system": "shulman"})
        assert known.is_valid(), known.errors
        assert known.inputs()["score"] == 3


def test_forms_fold_items_into_lists_and_names():
    def inputs(key, **data):
        form = ScoreForm(queries.instruments()[key], {"taken_on": "2026-11-24", **data})
        assert form.is_valid(), form.errors
        return form.inputs()

    assert inputs("katz", **{f"items.{n}": str(n % 2) for n in range(5)}) == {"items": [0, 1, 0, 1, 0, None]}
    assert inputs("barthel", **{"items.feeding": "10", "form": "100"}) == {"items": {"feeding": 10}, "form": "100"}
    assert inputs("psfs", **{"activities.0.label": "Stairs", "activities.0.rating": "4"}) == {
        "activities": [{"label": "Stairs", "rating": 4}]
    }
    assert inputs("section_gg", **{"items.GG0130A": "06", "column": "1"}) == {"items": {"GG0130A": "06"}, "column": "1"}
    assert inputs("rmdq", **{"ticked.0": "on"}) == {"ticked": [True] + [False] * 23}
    assert inputs("sppb", gait_s="unable", gait_distance_m="4") == {"gait_s": "unable", "gait_distance_m": 4}
    assert inputs("lawton", **{"items.0": "na", "items.1": "1"})["items"][:2] == ["na", 1]


@pytest.fixture
def therapist(client, clinic, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("PT").user)
    return client


def test_pages_record_show_and_correct(therapist, clinic):
    episode = make_episode(clinic)
    assert "No measure taken yet" in therapist.get(reverse("outcomes:episode", args=[episode.pk])).text
    page = reverse("outcomes:record", args=[episode.pk, "berg"])
    assert "Item 14" in therapist.get(page).text
    bad = therapist.post(page, {"taken_on": ON.isoformat(), "score": "57"})
    assert (bad.status_code, "answers run from 0 to 56" in bad.text) == (422, True)
    sent = therapist.post(page, {"taken_on": ON.isoformat(), "score": "43"})
    assert sent.status_code == 302
    shown = therapist.get(sent["Location"]).text
    assert "Berg Balance Scale: 43 points" in shown
    assert "Low fall risk" in shown
    row = queries.scores(clinic.owner).get()
    fixed = therapist.post(
        reverse("outcomes:correct", args=[row.pk]), {"taken_on": ON.isoformat(), "score": "44", "note": "Item 3 again"}
    )
    assert fixed.status_code == 302
    assert queries.scores(clinic.owner).get().display == "44"


def test_the_page_costs_the_same_however_many_scores(therapist, clinic, django_assert_max_num_queries):
    episode = make_episode(clinic)
    for day in range(8):
        record(clinic, episode, on=ON - timedelta(day), time_s=13 + day)
    record(clinic, episode, "berg", score=40)
    with django_assert_max_num_queries(14):
        text = therapist.get(reverse("outcomes:episode", args=[episode.pk])).text
    assert text.count("<svg") == 2


def test_choosing_finds_by_word(therapist, clinic):
    page = reverse("outcomes:choose", args=[make_episode(clinic).pk])
    assert "Berg Balance Scale" in therapist.get(page, {"q": "balance"}).text
    assert "Grip dynamometry" not in therapist.get(page, {"q": "balance"}).text
    assert "No measure fits" in therapist.get(page, {"q": "zzz"}).text


def test_another_organization_sees_nothing(therapist, clinic, other_clinic):
    theirs = make_episode(other_clinic)
    row, _ = actions.record_score(
        episode=theirs, measure="nprs", inputs={"value": 3}, taken_on=ON, by=other_clinic.member_of("PT"), at=AT
    )
    for name, pk in (("outcomes:episode", theirs.pk), ("outcomes:choose", theirs.pk), ("outcomes:correct", row.pk)):
        assert therapist.get(reverse(name, args=[pk])).status_code == 404


def test_the_front_desk_sees_but_does_not_record(client, clinic):
    episode = make_episode(clinic)
    client.force_login(clinic.desk.user)
    assert client.get(reverse("outcomes:episode", args=[episode.pk])).status_code == 200
    assert client.get(reverse("outcomes:choose", args=[episode.pk])).status_code == 403


def test_timed_tests_offer_a_stopwatch_and_others_do_not(therapist, clinic):
    episode = make_episode(clinic)
    pages = {
        key: therapist.get(reverse("outcomes:record", args=[episode.pk, key])).text for key in ("tug", "sppb", "berg")
    }
    assert 'data-stopwatch="trials_s.0 trials_s.1 trials_s.2"' in pages["tug"]
    assert 'data-stopwatch="side_by_side_s semi_tandem_s tandem_s gait_s chair_5_s"' in pages["sppb"]
    assert "data-stopwatch" not in pages["berg"]


def test_an_instrument_without_a_score_of_its_own_is_shown_by_its_results(therapist, clinic):
    episode = make_episode(clinic)
    record(clinic, episode, "koos", on=EARLIER, pain=[2] * 9, qol=[3] * 4)
    record(clinic, episode, "koos", pain=[1] * 9)
    (course,) = queries.courses(clinic.owner, episode)
    assert (
        course.sentence
        == "Knee injury and Osteoarthritis Outcome Score on 24 November: pain 75 (was 50). Higher is better."
    )
    assert [(name, [p.value for p in chart.points]) for name, chart in course.parts] == [("pain", [50, 75])]
    assert "Quality of life 25" in therapist.get(reverse("outcomes:episode", args=[episode.pk])).text


def test_a_verdict_is_on_the_result_that_was_studied(clinic):
    episode = make_episode(clinic)
    record(clinic, episode, "ndi", on=EARLIER, score=60)
    record(clinic, episode, "ndi", score=38)
    moved = queries.courses(clinic.owner, episode)[0].change
    assert (moved["improvement"], moved["verdict"]) == (11, "clinically important improvement")


def test_recording_leads_back_to_where_it_was_asked_from(therapist, clinic):
    episode = make_episode(clinic)
    page = reverse("outcomes:record", args=[episode.pk, "nprs"])
    sent = {"taken_on": ON.isoformat(), "value": "3"}
    assert therapist.post(page + "?next=/episode/x/outcomes", sent)["Location"] == "/episode/x/outcomes"
    for foreign in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert therapist.post(page + f"?next={foreign}", sent)["Location"] == reverse(
            "outcomes:episode", args=[episode.pk]
        )


def test_sides_are_courses_of_their_own(therapist, clinic):
    episode = make_episode(clinic)
    for side, kilos in (("left", 20), ("right", 30), ("left", 26), ("right", 31)):
        record(clinic, episode, "grip", trials=[kilos] * 3, unit="kg", side=side)
    found = {course.title: [p.value for p in course.chart.points] for course in queries.courses(clinic.owner, episode)}
    assert found == {"Grip dynamometry, kg, left": [20, 26], "Grip dynamometry, kg, right": [30, 31]}
    text = therapist.get(reverse("outcomes:episode", args=[episode.pk])).text
    assert ('id="grip-kg-left"' in text, 'id="grip-kg-right"' in text) == (True, True)


def test_a_measure_belongs_to_the_discipline_of_who_takes_it(client, clinic, monkeypatch):
    from django.urls import reverse

    from regain.outcomes.queries import scores
    from tests.factories import AT, ON, make_episode

    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client.force_login(clinic.member_of("OT").user)
    episode = make_episode(clinic)
    page = reverse("outcomes:record", args=[episode.pk, "tug"])
    assert "Trial 1, seconds" in client.get(page).text
    client.post(page, {"taken_on": ON.isoformat(), "score": "14.2"})
    assert [(s.measure, s.discipline) for s in scores(clinic.owner)] == [("tug", "OT")]


def test_a_performance_test_says_how_to_do_it_safely_and_what_counts(therapist, clinic):
    episode = make_episode(clinic)
    pages = {
        key: therapist.get(reverse("outcomes:record", args=[episode.pk, key])).text
        for key in ("grip", "tug", "six_mwt", "nprs")
    }
    assert "3 trials: their mean counts. The best is kept beside it." in pages["grip"]
    assert "One trial, or several: the mean counts" in pages["tug"]
    assert ('list="aids"' in pages["tug"], '<option value="rollator">' in pages["tug"]) == (True, True)
    assert ('data-countdown="360"' in pages["six_mwt"], "Stopped after, minutes" in pages["six_mwt"]) == (True, True)
    assert [key for key, text in pages.items() if "<h2>Safety</h2>" in text] == ["grip", "tug", "six_mwt"]


def test_what_is_noted_beside_a_walk_is_kept(clinic):
    row = record(clinic, make_episode(clinic), "six_mwt", distance_m=342.5, aid="rollator", track_length_m=30, oxygen="2 L", stopped_at_min=5,
                 reason="calf pain")  # fmt: skip
    assert (row.display, row.inputs["reason"], [f["code"] for f in row.answer["findings"]]) == (
        "342.5",
        "calf pain",
        ["MISSING_DEMOGRAPHIC"] if row.answer["findings"] else [],
    )


def test_a_measure_that_a_goal_reads_says_when_it_is_next_due(clinic):
    episode = make_episode(clinic)
    record(clinic, episode, on=EARLIER)
    record(clinic, episode, "berg", score=40)
    found = {course.key: course.due_on for course in queries.courses(clinic.owner, episode, {"five_xsts": None})}
    assert found == {"berg": None, "five_xsts": EARLIER + timedelta(14)}


def test_change_bands_of_a_part_are_drawn_on_the_scale_of_the_score(clinic):
    """NDI thresholds are raw points of 50, the chart shows percent."""
    episode = make_episode(clinic)
    record(clinic, episode, "ndi", on=EARLIER, score=60)
    record(clinic, episode, "ndi", score=38)
    (course,) = queries.courses(clinic.owner, episode)
    values = {kind: [row["value"] for row in course.change[kind] if row["applies"]] for kind in ("mdc", "mcid")}
    found = {level.kind: level for level in course.chart.levels}
    assert (found["mdc"].value, found["mdc"].to) == (60 - 2 * max(values["mdc"]), 60)
    assert found["mcid"].value == 60 - 2 * max(values["mcid"])


def test_a_printed_range_and_a_mean_with_its_sd_are_bands_and_a_mean_is_a_line(clinic):
    episode = make_episode(clinic)
    record(clinic, episode, "chair_stand_30s", stands=9)
    record(clinic, episode, "nhpt", time_s=25, side="right")
    found = {
        c.key: [(lv.label, lv.to is not None) for lv in c.chart.levels] for c in queries.courses(clinic.owner, episode)
    }
    assert found == {"chair_stand_30s": [("Usual for age", True)], "nhpt": [("Average for age, 1 SD:", True)]}
