from datetime import date

import pytest

from regain.people import actions, queries
from regain.people.rules import Person
from regain.record.actions import Stale
from regain.record.models import Revision
from tests.factories import AT, ON, make_patient


def test_register_patient_numbers_within_the_organization(clinic, other_clinic):
    first, second = make_patient(clinic), make_patient(clinic, "Roy", "Ann")
    assert (first.number, second.number, make_patient(other_clinic).number) == ("100001", "100002", "100001")


def test_correct_patient_keeps_the_old_name_findable(clinic):
    patient = make_patient(clinic, "Smith", "Anne")
    actions.correct_patient(patient, version=1, by=clinic.desk, at=AT, family="Jones")
    assert [p.family for p in queries.find_patients(clinic.organization, "smith")] == ["Jones"]


def test_correct_patient_at_an_old_version_loses_nothing(clinic):
    patient = make_patient(clinic)
    actions.correct_patient(patient, version=1, by=clinic.desk, at=AT, phone="207 555 0101")
    with pytest.raises(Stale) as raised:
        actions.correct_patient(patient, version=1, by=clinic.owner, at=AT, phone="207 555 0102")
    assert (raised.value.theirs.phone, raised.value.yours) == ("207 555 0101", {"phone": "207 555 0102"})
    assert Revision.objects.of(clinic.owner).get(subject_id=patient.pk).data["phone"] == ""


@pytest.mark.parametrize("typed", ["pelle", "ruth pel", "pelletier r", "1955-03-02", "3/2/1955", "100001"])
def test_find_patients_finds_as_typed(clinic, other_clinic, typed):
    make_patient(other_clinic)
    patient = make_patient(clinic)
    make_patient(clinic, "Roy", "Ann", date(1990, 1, 1))
    assert list(queries.find_patients(clinic.organization, typed)) == [patient]


def test_possible_doubles_are_shown_most_alike_first(clinic, other_clinic):
    make_patient(other_clinic)
    twin = make_patient(clinic, given="Rose")
    same = make_patient(clinic)
    found = queries.possible_doubles(clinic.organization, Person("new", (("Pelletier", "Ruth"),), date(1955, 3, 2)))
    assert [patient for patient, _ in found] == [same, twin]


def test_check_patient_refuses_a_birth_in_the_future():
    found = actions.check_patient(birth_date=date(2026, 11, 25), family="Roy", given="Ann", on=ON)
    assert [(f.code, str(f.severity)) for f in found] == [("BIRTH_IN_FUTURE", "error")]
    assert actions.check_patient(birth_date=ON, family="Roy", given="Ann", on=ON) == []


def test_break_glass_needs_a_reason_and_ends(clinic):
    patient = make_patient(clinic, restricted=True)
    assert [f.code for f in actions.break_glass(patient, reason=" ", by=clinic.desk, at=AT)] == ["REASON_MISSING"]
    assert not queries.may_open(clinic.desk, patient, AT, on_care_team=False)
    opened = actions.break_glass(patient, reason="Called by the ward", by=clinic.desk, at=AT)
    assert queries.may_open(clinic.desk, patient, AT, on_care_team=False)
    assert not queries.may_open(clinic.desk, patient, opened.until, on_care_team=False)
