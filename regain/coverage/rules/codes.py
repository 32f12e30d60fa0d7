"""Service codes and disciplines as payers count them: frozen values made from facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Basis(StrEnum):
    """How a code counts: in the 15-minute pool, once a day, or in blocks of its own."""

    TIMED15 = "timed15"
    ONCE = "once"
    BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Code:
    """One service code. For blocks: `first` minutes earn the first unit, `more_from` the next, then one every `more_each`."""

    code: str
    label: str
    basis: Basis
    always: bool
    listed: bool = True
    """Whether Medicare's therapy list has it: as always or as sometimes therapy."""
    first: int = 0
    more_from: int = 0
    more_each: int = 0
    addon_of: str = ""
    discipline: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    certainty: str = "recalled"

    @property
    def family(self) -> str:
        """Codes of one service share their minutes: 97130 belongs to 97129."""
        return self.addon_of or self.code

    def exists_on(self, day: date) -> bool:
        """Whether the code may be billed for a date of service; both ends belong to it."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    @property
    def validity(self) -> str:
        """The dates it exists, in words."""
        bounds = (("from", self.valid_from), ("to", self.valid_to))
        return " ".join(f"{word} {day}" for word, day in bounds if day) or "always"


@dataclass(frozen=True, slots=True)
class Billing:
    """How a discipline bills: its modifier, its assistants' modifier, its threshold counter, its license kinds."""

    key: str
    modifier: str
    assistant_modifier: str
    counter: str
    therapist: str
    assistant: str


def codes_of(rows: Iterable[Mapping[str, str]]) -> dict[str, Code]:
    """The code list (`coverage/codes.csv`) as values by code."""
    return {row["code"]: _code(row) for row in rows}


def _code(row: Mapping[str, str]) -> Code:
    number = {name: int(row[f"{name}_minutes"] or 0) for name in ("first", "more_from", "more_each")}
    first, last = (date.fromisoformat(row[name]) if row[name] else None for name in ("valid_from", "valid_to"))
    return Code(row["code"], row["label"], Basis(row["basis"]), row["status"] == "always", row["status"] != "none", **number,
                addon_of=row["addon_of"], discipline=row["discipline"], valid_from=first, valid_to=last, certainty=row["certainty"])  # fmt: skip


def billing_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Billing]:
    """Disciplines by key, from their facts; the first of a key wins."""
    found: dict[str, Billing] = {}
    for row in rows:
        kinds = row["license_kinds"]
        found.setdefault(row["key"], Billing(row["key"], row["billing_modifier"], row["assistant_modifier"],
                                             row["threshold_counter"], kinds["therapist"], kinds["assistant"]))  # fmt: skip
    return found
