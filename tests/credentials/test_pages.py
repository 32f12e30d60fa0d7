"""Team and licenses: a renewal is of the person named, and a lapsed supervisor stops the assistant."""

from datetime import date

import pytest

from regain.credentials import actions, queries
from tests import factories

AT, ON = factories.AT, factories.ON
RENEWED = {"kind": "PT", "state": "me", "number": "PT-1001", "issued_on": "2026-12-01", "expires_on": "2032-12-31"}


def license_of(clinic, discipline):
    return queries.licenses(clinic.owner).get(practitioner=clinic.therapists[discipline])


def address(clinic, renews=None):
    return f"/team/{clinic.therapists['PT'].pk}/license" + (f"?renews={renews}" if renews else "")


def test_a_renewal_replaces_the_license_and_keeps_it(clinic, client):
    old = license_of(clinic, "PT")
    client.force_login(clinic.owner.user)
    assert client.post(address(clinic, old.pk), RENEWED).status_code == 302
    new = license_of(clinic, "PT")
    assert (new.replaces_id, new.state, new.expires_on) == (old.pk, "ME", date(2032, 12, 31))


@pytest.mark.parametrize("whose", ["a colleague's", "another clinic's", "nonsense"])
def test_only_a_license_of_this_person_is_renewed(clinic, other_clinic, client, whose):
    renews = {
        "a colleague's": license_of(clinic, "OT").pk,
        "another clinic's": license_of(other_clinic, "PT").pk,
        "nonsense": "x",
    }[whose]
    client.force_login(clinic.owner.user)
    assert client.get(address(clinic, renews)).status_code == 404
    assert client.post(address(clinic, renews), RENEWED).status_code == 404
    assert queries.licenses(clinic.owner).filter(practitioner=clinic.therapists["PT"]).count() == 1


def test_an_assistant_stops_on_the_day_the_supervisor_lapses(clinic):
    assistant = factories.make_therapist(clinic, "PT", "PTA", role="assistant")
    actions.supervise(assistant, clinic.therapists["PT"], state="ME", starts_on=ON, by=clinic.owner, at=AT)
    actions.add_license(clinic.therapists["PT"], by=clinic.owner, at=AT, kind="PT", state="ME", number="PT-1001", issued_on=date(2024, 1, 1),
                        expires_on=date(2027, 1, 31), replaces=license_of(clinic, "PT"))  # fmt: skip

    def codes(on):
        return [f.code for f in queries.findings_for(clinic.owner, "treatment", assistant, "PT", "ME", on)]

    assert (codes(date(2027, 1, 31)), codes(date(2027, 2, 1))) == ([], ["SUPERVISOR_NOT_LICENSED"])
