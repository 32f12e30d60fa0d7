"""The Good Faith Estimate as a paper for somebody who pays themselves."""

from __future__ import annotations

import pytest

from regain.coverage.actions import keep_estimate
from regain.episodes.actions import add_diagnosis
from regain.organizations.models import Site
from tests.factories import AT, make_episode

pytestmark = pytest.mark.django_db
LINE = {"discipline": "PT", "code": "97110", "per_unit": [40.0], "allowed": 40.0, "kx": False, "why": []}
ANSWER = {
    "low": 40.0,
    "high": 40.0,
    "findings": [],
    "visits": [{"on": "2026-12-01", "low": 40.0, "high": 40.0, "lines": [LINE]}],
}


@pytest.fixture
def estimate(clinic, client):
    client.force_login(clinic.desk.user)
    episode = make_episode(clinic)
    return keep_estimate(episode, coverage=None, request={}, answer=ANSWER, by=clinic.desk, at=AT)


def test_what_it_lacks_is_said_before_it_is_given(client, estimate):
    answer = client.get(f"/estimate/{estimate.pk}/good-faith")
    assert answer.status_code == 422
    assert "The estimate names no diagnosis." in answer.text
    assert "lacks place" in answer.text


def test_it_prints_when_everything_is_there(clinic, client, estimate):
    add_diagnosis(estimate.episode, code="S06.0X0D", label="Concussion", by=clinic.member_of("PT"), at=AT)
    Site.objects.filter(pk=clinic.site.pk).update(address="12 Harbor Street")
    answer = client.get(f"/estimate/{estimate.pk}/good-faith")
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


def test_another_clinics_estimate_is_not_found(other_clinic, client, estimate):
    client.force_login(other_clinic.desk.user)
    assert client.get(f"/estimate/{estimate.pk}/good-faith").status_code == 404
