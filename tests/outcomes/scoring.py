"""Plain factories for the tests of scores: an instrument by key, one answer, one change."""

from __future__ import annotations

from typing import Any

from regain.cli.lines import Request
from regain.cli.score import answer
from regain.outcomes.rules import Instrument
from regain.reference.facts import fact


def instrument(key: str) -> Instrument:
    """The instrument as shipped."""
    return Instrument(fact(f"outcomes/measures/{key}"))


def ask(measure: str, inputs: Any = None, **more: Any) -> dict[str, Any]:
    """The answer of `regain score` to one request."""
    data = {"id": "t", "measure": measure, **({} if inputs is None else {"inputs": inputs}), **more}
    return answer(Request("t:1", data))


def change(measure: str, baseline: Any, follow_up: Any, **more: Any) -> dict[str, Any]:
    """The answer to a change request."""
    return ask(measure, kind="change", baseline=baseline, follow_up=follow_up, **more)


def codes(reply: dict[str, Any]) -> set[str]:
    """The codes of an answer's findings."""
    return {finding.code for finding in reply["findings"]}


def met(reply: dict[str, Any]) -> set[str]:
    """The single thresholds that are met."""
    return {row["when"] for row in reply["cutoffs"] if row["met"]}
