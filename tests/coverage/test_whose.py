"""Whose coverage it is and which injury it pays for: entered, corrected, and named where something is missing."""

from __future__ import annotations

import pytest

from regain.coverage.actions import add_payer
from regain.coverage.models import Coverage
from tests.factories import AT, make_patient

pytestmark = pytest.mark.django_db
CARD = {
    "member_id": "X1",
    "priority": "1",
    "starts_on": "2026-01-01",
    "copay_per": "day",
    "limit_by": "visit",
    "version": "0",
}


@pytest.fixture
def add(clinic, client):
    client.force_login(clinic.desk.user)
    payer = add_payer(by=clinic.desk, at=AT, name="Pine Tree", kind="commercial")
    patient = make_patient(clinic)
    return lambda **said: client.post(f"/coverage/patient/{patient.pk}/add", {**CARD, "payer": str(payer.pk), **said})


PARENT = {
    "relationship": "child",
    "subscriber_given": "Jo",
    "subscriber_family": "Roberts",
    "subscriber_birth_date": "1985-01-01",
}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({}, ("self", {}, {})),
        ({"subscriber_given": "Jo"}, ("self", {}, {})),
        (PARENT, ("child", {"given": "Jo", "family": "Roberts", "birth_date": "1985-01-01"}, {})),
        ({"injury_cause": "auto", "injury_on": "2026-09-01", "injury_state": "me", "injury_claim_number": "7"},
         ("self", {}, {"cause": "auto", "on": "2026-09-01", "state": "ME", "claim_number": "7"})),
    ],
)  # fmt: skip
def test_whose_coverage_it_is_is_kept(add, said, kept):
    assert add(**said).status_code == 302
    row = Coverage.objects.get()
    assert (row.relationship, row.subscriber, row.injury) == kept


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"relationship": "child"}, "Claims need it where the coverage is not the patient"),
        ({"injury_cause": "auto"}, "A car accident needs the state"),
        ({"relationship": "cousin"}, "Select a valid choice"),
    ],
)
def test_what_a_claim_would_miss_is_said_and_nothing_saved(add, said, text):
    answer = add(**said)
    assert (answer.status_code, text in answer.text, Coverage.objects.count()) == (422, True, 0)


def test_a_corrected_coverage_keeps_whose_it_is(clinic, add, client):
    add(**PARENT)
    row = Coverage.objects.get()
    page = client.get(f"/coverage/{row.pk}/correct")
    assert 'value="Roberts"' in page.text
    form = {**CARD, **PARENT, "payer": str(row.payer_id), "version": "1", "subscriber_given": "Joanna"}
    assert client.post(f"/coverage/{row.pk}/correct", form).status_code == 302
    row.refresh_from_db()
    assert row.subscriber["given"] == "Joanna"
