"""Shapes for performance tests: one measurement, trials, speed, force, angle, timed parts, filaments, ladders."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import MAIN, Entry, exact
from regain.outcomes.rules.instrument import KG_PER_LB, Outcome, half_up, shown
from regain.outcomes.rules.items import average


def limits(spec: dict[str, Any]) -> dict[str, Any]:
    """The limits that a shape's parameters name."""
    return {name: spec[name] for name in ("at_least", "at_most", "above", "whole", "allowed") if name in spec}


def measurement(entry: Entry) -> Outcome:
    """One number: seconds, metres, a count, a total. Unable is a status; a broken protocol may end it with 0."""
    spec = entry.spec
    name = spec["input"]
    value = entry.inputs.get(name)
    if spec.get("zero_when") and entry.flag(spec["zero_when"]):
        return Outcome(Fraction(0), answered=1, of=1)
    if spec.get("unable_unless") and entry.flag(spec["unable_unless"]) is False:
        return Outcome(status="unable", answered=0, of=1)
    status = entry.status_word(value) or (spec.get("statuses", {}).get(value) if isinstance(value, str) else None)
    if status:
        return Outcome(status=status, answered=0, of=1)
    if isinstance(value, list):
        return trials(entry)
    converted = _converted(entry)
    if value is None:
        if converted is not None:
            return converted
        entry.missing(name, f"{entry.said(name)} is missing: nothing was recorded.", expected=str(entry.instrument.fact.about["inputs"].get(name, name)))  # fmt: skip
        return Outcome()
    read = entry.number(value, name, **limits(spec), of=MAIN)
    if read is None:
        return Outcome()
    if converted is not None and converted.score is not None and abs(converted.score - read) > 1:
        other = next(other for other in spec["converted"] if entry.inputs.get(other) is not None)
        entry.error("CONFLICTING_ITEMS", f"{entry.said(name)} is {shown(read)}, and in the other unit it makes {shown(converted.score)}.", other, of=MAIN,
                    found=entry.inputs[other], expected=f"{name} or {other}, not both", try_="Leave one of the two out.")  # fmt: skip
        return Outcome()
    return Outcome(read, answered=1, of=1)


def _converted(entry: Entry) -> Outcome | None:
    """The measurement given in another unit (feet for metres), or None where none is."""
    spec = entry.spec
    for other, factor in spec.get("converted", {}).items():
        if entry.inputs.get(other) is not None:
            read = entry.number(entry.inputs[other], other, at_least=spec["at_least"],
                                at_most=half_up(exact(spec["at_most"]) / exact(factor), 6), of=MAIN)  # fmt: skip
            return Outcome() if read is None else Outcome(read * exact(factor), answered=1, of=1)
    return None


def read_trials(entry: Entry, of: Sequence[str] = MAIN) -> list[Fraction] | None:
    """The trials recorded, nulls left out; a value past the protocol's cap is stored as the cap."""
    spec = entry.spec
    name = spec["input"]
    given = entry.inputs.get(name)
    given = [given] if given is not None and not isinstance(given, list) else given or []
    if not any(value is not None for value in given):
        entry.missing(name, "No trial recorded.", of)
        return None
    read = [
        entry.number(value, f"{name}[{i}]", **limits(spec), of=of) for i, value in enumerate(given) if value is not None
    ]
    if any(value is None for value in read):
        return None
    values = [value for value in read if value is not None]
    return [capped(entry, value, f"{name}[{i}]") for i, value in enumerate(values)]


def capped(entry: Entry, value: Fraction, where: str) -> Fraction:
    """The value, or the protocol's cap with a finding that says so."""
    cap = entry.spec.get("cap")
    if cap is None or value <= exact(cap):
        return value
    entry.tell("CAPPED", f"{shown(value)} is past the protocol's end and is stored as {cap}.", where,
               found=half_up(value), expected=f"at most {cap}")  # fmt: skip
    return exact(cap)


