"""Shapes for results that are entered: totals and their parts, ratings of chosen activities, an adjusted total."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import MAIN, Entry, exact
from regain.outcomes.rules.instrument import Outcome
from regain.outcomes.rules.items import average
from regain.outcomes.rules.performance import limits
from regain.reference.rules import blocks


def entered(entry: Entry) -> Outcome:
    """Named results as entered. `main` is the score; or `total` parts add up to it; or `sum_of` is plain arithmetic."""
    spec = entry.spec
    outcome = Outcome()
    rows = spec["entries"]
    values: dict[str, Fraction | None] = {}
    for row in rows:
        name = row["name"]
        # a known total is the main result, whatever its own name is
        given = entry.inputs.get(name, entry.inputs.get("score") if name == spec.get("main") else None)
        if given is None:
            continue
        of = (name, "score") if name in (spec.get("main"), *spec.get("total", ())) else (name,)
        values[name] = entry.number(given, name, **limits(row), of=of)
        if not row.get("hidden"):
            outcome.parts[name] = values[name]
    outcome.answered = sum(value is not None for value in values.values())
    outcome.of = len(values)
    if spec.get("total"):
        _add_up(entry, outcome, values, spec)
    elif spec.get("main"):
        _main(entry, outcome, values, spec)
    else:
        parts = [values.get(name) for name in spec["sum_of"]]
        outcome.score = None if None in parts else sum((p for p in parts if p is not None), Fraction(0))
    results = spec.get("results", ())
    lacking = entry.want in results and entry.want not in outcome.parts
    nothing = outcome.score is None and not outcome.parts and not blocks(f for _, f in entry.noted)
    if lacking or nothing and entry.inputs.get(spec.get("total_input", "")) is None:
        name = str(entry.want if lacking else rows[0]["name"])
        entry.missing(name, f"{entry.said(name)} is missing.", (name, "score"))
    return outcome


def _add_up(entry: Entry, outcome: Outcome, values: dict[str, Fraction | None], spec: dict[str, Any]) -> None:
    """The total of all parts; an entered total must agree with them, and stands alone where no part is given."""
    parts = [values.get(name) for name in spec["total"]]
    name = spec.get("total_input", "score")
    name = name if entry.inputs.get(name) is not None else "score"
    total = entry.inputs.get(name)
    low, high = entry.limits
    entered_total = (
        None if total is None else entry.number(total, name, at_least=low, at_most=high, whole=True, of=MAIN)
    )
    if None not in parts:
        outcome.score = sum((p for p in parts if p is not None), Fraction(0))
        if entered_total is not None and entered_total != outcome.score:
            disagree(entry, name, entered_total, outcome.score)
            outcome.score = None
    elif entered_total is not None and not values:
        outcome.score, outcome.answered, outcome.of = entered_total, 1, 1
    elif values and total is None:
        lacking = [part for part in spec["total"] if part not in values]
        for part in lacking:
            entry.missing(part, f"{entry.said(part)} is missing: no total without it.")
    elif entered_total is not None and all(value is not None for value in values.values()):
        rest = entered_total - sum((value for value in values.values() if value is not None), Fraction(0))
        outcome.score = entered_total
        _check_rest(entry, outcome, name, rest, [row for row in spec["entries"] if row["name"] not in values])


def _check_rest(entry: Entry, outcome: Outcome, name: str, rest: Fraction, absent: list[dict[str, Any]]) -> None:
    """What a total leaves for the parts not given must be possible for them."""
    low, high = sum(row["at_least"] for row in absent), sum(row["at_most"] for row in absent)
    if not low <= rest <= high:
        parts = " and ".join(row["name"] for row in absent)
        entry.error("INCONSISTENT_TOTAL", f"The total leaves {float(rest):g} for {parts}; it runs from {low} to {high}.", name,
                    found=float(rest), expected=f"{low}-{high}", try_="Correct the total or the part that is wrong.")  # fmt: skip
        outcome.score = None


def disagree(entry: Entry, name: str, given: Fraction, computed: Fraction) -> None:
    """Note that an entered total differs from what its parts make."""
    entry.error("INCONSISTENT_TOTAL", f"The total entered is {float(given):g}; its parts make {float(computed):g}.", name,
                found=float(given), expected=f"{float(computed):g}", try_="Correct the total or the part that is wrong.")  # fmt: skip


def _main(entry: Entry, outcome: Outcome, values: dict[str, Fraction | None], spec: dict[str, Any]) -> None:
    outcome.score = values.get(spec["main"])
    if spec.get("main_required") and spec["main"] not in values and values:
        entry.error(spec["main_required"], "The raw total says nothing by itself; the licensed table gives the t-scale score.",
                    spec["main"], of=MAIN, try_="Read the t-scale score from your licensed manual and enter it.")  # fmt: skip


def rated(entry: Entry) -> Outcome:
    """Mean rating of the person's own activities, one result a rating; labels say what was rated."""
    spec = entry.spec
    name = spec["list"]
    given = entry.inputs.get(name)
    fewest, most = spec["counts"]
    results = ("score", *spec["results"])
    if given is None or given == []:
        entry.missing(name, f"No {name} given; at least {fewest} are rated.", results)
        return Outcome()
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        entry.error("INVALID_VALUE", f"{entry.said(name)}: not a list of labels with ratings.", name, found=str(given)[:80],
                    expected="[{label, rating}]")  # fmt: skip
        return Outcome()
    if not fewest <= len(given) <= most:
        code = spec["too_many"] if len(given) > most else spec["too_few"]
        entry.error(code, f"{len(given)} {name}; {fewest} to {most} are rated.", name, found=len(given),
                    expected=f"{fewest}-{most}")  # fmt: skip
        return Outcome()
    low, high = spec["levels"]
    columns: dict[str, list[Fraction | None]] = {}
    wrong: set[str] = set()
    for rating in (*spec["ratings"], *spec.get("optional", ())):
        columns[rating] = []
        of = results if "main" in spec else (rating,)
        for number, row in enumerate(given):
            value = row.get(rating)
            read = None if value is None else entry.number(value, f"{name}[{number}].{rating}", at_least=low, at_most=high, of=of)  # fmt: skip
            wrong |= {rating} if value is not None and read is None else set()
            columns[rating].append(read)
    return _means(entry, given, columns, wrong)


