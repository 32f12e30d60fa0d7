"""Answers from payers: read whole or refused whole, posted once, money kept in sight, every account still summing to zero."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction

from regain.billing.actions import ledger
from regain.billing.actions.receiving import match, receive
from regain.billing.models import IncomingFile, LedgerEntry, Remittance, RemittedClaim
from regain.billing.queries.filing import outgoing, unmatched
from regain.billing.queries.ledger import balances
from regain.billing.rules.ledger import Account
from regain.record.models import AuditLine, Document
from tests.billing.made import LATER, again, file_277, file_835, file_999, line_835, sent_claim
from tests.factories import AT, make_patient

pytestmark = pytest.mark.django_db
NOTHING = D("0.00")


def got(clinic, content: bytes, name: str = "answer.txt", at=LATER):
    return receive(content, name=name, by=clinic.owner, at=at)


def accounts(clinic, **about) -> dict[str, D]:
    found = balances(clinic.owner, **about)
    assert sum(found.values()) == 0
    return {str(account): amount for account, amount in found.items() if amount}


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (IncomingFile, Remittance, RemittedClaim, LedgerEntry, Document))


def usual(claim) -> tuple[bytes, D]:
    """An 835 that pays the claim, less a write-off of 10.00, sequestration of 1.00 and a share of 20.00."""
    paid = claim.total - D(31)
    return file_835(
        line_835(claim, paid=str(paid), adjustments="CAS*CO*45*10**253*1~CAS*PR*2*20~"), paid=str(paid)
    ), paid


@pytest.mark.parametrize(("code", "state", "claim_state"), [("A", "accepted", "sent"), ("R", "refused", "rejected")])
def test_a_999_says_what_became_of_a_file_and_its_claims(clinic, code, state, claim_state):
    claim = sent_claim(clinic)
    file = got(clinic, file_999(1, code))
    assert (file.kind, outgoing(clinic.owner).get().state, again(clinic, claim).state) == ("999", state, claim_state)


def test_a_999_about_an_unknown_file_is_kept_and_said(clinic):
    assert [line["tone"] for line in got(clinic, file_999(77)).said] == ["warn"]


@pytest.mark.parametrize(
    ("category", "state"), [("A1", "accepted"), ("A2", "accepted"), ("A3", "rejected"), ("A7", "rejected")]
)
def test_a_277ca_moves_each_claim(clinic, category, state):
    claim = sent_claim(clinic)
    file = got(clinic, file_277((claim.number, category), ("C990000001", category)))
    assert (again(clinic, claim).state, [line["tone"] for line in file.said][1]) == (state, "warn")


def test_a_remittance_is_posted_to_the_cent_and_once(clinic):
    claim = sent_claim(clinic)
    content, paid = usual(claim)
    got(clinic, content)
    expected = {
        "charges": -claim.total,
        "cash": paid,
        "contractual": D("10.00"),
        "sequestration": D("1.00"),
        "patient": D("20.00"),
    }
    assert accounts(clinic, claim=claim) == expected
    assert again(clinic, claim).state == "paid"
    before = rows()
    assert [f.code for f in got(clinic, content)] == ["USED_ALREADY"]
    assert [f.code for f in got(clinic, content.replace(b"000000042", b"000000043"))] == ["POSTED_ALREADY"]
    assert rows() == before
    assert AuditLine.objects.of(clinic.owner).filter(action="payment posted").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text[:200], "X12_CUT_OFF"),
        (lambda text: b"not a file", "X12_NOT_READABLE"),
        (lambda text: text.replace(b"CAS*PR*2*20", b"CAS*PR*2*21"), "LINE_OFF"),
        (lambda text: text.replace(b"BPR*I*", b"BPR*I*1"), "PAYMENT_OFF"),
        (lambda text: text.replace(b"XX*1234567893", b"XX*2000000028"), "OTHER_PAYEE"),
        (lambda text: text.replace(b"ST*835", b"ST*271"), "X12_OTHER_KIND"),
        (lambda text: text.replace(b"TRN*1", b"TRN*\xff"), ""),
    ],
)
def test_what_cannot_be_posted_whole_is_refused_and_nothing_is_saved(clinic, change, code):
    claim = sent_claim(clinic)
    before, state = rows(), accounts(clinic)
    found = got(clinic, change(usual(claim)[0]))
    if not code:
        assert isinstance(found, IncomingFile)
        return
    assert code in [f.code for f in found]
    assert all(f.try_ and f.expected is not None for f in found)
    assert (rows(), accounts(clinic), again(clinic, claim).state) == (before, state, "sent")


def test_a_denial_is_worked_on_and_money_stays_asked_for(clinic):
    claim = sent_claim(clinic)
    file = got(
        clinic, file_835(line_835(claim, paid="0", adjustments=f"CAS*CO*50*{claim.total}~", status="4"), paid="0")
    )
    assert (again(clinic, claim).state, accounts(clinic, claim=claim)) == (
        "denied",
        {"payer": claim.total, "charges": -claim.total},
    )
    assert file.said[0]["tone"] == "stop"


def test_a_reversal_is_paired_with_what_it_takes_back_and_restores_every_account(clinic):
    claim = sent_claim(clinic)
    asked = accounts(clinic, claim=claim)
    content, paid = usual(claim)
    got(clinic, content)
    back = line_835(claim, paid=str(-paid), adjustments="CAS*CO*45*-10**253*-1~CAS*PR*2*-20~", status="22", sign=-1)
    got(clinic, file_835(back, paid="0", trace="EFT-43", plb=f"PLB*1234567893*20261231*FB>1*{-paid}~"))
    first, second = RemittedClaim.objects.of(clinic.owner).order_by("created_at", "id")
    assert (second.reverses, again(clinic, claim).state) == (first, "reversed")
    assert accounts(clinic, claim=claim) == asked
    again_paid = claim.total - D(20)
    got(
        clinic,
        file_835(
            line_835(claim, paid=str(again_paid), adjustments="CAS*PR*2*20~"), paid=str(again_paid), trace="EFT-44"
        ),
        at=LATER + timedelta(days=1),
    )
    assert (again(clinic, claim).state, accounts(clinic, claim=claim)) == (
        "paid",
        {"charges": -claim.total, "cash": again_paid, "patient": D("20.00")},
    )


def test_a_reversal_and_its_correction_in_one_file_net_to_the_difference(clinic):
    claim = sent_claim(clinic)
    content, paid = usual(claim)
    got(clinic, content)
    back = line_835(claim, paid=str(-paid), adjustments="CAS*CO*45*-10**253*-1~CAS*PR*2*-20~", status="22", sign=-1)
    forth = line_835(claim, paid=str(paid + 5), adjustments="CAS*CO*45*10**253*1~CAS*PR*2*15~", icn="ICN-1B")
    got(clinic, file_835(back, forth, paid="5", trace="EFT-43"), at=LATER + timedelta(days=1))
    assert accounts(clinic, claim=claim) == {
        "charges": -claim.total,
        "cash": paid + 5,
        "contractual": D("10.00"),
        "sequestration": D("1.00"),
        "patient": D("15.00"),
    }
    assert again(clinic, claim).state == "paid"


def test_money_for_an_unknown_claim_stays_in_sight_until_it_is_matched(clinic):
    claim = sent_claim(clinic)
    paid = claim.total - D(20)
    got(clinic, file_835(line_835(claim, paid=str(paid), adjustments="CAS*PR*2*20~", number="OLD-77"), paid=str(paid)))
    row = unmatched(clinic.owner).get()
    assert (accounts(clinic)["unapplied"], again(clinic, claim).state) == (-paid, "sent")
    assert match(row, claim, by=clinic.owner, at=LATER) == []
    assert accounts(clinic) == {"charges": -claim.total, "cash": paid, "patient": D("20.00")}
    assert (again(clinic, claim).state, unmatched(clinic.owner).count()) == ("paid", 0)
    assert [f.code for f in match(row, claim, by=clinic.owner, at=LATER)] == ["MATCHED_ALREADY"]


def test_money_kept_back_leaves_cash_at_what_reached_the_account(clinic):
    claim = sent_claim(clinic)
    paid = claim.total - D(20)
    got(
        clinic,
        file_835(
            line_835(claim, paid=str(paid), adjustments="CAS*PR*2*20~"),
            paid=str(paid - D("7.5")),
            plb="PLB*1234567893*20261231*WO>OLD*7.5~",
        ),
    )
    found = accounts(clinic)
    assert (found["cash"], found["kept_back"]) == (paid - D("7.5"), D("7.50"))


def test_one_clinics_file_never_touches_anothers_claim(clinic, other_clinic):
    claim = sent_claim(clinic)
    content, _ = usual(claim)
    receive(content, name="a", by=other_clinic.owner, at=LATER)
    assert (again(clinic, claim).state, balances(other_clinic.owner)[Account.PAYER]) == ("sent", 0)
    assert unmatched(other_clinic.owner).count() == 1


def test_a_patients_payment_a_credit_and_a_write_off_add_up(clinic):
    claim = sent_claim(clinic)
    got(clinic, usual(claim)[0])
    patient, day = claim.patient, AT.date()
    pay = ledger.take_payment(patient, amount=D("25.00"), on=day, method="card", by=clinic.desk, at=LATER)
    assert accounts(clinic, patient=patient)["patient"] == D("-5.00")
    assert ledger.undo_by_hand(pay, by=clinic.desk, at=LATER, reason="Wrong patient") == []
    assert [f.code for f in ledger.undo_by_hand(pay, by=clinic.desk, at=LATER, reason="Again")] == [
        "TAKEN_BACK_ALREADY"
    ]
    assert [
        f.code
        for f in ledger.write_off(patient, amount=D("20.01"), on=day, reason="Hardship", by=clinic.owner, at=LATER)
    ] == ["MORE_THAN_OWED"]
    ledger.write_off(patient, amount=D("20.00"), on=day, reason="Hardship", by=clinic.owner, at=LATER)
    assert "patient" not in accounts(clinic, patient=patient)
    assert [
        f.code
        for f in ledger.undo_by_hand(
            LedgerEntry.objects.of(clinic.owner).filter(kind="charge").first(), by=clinic.owner, at=LATER, reason="x"
        )
    ] == ["NOT_BY_HAND"]


@pytest.mark.parametrize(("amount", "days"), [("0", 0), ("-5", 0), ("1.005", 0), ("5", 400)])
def test_a_payment_that_makes_no_sense_is_refused(clinic, amount, days):
    found = ledger.take_payment(
        make_patient(clinic),
        amount=D(amount),
        on=AT.date() + timedelta(days=days),
        method="cash",
        by=clinic.desk,
        at=LATER,
    )
    assert [f.code for f in found] == ["BAD_VALUE"]
    assert LedgerEntry.objects.count() == 0


@pytest.mark.parametrize(
    "wrong", [{"amount": D("0")}, {"amount": D("-1")}, {"into": "cash", "out_of": "cash"}, {"out_of": ""}]
)
def test_the_database_refuses_a_move_that_makes_no_sense(clinic, wrong):
    fields = {
        "into": "cash",
        "out_of": "patient",
        "amount": D("5.00"),
        "kind": "patient_payment",
        "on": AT.date(),
        **wrong,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(organization=clinic.organization, created_at=AT, **fields)