def _trial_status(entry: Entry) -> str | None:
    given = entry.inputs.get(entry.spec["input"])
    listed = given if isinstance(given, list) else [given]
    words = [entry.status_word(value) for value in listed]
    return next((word for word in words if word), None) if all(w or v is None for w, v in zip(words, listed, strict=True)) else None  # fmt: skip


def trials(entry: Entry) -> Outcome:
    """Mean of the trials; where the protocol asks for a number of them, fewer give only the best."""
    spec = entry.spec
    status = _trial_status(entry)
    if status:
        return Outcome(status=status, answered=0)
    values = read_trials(entry, ("score", *spec.get("results", ())))
    if values is None:
        return Outcome()
    single = spec.get("single_when", {})
    needed = spec.get("needed") or (1 if single and all(entry.choice(k) == v for k, v in single.items()) else None)
    outcome = Outcome(answered=len(values), of=needed or len(values))
    if spec.get("best"):
        outcome.parts[spec["best"]] = max(values) if entry.instrument.higher_is_better else min(values)
    if protocol_met(entry, values, needed):
        outcome.score = average(values)
    return outcome


def protocol_met(entry: Entry, values: Sequence[Fraction], needed: int | None) -> bool:
    """Whether the number of trials is the protocol's."""
    if needed is None or len(values) == needed:
        return True
    name = entry.spec["input"]
    if len(values) < needed:
        entry.missing(name, f"{len(values)} of {needed} trials: no mean; the best is kept.", found=len(values), expected=str(needed))  # fmt: skip
    else:
        entry.error("WRONG_ITEM_COUNT", f"{len(values)} trials; the protocol has {needed}.", name, of=MAIN,
                    found=len(values), expected=str(needed))  # fmt: skip
    return False


def speed(entry: Entry) -> Outcome:
    """Timed distance in m / time in s: the mean of the trial speeds. The timed distance is not the walkway's length."""
    spec = entry.spec
    status = _trial_status(entry)
    if status:
        return Outcome(status=status, answered=0)
    given = entry.inputs.get(spec["distance"])
    if given is None:
        entry.error("MISSING_DISTANCE", "The timed distance is missing; speed needs it.", spec["distance"], of=MAIN,
                    expected="metres, above 0", try_="Give the part of the walkway that was timed, often 4, 6 or 10 m.")  # fmt: skip
    distance = None if given is None else entry.number(given, spec["distance"], above=0, of=MAIN)
    name = spec["input"]
    recorded = entry.inputs.get(name)
    recorded = recorded if isinstance(recorded, list) else [recorded]
    times = [entry.number(v, f"{name}[{i}]", above=0, of=MAIN) for i, v in enumerate(recorded) if v is not None]
    if not times:
        entry.missing(name, "No trial recorded.")
    walked = [t for t in times if t is not None]
    if distance is None or not walked or len(walked) < len(times):
        return Outcome()
    return Outcome(average([distance / t for t in walked]), answered=len(walked), of=len(walked))


def force(entry: Entry) -> Outcome:
    """Mean of exactly three trials in the unit given, with kilograms and pounds and the best trial beside it."""
    unit = entry.choice("unit")
    if unit is None and entry.inputs.get("unit") is None:
        entry.error("UNIT_REQUIRED", "Say whether the dynamometer read pounds or kilograms.", "unit", expected="lb|kg")
    status = _trial_status(entry)
    if status:
        return Outcome(status=status, answered=0, unit=unit)
    if unit is None:
        return Outcome()
    values = read_trials(entry, ("score", *entry.spec["results"]))
    if values is None:
        return Outcome(unit=unit)
    needed = entry.spec["needed"]
    outcome = Outcome(answered=len(values), of=needed, parts={"best": max(values)})
    if protocol_met(entry, values, needed):
        outcome.score = average(values)
    return finish_force(entry, outcome)


def finish_force(entry: Entry, outcome: Outcome) -> Outcome:
    """The mean in both units."""
    outcome.unit = entry.choice("unit")
    if outcome.score is not None and outcome.unit is not None:
        kg = outcome.score * (KG_PER_LB if outcome.unit == "lb" else 1)
        outcome.parts = {"mean_kg": kg, "mean_lb": kg / KG_PER_LB, **outcome.parts}
    return outcome


