"""Whole letters: what weighs, what steps back, and what orders nothing."""

from __future__ import annotations

import pytest

from tests.referrals.factories import ask, known

FILL = "He was seen with his wife, who drove him in, and they spoke about the summer and about their garden. " * 12


def letter(history: str = "", assessment: str = "", plan: str = "") -> str:
    """A letter too long to be a note."""
    return f"HISTORY OF PRESENT ILLNESS: {history} {FILL}\n\nASSESSMENT: {assessment}\n\nPLAN: {plan}\n"


def test_history_weighs_less_than_the_assessment():
    told = ask(text=letter(history="Unable to tie his shoes.", assessment="Low back pain."))
    assert told.disciplines == ("PT",)
    named = ask(text=letter(assessment="Low back pain. Unable to dress, needs help in the shower."))
    assert named.disciplines == ("OT", "PT")


def test_in_a_short_letter_history_weighs_in_full():
    text = "REASON FOR REFERRAL: Left knee pain.\n\nHISTORY: Cannot climb stairs and needs help with dressing.\n"
    assert ask(text=text).disciplines == ("OT", "PT")


@pytest.mark.parametrize("words", [
    "He has reached maximum medical improvement.", "The claimant was examined for this report.",
    "This combines to a 5% impairment of the whole person.",
])  # fmt: skip
def test_a_report_for_a_claim_orders_nothing(words):
    assert ask(text=letter(assessment="Right shoulder pain and weakness.", plan=words)).disciplines == ()


def test_an_operation_on_a_limb_asks_for_movement_afterwards():
    text = (
        "PREOPERATIVE DIAGNOSIS: Torn rotator cuff, left shoulder.\n\nPROCEDURE PERFORMED: Arthroscopic rotator cuff repair.\n\n"
        f"DESCRIPTION OF PROCEDURE: Risks and benefits of surgery were discussed. {FILL} The skin was closed and he was taken to the recovery room.\n"
    )
    reply = ask(text=text)
    assert reply.disciplines == ("PT",)
    assert known().wording["plan_limb_surgery"] in reply.reasons[-1].because


def test_a_plan_of_surgery_steps_back():
    plain = ask(text=letter(assessment="Left hip pain."))
    planned = ask(
        text=letter(assessment="Left hip pain.", plan="He wishes to proceed with surgery, informed consent obtained.")
    )
    assert plain.points["PT"] > planned.points["PT"]


def test_an_order_is_told_once():
    reply = ask(text="Knee pain, trouble with stairs. Ordered PT eval and treat.")
    assert [order.discipline for order in reply.orders] == ["PT"]
