"""A diagnosis as it is entered."""

from __future__ import annotations

import pytest
from django.urls import reverse

from regain.episodes.models import Diagnosis
from tests.factories import make_episode


@pytest.mark.parametrize(("wrong", "says"), [
    ({"code": "knee"}, "no ICD-10-CM code"), ({"onset_on": "1900-01-01"}, "before the birth"), ({"onset_on": "2126-01-01"}, "yet to come"),
    ({"onset_on": "31 Feb"}, "valid date"),
])  # fmt: skip
def test_a_diagnosis_that_cannot_be_is_refused_and_stays_typed(client, clinic, wrong, says):
    client.force_login(clinic.desk.user)
    url = reverse("episodes:add_diagnosis", args=[make_episode(clinic).pk])
    sent = {"code": "M25.562", "label": "TYPED", **wrong}
    answer = client.post(url, sent)
    assert (answer.status_code, Diagnosis.objects.of(clinic.desk).count()) == (422, 0)
    assert says in answer.content.decode()
    assert 'value="TYPED"' in answer.content.decode()
    assert client.post(url, {"code": "M25.562", "label": "Knee pain"}).status_code == 302
