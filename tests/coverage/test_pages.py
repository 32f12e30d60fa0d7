"""The payers page, a payer from a profile, and a coverage that starts from a payer's usual terms."""

from __future__ import annotations

import pytest

from regain.coverage.actions import add_payer
from regain.coverage.models import Payer
from regain.coverage.queries import profile
from tests.factories import AT, make_clinic, make_patient


@pytest.fixture
def clinic(db):
    return make_clinic()


@pytest.fixture
def desk(clinic, client):
    client.force_login(clinic.desk.user)
    return client


def payer(clinic, name, key="commercial_hmo", kind="commercial"):
    return add_payer(by=clinic.owner, at=AT, name=name, kind=kind, profile=key)


def test_a_payer_is_added_from_a_profile_with_its_own_settings(desk, clinic):
    assert "No payer yet" in desk.get("/coverage/payers").content.decode()
    data = {
        "name": "Katahdin Health",
        "profile": "commercial_hmo",
        "authorization": "no",
        "referral_required": "no",
        "timely_filing_days": "120",
    }
    assert desk.post("/coverage/payers/add", data).headers["Location"] == "/coverage/payers"
    row = Payer.objects.of(clinic.owner).get()
    said = profile(row)
    assert (row.kind, row.profile, said["authorization"], said["referral_required"], said["timely_filing_days"], said["unit_rule"]) == (
        "commercial", "commercial_hmo", "no", False, 120, "ama",
    )  # fmt: skip
    again = desk.post("/coverage/payers/add", {**data, "name": "katahdin health"})
    assert (
        again.status_code,
        "is there already" in again.content.decode(),
        Payer.objects.of(clinic.owner).count(),
    ) == (422, True, 1)


def test_the_list_asks_as_much_for_three_payers_as_for_one(desk, clinic, django_assert_num_queries):
    payer(clinic, "One")
    desk.get("/coverage/payers")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get("/coverage/payers")
    payer(clinic, "Two", "medicaid", "medicaid")
    payer(clinic, "Three", "medicare_b", "medicare_b")
    with django_assert_num_queries(len(one)):
        page = desk.get("/coverage/payers").content.decode()
    assert "3 payers, by name" in page
    assert "Medicaid with EPSDT, example" in page


def test_a_coverage_starts_from_the_payers_usual_terms(desk, clinic):
    patient, hmo = make_patient(clinic), payer(clinic, "Katahdin Health")
    page = desk.get(f"/coverage/patient/{patient.pk}/add?payer={hmo.pk}").content.decode()
    assert "Filled in as Commercial HMO, example usually pays" in page
    assert 'name="copay" value="40"' in page
    assert 'name="limit_count" value="60"' in page
    other = payer(make_clinic("Other Therapy"), "Elsewhere")
    assert "Filled in as" not in desk.get(f"/coverage/patient/{patient.pk}/add?payer={other.pk}").content.decode()
