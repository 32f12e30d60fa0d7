"""One entry being scored: reads answers against their limits and collects findings with the result each one voids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.instrument import STATUSES, Instrument, shown
from regain.outcomes.rules.person import PERSON_KEYS, Person
from regain.reference.rules import Finding, Severity, error, info, warning

MAIN = ("score",)
# units as people write them, and as the facts do
SPELT = {
    "sec": "s", "second": "s", "seconds": "s", "meter": "m", "meters": "m", "metre": "m", "metres": "m", "feet": "ft", "percent": "%", "point": "points",
    "degree": "deg", "degrees": "deg", "millimetres": "mm", "millimeters": "mm", "centimetres": "cm", "centimeters": "cm", "raw points": "raw",
    "stands": "stands/30 s", "blocks": "blocks/min", "pegs": "pegs or parts", "parts": "pegs or parts",
}  # fmt: skip
SINGULAR = {"items": "item", "trials": "trial", "activities": "activity", "problems": "problem"}


@dataclass(slots=True)
class Entry:
    """The answers for one instrument. `noted` holds each finding with the results it is about (empty: all of them)."""

    instrument: Instrument
    inputs: dict[str, Any]
    person: Person
    want: str | None = None
    path: str = "inputs"
    noted: list[tuple[tuple[str, ...], Finding]] = field(default_factory=list)
    counted: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Answered and applicable items by list, also where they are too few for a score."""

    @property
    def spec(self) -> dict[str, Any]:
        """The shape's parameters, with those of the variant (version, system) that the entry names."""
        spec = dict(self.instrument.score)
        variants = spec.get("variants")
        if variants:
            chosen = self.choice(variants["by"])
            spec.update(variants.get(chosen, {}))
        return spec

    @property
    def results(self) -> tuple[str, ...]:
        """Every result that may be asked for, of the variant that the entry names."""
        return (*(("score",) if self.instrument.has_score else ()), *self.spec.get("results", ()))

    @property
    def limits(self) -> tuple[Fraction, Fraction]:
        """Lowest and highest main score of the instrument, or of its variant."""
        low, high = self.spec.get("range", self.instrument.fact.about["range"])
        return exact(low), exact(high)

    def error(self, code: str, message: str, where: str | None = None, of: Sequence[str] = (), **details: Any) -> None:
        """Note what voids the results `of` (none named: all)."""
        self.noted.append((tuple(of), error(code, message, where=self._at(where), **self._cited(code, details))))

    def warn(self, code: str, message: str, where: str | None = None, of: Sequence[str] = (), **details: Any) -> None:
        """Note what stands beside the result."""
        self.noted.append((tuple(of), warning(code, message, where=self._at(where), **self._cited(code, details))))

    def tell(self, code: str, message: str, where: str | None = None, of: Sequence[str] = (), **details: Any) -> None:
        """Note how the result came about."""
        self.noted.append((tuple(of), info(code, message, where=self._at(where), **self._cited(code, details))))

    def _cited(self, code: str, details: dict[str, Any]) -> dict[str, Any]:
        """The details with the source of the rule that speaks: of missing answers, else of the scoring."""
        rows = self.instrument.rows("missing" if code == "MISSING_ITEMS" else "scoring")
        return details if code == "UNKNOWN_KEY" or not rows else {"source": rows[0].sources[0], **details}

    def _at(self, where: str | None) -> str | None:
        if where in PERSON_KEYS and where not in self.inputs:
            # the person stands beside the inputs
            return where
        return f"{self.path}.{where}" if where else None

    def findings(self, score_stands: bool = False) -> tuple[Finding, ...]:
        """What was noted, each once; of errors only those about what was asked for.

        A part that fails beside a score that stands is a warning.
        """
        kept = [
            replace(f, severity=Severity.WARNING)
            if score_stands and self.want is None and of and "score" not in of and f.severity is Severity.ERROR
            else f
            for of, f in self.noted
            if not of or self.want is None or self.want in of
        ]
        return tuple(f for number, f in enumerate(kept) if f not in kept[:number])

    def voids_score(self) -> bool:
        """Whether an error was noted that is about the main score, or about everything."""
        return any(f.severity is Severity.ERROR and (not of or "score" in of) for of, f in self.noted)

    def choice(self, name: str) -> str | None:
        """A qualifier such as side or version: as given, else its default, else None. Notes a value not permitted."""
        score = self.instrument.score
        given = self.inputs.get(name)
        if given is None:
            return score.get("defaults", {}).get(name)
        allowed = score.get("choices", {}).get(name)
        text = str(given).strip().casefold()
        if allowed is None or text in allowed:
            return text
        self.error("INVALID_VALUE", f"{self.said(name)} is {given!r}; it is one of {', '.join(allowed)}.", name, found=given,
                   expected="|".join(allowed), try_=f"Choose one of {', '.join(allowed)}.")  # fmt: skip
        return None

    def check_choices(self) -> bool:
        """Whether every qualifier given is permitted and every required one is given."""
        before = len(self.noted)
        score = self.instrument.score
        for name in score.get("choices", {}):
            self.choice(name)
        for name, code in score.get("required", {}).items():
            if self.inputs.get(name) is None:
                allowed = score["choices"][name]
                self.error(code, f"Say which {name} was used: {', '.join(allowed)}.", name, expected="|".join(allowed),
                           try_=f"Give {name}; scores of different kinds are different measures.")  # fmt: skip
        self.unit_factor()
        return len(self.noted) == before

    def unit_factor(self) -> Fraction:
        """What turns a number in the unit given into the instrument's own; notes a unit that is not its own."""
        score, own = self.instrument.score, self.instrument.fact.unit
        given = self.inputs.get("unit")
        if given is None or "unit" in score.get("choices", {}):
            return Fraction(1)
        text = str(given).strip().casefold()
        text = SPELT.get(text, text)
        factor = {own.casefold(): 1, **score.get("units", {})}.get(text)
        if factor is None:
            units = ", ".join((own, *score.get("units", {})))
            self.error("INVALID_VALUE", f"Unit is {given!r}; this instrument is given in {units}.", "unit", found=str(given),
                       expected="|".join((own, *score.get("units", {}))), try_=f"Give the number in {own}.")  # fmt: skip
        return exact(factor or 1)

    def flag(self, name: str) -> bool | None:
        """A yes or no; notes anything else."""
        given = self.inputs.get(name)
        if given is None or isinstance(given, bool):
            return given
        self.error(
            "INVALID_VALUE",
            f"{self.said(name)} is {given!r}; it is true or false.",
            name,
            found=given,
            expected="true|false",
        )
        return None

    def said(self, where: str, start: bool = True) -> str:
        """The place of an answer in words: `Item 3`, `Trial 2`, `End angle`; `start` of a sentence or inside one."""
        name, bracket, rest = where.partition("[")
        label = self.instrument.label_of(name.rpartition(".")[2]).partition(", ")[0]
        if bracket and rest[0].isdigit():
            number, _, inner = rest.partition("]")
            one = SINGULAR.get(label, label)
            label = f"{one} {int(number) + 1}{inner.replace('.', ' ')}"
        return label[:1].upper() + label[1:] if start else label

    def number(self, value: Any, where: str, *, at_least: Any = None, at_most: Any = None, above: Any = None,
               whole: bool = False, allowed: Sequence[Any] | None = None, of: Sequence[str] = ()) -> Fraction | None:  # fmt: skip
        """A number within its limits, exact; None, with a finding, when it is not one."""
        label = self.said(where)
        span = _span(at_least, at_most, above)
        found = exact_or_none(value)
        expected = _short(at_least, at_most) or span
        details = {"found": value if found is not None else str(value), "expected": expected, "of": of}
        if found is None:
            self.error("INVALID_VALUE", f"{label} is {value!r}, not a number.", where, **details)
            return None
        low = at_least is not None and found < exact(at_least) or above is not None and found <= exact(above)
        if low or at_most is not None and found > exact(at_most):
            self.error("OUT_OF_RANGE", f"{label} is {_readable(found)}; answers run {span}.", where,
                       try_=f"Check {self.said(where, start=False)} on the form.", **details)  # fmt: skip
            return None
        if whole and found.denominator != 1:
            self.error(
                "NOT_INTEGER", f"{label} is {_readable(found)}; only whole numbers are scored.", where, **details
            )
            return None
        if allowed is not None and found not in [exact(a) for a in allowed]:
            levels = ", ".join(str(a) for a in allowed)
            self.error("INVALID_VALUE", f"{label} is {_readable(found)}; the levels are {levels}.", where,
                       **{**details, "expected": levels})  # fmt: skip
            return None
        return found

    def missing(self, where: str, message: str, of: Sequence[str] = MAIN, code: str = "MISSING_ITEMS", **details: Any) -> None:  # fmt: skip
        """Note that too little was answered for a score."""
        self.error(code, message, where, of=of, **details)

    def status_word(self, value: Any) -> str | None:
        """The status that an answer states instead of a number: unable is a result, never a zero."""
        return value if isinstance(value, str) and value in STATUSES else None


def exact(value: Any) -> Fraction:
    """A number as it was written, without binary rounding."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def exact_or_none(value: Any) -> Fraction | None:
    """The number, or None for what is no finite number (text, true, infinity)."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return exact(value)


def _span(at_least: Any, at_most: Any, above: Any) -> str:
    low = (
        f"above {_plainly(above)}"
        if above is not None
        else f"from {_plainly(at_least)}"
        if at_least is not None
        else ""
    )
    high = f"to {_plainly(at_most)}" if at_most is not None else ""
    return f"{low} {high}".strip() or "any number"


def _short(at_least: Any, at_most: Any) -> str | None:
    """`1-5`, or `-45 to 180` where a minus would read as a dash."""
    if at_least is None or at_most is None:
        return None
    return f"{_plainly(at_least)}{'-' if at_least >= 0 else ' to '}{_plainly(at_most)}"


def _plainly(limit: Any) -> str:
    return shown(exact(limit))


def _readable(value: Fraction) -> str:
    text = shown(value, 6)
    return text if len(text) <= 30 else f"a number of {len(text)} digits"
