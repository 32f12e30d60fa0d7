import pytest
from django.test import Client

from tests.factories import make_episode, make_patient


@pytest.fixture
def client(clinic):
    found = Client()
    found.force_login(clinic.desk.user, backend="regain.organizations.backends.MemberBackend")
    return found


def test_metadata_says_what_is_served(client):
    answer = client.get("/fhir/metadata")
    assert (answer.json()["fhirVersion"], answer["Content-Type"]) == ("4.0.1", "application/fhir+json")


def test_read_gives_one_patient(client, clinic):
    patient = make_patient(clinic)
    answer = client.get(f"/fhir/Patient/{patient.pk}").json()
    assert (answer["name"], answer["birthDate"], answer["gender"]) == (
        [{"use": "official", "family": "Pelletier", "given": ["Ruth"]}],
        "1955-03-02",
        "female",
    )


def test_search_is_by_patient_and_own_organization(client, clinic, other_clinic):
    mine, theirs = make_episode(clinic), make_episode(other_clinic)
    make_episode(clinic, make_patient(clinic, "Roy", "Ann"))
    found = client.get(f"/fhir/EpisodeOfCare?patient=Patient/{mine.patient_id}").json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == [str(mine.pk)]
    assert client.get(f"/fhir/EpisodeOfCare/{theirs.pk}").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fhir/Medication", 404, "not-supported"),
        ("/fhir/Patient?name=x", 400, "not-supported"),
        ("/fhir/Patient?patient=x", 400, "value"),
    ],
)
def test_what_is_not_served_is_an_outcome(client, path, status, code):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (status, code)
