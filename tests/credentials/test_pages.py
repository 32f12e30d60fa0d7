"""Team and licenses: a renewal is of the person named, and a lapsed supervisor stops the assistant."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def page(client, clinic, path="/team/", member=None):
    client.force_login((member or clinic.owner).user)
    return client.get(path)


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_team_page_asks_the_same_number_of_queries_however_many_work_here(clinic, client):
    client.force_login(clinic.owner.user)

    def count():
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/team/").status_code == 200
        return len(asked)

    few = count()
    for kind in ("PT", "OTA", "PTA"):
        factories.make_therapist(clinic, kind[:2], kind, name=f"More {kind}")
    assert count() == few


def test_the_team_page_says_until_when_where_and_what_each_may_do(clinic, client):
    seen = words(page(client, clinic))
    assert "2 practitioners, those whose license ends soonest first" in seen
    assert "Maine today: may evaluate, re-evaluate, treat, write a progress report" in seen
    assert "What Maine asks for is not known here." in seen


def test_a_recalled_number_of_hours_shows_its_tag(clinic, client):
    actions.add_license(clinic.therapists["PT"], by=clinic.owner, at=AT, kind="PT", state="NH", number="7", issued_on=date(2026, 1, 1),
                        expires_on=date(2027, 12, 31))  # fmt: skip
    actions.add_education(clinic.therapists["PT"], by=clinic.owner, at=AT, title="Falls", completed_on=ON, hours=6)
    assert re.search(r"6 of 24 hours since \w+ 31 Dec 2025 recalled", words(page(client, clinic)))


def test_somebody_new_is_added_licensed_and_withdrawn(clinic, client):
    client.force_login(clinic.owner.user)
    person = {"given": "Ana", "family": "Reis", "profession": "PT", "npi": "1234567890", "member": ""}
    refused = client.post("/team/new", person)
    assert (refused.status_code, "1234567890 is no NPI" in words(refused)) == (422, True)
    answer = client.post("/team/new", person | {"npi": "1234567893"})
    assert client.post(answer.url, RENEWED | {"state": "QQ"}).status_code == 422
    assert client.post(answer.url, RENEWED).status_code == 302
    license = queries.licenses(clinic.owner).get(practitioner__family="Reis")
    away = f"/team/{license.practitioner_id}/license/{license.pk}/withdraw"
    assert client.post(away, {"withdrawn_on": "2020-01-01", "reason": "x"}).status_code == 422
    assert client.post(away, {"withdrawn_on": "2026-12-05", "reason": "Surrendered"}).status_code == 302
    asked = [
        queries.findings_for(clinic.owner, "treatment", license.practitioner, "PT", "ME", date(2026, 12, day))
        for day in (4, 5)
    ]
    assert [[f.code for f in found] for found in asked] == [[], ["LICENSE_WITHDRAWN"]]


def test_a_privilege_is_refused_with_the_reason_and_recorded_when_it_can_be(clinic, client):
    client.force_login(clinic.owner.user)
    path = f"/team/{clinic.therapists['PT'].pk}/privilege"
    asked = {"home_state": "VT", "state": "NH", "number": "C-1", "issued_on": "2026-06-01", "expires_on": "2027-06-01"}
    refused = client.post(path, asked)
    assert (refused.status_code, "has no PT license of VT" in words(refused)) == (422, True)
    assert client.post(path, asked | {"home_state": "ME"}).status_code == 302
    assert queries.privileges(clinic.owner).get().state == "NH"


def test_an_assistant_gets_a_supervisor_of_the_own_discipline_who_ends(clinic, client):
    assistant = factories.make_therapist(clinic, "PT", "PTA", role="assistant")
    other = actions.supervise(assistant, clinic.therapists["OT"], state="ME", starts_on=ON, by=clinic.owner, at=AT)
    assert [f.code for f in other] == ["OTHER_DISCIPLINE"]
    client.force_login(clinic.owner.user)
    asked = {"supervisor": str(clinic.therapists["PT"].pk), "state": "ME", "starts_on": "2026-11-24"}
    assert client.post(f"/team/{assistant.pk}/supervision", asked).status_code == 302
    row = queries.supervisions(clinic.owner).get()
    end = f"/team/supervision/{row.pk}/end"
    assert client.post(end, {"ends_on": "2026-11-01", "version": 1}).status_code == 422
    assert client.post(end, {"ends_on": "2026-11-30", "version": 1}).status_code == 302
    asked = [
        queries.findings_for(clinic.owner, "treatment", assistant, "PT", "ME", date(2026, *day))
        for day in ((11, 30), (12, 1))
    ]
    assert [[f.code for f in found] for found in asked] == [[], ["NO_SUPERVISOR"]]


@pytest.mark.parametrize("path", ["new", "{0}/license", "{0}/privilege", "{0}/supervision", "{0}/education"])
def test_only_an_owner_records(clinic, other_clinic, client, path):
    address = "/team/" + path.format(clinic.therapists["PT"].pk)
    assert page(client, clinic, address, clinic.member_of("PT")).status_code == 403
    assert page(client, clinic, address).status_code == 200
    if "{0}" in path:
        assert page(client, clinic, address, other_clinic.owner).status_code == 404


@pytest.mark.parametrize(("zone", "code"), [("America/New_York", "EXPIRES_SOON"), ("Asia/Tokyo", "EXPIRED")])
def test_a_license_lasts_until_midnight_at_the_clinic(clinic, client, monkeypatch, zone, code):
    # 03:30 UTC on 1 Dec is still the evening of 30 Nov in Maine
    moment = datetime(2026, 12, 1, 3, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    clinic.organization.time_zone = zone
    clinic.organization.save()
    actions.add_license(clinic.therapists["PT"], by=clinic.owner, at=AT, kind="PT", state="VT", number="8", issued_on=date(2026, 1, 1),
                        expires_on=date(2026, 11, 30))  # fmt: skip
    seen = words(page(client, clinic))
    assert {"EXPIRES_SOON": "Expires today, on 30 Nov 2026.", "EXPIRED": "Expired on 30 Nov 2026."}[code] in seen


@pytest.mark.parametrize(("zone", "today"), [("America/New_York", "2026-11-30"), ("Asia/Tokyo", "2026-12-01")])
def test_the_day_of_every_page_is_the_clinics(clinic, client, monkeypatch, zone, today):
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 12, 1, 3, 30, tzinfo=UTC))
    clinic.organization.time_zone = zone
    clinic.organization.save()
    client.force_login(clinic.desk.user)
    assert f'value="{today}"' in client.get("/referrals/new/letter/").text
