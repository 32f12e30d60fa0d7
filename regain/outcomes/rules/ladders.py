"""The Short Physical Performance Battery: times to points by published ladders, after rounding to 0.01 s."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import Entry, exact
from regain.outcomes.rules.instrument import Outcome, half_up

# not attempted for safety scores 0; not administered leaves the component without points
NOT_DONE = ("unable", "not_attempted", "discontinued")
NOT_GIVEN = (None, "not_administered")


def battery(entry: Entry) -> Outcome:
    """Balance, gait and chair points and their total; a component that was not administered leaves no total."""
    spec = entry.spec
    parts = {
        "balance": _balance(entry, spec["holds"]),
        "gait": _gait(entry, spec["gait"]),
        "chair": _timed(entry, spec["chair"][0]["input"], spec["chair"][0], "chair"),
    }
    scored = [value for value in parts.values() if value is not None]
    total = sum(scored, Fraction(0)) if len(scored) == len(parts) else None
    return Outcome(total, dict(parts), answered=len(scored), of=len(parts))


def climb(value: Fraction, ladder: Sequence[Sequence[Any]], slowest: int) -> Fraction:
    """Points of a time: the first rung it lies strictly below.

    >>> climb(Fraction("11.19"), [[11.20, 4], [13.70, 3]], 0)
    Fraction(4, 1)
    """
    return Fraction(next((points for rung, points in ladder if value < exact(rung)), slowest))


def _balance(entry: Entry, holds: Sequence[dict[str, Any]]) -> Fraction | None:
    points = Fraction(0)
    for hold in holds:
        name = hold["input"]
        value = entry.inputs.get(name)
        if value in NOT_GIVEN:
            entry.missing(name, f"{entry.said(name)} was not recorded; balance has no points.", ("balance", "score"))
            return None
        if value in NOT_DONE:
            return points
        held = entry.number(value, name, at_least=0, at_most=10, of=("balance", "score"))
        if held is None:
            return None
        held = exact(half_up(held))
        gained = max((reward for rung, reward in hold["ladder"] if held >= exact(rung)), default=0)
        points += gained
        if gained < hold["full"]:
            return points
    return points


def _gait(entry: Entry, walks: Sequence[dict[str, Any]]) -> Fraction | None:
    if entry.inputs.get("gait_s") in NOT_DONE:
        return Fraction(0)
    given = entry.inputs.get("gait_distance_m")
    walk = next((walk for walk in walks if walk["distance_m"] == given), None)
    if entry.inputs.get("gait_s") not in NOT_GIVEN and walk is None:
        code = "MISSING_DISTANCE" if given is None else "INVALID_VALUE"
        entry.error(code, f"The walk is {given!r} m; points are published for 4 m and 3 m.", "gait_distance_m",
                    of=("gait", "score"), found=given, expected="4|3")  # fmt: skip
        return None
    return _timed(entry, "gait_s", walk or walks[0], "gait")


def _timed(entry: Entry, name: str, walk: dict[str, Any], part: str) -> Fraction | None:
    value = entry.inputs.get(name)
    if value in NOT_GIVEN:
        entry.missing(name, f"{entry.said(name)} was not recorded; {part} has no points.", (part, "score"))
        return None
    if value in NOT_DONE:
        return Fraction(0)
    tries = value if isinstance(value, list) and value else [value]
    times = [entry.number(v, name, above=0, of=(part, "score")) for v in tries if v is not None]
    best = min((t for t in times if t is not None), default=None)
    return None if best is None or None in times else climb(exact(half_up(best)), walk["ladder"], walk["slowest"])