def angle(entry: Entry) -> Outcome:
    """End angle, with the arc and the extension that a start above 0 lacks; display `5-110`."""
    spec = entry.spec
    status = entry.status_word(entry.inputs.get("end_deg"))
    if status:
        return Outcome(status=status, answered=0, of=1)
    if entry.inputs.get("end_deg") is None:
        entry.missing("end_deg", "No end angle: not measured is not 0.")
        return Outcome()
    low, high = spec["end"]
    end = entry.number(entry.inputs["end_deg"], "end_deg", at_least=low, at_most=high)
    given = entry.inputs.get("start_deg")
    start = (
        None if given is None else entry.number(given, "start_deg", at_least=spec["start"][0], at_most=spec["start"][1])
    )
    if end is None or given is not None and start is None:
        return Outcome()
    if start is None:
        return Outcome(end, answered=1, of=1)
    if start > end:
        entry.error("CONFLICTING_ITEMS", f"The motion starts at {shown(start)} and ends at {shown(end)}.", "start_deg",
                    found=given, expected=f"at most {shown(end)}", try_="Check which angle is the start.")  # fmt: skip
        return Outcome()
    parts = {"arc": end - start, "extension_deficit": max(start, Fraction(0))}
    return Outcome(end, parts, answered=1, of=1, display=f"{shown(start)}-{shown(end)}")


def timed_parts(entry: Entry) -> Outcome:
    """Seconds of each part; a later part needs the one before it, and the stop time is stored with `discontinued`."""
    spec = entry.spec
    outcome = Outcome(answered=0, of=0)
    names = spec["parts"]
    given = [name for name in names if entry.inputs.get(name) is not None]
    for name in given or names[:1]:
        value = entry.inputs.get(name)
        before = names[: names.index(name)]
        lacking = [other for other in before if entry.inputs.get(other) is None]
        if value is None or lacking:
            absent = entry.said(lacking[0] if lacking else name)
            after = f"; {entry.said(name, start=False)} is not read without it" if lacking else ""
            entry.missing(lacking[0] if lacking else name, f"{absent} is missing{after}.", (name,))
            outcome.parts[name] = None
            continue
        outcome.of += 1
        status = entry.status_word(value)
        if status:
            outcome.status = status
            outcome.parts[name] = exact(spec["cap"]) if status == "discontinued" else None
            continue
        read = entry.number(value, name, at_least=spec["at_least"], of=(name,))
        outcome.parts[name] = None if read is None else capped(entry, read, name)
        if read is not None:
            outcome.answered += 1
            outcome.status = "discontinued" if read >= exact(spec["cap"]) else outcome.status
    if entry.want in names and entry.want not in outcome.parts:
        entry.missing(entry.want, f"{entry.want} was not recorded.", (entry.want,))
    return outcome


def levels(entry: Entry) -> Outcome:
    """Lightest filament felt, one of a fixed set of markings; nothing felt is `untestable`, never a number."""
    spec = entry.spec
    name = spec["input"]
    value = entry.inputs.get(name)
    if value == spec["none"] or entry.status_word(value):
        return Outcome(status=entry.status_word(value) or "untestable", answered=0, of=1)
    if value is None:
        entry.missing(name, "No filament recorded for this site.")
        return Outcome()
    if isinstance(value, str):
        # a word that is no number is left for the number reader below to name
        with suppress(ValueError):
            value = float(value)
    rows = {exact(row["marking"]): row for row in entry.instrument.rows("level")}
    marks = [float(mark) for mark in rows]
    read = entry.number(value, name, at_least=min(marks), at_most=max(marks), allowed=marks)
    if read is None:
        return Outcome()
    parts = {"level": rows[read]["level"], "grams": exact(rows[read]["grams"])}
    return Outcome(read, parts, answered=1, of=1, places={"grams": 3})
