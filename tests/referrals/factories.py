"""The shipped knowledge, loaded once, and short ways to ask it."""

from __future__ import annotations

from functools import cache
from typing import Any

from regain.reference.facts import facts
from regain.referrals.rules import Knowledge, Recommendation, knowledge, profile_of, recommend


@cache
def known() -> Knowledge:
    """All facts of `referrals`, compiled."""
    return knowledge(facts("referrals"))


def ask(**data: Any) -> Recommendation:
    """The recommendation for `text=` or `profile=`; fails where nothing could be read."""
    profile, findings = profile_of(data, known())
    assert profile is not None, [finding.message for finding in findings]
    return recommend(profile, known(), findings)


def problems(*words: str, **profile: Any) -> Recommendation:
    """The recommendation for a list of problems."""
    return ask(profile={"problems": list(words), **profile})


def codes(reply: Recommendation, counted: bool = True) -> set[str]:
    """The ICF codes that count, or those read and dropped."""
    return {item.code for item in reply.functions if item.counted is counted}


def states(reply: Recommendation) -> dict[str, str]:
    """Flag id to state."""
    return {flag.id: str(flag.state) for flag in reply.flags}
