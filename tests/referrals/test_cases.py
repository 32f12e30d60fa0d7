"""Our own cases: profiles and short letters across conditions, ages and settings, with what a careful clinician would say.

Where two answers can be defended, both are listed; `flag` is the red flag that must fire, or none that overrides.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.referrals.factories import ask

CASES = [json.loads(line) for line in (Path(__file__).parent / "cases.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_case(case):
    given = {key: case[key] for key in ("text", "profile") if key in case}
    reply = ask(**given)
    fired = {flag.id for flag in reply.flags if flag.state == "fired"}
    overriding = {flag.id for flag in reply.flags if flag.state == "fired" and flag.action.overrides}
    assert reply.recommendation in case["expected"]
    assert case["flag"] in fired if case["flag"] else not overriding