def _means(entry: Entry, given: list[dict[str, Any]], columns: dict[str, list[Fraction | None]], wrong: set[str]) -> Outcome:  # fmt: skip
    """The mean of each rating; one with a wrong answer has none and leaves the others."""
    spec = entry.spec
    outcome = Outcome(answered=0, of=len(given))
    for rating in spec["ratings"]:
        values = [value for value in columns[rating] if value is not None]
        main = spec.get("main") == rating
        if rating in wrong:
            outcome.parts |= {} if main else {rating: None}
            continue
        if not values:
            entry.missing(spec["list"], f"No {rating} was rated.", ("score", *spec["results"]) if main else (rating,))
        found = average(values) if values else None
        outcome.answered = max(outcome.answered or 0, len(values))
        if main:
            outcome.score = found
            labels = [str(row.get("label", "")) for row in given]
            outcome.parts[spec["list"]] = [{"label": label, "rating": value} for label, value in zip(labels, columns[rating], strict=True)]  # fmt: skip
        else:
            outcome.parts[rating] = found
    return outcome


def adjusted(entry: Entry) -> Outcome:
    """A raw total with one published adjustment (MoCA: a point for 12 years of schooling or less), never twice."""
    spec = entry.spec
    name = spec["input"]
    if entry.inputs.get(name) is None:
        entry.missing(name, f"{entry.said(name)} is missing.", ("score", *spec["results"]))
        return Outcome()
    raw = entry.number(entry.inputs[name], name, **limits(spec))
    if raw is None:
        return Outcome()
    if entry.flag(spec["done"]):
        return Outcome(raw, {"raw": raw}, answered=1, of=1)
    ((need, most),) = spec["when_at_most"].items()
    known = getattr(entry.person, need)
    outcome = Outcome(parts={"raw": raw}, answered=1, of=1)
    if known is None:
        entry.error("MISSING_DEMOGRAPHIC", f"{entry.said(need)} is needed: the score is adjusted for schooling.", need, of=MAIN,
                    expected="a number of years", try_=f"Give {entry.said(need, start=False)}, or say that the total is {entry.said(spec['done'], start=False)}.")  # fmt: skip
        return outcome
    lowest, highest = spec["need_range"]
    if not lowest <= known <= highest:
        entry.error("OUT_OF_RANGE", f"{entry.said(need)} is {known:g}; it runs from {lowest} to {highest}.", need, of=MAIN,
                    found=known, expected=f"{lowest}-{highest}", try_="Give the years of schooling.")  # fmt: skip
        return outcome
    bonus = spec["add"] if known <= most else 0
    outcome.score = min(raw + bonus, exact(spec["never_above"]))
    return outcome
