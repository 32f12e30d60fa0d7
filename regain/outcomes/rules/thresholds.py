"""What a score means against published cut-offs: one band that splits the range, and single thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import Entry, exact
from regain.outcomes.rules.instrument import KG_PER_LB, Outcome
from regain.reference.rules import Value

Norm = dict[str, Any]


def within(value: Fraction, row: Mapping[str, Any] | Value) -> bool:
    """Whether a value satisfies a row's `at_least`, `at_most`, `above`, `below`; operators are the source's.

    >>> within(Fraction(45), {"below": 45}), within(Fraction(12), {"at_least": 12})
    (False, True)
    """
    tests = {
        "at_least": lambda limit: value >= limit, "at_most": lambda limit: value <= limit,
        "above": lambda limit: value > limit, "below": lambda limit: value < limit,
    }  # fmt: skip
    return all(test(exact(row.get(name))) for name, test in tests.items() if row.get(name) is not None)


def band(entry: Entry, outcome: Outcome) -> Value | None:
    """The one band the main score lies in, as its row; None where there is none for this person or variant."""
    if outcome.score is None:
        return None
    for row in entry.instrument.rows("cutoff"):
        main = row.get("band") and row.get("of", "score") == "score"
        if main and _concerns(entry, row) and within(outcome.score, row):
            return row
    return None


def check_band(entry: Entry, outcome: Outcome) -> None:
    """Note that a band needs to know something about the person."""
    need = entry.instrument.score.get("band_needs")
    if need and outcome.score is not None and not entry.person.knows(need):
        entry.warn("MISSING_DEMOGRAPHIC", f"{entry.said(need)} is needed to say which range the score lies in.", need,
                   try_=f"Give {entry.said(need, start=False)}; the score itself stands.")  # fmt: skip


def cutoffs(entry: Entry, outcome: Outcome, norms: Sequence[Norm]) -> list[dict[str, Any]]:
    """Every single threshold that concerns this variant and person, met or not."""
    found = []
    results = outcome.results()
    for row in entry.instrument.rows("cutoff"):
        if row.get("band") or not _concerns(entry, row):
            continue
        met = _met(row, results, outcome, norms)
        if met is not None:
            found.append({"when": row["when"], "label": row["label"], "met": met, "of": row.get("of", "score"),
                          "source": row.sources[0], "certainty": str(row.certainty)})  # fmt: skip
    return found


def _met(row: Value, results: Mapping[str, Fraction], outcome: Outcome, norms: Sequence[Norm]) -> bool | None:
    if row.get("norm"):
        return next((norm["worse"] for norm in norms if norm["table"] == row["norm"] and "worse" in norm), None)
    if row.get("or_status") and outcome.status == row["or_status"]:
        return True
    value = results.get(row.get("of", "score"))
    if value is None:
        return None
    if row.get("unit") == "kg" and outcome.unit == "lb":
        value *= KG_PER_LB
    return within(value, row)


def _concerns(entry: Entry, row: Value) -> bool:
    """Whether a row's variant (version, form, system) and person (sex, schooling) are those of the entry."""
    variant = all(row.get(name) is None or row[name] == entry.choice(name) for name in ("version", "form", "system"))
    person = all(row.get(name) is None or row[name] == getattr(entry.person, name) for name in ("sex", "high_school_or_more"))  # fmt: skip
    return variant and person
