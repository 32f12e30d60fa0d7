"""The pages of files, payments and accounts: what they show, what they refuse, and a fixed number of queries."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regain.billing.actions import ledger
from regain.billing.actions.receiving import receive
from regain.billing.models import IncomingFile, LedgerEntry, OutgoingFile, RemittedClaim, SendingProfile
from regain.billing.queries.filing import unmatched
from regain.billing.queries.ledger import balances
from regain.billing.rules.ledger import Account
from regain.cli.check import check
from regain.ui.jinja import money
from tests.billing.made import LATER, PROFILE, file_835, file_999, line_835, profile, ready_claim, sent_claim
from tests.factories import AT, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def biller(clinic, client):
    client.force_login(clinic.members["biller"].user)
    return client


def upload(client, content: bytes):
    return client.post("/billing/files/answer", {"file": SimpleUploadedFile("answer.835", content)})


def denial(clinic, claim) -> RemittedClaim:
    receive(
        file_835(line_835(claim, paid="0", adjustments=f"CAS*CO*50*{claim.total}~LQ*HE*N115~", status="4"), paid="0"),
        name="a",
        by=clinic.owner,
        at=LATER,
    )
    return RemittedClaim.objects.of(clinic.owner).get()


def test_a_claim_goes_from_ready_to_a_file_that_can_be_downloaded(clinic, biller):
    claim = ready_claim(clinic)
    assert "Say once how claims are sent" in biller.get("/billing/files").text
    answer = biller.post("/billing/files", {"claim": str(claim.pk)})
    assert answer.status_code == 422
    assert "stayed here" in answer.text
    profile(clinic)
    answer = biller.post("/billing/files", {"claim": str(claim.pk)}, follow=True)
    file = OutgoingFile.objects.of(clinic.owner).get()
    assert (answer.redirect_chain[-1][0], claim.number in answer.text) == (f"/billing/files/sent/{file.pk}", True)
    got = biller.get(f"/billing/files/sent/{file.pk}/download")
    assert (got.content, got["Content-Disposition"]) == (
        bytes(file.document.content),
        'attachment; filename="claims-000000001.837"',
    )


@pytest.mark.parametrize("given", [[], ["no-id"], ["00000000-0000-0000-0000-000000000000"], ["x" * 36]])
def test_nothing_chosen_makes_no_file(clinic, biller, given):
    answer = biller.post("/billing/files", {"claim": given}, follow=True)
    assert (answer.status_code, OutgoingFile.objects.count()) == (200, 0)
    assert "Nothing was chosen" in answer.text


def test_how_claims_are_sent_is_entered_and_what_is_wrong_is_kept(clinic, biller):
    wrong = {**PROFILE, "postal_code": "041", "receiver_name": "House", "version": 0}
    answer = biller.post("/billing/files/sender", wrong)
    assert (answer.status_code, SendingProfile.objects.count()) == (422, 0)
    assert "five or nine digits" in answer.text
    assert "both a name and a number" in answer.text
    assert 'value="041"' in answer.text
    assert biller.post("/billing/files/sender", {**PROFILE, "version": 0}).status_code == 302
    stale = biller.post("/billing/files/sender", {**PROFILE, "contact": "Somebody else", "version": 7})
    assert (stale.status_code, "Somebody else saved this first" in stale.text) == (422, True)
    assert SendingProfile.objects.get().contact == "Tomas Reyes"


def test_an_answer_is_read_and_shown_or_refused_with_the_reason(clinic, biller):
    claim = sent_claim(clinic)
    bad = upload(biller, file_999(1)[:90])
    assert (bad.status_code, IncomingFile.objects.count()) == (422, 0)
    assert "Nothing of it was used" in bad.text
    good = biller.get(upload(biller, file_999(1))["Location"])
    assert "File 1 was accepted." in good.text
    paid = claim.total - D(20)
    posted = biller.get(
        upload(biller, file_835(line_835(claim, paid=str(paid), adjustments="CAS*PR*2*20~"), paid=str(paid)))[
            "Location"
        ]
    )
    assert f"{money(paid)} of {money(claim.total)}" in posted.text


def test_a_denial_says_what_it_means_what_to_do_and_drafts_a_letter(clinic, biller):
    claim = sent_claim(clinic)
    row = denial(clinic, claim)
    for address in ("/billing/payments", f"/billing/payments/{row.remittance_id}"):
        text = biller.get(address).text
        assert "Not found medically necessary" in text
        assert "Appeal with the evaluation" in text
        assert "A local coverage policy decided this." in text
    letter = biller.get(f"/billing/payments/answer/{row.pk}/letter").text
    assert claim.number in letter
    assert "skilled therapy was needed" in letter


def test_unmatched_money_is_put_to_its_claim(clinic, biller):
    claim = sent_claim(clinic)
    receive(
        file_835(line_835(claim, paid=str(claim.total), adjustments="", number="OLD-1"), paid=str(claim.total)),
        name="a",
        by=clinic.owner,
        at=LATER,
    )
    row = unmatched(clinic.owner).get()
    assert claim.number in biller.get(f"/billing/payments/unmatched/{row.pk}").text
    wrong = biller.post(f"/billing/payments/unmatched/{row.pk}", {"number": "C999"})
    assert (wrong.status_code, "No claim is numbered C999" in wrong.text) == (422, True)
    assert biller.post(f"/billing/payments/unmatched/{row.pk}", {"number": claim.number.lower()}).status_code == 302
    row.refresh_from_db()
    assert (unmatched(clinic.owner).count(), row.claim_id) == (0, claim.pk)


def test_a_claim_is_corrected_and_sent_on_from_its_page(clinic, biller):
    claim = sent_claim(clinic)
    row = denial(clinic, claim)
    assert "Correct it or take it back" in biller.get(f"/billing/claim/{claim.pk}/file").text
    form = biller.get(f"/billing/claim/{claim.pk}/replace").text
    assert row.payer_claim_number in form
    answer = biller.post(
        f"/billing/claim/{claim.pk}/replace",
        {"frequency": "7", "payer_claim_number": "ICN-1", "reason": "Modifier"},
        follow=True,
    )
    assert "is drafted" in answer.text
    refused = biller.post(f"/billing/claim/{claim.pk}/file", {"to": "second"})
    assert (refused.status_code, "no second payer" in refused.text) == (422, True)


def test_an_account_takes_a_payment_once_and_gives_it_back(clinic, biller):
    patient = make_patient(clinic)
    address = f"/billing/accounts/{patient.pk}"
    day = AT.date().isoformat()
    bad = biller.post(address, {"what": "payment", "amount": "-1", "on": day, "method": "Cash"})
    assert (bad.status_code, LedgerEntry.objects.count()) == (422, 0)
    token = "11111111-1111-4111-8111-111111111111"
    for _ in range(2):
        assert (
            biller.post(
                address, {"what": "payment", "amount": "12.50", "on": day, "method": "Cash", "once": token}
            ).status_code
            == 302
        )
    assert balances(clinic.owner, patient=patient)[Account.PATIENT] == D("-12.50")
    over = biller.post(address, {"what": "write_off", "amount": "5", "on": day, "reason": "Small"})
    assert (over.status_code, "less than" in over.text) == (422, True)
    row = LedgerEntry.objects.get()
    assert biller.post(f"/billing/accounts/entry/{row.pk}/back", {"reason": "Wrong"}).status_code == 302
    assert balances(clinic.owner, patient=patient)[Account.PATIENT] == 0
    assert "Patients with a balance" not in biller.get("/billing/accounts").text


@pytest.mark.parametrize("role", ["therapist", "front_desk", "referrer", "patient"])
def test_only_who_bills_sees_the_money(clinic, client, role):
    client.force_login(clinic.members[role].user)
    assert {
        client.get(f"/billing/{page}").status_code
        for page in ("files", "payments", "accounts", "files/sender", "files/answer")
    } == {403}


def counted(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("address", ["/billing/files", "/billing/payments", "/billing/accounts"])
def test_lists_take_one_number_of_queries_whatever_they_hold(clinic, biller, address):
    claim = sent_claim(clinic)
    receive(file_999(1), name="one", by=clinic.owner, at=LATER)
    share = claim.total - D(1)
    receive(file_835(line_835(claim, paid="1", adjustments=f"CAS*PR*2*{share}~"), line_835(claim, paid="2", adjustments=f"CAS*PR*2*{claim.total - 2}~", number="X0"), paid="3"),
            name="p", by=clinic.owner, at=LATER)  # fmt: skip
    one = counted(biller, address)
    for n in range(1, 3):
        patient = make_patient(clinic, family=f"Other{n}")
        ledger.take_payment(patient, amount=D(5), on=AT.date(), method="Cash", by=clinic.owner, at=LATER)
        receive(file_999(1) + b"\n" * n, name=f"{n}", by=clinic.owner, at=LATER)
        receive(
            file_835(
                line_835(claim, paid="1", adjustments=f"CAS*PR*2*{share}~", number=f"X{n}"), paid="1", trace=f"T{n}"
            ),
            name=f"p{n}",
            by=clinic.owner,
            at=LATER,
        )
    assert counted(biller, address) == one


@pytest.mark.parametrize("page", ["sheet", "superbill"])
def test_a_claim_prints(clinic, biller, page):
    claim = sent_claim(clinic)
    got = biller.get(f"/billing/claim/{claim.pk}/{page}")
    assert (got.status_code, got.content[:5]) == (200, b"%PDF-")


def test_a_statement_prints(clinic, biller):
    claim = sent_claim(clinic)
    ledger.take_payment(claim.patient, amount=D(5), on=AT.date(), method="Cash", by=clinic.owner, at=LATER)
    got = biller.get(f"/billing/accounts/{claim.patient_id}/statement")
    assert (got.status_code, got.content[:5]) == (200, b"%PDF-")


def test_check_finds_files_that_would_be_refused_and_reversals_that_undo_something_else(clinic):
    claim = sent_claim(clinic)
    assert [f for f in check() if f.code.startswith(("CLAIM_FILE", "LEDGER"))] == []
    row = LedgerEntry.objects.of(clinic.owner).filter(claim=claim).first()
    LedgerEntry.objects.create(
        organization=clinic.organization,
        created_at=LATER,
        into=row.into,
        out_of=row.out_of,
        amount=row.amount,
        kind="charge",
        on=row.on,
        reverses=row,
    )
    assert [f.code for f in check() if f.code.startswith(("CLAIM_FILE", "LEDGER"))] == ["LEDGER_REVERSAL"]
