"""One plain sentence about a course, for the patient: from fields, by templates. Reading age 12; no share of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from regain.outcomes.rules.change import DECLINED, IMPROVED, REAL
from regain.outcomes.rules.instrument import Instrument

WORDS = {
    IMPROVED: "That is a change people notice.",
    DECLINED: "That is worse by more than people notice. Talk about it at your next visit.",
    REAL: "That is a real change.",
}


class Row(Protocol):
    """What a stored score must tell."""

    taken_on: Any
    display: str
    unit: str
    score: Any
    status: str
    answer: Mapping[str, Any]


def sentence(instrument: Instrument, rows: Sequence[Row], moved: Mapping[str, Any] | None, title: str = "") -> str:
    """What a patient reads: first against last, what it means, and the limit for their age where one is printed."""
    last, name = rows[-1], title or instrument.fact.label
    if last.score is None and last.status:
        return f"{name}: {last.status.replace('_', ' ')} on {_day(last)}."
    if last.score is None:
        return _parts(instrument, rows[0] if len(rows) > 1 else None, last)
    parts = [_compared(instrument, rows, moved, name)]
    if moved and moved["verdict"] in WORDS:
        parts.append(WORDS[moved["verdict"]])
    parts.append(_norm(instrument, last))
    return " ".join(part for part in parts if part)


def _parts(instrument: Instrument, first: Row | None, last: Row) -> str:
    """Results of an instrument that has no single score, each against the first time."""
    before = first.answer.get("parts", {}) if first else {}
    told = []
    for result, value in last.answer.get("parts", {}).items():
        if result in instrument.results and isinstance(value, int | float):
            was = before.get(result)
            told.append(
                f"{instrument.label_of(result)} {value:g}" + (f" (was {was:g})" if isinstance(was, int | float) else "")
            )
    higher = "Higher" if instrument.higher_is_better else "Lower"
    return (
        f"{instrument.fact.label} on {_day(last)}: {', '.join(told)}. {higher} is better."
        if told
        else f"{instrument.fact.label}: no number on {_day(last)}."
    )


def _compared(instrument: Instrument, rows: Sequence[Row], moved: Mapping[str, Any] | None, name: str) -> str:
    first, last = rows[0], rows[-1]
    now = f"{last.display} {last.unit}"
    if moved is None or moved["improvement"] is None or first.score is None:
        return f"{name}: {now} on {_day(last)}."
    gain = moved["improvement"]
    how = "better than" if gain > 0 else "lower than" if gain < 0 and instrument.higher_is_better else "worse than" if gain < 0 else "the same as"  # fmt: skip
    return f"{name} is {how} on {_day(first)}: {first.display} {first.unit} then, {now} now."


def _norm(instrument: Instrument, last: Row) -> str:
    for norm in last.answer.get("norms", ()):
        side = "low" if instrument.higher_is_better else "high"
        limit = norm.get("limit", norm.get(side))
        if limit is None or norm.get("of") != "score" or "worse" not in norm:
            continue
        if instrument.higher_is_better:
            return f"Under {limit:g} {last.unit} is below average for your age."
        slower = "slower" if last.unit == "s" else "worse"
        return f"Over {limit:g} {last.unit} is {slower} than average for your age."
    return ""


def _day(row: Row) -> str:
    return f"{row.taken_on.day} {row.taken_on:%B}"
