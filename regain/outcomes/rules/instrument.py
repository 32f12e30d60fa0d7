"""An instrument and its outcome, as plain values. An instrument is a fact; adding one of a known shape is one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from regain.reference.rules import Fact, Value

STATUSES = ("unable", "discontinued", "untestable", "not_administered")
KG_PER_LB = Fraction("0.45359237")


@dataclass(frozen=True, slots=True)
class Instrument:
    """One outcome measure: how it is scored (`score`, a named shape with parameters) and what its numbers mean."""

    fact: Fact

    @property
    def key(self) -> str:
        """The stable name, such as `quickdash`."""
        return self.fact.about["key"]

    @property
    def score(self) -> Mapping[str, Any]:
        """The shape's name (`rule`) and its parameters."""
        return self.fact.about["score"]

    @property
    def higher_is_better(self) -> bool:
        """Whether a rise is an improvement."""
        return self.fact.about["direction"] == "higher_better"

    @property
    def has_score(self) -> bool:
        """Whether the instrument has a main score; KOOS, HOOS, TMT, COPM and Section GG have named results only."""
        return not self.score.get("no_score", False)

    @property
    def results(self) -> tuple[str, ...]:
        """Every result that may be asked for by name, the main score first."""
        return (*(("score",) if self.has_score else ()), *self.score.get("results", ()))

    def asked(self, want: str | None) -> str | None:
        """The result asked for; the main score answers to its own name too (NDI `percent`, FSS `mean`)."""
        return "score" if want is not None and want == self.score.get("main_name") else want

    def label_of(self, result: str) -> str:
        """A result or an input as people say it."""
        return self.fact.about.get("labels", {}).get(result, plain_name(result))

    @property
    def places(self) -> int:
        """Decimals of a reported score: two unless the published table gives more."""
        return self.score.get("places", 2)

    def rows(self, kind: str) -> tuple[Value, ...]:
        """The fact's rows of one kind: cutoff, mdc, mcid, scale, item, lookup, level, ..."""
        return tuple(value for value in self.fact.values if value.get("kind") == kind)


@dataclass(slots=True)
class Outcome:
    """What a shape made of the answers. Numbers are exact; rounding happens once, when they are shown.

    `parts` are further results by name. `compared` replaces or adds results for thresholds and change
    (a prorated NDI raw score is half the percent). `band` is a group that the shape itself knows.
    """

    score: Fraction | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    status: str | None = None
    answered: int | None = None
    of: int | None = None
    display: str | None = None
    unit: str | None = None
    band: str | None = None
    compared: dict[str, Fraction] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)

    def results(self) -> dict[str, Fraction]:
        """Every numeric result by name, `score` among them."""
        found = {name: value for name, value in self.parts.items() if isinstance(value, Fraction)}
        if self.score is not None:
            found["score"] = self.score
        return {**found, **self.compared}


NAMES = {
    "dominant": "dominant hand",
    "education_years": "years of education",
    "high_school_or_more": "whether high school was finished",
}
UNITS = ("s", "m", "mm", "ft", "cm", "kg", "lb", "deg")


def plain_name(name: str) -> str:
    """An input's name in words, without its unit.

    >>> plain_name("timed_distance_m"), plain_name("birth_date"), plain_name("mm")
    ('timed distance', 'birth date', 'mm')
    """
    if name in NAMES:
        return NAMES[name]
    *words, last = name.split("_")
    return " ".join(words if words and last in UNITS else (*words, last))


def half_up(value: Fraction, places: int = 2) -> float:
    """Round half up, away from zero, once, exactly. A number too large for a float stays whole.

    >>> half_up(Fraction("2.675")), half_up(Fraction("-0.125"))
    (2.68, -0.13)
    """
    whole = _scaled(value, places)
    try:
        return whole / 10**places
    except OverflowError:
        return whole // 10**places


def _scaled(value: Fraction, places: int) -> int:
    scaled = abs(value) * 10**places + Fraction(1, 2)
    whole = scaled.numerator // scaled.denominator
    return whole if value >= 0 else -whole


def shown(value: Fraction, places: int = 2) -> str:
    """The number as people read it: 22.5, 13, never 13.0.

    >>> shown(Fraction("-0.5")), shown(Fraction(13)), shown(Fraction("0.004"))
    ('-0.5', '13', '0')
    """
    scaled = _scaled(value, places)
    whole, rest = divmod(abs(scaled), 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{'-' if scaled < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"
