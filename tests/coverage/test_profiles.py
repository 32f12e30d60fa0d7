"""Payer profiles: nine as data, examples marked; the payer's own setting counts before its profile's, that before its kind's."""

import json

import pytest

from regain.cli.estimate import estimate
from regain.coverage.rules.profiles import profile_of
from regain.reference.facts import fact

KINDS, PROFILES = fact("coverage/payer_kinds").latest(), fact("coverage/payer_profiles").latest()


def test_the_nine_profiles_and_which_are_examples():
    assert {value["key"]: value["example"] for value in PROFILES} == {
        "medicare_b": False, "medicare_advantage": True, "medicaid": True, "commercial_ppo": True, "commercial_hmo": True,
        "commercial_hdhp": True, "workers_comp": False, "auto": False, "self_pay": False,
    }  # fmt: skip


@pytest.mark.parametrize("key", [value["key"] for value in PROFILES])
def test_the_terms_of_every_profile_can_be_estimated(key):
    profile = profile_of(key, KINDS, PROFILES)
    coverage = json.loads(json.dumps({"kind": profile.kind, **profile.terms}))
    visit = {"on": "2026-06-01", "lines": [{"discipline": "PT", "code": "97110", "units": 2, "allowed": 100}]}
    reply = estimate({"coverage": coverage, "visits": [visit]})
    assert reply["findings"] == []
    assert 0 <= reply["high"] <= 100


def test_what_is_said_last_counts():
    hmo = profile_of("commercial_hmo", KINDS, PROFILES, {"authorization": "no", "timely_filing_days": ""})
    assert (hmo["authorization"], hmo["timely_filing_days"], hmo["unit_rule"], hmo.own) == (
        "no",
        90,
        "ama",
        {"authorization"},
    )
    assert (hmo.kind, hmo.example, hmo.certainty, hmo.get("epsdt_under")) == ("commercial", True, "product rule", None)
    assert profile_of("commercial", KINDS, PROFILES)["timely_filing_days"] == 180
