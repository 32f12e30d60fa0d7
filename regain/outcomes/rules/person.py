"""The person whose score is looked up: age in completed years, sex, education, size, dominant hand."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regain.outcomes.rules.instrument import plain_name
from regain.reference.rules import Finding, warning

# no year, centimetre or kilogram of a person comes near it; also refuses NaN and infinity
MOST = 10**6
PERSON_KEYS = ("age", "birth_date", "on", "sex", "education_years", "high_school_or_more", "height_cm", "weight_kg", "dominant")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """What norms and bands may ask about a person; None where it is not known."""

    age: int | None = None
    sex: str | None = None
    education_years: float | None = None
    high_school_or_more: bool | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    dominant: str | None = None

    def knows(self, name: str) -> bool:
        """Whether a value is known."""
        return getattr(self, name) is not None


def completed_years(born: date, on: date) -> int:
    """Age on a day; someone born on 29 February turns a year older on 1 March of a common year.

    >>> completed_years(date(1950, 6, 2), date(2026, 6, 1))
    75
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def read_person(given: Mapping[str, Any]) -> tuple[Person, list[Finding]]:
    """The person from a request's keys; a value that cannot be used is left out, with a warning."""
    findings: list[Finding] = []
    values: dict[str, Any] = {"age": _age(given, findings)}
    for name in ("education_years", "height_cm", "weight_kg"):
        values[name] = _number(name, given.get(name), findings)
    for name, words in (("sex", {"male": "male", "m": "male", "female": "female", "f": "female"}),
                        ("dominant", {"left": "left", "right": "right"})):  # fmt: skip
        values[name] = _word(name, given.get(name), words, findings)
    schooled = given.get("high_school_or_more")
    if schooled is not None and not isinstance(schooled, bool):
        findings.append(_bad("high_school_or_more", schooled, "true or false"))
        schooled = None
    if schooled is None and values["education_years"] is not None:
        schooled = values["education_years"] >= 12
    return Person(**values, high_school_or_more=schooled), findings


def _age(given: Mapping[str, Any], findings: list[Finding]) -> int | None:
    if given.get("age") is not None:
        age = _number("age", given["age"], findings)
        if age is not None and not 0 <= age <= 130:
            findings.append(_bad("age", given["age"], "0 to 130 years"))
            return None
        return None if age is None else math.floor(age)
    if given.get("birth_date") is None or given.get("on") is None:
        return None
    days = []
    for name in ("birth_date", "on"):
        try:
            days.append(_date(given[name]))
        except (TypeError, ValueError):
            findings.append(_bad(name, given[name], "a date such as 2026-06-01"))
            return None
    if days[0] > days[1]:
        findings.append(_bad("birth_date", given["birth_date"], "a day before the test"))
        return None
    years = completed_years(days[0], days[1])
    if years > 130:
        findings.append(_bad("birth_date", given["birth_date"], "a day at most 130 years before the test"))
        return None
    return years


def _date(text: Any) -> date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _number(name: str, value: Any, findings: list[Finding]) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        findings.append(_bad(name, value, "a number"))
        return None
    return value


def _word(name: str, value: Any, words: Mapping[str, str], findings: list[Finding]) -> str | None:
    if value is None:
        return None
    known = words.get(str(value).strip().casefold())
    if known is None:
        findings.append(_bad(name, value, " or ".join(dict.fromkeys(words.values()))))
    return known


def _bad(name: str, value: Any, expected: str) -> Finding:
    return warning("BAD_VALUE", f"{plain_name(name).capitalize()} is {value!r}; expected {expected}.", where=name, found=str(value), expected=expected,
                   try_="Correct it to look up norms; the score does not depend on it.")  # fmt: skip
