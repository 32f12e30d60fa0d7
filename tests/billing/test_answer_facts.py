"""The facts of answers hold together: every reason goes somewhere, every letter can be filled in, every code is said once."""

from __future__ import annotations

import string

import pytest

from regain.billing.rules.ledger import STAYS, Account
from regain.coverage.rules.profiles import profile_of
from regain.reference.facts import fact

LETTERS = {value["key"]: value for value in fact("billing/denial_letters").latest()}
FILLED = {"claim", "patient", "day", "answered", "payer_claim", "amount", "reason", "meaning"}


@pytest.mark.parametrize("value", fact("billing/denial_reasons").values, ids=lambda v: v["key"])
def test_every_reason_goes_somewhere_and_says_what_to_do(value):
    assert value["posts"] in {*STAYS, *map(str, Account)}
    assert value["letter"] in {"", *LETTERS}
    assert value["meaning"]
    assert value["action"]
    assert bool(value["letter"]) == (value["posts"] == "open")


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS)
def test_every_letter_asks_only_for_what_is_filled_in(letter):
    assert {name for _, name, _, _ in string.Formatter().parse(letter["text"]) if name} <= FILLED


def test_every_kind_of_payer_that_gets_a_file_has_its_indicator():
    kinds = fact("coverage/payer_kinds").latest()
    known = {value["key"] for value in fact("billing/claim_filing").latest()}
    assert {profile_of(value["key"], kinds, ()).kind for value in kinds} - known == {"self_pay"}


@pytest.mark.parametrize("subject", ["denial_reasons", "remark_codes", "claim_answer", "remitted_status", "taxonomy"])
def test_every_code_is_said_once(subject):
    keys = [value["key"] for value in fact(f"billing/{subject}").values]
    assert len(keys) == len(set(keys))
