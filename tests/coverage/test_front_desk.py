"""Coverage and authorizations as the front desk enters and corrects them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from regain.coverage import actions, queries
from regain.coverage.models import Authorization, Coverage
from regain.record.models import AuditLine, Revision
from tests.factories import AT, make_episode, make_patient

BEFORE = AT - timedelta(days=1)
SENT = {
    "version": 0,
    "priority": 1,
    "member_id": "M-1",
    "starts_on": "2026-01-01",
    "copay_per": "discipline_day",
    "limit_by": "visit",
}


@pytest.fixture
def desk(client, clinic):
    client.force_login(clinic.desk.user)
    return client


@pytest.fixture
def payer(clinic):
    return actions.add_payer(by=clinic.desk, at=AT, name="Pine Tree PPO", kind="commercial")


def kept(clinic, patient, payer, **details):
    details = {"member_id": "M-1", "starts_on": date(2026, 1, 1), **details}
    return actions.add_coverage(patient, payer, by=clinic.desk, at=BEFORE, **details)


def test_a_coverage_is_kept_with_its_terms_limits_and_what_was_used_elsewhere(desk, clinic, payer):
    patient, episode = make_patient(clinic), None
    episode = make_episode(clinic, patient)
    url = reverse("coverage:add", args=[patient.pk])
    sent = {**SENT, "payer": payer.pk, "copay": "30", "coinsurance_percent": "20", "limit_count": "20", "limit_used": "3",
            "limit_over": ["PT"], "used_PT_SLP": "400"}  # fmt: skip
    answer = desk.post(f"{url}?episode={episode.pk}", sent)
    assert answer["Location"] == reverse("web:cost", args=[episode.pk])
    made = Coverage.objects.of(clinic.desk).get()
    assert made.terms == {"copay": 30.0, "coinsurance": 0.2, "copay_per": "discipline_day",
                          "limits": [{"count": 20, "used": 3, "over": ["PT"], "by": "visit"}]}  # fmt: skip
    assert (made.used, made.priority) == ({"PT_SLP": 400.0}, 1)
    assert AuditLine.objects.of(clinic.desk).filter(action="coverage added", patient_id=patient.pk).count() == 1


@pytest.mark.parametrize(("wrong", "says"), [
    ({"ends_on": "2025-12-31"}, "before it starts"), ({"starts_on": "1950-01-01", "ends_on": "1951-01-01"}, "before the birth"),
    ({"starts_on": "31 Feb"}, "valid date"), ({"copay": "-1"}, "greater than or equal to 0"),
    ({"coinsurance_percent": "120"}, "less than or equal to 100"), ({"limit_used": "3"}, "but of how many?"),
    ({"limit_count": "2", "limit_used": "3"}, "expected at most 2"), ({"payer": "x"}, "valid choice"),
])  # fmt: skip
def test_a_coverage_that_cannot_be_is_refused_and_stays_typed(desk, clinic, payer, wrong, says):
    url = reverse("coverage:add", args=[make_patient(clinic).pk])
    answer = desk.post(url, {**SENT, "payer": payer.pk, "member_id": "TYPED", **wrong})
    page = answer.content.decode()
    assert (answer.status_code, Coverage.objects.of(clinic.desk).count()) == (422, 0)
    assert says in page
    assert 'value="TYPED"' in page


def test_the_same_card_is_not_recorded_twice(desk, clinic, payer):
    patient = make_patient(clinic)
    kept(clinic, patient, payer)
    answer = desk.post(reverse("coverage:add", args=[patient.pk]), {**SENT, "payer": payer.pk})
    assert "recorded already" in answer.content.decode()
    assert Coverage.objects.of(clinic.desk).count() == 1


def test_a_coverage_is_corrected_and_what_it_was_stays(desk, clinic, payer):
    patient = make_patient(clinic)
    terms = {
        "copay": {"OT": 50, "PT": 30},
        "copay_per": "day",
        "limits": [{"count": 20, "by": "visit"}, {"count": 5, "by": "day"}],
    }
    made = kept(clinic, patient, payer, terms=terms)
    url = reverse("coverage:correct", args=[made.pk])
    assert 'value="M-1"' in desk.get(url).content.decode()
    desk.post(
        url,
        {
            **SENT,
            "payer": payer.pk,
            "version": 1,
            "member_id": "M-2",
            "limit_count": "25",
            "limit_used": "1",
            "copay_per": "day",
        },
    )
    after = queries.coverage(clinic.desk, made.pk)
    assert (after.member_id, after.version) == ("M-2", 2)
    assert after.terms["copay"] == {"OT": 50, "PT": 30}
    assert [limit["count"] for limit in after.terms["limits"]] == [25, 5]
    assert Revision.objects.of(clinic.desk).get(subject_id=made.pk).data["member_id"] == "M-1"


def test_two_desks_correct_one_coverage_and_the_second_sees_both(desk, clinic, payer):
    patient = make_patient(clinic)
    made = kept(clinic, patient, payer)
    actions.correct_coverage(
        made, payer, version=1, member_id="THEIRS", starts_on=made.starts_on, by=clinic.owner, at=BEFORE
    )
    url = reverse("coverage:correct", args=[made.pk])
    answer = desk.post(url, {**SENT, "payer": payer.pk, "version": 1, "member_id": "MINE"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "THEIRS" in page
    assert page.count("MINE") >= 2
    again = desk.post(url, {**SENT, "payer": payer.pk, "version": 2, "member_id": "MINE"})
    assert (again.status_code, queries.coverage(clinic.desk, made.pk).member_id) == (302, "MINE")


def test_an_authorization_is_kept_or_refused_with_the_reason(desk, clinic, payer):
    made = kept(clinic, make_patient(clinic), payer)
    url = reverse("coverage:authorize", args=[made.pk])
    sent = {"number": "A-1", "visits": "12", "starts_on": "2026-11-24", "ends_on": "2027-02-01"}
    early = desk.post(url, {**sent, "ends_on": "2026-01-01"})
    assert "before it starts" in early.content.decode()
    assert "approves visits or units" in desk.post(url, {**sent, "visits": ""}).content.decode()
    assert Authorization.objects.of(clinic.desk).count() == 0
    assert desk.post(url, sent).status_code == 302
    assert Authorization.objects.of(clinic.desk).get().visits == 12


def test_no_payer_yet_says_what_to_do(desk, clinic):
    assert "No payer yet" in desk.get(reverse("coverage:add", args=[make_patient(clinic).pk])).content.decode()
