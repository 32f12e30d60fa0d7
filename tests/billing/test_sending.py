"""Claims into files: once, kept whole, accepted by an outside reader; corrected and voided at the payer; sent on to a second one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from regain.billing.actions import sending
from regain.billing.actions.claims import draft_claim, findings_of, move_claim
from regain.billing.actions.receiving import receive
from regain.billing.models import Claim, ClaimStatus, OutgoingClaim, OutgoingFile
from regain.billing.queries.claims import charges, unbilled
from regain.billing.queries.ledger import balances
from regain.billing.rules.ledger import Account
from regain.cli.x12 import refused
from regain.coverage.actions import add_coverage, add_payer
from regain.people.models import Patient
from regain.record.actions import add
from regain.record.models import AuditLine
from tests.billing.made import LATER, again, file_835, line_835, profile, ready_claim, sent_claim
from tests.factories import AT, ON

pytestmark = pytest.mark.django_db


def test_a_ready_claim_goes_out_once_and_the_file_is_kept(clinic):
    claim = ready_claim(clinic)
    profile(clinic)
    (file,), left = sending.send([claim], by=clinic.owner, at=LATER)
    text = bytes(file.document.content).decode()
    assert (left, refused(text), f"CLM*{claim.number}*" in text) == ([], [], True)
    assert (file.control, file.receiver, file.count, file.total, file.test) == (1, "Medicare", 1, claim.total, False)
    assert again(clinic, claim).state == "sent"
    assert AuditLine.objects.of(clinic.owner).filter(action="claim sent", subject_id=claim.pk).count() == 1
    files, left = sending.send([claim], by=clinic.owner, at=LATER)
    assert (files, [f.code for f in left[0][1]]) == ([], ["MOVE_NOT_ALLOWED"])
    assert OutgoingFile.objects.of(clinic.owner).count() == 1


def test_claims_share_a_file_and_one_that_cannot_go_stays_and_is_named(clinic):
    first = ready_claim(clinic, "PT")
    profile(clinic, receiver_name="Clearing House", receiver_id="CH0001")
    unfit = draft_claim(unbilled(clinic.owner).get(kind="evaluation"), by=clinic.owner, at=AT)
    other = add_payer(by=clinic.desk, at=AT, name="No Number Insurance", kind="commercial")
    day = unfit.from_on
    coverage = add_coverage(
        first.patient, other, by=clinic.desk, at=AT, member_id="Z1", starts_on=day, ends_on=day, priority=2
    )
    Claim.objects.filter(pk=unfit.pk).update(coverage=coverage)
    add(ClaimStatus, by=clinic.owner, at=LATER, claim=unfit, status="ready")
    (file,), left = sending.send([first, unfit], by=clinic.owner, at=LATER)
    assert (file.receiver, file.count, refused(bytes(file.document.content).decode())) == ("Clearing House", 1, [])
    assert [(claim.number, [f.code for f in found]) for claim, found in left] == [(unfit.number, ["PAYER_ID_MISSING"])]
    assert (again(clinic, first).state, again(clinic, unfit).state) == ("sent", "ready")


def test_without_a_sending_profile_or_address_nothing_goes_out_and_all_is_named(clinic):
    claim = ready_claim(clinic)
    Patient.objects.filter(pk=claim.patient_id).update(address="")
    files, left = sending.send([claim], by=clinic.owner, at=LATER)
    assert files == []
    assert [f.code for f in left[0][1]] == [
        "ADDRESS_MISSING",
        "SUBMITTER_ID_MISSING",
        "PHONE_MISSING",
        "ADDRESS_MISSING",
    ]
    assert again(clinic, claim).state == "ready"


def test_another_clinics_claim_never_goes_out(clinic, other_clinic):
    claim = ready_claim(clinic)
    profile(other_clinic)
    assert sending.send([claim], by=other_clinic.owner, at=LATER) == ([], [])


def test_asking_for_a_claim_moves_money_and_voiding_moves_it_back(clinic):
    claim = ready_claim(clinic)
    about = {"patient": claim.patient}
    assert balances(clinic.owner, **about)[Account.PAYER] == claim.total
    assert move_claim(claim, to="void", by=clinic.owner, at=LATER) == []
    assert set(balances(clinic.owner, **about).values()) == {Decimal("0.00")}


@pytest.mark.parametrize(("frequency", "owed"), [("7", True), ("8", False)])
def test_a_correction_replaces_and_a_void_takes_back_by_the_payers_number(clinic, frequency, owed):
    claim = sent_claim(clinic)
    assert [
        f.code for f in sending.replace_claim(claim, frequency=frequency, reason="Units", by=clinic.owner, at=LATER)
    ] == ["PAYER_CLAIM_NUMBER_MISSING"]
    row = sending.replace_claim(
        claim, frequency=frequency, payer_claim_number="ICN-9", reason="Units were wrong", by=clinic.owner, at=LATER
    )
    assert [c.amount for c in row.charges.all()] == [c.amount for c in claim.charges.all()]
    assert list(charges(clinic.owner).filter(claim=claim)) == []
    assert unbilled(clinic.owner).filter(pk=claim.charges.get().visit_id).exists() == (frequency == "8")
    assert [
        f.code for f in findings_of(again(clinic, row), by=clinic.owner, today=LATER.date()) if f.severity == "error"
    ] == []
    assert not [f for f in move_claim(row, to="ready", by=clinic.owner, at=LATER) if f.severity == "error"]
    assert balances(clinic.owner, patient=claim.patient)[Account.PAYER] == (claim.total if owed else 0)
    (file,), left = sending.send([row], by=clinic.owner, at=LATER)
    text = bytes(file.document.content).decode()
    assert (left, refused(text)) == ([], [])
    assert f":{frequency}*Y*A*Y*Y~" in text
    assert "REF*F8*ICN-9~" in text
    assert [
        f.code
        for f in sending.replace_claim(
            claim, frequency="7", payer_claim_number="ICN-9", reason="Twice", by=clinic.owner, at=LATER
        )
    ] == ["CORRECTED_ALREADY"]


def test_a_correction_that_is_voided_puts_the_first_claim_back(clinic):
    claim = sent_claim(clinic)
    row = sending.replace_claim(
        claim, frequency="7", payer_claim_number="ICN-9", reason="Units", by=clinic.owner, at=LATER
    )
    move_claim(row, to="ready", by=clinic.owner, at=LATER)
    assert move_claim(row, to="void", by=clinic.owner, at=LATER) == []
    assert balances(clinic.owner, claim=claim)[Account.PAYER] == claim.total
    assert charges(clinic.owner).filter(claim=claim).exists()


def test_what_a_claim_needs_to_be_corrected_is_said(clinic):
    claim = ready_claim(clinic)
    assert [
        f.code
        for f in sending.replace_claim(
            claim, frequency="7", payer_claim_number="I", reason="x", by=clinic.owner, at=LATER
        )
    ] == ["MOVE_NOT_ALLOWED"]
    assert [
        f.code
        for f in sending.replace_claim(
            claim, frequency="9", payer_claim_number="I", reason="x", by=clinic.owner, at=LATER
        )
    ] == ["BAD_VALUE"]


def test_the_second_payer_is_told_what_the_first_paid(clinic):
    claim = sent_claim(clinic)
    assert [f.code for f in sending.send_on(claim, by=clinic.owner, at=LATER)] == ["NO_SECOND_PAYER"]
    total = claim.charges.get().amount
    share = Decimal("20.00")
    paid = total - share
    got = receive(
        file_835(line_835(claim, paid=str(paid), adjustments=f"CAS*PR*2*{share}~"), paid=str(paid)),
        name="a.835",
        by=clinic.owner,
        at=LATER,
    )
    assert not isinstance(got, list), got
    supplement = add_payer(by=clinic.desk, at=AT, name="Supplement", kind="commercial", payer_id="SUP01")
    add_coverage(
        claim.patient, supplement, by=clinic.desk, at=AT, member_id="S1", starts_on=ON.replace(month=1), priority=2
    )
    file = sending.send_on(claim, by=clinic.owner, at=LATER)
    text = bytes(file.document.content).decode()
    assert refused(text) == []
    assert [
        s
        for s in (
            "SBR*S*18*******CI",
            f"AMT*D*{paid.normalize():f}",
            "SBR*P*18*******MB",
            f"CAS*PR*2*{share.normalize():f}",
            "DTP*573*D8*20261220",
        )
        if s + "~" not in text
    ] == []
    assert OutgoingClaim.objects.of(clinic.owner).get(file=file).coverage.payer == supplement
    about = balances(clinic.owner, claim=claim)
    assert (about[Account.PAYER], about[Account.PATIENT], again(clinic, claim).state) == (
        share,
        Decimal("0.00"),
        "sent",
    )
    second = receive(file_835(line_835(claim, paid="15", adjustments=f"CAS*OA*23*{paid}~CAS*PR*3*5~", status="2", icn="S-1"), paid="15", trace="S-EFT"), name="b.835",
                     by=clinic.owner, at=LATER)  # fmt: skip
    assert not isinstance(second, list), second
    about = balances(clinic.owner, claim=claim)
    assert (about[Account.PAYER], about[Account.PATIENT], about[Account.CASH]) == (0, 5, paid + 15)
