"""A total that is already known: checked against the range, and turned into the instrument's other forms."""

from __future__ import annotations

from fractions import Fraction

from regain.outcomes.rules.entry import MAIN, Entry
from regain.outcomes.rules.instrument import Outcome
from regain.outcomes.rules.performance import capped, finish_force


def known_total(entry: Entry) -> Outcome:
    """`{"score": n}` on the main score; on the wanted part where the instrument has no score of its own."""
    if entry.status_word(entry.inputs["score"]):
        return Outcome(status=entry.inputs["score"])
    instrument = entry.instrument
    if not instrument.has_score and entry.want is None:
        names = "; ".join(instrument.label_of(name).partition(", ")[0] for name in instrument.results)
        entry.error("NO_SUCH_SCORE", f"{instrument.fact.about['abbr']} has no score of its own; it has {names}.", "score",
                    expected=", ".join(instrument.results), try_="Say in `want` which result the number is.")  # fmt: skip
        return Outcome()
    if not instrument.has_score:
        return _part(entry, str(entry.want))
    return _main(entry)


def _part(entry: Entry, name: str) -> Outcome:
    low, high = _part_limits(entry, name)
    spec = entry.spec
    top = None if spec.get("cap") is not None else high
    value = entry.number(entry.inputs["score"], "score", at_least=low, at_most=top, whole=_whole_part(entry, name))
    if value is None:
        return Outcome()
    value = capped(entry, value, "score")
    outcome = Outcome(parts={name: value})
    if spec.get("cap") is not None and value >= spec["cap"]:
        outcome.status = "discontinued"
    if spec["rule"] == "gates":
        outcome.score = value
    return outcome


def _part_limits(entry: Entry, name: str) -> tuple[Fraction, Fraction]:
    for kind in ("sums", "averaged", "imputed"):
        for row in entry.spec.get(kind, ()):
            if row["name"] == name:
                return Fraction(row["range"][0]), Fraction(row["range"][1])
    return entry.limits


def _whole_part(entry: Entry, name: str) -> bool:
    return entry.spec["rule"] == "gates"


def _main(entry: Entry) -> Outcome:
    spec = entry.spec
    low, high = entry.limits
    divided, shift = spec.get("divided"), spec.get("shifted")
    by = 1
    if divided and entry.choice("form") == divided["form"]:
        by = divided["by"]
    unit = entry.unit_factor()
    add = spec["count"] if shift and shift.get(entry.choice(shift["by"]) or "") else 0
    summed = spec["count"] if spec.get("sum") and entry.choice("form") == "sum" else 1
    free = spec.get("range_free") or entry.instrument.fact.about.get("range_of")
    bounds = (
        {} if free else {"at_least": ((low * summed) / by + add) / unit, "at_most": ((high * summed) / by + add) / unit}
    )
    if spec.get("cap") is not None:
        bounds.pop("at_most", None)
    value = entry.number(
        entry.inputs["score"], "score", **bounds, whole=spec.get("whole", False) and not spec.get("raw_only")
    )
    if value is None:
        return Outcome()
    outcome = Outcome(capped(entry, (value * unit - add) * by / summed, "score"))
    if spec.get("step") and outcome.score is not None and outcome.score % spec["step"]:
        entry.error("INVALID_VALUE", f"The total is {float(value):g}; it rises in steps of {spec['step']}.", "score",
                    of=MAIN, found=float(value), expected=f"a multiple of {spec['step']}")  # fmt: skip
        return Outcome()
    return _other_forms(entry, outcome)


def _other_forms(entry: Entry, outcome: Outcome) -> Outcome:
    spec = entry.spec
    score = outcome.score
    if score is None:
        return outcome
    if spec["rule"] == "force":
        if entry.choice("unit") is None and entry.inputs.get("unit") is None:
            entry.error("UNIT_REQUIRED", "Say whether the score is in pounds or kilograms.", "unit", expected="lb|kg")
            return Outcome()
        return finish_force(entry, outcome)
    if spec.get("divided"):
        outcome.parts[spec["divided"]["part"]] = score / spec["divided"]["by"]
    if spec.get("shifted"):
        outcome.parts[spec["shifted"]["part"]] = score + spec["count"]
    if spec.get("sum"):
        outcome.parts[spec["sum"]] = score * spec["count"]
    if spec.get("raw"):
        outcome.parts[spec["raw"]] = score * spec["levels"][-1] * spec["count"] / 100
    return outcome
