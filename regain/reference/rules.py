"""Findings, and facts as values: what a rule says, and what it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How serious a finding is: an error blocks or voids a result, a warning stands beside it, info explains."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Certainty(StrEnum):
    """How a fact was obtained: read in its source, known from practice, or decided by Regain."""

    VERIFIED = "verified"
    RECALLED = "recalled"
    PRODUCT_RULE = "product rule"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about an entry. The same one is shown on a page, printed by a command, sent as OperationOutcome.

    `code` is upper case and stable; `where` is a path in the entry (`inputs.items[2]`); `source` a source id of a fact.
    """

    code: str
    severity: Severity
    message: str
    where: str | None = None
    found: Any = None
    expected: str | None = None
    try_: str | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if not self.code.isupper() or not self.message:
            raise ValueError(f"a finding needs an upper-case code and a message, found {self.code!r}, {self.message!r}")
        object.__setattr__(self, "severity", Severity(self.severity))

    def as_json(self) -> dict[str, Any]:
        """The shape of `docs/contract`: eight keys, always all of them."""
        return {
            "code": self.code, "severity": str(self.severity), "message": self.message, "where": self.where,
            "found": self.found, "expected": self.expected, "try": self.try_, "source": self.source,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that `as_json` wrote."""
        return cls(**{("try_" if key == "try" else key): value for key, value in data.items()})


def error(code: str, message: str, **details: Any) -> Finding:
    """A finding that blocks an action or voids a result."""
    return Finding(code, Severity.ERROR, message, **details)


def warning(code: str, message: str, **details: Any) -> Finding:
    """A finding that stands beside a result and asks for attention."""
    return Finding(code, Severity.WARNING, message, **details)


def info(code: str, message: str, **details: Any) -> Finding:
    """A finding that explains how a result came about."""
    return Finding(code, Severity.INFO, message, **details)


def blocks(findings: Iterable[Finding]) -> bool:
    """Whether any finding is an error.

    >>> blocks([warning("LATE", "Two days late.")])
    False
    """
    return any(finding.severity is Severity.ERROR for finding in findings)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read. `as_of` is the day we read it."""

    id: str
    title: str
    as_of: date
    section: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One dated, cited value of a fact. `data` holds the keys of the row except the five named here."""

    from_: date
    to: date | None
    sources: tuple[str, ...]
    certainty: Certainty
    data: Mapping[str, Any]

    def in_force_on(self, day: date) -> bool:
        """Whether the value covers the day; both ends belong to it."""
        return self.from_ <= day and (self.to is None or day <= self.to)

    def __getitem__(self, key: str) -> Any:
        return self.data[key]

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or a default where the row has none."""
        return self.data.get(key, default)


@dataclass(frozen=True, slots=True)
class Fact:
    """One subject: its dated values, their unit and their sources. `version` changes whenever the file does."""

    id: str
    label: str
    unit: str
    values: tuple[Value, ...]
    sources: Mapping[str, Source]
    version: str
    license: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def on(self, day: date) -> tuple[Value, ...]:
        """The values in force on a day, in file order; empty where the fact does not cover the day."""
        return tuple(value for value in self.values if value.in_force_on(day))

    def latest(self) -> tuple[Value, ...]:
        """The values with the newest start of their `key` (or of the whole fact, where rows have no key)."""
        newest: dict[Any, Value] = {}
        for value in self.values:
            key = value.get("key")
            if key not in newest or value.from_ >= newest[key].from_:
                newest[key] = value
        return tuple(newest.values())

    def age_on(self, day: date) -> timedelta:
        """How long ago the most recently read source was read."""
        return day - max(source.as_of for source in self.sources.values())
