"""The owner's pages: numbers on claims, sites, members, and who saw what."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regain.organizations.models import Membership, Organization, Site, User
from regain.people.actions import correct_patient
from regain.record.queries import audit_lines
from tests import factories
from tests.factories import AT

CLINIC = {
    "name": "Casco Therapy",
    "npi": "1234567893",
    "tax_id": "01-0000001",
    "taxonomy": "",
    "phone": "",
    "time_zone": "America/New_York",
    "version": "1",
}
SITE = {"name": "Bath", "address": "4 Mill Road", "city": "Bath", "state": "ME", "postal_code": "04530", "phone": "", "place_of_service": "11",
        "time_zone": "America/New_York", "version": "1"}  # fmt: skip


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def owner(clinic, client):
    client.force_login(clinic.owner.user)
    return client


def test_the_numbers_of_the_clinic_are_checked_saved_and_audited(owner, clinic):
    refused = owner.post("/clinic/edit", CLINIC | {"npi": "1234567890", "tax_id": "12"})
    assert (refused.status_code, "12 has 2 digits" in words(refused)) == (422, True)
    assert owner.post("/clinic/edit", CLINIC).status_code == 302
    saved = Organization.objects.get(pk=clinic.organization.pk)
    assert (saved.tax_id, saved.version) == ("010000001", 2)
    assert audit_lines(clinic.owner).first().action == "clinic changed"


def test_two_owners_never_overwrite_each_other(owner, clinic):
    assert owner.post("/clinic/edit", CLINIC | {"phone": "207 555 0100"}).status_code == 302
    second = owner.post("/clinic/edit", CLINIC | {"phone": "207 555 0199"})
    assert second.status_code == 409
    assert "207 555 0100" in words(second)
    assert 'value="207 555 0199"' in second.content.decode()
    assert Organization.objects.get(pk=clinic.organization.pk).phone == "207 555 0100"


def test_a_site_is_added_and_changed(owner, clinic):
    assert owner.post("/clinic/sites/new", SITE | {"postal_code": "4530"}).status_code == 422
    assert owner.post("/clinic/sites/new", SITE).status_code == 302
    site = Site.objects.of(clinic.organization).get(name="Bath")
    assert owner.post(f"/clinic/sites/{site.pk}", SITE | {"city": "Brunswick"}).status_code == 302
    site.refresh_from_db()
    assert (site.city, site.version) == ("Brunswick", 2)


def test_a_new_member_gets_a_link_to_choose_a_password_and_signs_in_with_it(owner, clinic, client):
    page = owner.post("/clinic/members/new", {"name": "Ana Reis", "email": "ana@example.org", "roles": ["front_desk"]})
    link = re.search(r"http://testserver(/account/password/reset/key/[^<\s]+)", page.content.decode())[1]
    client.logout()
    form = client.get(link, follow=True)
    assert form.status_code == 200
    chosen = {"password1": "quiet-harbour-lamp", "password2": "quiet-harbour-lamp"}
    assert client.post(form.redirect_chain[-1][0], chosen).status_code == 302
    assert User.objects.get(email="ana@example.org").check_password("quiet-harbour-lamp")
    client.logout()
    assert "password2" not in client.get(link, follow=True).content.decode()


def test_an_account_known_elsewhere_is_never_handed_over(owner, clinic, other_clinic):
    known = other_clinic.owner.user
    known.set_password("quiet-harbour-lamp")
    known.save()
    page = owner.post("/clinic/members/new", {"name": "X", "email": known.email.upper(), "roles": ["biller"]})
    assert "/account/password/reset/" not in page.content.decode()
    assert Membership.objects.of(clinic.organization).filter(user=known).exists()
    assert (
        owner.post("/clinic/members/new", {"name": "X", "email": known.email, "roles": ["biller"]}).status_code == 422
    )


def test_a_clinic_keeps_an_owner(owner, clinic):
    me = Membership.objects.get(pk=clinic.owner.pk)
    refused = owner.post(f"/clinic/members/{me.pk}", {"roles": ["biller"], "active": "on", "version": "1"})
    assert (refused.status_code, "is the only owner" in words(refused)) == (422, True)
    other = clinic.members["biller"]
    assert (
        owner.post(
            f"/clinic/members/{other.pk}", {"roles": ["biller", "owner"], "active": "on", "version": "1"}
        ).status_code
        == 302
    )
    assert (
        owner.post(f"/clinic/members/{me.pk}", {"roles": ["biller"], "active": "on", "version": "1"}).status_code == 302
    )


def test_somebody_who_left_opens_nothing(owner, clinic, client):
    desk = clinic.desk
    assert owner.post(f"/clinic/members/{desk.pk}", {"roles": ["front_desk"], "version": "1"}).status_code == 302
    client.force_login(desk.user)
    assert client.get("/today").status_code == 403


def test_an_owner_reads_who_saw_and_changed_what(owner, clinic, client):
    patient = factories.make_patient(clinic)
    correct_patient(patient, version=1, by=clinic.desk, at=AT, phone="207 555 0101")
    client.force_login(clinic.member_of("OT").user)
    assert client.get(f"/patients/{patient.pk}").status_code == 200
    client.force_login(clinic.owner.user)
    page = words(client.get("/clinic/audit", {"patient": str(patient.pk)}))
    assert "Only what concerns Ruth Pelletier" in page
    assert re.search(r"OT Casco Therapy Patient seen Ruth Pelletier", page)
    assert "front_desk of Casco Therapy Patient corrected Ruth Pelletier fields: phone" in page
    assert "Patient seen" not in words(client.get("/clinic/audit", {"who": str(clinic.desk.pk)}))
    assert "No line matches." in words(client.get("/clinic/audit", {"patient": "x"}))


def test_the_audit_page_asks_the_same_number_of_queries_however_long_the_chain(owner, clinic):
    def count():
        with CaptureQueriesContext(connection) as asked:
            assert owner.get("/clinic/audit").status_code == 200
        return len(asked)

    factories.make_patient(clinic)
    one = count()
    for name in ("Two", "Three"):
        factories.make_patient(clinic, family=name)
    assert count() == one


@pytest.mark.parametrize("path", ["edit", "sites/new", "members/new", "audit"])
def test_only_an_owner_opens_them(clinic, client, path):
    client.force_login(clinic.desk.user)
    assert client.get(f"/clinic/{path}").status_code == 403
