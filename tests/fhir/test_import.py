"""What becomes of FHIR resources: used, kept, refused; nobody's entries go to somebody else's chart; twice changes nothing."""

from __future__ import annotations

import pytest

from regain.episodes.models import Episode
from regain.fhir.actions.reading import KEPT, KNOWN, REFUSED, USED, read_resources
from regain.organizations.models import Membership
from regain.people.models import Patient
from regain.record.models import ImportedResource, KeptResource
from regain.referrals.models import Referral
from tests.factories import AT


def person(key, family, given, born="1950-01-01", **more):
    return {
        "resourceType": "Patient",
        "id": key,
        "name": [{"family": family, "given": [given]}],
        "birthDate": born,
        "gender": "female",
        **more,
    }


def episode(key, patient, problem="Stroke"):
    return {"resourceType": "EpisodeOfCare", "id": key, "status": "active", "patient": {"reference": patient}, "type": [{"text": problem}],
            "period": {"start": "2026-10-01"}}  # fmt: skip


@pytest.fixture
def take(clinic):
    """Import resources; gives what each became, in the order given."""
    system = Membership.objects.of(clinic.organization.pk).filter(roles=["system"]).first()

    def take(*resources, source="box"):
        items = [(f"{n}", *(r if isinstance(r, tuple) else ("", r))) for n, r in enumerate(resources)]
        found = {o.where: o for o in read_resources(items, source=source, site=clinic.site, by=system, at=AT)}
        return [found[f"{n}"].became for n in range(len(resources))]

    return take


def of(clinic, model):
    return model.objects.of(clinic.owner)


def test_references_hold_in_any_order(take, clinic):
    assert take(episode("e", "Patient/1"), person("1", "Alder", "Anna")) == [USED, USED]
    assert [(e.problem, e.patient.given) for e in of(clinic, Episode)] == [("Stroke", "Anna")]


def test_importing_twice_changes_nothing(take, clinic):
    sent = [
        person("1", "Alder", "Anna"),
        episode("e", "Patient/1"),
        {"resourceType": "Basic", "id": "b"},
        "not a resource",
    ]
    assert take(*sent) == [USED, USED, KEPT, REFUSED]
    before = {
        m: list(of(clinic, m).order_by("pk").values()) for m in (Patient, Episode, ImportedResource, KeptResource)
    }
    assert take(*sent) == [KNOWN, KNOWN, KNOWN, REFUSED]
    assert {m: list(of(clinic, m).order_by("pk").values()) for m in before} == before


def test_the_same_id_from_another_sender_is_another_person(take, clinic):
    take(person("1", "Alder", "Anna"), source="a.json")
    assert take(person("1", "Birch", "Bella"), episode("e", "Patient/1"), source="b.json") == [USED, USED]
    assert [e.patient.given for e in of(clinic, Episode)] == ["Bella"]


@pytest.mark.parametrize("together", [True, False])
def test_two_people_under_one_name_mix_nothing(take, clinic, together):
    anna, bella, told = person("1", "Alder", "Anna"), person("1", "Birch", "Bella"), episode("e", "Patient/1")
    if together:
        assert take(anna, bella, told) == [USED, KEPT, KEPT]
    else:
        assert (take(anna), take(bella, told)) == ([USED], [KEPT, KEPT])
    assert list(of(clinic, Episode)) == []
    assert set(of(clinic, KeptResource).values_list("resource_type", "patient_id")) == {
        ("Patient", None),
        ("EpisodeOfCare", None),
    }


def test_a_newer_version_of_a_person_is_kept_and_still_the_person(take, clinic):
    take(person("1", "Alder", "Anna"))
    assert take(person("1", "Alder", "Anna", gender="other"), episode("e", "Patient/1")) == [KEPT, USED]
    assert [(e.patient.given, e.patient.sex) for e in of(clinic, Episode)] == [("Anna", "female")]


def test_a_reference_to_nobody_here_is_kept(take, clinic):
    take(person("1", "Alder", "Anna"))
    assert take(episode("e", "Patient/1"), source="later.json") == [KEPT]
    assert "not in this import" in of(clinic, KeptResource).get().reason


def test_a_request_is_read_with_its_own_patients_conditions_only(take, clinic):
    first, second = "urn:uuid:11111111-1111-4111-8111-111111111111", "urn:uuid:22222222-2222-4222-8222-222222222222"

    def condition(key, about, words):
        return {"resourceType": "Condition", "id": key, "subject": {"reference": about}, "code": {"text": words}}

    order = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "intent": "order", "subject": {"reference": first},
             "code": {"text": "Evaluate and treat"}, "reasonCode": [{"text": "Cannot dress herself"}]}  # fmt: skip
    became = take((first, person("t1", "Twin", "Tara")), (second, person("t2", "Twin", "Tess")),
                  condition("c1", first, "Stroke with left hemiparesis"), condition("c2", second, "Parkinson disease with falls"), order)  # fmt: skip
    assert became == [USED, USED, KEPT, KEPT, USED]
    referral = of(clinic, Referral).get()
    assert (referral.patient.given, "hemiparesis" in referral.text, "Parkinson" in referral.text) == (
        "Tara",
        True,
        False,
    )


@pytest.mark.parametrize("odd", [
    person("1", "Alder", "Anna", born="yesterday"), person("1", "Alder", "Anna", born="2999-01-01"), person("1", "Alder", "Anna") | {"name": 5},
    {"resourceType": "Observation", "id": "o", "subject": 7}, {"resourceType": "Coverage", "id": "c", "payor": "me"},
])  # fmt: skip
def test_what_fits_no_row_is_kept_and_harms_no_other(take, clinic, odd):
    assert take(odd, person("2", "Birch", "Bella")) == [KEPT, USED]


@pytest.mark.parametrize("odd", [None, 5, [], {}, {"resourceType": 3}, {"resourceType": "patient"}])
def test_what_is_no_resource_is_refused_and_harms_no_other(take, clinic, odd):
    assert take(odd, person("2", "Birch", "Bella")) == [REFUSED, USED]


def test_a_name_in_arabic_stays_as_it_came(take, clinic):
    take(person("1", "الرحيمي", "أمير"))
    assert of(clinic, Patient).get().family == "الرحيمي"
