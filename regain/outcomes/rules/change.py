"""Change between two scores: improvement by direction, every published MDC and MCID, and one verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import Entry, exact
from regain.outcomes.rules.instrument import Instrument, Outcome, half_up
from regain.outcomes.rules.scoring import Scored
from regain.reference.rules import Finding, Value, error

IMPROVED = "clinically important improvement"
DECLINED = "clinically important decline"
REAL = "real change, importance unknown"
WITHIN_ERROR = "not beyond measurement error"
NO_VALUE = "no published value for this population"
# what keeps two entries of any instrument apart, whether or not its form asks for it
QUALIFIERS = ("pace", "form", "side", "version")


def to_compare(value: Fraction) -> Fraction:
    """A change as thresholds see it: three decimals, so 0.70 - 0.60 meets 0.10."""
    return exact(half_up(value, 3))


def not_comparable(instrument: Instrument, baseline: Entry, follow_up: Entry) -> Finding | None:
    """What makes two entries unlike: another version, form, unit, side, pace, aid, time frame or list of activities."""
    alike, known = instrument.score.get("alike", ()), instrument.score.get("choices", {})
    for name in (*alike, *(name for name in QUALIFIERS if name not in alike and name not in known)):
        first, second = _given(baseline, name), _given(follow_up, name)
        if first is not None and second is not None and first != second:
            return _unlike(f"{name} was {first} at baseline and is {second} now", name)
    listed = instrument.score.get("list")
    if listed and all(isinstance(e.inputs.get(listed), list) for e in (baseline, follow_up)):
        first, second = (_labels(e.inputs[listed]) for e in (baseline, follow_up))
        if first != second:
            return _unlike(f"the {listed} differ", f"inputs.{listed}")
    if instrument.score.get("not_applicable") and len({_applicable(e) for e in (baseline, follow_up)} - {None}) > 1:
        # 8 of 8 and 7 of 7 are both full marks: a plain difference would show a false decline
        return _unlike("other items applied at baseline than now", "inputs.items")
    return None


def _applicable(entry: Entry) -> tuple[bool, ...] | None:
    """Which items applied, or None where only a total is known."""
    items, word = entry.inputs.get("items"), entry.instrument.score["not_applicable"]
    if not isinstance(items, list):
        return None
    return tuple(not (isinstance(item, str) and item.casefold() == word) for item in items)


def _given(entry: Entry, name: str) -> str | None:
    return entry.choice(name)


def _labels(rows: list[Any]) -> list[str]:
    return sorted(" ".join(str(row.get("label", "")).casefold().split()) for row in rows if isinstance(row, dict))


def _unlike(reason: str, where: str) -> Finding:
    return error("NOT_COMPARABLE", f"Not compared: {reason}.", where=where, expected="the same at both times",
                 try_="Compare entries taken the same way, or show them as two series.")  # fmt: skip


def change(baseline: Scored, follow_up: Scored, population: str | None = None, want: str | None = None) -> tuple[dict[str, Any] | None, tuple[Finding, ...]]:  # fmt: skip
    """The `change` object of the contract, or None with the reason.

    `population` is plain words; `want` names the result whose verdict is asked for (default: the main score).
    """
    instrument = follow_up.instrument
    want = instrument.asked(want)
    before, after = baseline.outcome.results(), follow_up.outcome.results()
    unlike = not_comparable(instrument, baseline.entry, follow_up.entry)
    if unlike is None and not before.keys() & after.keys():
        unlike = _unlike("no number was obtained both times (unable is a result, not a zero)", "status")
    if unlike:
        return None, (unlike,)
    sign = 1 if instrument.higher_is_better else -1
    gains = {name: sign * (after[name] - before[name]) for name in after if name in before}
    compared = want or ("score" if instrument.has_score else None)
    mdc, mcid = (
        _entries(instrument, kind, gains, before, (follow_up.entry, baseline.entry), population)
        for kind in ("mdc", "mcid")
    )
    activities = _activities(baseline.outcome, follow_up.outcome, sign)
    _judge_activities((*mdc, *mcid), activities)
    verdict = verdict_of(gains.get(compared or ""), mdc, mcid, compared)
    nearest = _nearest(mdc, mcid, compared, population) if verdict == NO_VALUE else None
    numbers = _numbers(instrument, gains, before, compared, activities)
    return {**numbers, "verdict": verdict, "nearest": nearest, "mdc": mdc, "mcid": mcid}, ()


def _numbers(instrument: Instrument, gains: Mapping[str, Fraction], before: Mapping[str, Fraction], compared: str | None, activities: list[dict[str, Any]]) -> dict[str, Any]:  # fmt: skip
    """Improvement of the compared result, its percent of baseline, and the improvement of every other result."""
    gain, start = gains.get(compared or ""), before.get(compared or "")
    places = instrument.places
    parts: dict[str, Any] = {
        name: half_up(gains[name], places) for name in instrument.results if name != "score" and name in gains
    }
    return {
        "improvement": None if gain is None else half_up(gain, places),
        "percent": half_up(100 * gain / abs(start)) if gain is not None and start else None,
        "parts": parts | ({"activities": activities} if activities else {}),
    }  # fmt: skip


def _judge_activities(rows: Sequence[dict[str, Any]], activities: Sequence[Mapping[str, Any]]) -> None:
    """A value for single activities is met or not by each of them."""
    changed = [a for a in activities if a["improvement"] is not None]
    for row in rows:
        if row["of"] == "activity":
            row["activities"] = [{"label": a["label"], "met": a["improvement"] >= row["value"]} for a in changed]
            row["met"] = any(a["met"] for a in row["activities"]) if changed else None


def verdict_of(
    gain: Fraction | None, mdc: list[dict[str, Any]], mcid: list[dict[str, Any]], compared: str | None
) -> str:
    """One phrase, from the largest MDC and MCID that apply to the compared result."""
    detectable = [exact(row["value"]) for row in mdc if row["applies"] and row["of"] == compared]
    important = [exact(row["value"]) for row in mcid if row["applies"] and row["of"] == compared]
    if gain is None or not (detectable or important):
        return NO_VALUE
    most = max(detectable + important)
    seen = to_compare(gain)
    if seen >= most:
        return IMPROVED
    if seen <= -most:
        return DECLINED
    return REAL if detectable and abs(seen) >= max(detectable) else WITHIN_ERROR


def words(text: str) -> set[str]:
    """The words of a population, for matching."""
    return set(re.findall(r"\w+", text.casefold()))


def applies(
    row: Value, of: str, before: Mapping[str, Fraction], entries: Sequence[Entry], population: str | None
) -> bool:
    """Whether an entry is for the population asked for, the baseline, and the form or version given."""
    if population and not words(population) <= words(row["population"]):
        return False
    span = row.get("baseline")
    start = before.get(of)
    if span and (start is None or not exact(span[0]) <= start <= exact(span[1])):
        return False

    def given(name: str) -> str | None:
        return next((found for entry in entries if (found := entry.choice(name)) is not None), None)

    return all(row.get(name) is None or str(row[name]) == given(name) for name in ("form", "version"))


def _entries(instrument: Instrument, kind: str, gains: Mapping[str, Fraction], before: Mapping[str, Fraction], entries: Sequence[Entry], population: str | None) -> list[dict[str, Any]]:  # fmt: skip
    found = []
    for row in instrument.rows(kind):
        of = row["of"]
        for name in of if isinstance(of, list) else [of]:
            shown = {"value": row["value"], "of": name, "unit": row["unit"], "population": row["population"],
                     "applies": applies(row, name, before, entries, population)}  # fmt: skip
            gain = gains.get(name)
            shown["met"] = _met(kind, gain, row["value"])
            if row.get("value_low") is not None:
                shown |= {"value_low": row["value_low"], "met_low": _met(kind, gain, row["value_low"])}
            if row.get("percent") is not None:
                shown |= {
                    "percent": row["percent"],
                    "met_percent": _met_percent(gain, before.get(name), row["percent"]),
                }
            for extra in ("confidence", "note", "form", "version", "baseline"):
                if row.get(extra) is not None:
                    shown[extra] = row[extra]
            found.append({**shown, "source": row.sources[0], "certainty": str(row.certainty)})
    return found


def _met(kind: str, gain: Fraction | None, value: Any) -> bool | None:
    """An MDC is met by a change either way, an MCID by an improvement."""
    if gain is None:
        return None
    seen = to_compare(gain)
    return (abs(seen) if kind == "mdc" else seen) >= exact(value)


def _met_percent(gain: Fraction | None, start: Fraction | None, percent: Any) -> bool | None:
    """Undefined at baseline 0."""
    if gain is None or not start:
        return None
    return to_compare(100 * gain / abs(start)) >= exact(percent)


def _nearest(
    mdc: list[dict[str, Any]], mcid: list[dict[str, Any]], compared: str | None, population: str | None
) -> str | None:
    """The population with the most words in common; of the compared result first."""
    rows = [*mcid, *mdc]
    if not rows:
        return None
    asked = words(population or "")
    best = max(rows, key=lambda row: (row["of"] == compared, len(asked & words(row["population"]))))
    return best["population"]


def _activities(baseline: Outcome, follow_up: Outcome, sign: int) -> list[dict[str, Any]]:
    """Each activity's own change, matched by label."""
    before = {_key(row["label"]): row["rating"] for row in baseline.parts.get("activities", ())}
    found = []
    for row in follow_up.parts.get("activities", ()):
        first, second = before.get(_key(row["label"])), row["rating"]
        gain = None if first is None or second is None else half_up(sign * (second - first))
        found.append({"label": row["label"], "improvement": gain})
    return found


def _key(label: str) -> str:
    return " ".join(label.casefold().split())
