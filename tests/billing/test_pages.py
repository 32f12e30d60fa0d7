"""Billing pages: the first day, the order of work, fixed queries, and what a biller may enter."""

import re
from html import unescape

from django.db import connection
from django.test.utils import CaptureQueriesContext

from regain.billing.actions import claims as actions
from regain.billing.queries import claims as queries
from tests import factories
from tests.billing.test_actions import covered, draft, sign
from tests.factories import AT


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_the_first_day_says_what_comes_and_where_to_begin(clinic, client):
    client.force_login(clinic.members["biller"].user)
    page = words(client.get("/billing/"))
    assert "0 signed visits to bill, 0 claims" in page
    assert "Nothing is signed yet." in page
    assert "No payer yet" in words(client.get("/billing/fees"))


def test_lists_ask_the_same_number_of_queries_with_one_and_three_rows(clinic, client):
    client.force_login(clinic.members["biller"].user)

    def count(path):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    def more(name):
        patient = factories.make_patient(clinic, family=name)
        draft(clinic, sign(clinic, covered(clinic, kind="self_pay", patient=patient, name=name, c97161=(180, 92))))
        sign(clinic, covered(clinic, kind="self_pay", patient=patient, name=f"{name} again", c97161=(180, 92)))

    more("One")
    one = {path: count(path) for path in ("/billing/", "/billing/fees")}
    more("Two"), more("Three")
    assert {path: count(path) for path in one} == one


def test_a_claim_shows_who_renders_the_source_of_a_finding_and_how_to_solve_it(clinic, client):
    clinic.therapists["PT"].npi = ""
    clinic.therapists["PT"].save()
    claim = draft(clinic, sign(clinic, covered(clinic, kind="medicare_b", c97161=(180, 92))))
    client.force_login(clinic.members["biller"].user)
    page = words(client.get(f"/billing/claim/{claim.pk}"))
    assert "1 line, $180 in all" in page
    assert "A I69.354 After stroke" in page
    assert "NPI check digit" in page
    assert "Correct it under" in page


def test_every_shown_visit_is_drafted_at_once_and_only_once(clinic, client):
    for name in ("One", "Two"):
        sign(clinic, covered(clinic, patient=factories.make_patient(clinic, family=name), name=name, c97161=(180, 92)))
    client.force_login(clinic.members["biller"].user)
    assert "2 claims drafted." in words(client.post("/billing/draft", follow=True))
    assert "Nothing was drafted." in words(client.post("/billing/draft", follow=True))
    assert queries.counts(clinic.owner) == [("draft", 2)]


def test_claims_that_want_most_come_first_and_finished_ones_wait_behind_their_state(clinic, client):
    made = []
    for name in ("One", "Two", "Three"):
        patient = factories.make_patient(clinic, family=name)
        made.append(draft(clinic, sign(clinic, covered(clinic, patient=patient, name=name, c97161=(180, 92)))))
    biller = clinic.members["biller"]
    for claim, moves in ((made[0], ["ready", "sent", "paid"]), (made[1], ["ready", "sent", "denied"])):
        for number, to in enumerate(moves):
            actions.move_claim(claim, to=to, by=biller, at=AT.replace(hour=20, minute=number))
    assert [c.pk for c in queries.work(clinic.owner)] == [made[1].pk, made[2].pk]
    assert [c.pk for c in queries.work(clinic.owner, "paid")] == [made[0].pk]
    client.force_login(biller.user)
    assert "1 claim paid" in words(client.get("/billing/?state=paid"))
    assert client.get("/billing/?page=x&state=nonsense").status_code == 200


def test_a_fee_is_entered_with_its_source_and_prices_the_next_draft(clinic, client):
    episode = covered(clinic)
    client.force_login(clinic.members["biller"].user)
    payer = queries.payers(clinic.owner).get()
    asked = {
        "payer": str(payer.pk),
        "code": "97161",
        "charge": "200",
        "allowed": "",
        "starts_on": "2026-01-01",
        "source": "Contract 2026",
    }
    assert client.post("/billing/fees/new", asked | {"charge": "-1"}).status_code == 422
    assert client.post("/billing/fees/new", asked).status_code == 302
    twice = client.post("/billing/fees/new", asked | {"charge": "210"})
    assert (twice.status_code, "has a fee for 97161 from that day already" in words(twice)) == (422, True)
    line = draft(clinic, sign(clinic, episode)).charges.get()
    assert (line.amount, line.allowed, line.priced_by) == (200, None, "schedule")


def test_another_clinics_claim_is_not_there(clinic, other_clinic, client):
    claim = draft(clinic, sign(clinic, covered(clinic, c97161=(180, 92))))
    client.force_login(other_clinic.members["biller"].user)
    assert client.get(f"/billing/claim/{claim.pk}").status_code == 404


def test_a_patient_is_found_among_many_visits_and_claims(clinic, client):
    client.force_login(clinic.members["biller"].user)
    for name in ("One", "Two"):
        patient = factories.make_patient(clinic, family=name)
        draft(clinic, sign(clinic, covered(clinic, kind="self_pay", patient=patient, name=name, c97161=(180, 92))))
        sign(clinic, covered(clinic, kind="self_pay", patient=patient, name=f"{name} again", c97161=(180, 92)))
    page = words(client.get("/billing/?q=two"))
    assert "1 signed visit to bill, 2 claims" in page
    assert "Two" in page
    assert "One" not in page
    assert "found by “Nobody” waits" in words(client.get("/billing/?q=Nobody"))
