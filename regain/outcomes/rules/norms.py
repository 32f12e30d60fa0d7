"""Where a score lies among people of the same age and sex: one entry for each published table that applies."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import Entry, exact
from regain.outcomes.rules.instrument import Outcome, half_up
from regain.reference.rules import Fact, Value

VARIANT = ("side", "eyes", "joint", "motion")
OTHER_NAMES = {"internal rotation": "medial rotation", "external rotation": "lateral rotation"}


def norms(entry: Entry, outcome: Outcome, tables: Sequence[Fact]) -> list[dict[str, Any]]:
    """The entries of all tables that answer; a finding where none does. The score stands either way."""
    found: list[dict[str, Any]] = []
    reasons: list[str] = []
    results = outcome.results()
    for table in tables:
        if table.about.get("equation"):
            found += _predicted(entry, results, table)
            continue
        entries, reason = _look_up(entry, results, table)
        found += entries
        reasons += [reason] if reason else []
    if not found:
        _explain(entry, reasons, tables)
    return found


def _explain(entry: Entry, reasons: Sequence[str], tables: Sequence[Fact]) -> None:
    person = entry.person
    for reason in reasons:
        if reason.startswith("needs "):
            entry.warn("MISSING_DEMOGRAPHIC", f"{entry.said(reason[6:])} is needed to look up the norm.", reason[6:],
                       try_=f"Give {entry.said(reason[6:], start=False)}; the score itself stands.", source=_cited(tables))  # fmt: skip
            return
    if "age" in reasons:
        entry.warn(
            "NO_NORM_FOR_AGE",
            f"No published table covers age {person.age}.",
            "age",
            found=person.age,
            source=_cited(tables),
        )
    elif "variant" in reasons:
        open_ = [
            name
            for name in VARIANT
            if not entry.choice(name) and any(row.get(name) for table in tables for row in table.values)
        ]
        hint = f"Give {' and '.join(open_)}: the tables are by {' and '.join(open_)}." if open_ else None
        entry.warn(
            "NO_NORM", "No table for this variant; the score itself stands.", open_[0] if open_ else None, try_=hint
        )


def _cited(tables: Sequence[Fact]) -> str:
    """The source of the first table that was looked at."""
    return tables[0].values[0].sources[0]


def _look_up(entry: Entry, results: dict[str, Fraction], table: Fact) -> tuple[list[dict[str, Any]], str | None]:
    """Entries of one table, or why there are none: variant, age, `needs sex`, or nothing at all to say."""
    by_age = any("age_min" in row.data for row in table.values)
    if by_age and entry.person.age is None:
        return [], None
    if not by_age and not all(entry.inputs.get(name) for name in ("joint", "motion")):
        return [], None
    if not _variant_fits(entry, table):
        return [], "variant"
    names = {row.get("of", table.about["of"]) for row in table.values}
    if not names & results.keys():
        return [], None
    rows = [row for row in table.values if row.get("of", table.about["of"]) in results and _same_variant(entry, row)]
    if not rows:
        return [], "variant"
    rows = [row for row in rows if not by_age or _in_band(row, "age", entry.person.age)]
    if not rows:
        return [], "age"
    for row in rows:
        need = _unknown(entry, row)
        if need:
            return [], f"needs {need}"
    rows = [row for row in rows if _same_person(entry, row)]
    if not rows:
        return [], "variant"
    return [_entry(entry, table, row, results[row.get("of", table.about["of"])]) for row in rows], None


def _variant_fits(entry: Entry, table: Fact) -> bool:
    only, barred = table.about.get("only", {}), dict(table.about.get("not_for", {}))
    if any(entry.choice(name) != value for name, value in only.items()):
        return False
    short = barred.pop("timed_distance_m_at_most", None)
    if barred and all(entry.choice(name) == value for name, value in barred.items()):
        walked = entry.inputs.get("timed_distance_m")
        return not (isinstance(walked, int | float) and short is not None and walked <= short)
    return True


def _same_variant(entry: Entry, row: Value) -> bool:
    return all(row.get(name) is None or row[name] == _words(entry.choice(name)) for name in VARIANT)


def _words(value: str | None) -> str | None:
    text = None if value is None else value.replace("_", " ").replace("-", " ")
    return OTHER_NAMES.get(text, text) if text else text


def _in_band(row: Value, name: str, value: float | None) -> bool:
    low, high = row.get(f"{name}_min"), row.get(f"{name}_max")
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _schooling(entry: Entry, row: Value) -> bool:
    years = entry.person.education_years
    # the printed groups are whole years: 12.5 years completed is 12
    return _in_band(row, "education", None if years is None else int(years))


def _unknown(entry: Entry, row: Value) -> str | None:
    person = entry.person
    if row.get("sex") and person.sex is None:
        return "sex"
    if row.get("hand") and person.dominant is None:
        return "dominant"
    return "education_years" if row.get("education_min") is not None and person.education_years is None else None


def _same_person(entry: Entry, row: Value) -> bool:
    hand = row.get("hand")
    side = entry.choice("side") if hand else None
    if hand and (side is None or ("dominant" if side == entry.person.dominant else "nondominant") != hand):
        return False
    if row.get("education_min") is not None and not _schooling(entry, row):
        return False
    return row.get("sex") is None or row["sex"] == entry.person.sex


def _entry(entry: Entry, table: Fact, row: Value, value: Fraction) -> dict[str, Any]:
    about = {"table": table.id.rsplit("/", 1)[-1], "group": row.get("group"), "of": row.get("of", table.about["of"])}
    numbers = {name: row[name] for name in ("mean", "sd", "low", "high", "limit") if row.get(name) is not None}
    if "sd" in numbers:
        numbers["z"] = half_up((value - exact(row["mean"])) / exact(row["sd"]))
    if row.get("joint"):
        numbers["deficit"] = half_up(exact(row["limit"]) - value)
    higher = entry.instrument.higher_is_better
    bad = numbers.get("limit", numbers.get("low" if higher else "high"))
    if bad is not None:
        numbers["worse"] = value < exact(bad) if higher else value > exact(bad)
    return {**about, **numbers, "source": row.sources[0], "certainty": str(row.certainty)}


def _predicted(entry: Entry, results: dict[str, Fraction], table: Fact) -> list[dict[str, Any]]:
    """A prediction equation (6MWT): predicted value, lower limit of normal, percent of predicted."""
    person = entry.person
    row = next((row for row in table.values if row["sex"] == person.sex), None)
    if row is None or "score" not in results or not all(person.knows(name) for name in row["terms"]):
        return []
    for name, (low, high) in table.about["ranges"].items():
        if not low <= getattr(person, name) <= high:
            entry.warn("OUT_OF_RANGE", f"{entry.said(name)} is {getattr(person, name)}; the equation takes {low} to {high}.", name,
                       found=getattr(person, name), expected=f"{low}-{high}")  # fmt: skip
            return []
    predicted = exact(row["constant"]) + sum(
        exact(factor) * exact(getattr(person, name)) for name, factor in row["terms"].items()
    )
    if predicted <= 0:
        return []
    lowest, highest = table.about["fitted_ages"]
    if person.age is not None and not lowest <= person.age <= highest:
        entry.tell("NORM_EXTRAPOLATED", f"The equation was fitted at {lowest}-{highest} years; age {person.age} extrapolates it.",
                   "age", found=person.age, expected=f"{lowest}-{highest}", source=row.sources[0])  # fmt: skip
    low = predicted - exact(row["allowance"])
    score = results["score"]
    return [{
        "table": table.id.rsplit("/", 1)[-1], "group": row["group"], "of": "score", "predicted": half_up(predicted),
        "low": half_up(low), "percent": half_up(100 * score / predicted), "worse": score < low,
        "source": row.sources[0], "certainty": str(row.certainty),
    }]  # fmt: skip
