"""Money is conserved: whatever happens in whatever order, accounts sum to zero, reversal restores, nothing is lost."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.billing.rules.ledger import (
    Account,
    Move,
    balances,
    denied,
    goes_to,
    move,
    of_kept_back,
    of_matched,
    of_remitted,
    of_unmatched,
    owed_first,
)
from regain.billing.rules.x12.claim import Adjustment
from regain.billing.rules.x12.remitted import PaidClaim, ProviderAdjustment, Remittance, check_835
from regain.reference.facts import fact
from tests.billing.test_x12_read import WALTER, WHOLE

POSTS = {value["key"]: value["posts"] for value in fact("billing/denial_reasons").latest()}
CENTS = st.integers(1, 10**7).map(lambda n: D(n) / 100)


def nonzero(moves) -> dict[str, D]:
    return {str(account): amount for account, amount in balances(moves).items() if amount}


def test_a_paid_claim_leaves_the_patients_share_alone():
    charge = move(owed_first(True), Account.CHARGES, WALTER.charge, "charge")
    assert nonzero([*charge, *of_remitted(WALTER, POSTS)]) == {
        "charges": D("-180.50"), "cash": D("112.90"), "contractual": D("36.50"), "sequestration": D("2.30"), "patient": D("28.80"),
    }  # fmt: skip


def test_a_denial_stays_asked_for_until_somebody_works_on_it():
    claim = PaidClaim(
        "C1",
        "4",
        D("90.00"),
        D(0),
        D(0),
        "I",
        adjustments=(Adjustment("CO", "50", D("90.00")), Adjustment("CO", "ZZ9", D(0))),
    )
    charge = move(Account.PAYER, Account.CHARGES, claim.charge, "charge")
    assert nonzero([*charge, *of_remitted(claim, POSTS)]) == {"payer": D("90.00"), "charges": D("-90.00")}
    assert list(denied(claim, POSTS)) == ["50"]


@pytest.mark.parametrize(
    ("group", "reason", "account"),
    [("PR", "2", Account.PATIENT), ("PR", "50", Account.PATIENT), ("CO", "45", Account.CONTRACTUAL), ("CO", "253", Account.SEQUESTRATION), ("CO", "50", None),
     ("OA", "XYZ", None), ("CO", "3", None)],
)  # fmt: skip
def test_where_an_adjustment_goes(group, reason, account):
    assert goes_to(group, reason, POSTS) == account


@pytest.mark.parametrize(("into", "out_of", "amount"), [(Account.CASH, Account.CASH, D(1)), (Account.CASH, Account.PAYER, D(0)), (Account.CASH, Account.PAYER, D(-1)),
                                                       (Account.CASH, Account.PAYER, D("0.001"))])  # fmt: skip
def test_a_move_that_makes_no_sense_cannot_be_built(into, out_of, amount):
    with pytest.raises(ValueError, match="two accounts"):
        Move(into, out_of, amount, "payment")


def test_money_kept_back_lowers_cash_to_what_was_paid():
    held = Remittance(
        "P", "1", "", "T", D("92.90"), "ACH", WHOLE.on, (WALTER,), (ProviderAdjustment("WO", "OLD", D("20.00")),)
    )
    assert check_835(held) == []
    assert balances([*of_remitted(WALTER, POSTS), *of_kept_back(held)])[Account.CASH] == held.amount


def test_unmatched_money_comes_to_the_same_once_it_is_matched():
    late = [*of_unmatched(WALTER), *of_matched(WALTER, POSTS)]
    assert balances(of_unmatched(WALTER))[Account.UNAPPLIED] == D("-112.90")
    assert balances(late) == balances(of_remitted(WALTER, POSTS))


@st.composite
def remitted(draw) -> PaidClaim:
    """A claim that adds up: a charge, some adjustments, the rest paid."""
    charge = draw(CENTS)
    reasons = st.tuples(
        st.sampled_from(["CO", "PR", "OA", "PI"]),
        st.sampled_from(["1", "2", "45", "50", "59", "97", "253", "ZZ"]),
        CENTS,
    )
    adjustments = tuple(Adjustment(*one) for one in draw(st.lists(reasons, max_size=5)))
    return PaidClaim(
        "C", "1", charge, charge - sum((a.amount for a in adjustments), D(0)), D(0), "I", adjustments=adjustments
    )


def taken_back(claim: PaidClaim) -> PaidClaim:
    undone = tuple(Adjustment(a.group, a.reason, -a.amount) for a in claim.adjustments)
    return PaidClaim(claim.number, "22", -claim.charge, -claim.paid, D(0), claim.payer_claim_number, adjustments=undone)


@given(remitted())
def test_a_reversal_restores_every_account(claim):
    assert nonzero([*of_remitted(claim, POSTS), *of_remitted(taken_back(claim), POSTS)]) == {}


@given(remitted())
def test_what_a_payer_still_owes_is_what_was_denied(claim):
    moves = [*move(Account.PAYER, Account.CHARGES, claim.charge, "charge"), *of_remitted(claim, POSTS)]
    open_ = sum((a.amount for a in claim.adjustments if goes_to(a.group, a.reason, POSTS) is None), D(0))
    assert balances(moves)[Account.PAYER] == open_


STEP = st.one_of(
    st.tuples(st.just("charge"), st.booleans(), CENTS), st.tuples(st.just("remit"), remitted()), st.tuples(st.just("unmatched"), remitted()),
    st.tuples(st.just("kept"), st.integers(-10**6, 10**6).map(lambda n: D(n) / 100)), st.tuples(st.just("patient"), CENTS), st.tuples(st.just("write off"), CENTS),
    st.tuples(st.just("undo"), st.integers(0, 10**6)),
)  # fmt: skip


def posting(step, history) -> list[Move]:
    """The moves of one step of a history."""
    match step:
        case ("charge", insured, amount):
            return move(owed_first(insured), Account.CHARGES, amount, "charge")
        case ("remit", claim):
            return of_remitted(claim, POSTS)
        case ("unmatched", claim):
            return [*of_unmatched(claim), *of_matched(claim, POSTS)]
        case ("kept", amount):
            return of_kept_back(
                Remittance("P", "", "", "T", D(0), "", WHOLE.on, (), (ProviderAdjustment("WO", "", amount),))
            )
        case ("patient", amount):
            return move(Account.CASH, Account.PATIENT, amount, "patient_payment")
        case ("write off", amount):
            return move(Account.WRITE_OFF, Account.PATIENT, amount, "write_off")
        case ("undo", number):
            return [history[number % len(history)].reversed()] if history else []
    raise AssertionError(step)


@given(st.lists(STEP, max_size=30))
def test_money_is_conserved_over_random_histories(steps):
    history: list[Move] = []
    running = dict.fromkeys(Account, D("0.00"))
    for step in steps:
        moves = posting(step, history)
        assert sum(balances(moves).values()) == 0
        for account, amount in balances(moves).items():
            running[account] += amount
        history += moves
        assert balances(history) == running
        assert sum(running.values()) == 0
    undone = [one.reversed() for one in reversed(history)]
    assert nonzero([*history, *undone]) == {}
