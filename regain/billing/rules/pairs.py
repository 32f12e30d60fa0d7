"""Procedure-to-procedure pairs (NCCI): reading CMS's quarterly file, and what a pair says of a claim's lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regain.billing.rules.modifiers import SEPARATE
from regain.reference.rules import Finding, error, info, warning


class Indicator(StrEnum):
    """What a modifier can do about a pair."""

    NEVER = "0"
    WITH_MODIFIER = "1"
    DELETED = "9"


@dataclass(frozen=True, slots=True)
class Pair:
    """Column one pays; column two pays beside it only as the indicator says. Both days belong to the period."""

    column_one: str
    column_two: str
    starts_on: date
    ends_on: date | None
    indicator: Indicator

    def in_force_on(self, day: date) -> bool:
        """Whether the pair counts for a date of service; a deleted one never does."""
        live = self.indicator is not Indicator.DELETED
        return live and self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Release:
    """Which file pairs come from: its name and the days it was made for."""

    name: str
    starts_on: date
    ends_on: date | None
    source: str

    def covers(self, day: date) -> bool:
        """Whether the file was made for this day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class BilledLine:
    """What a pair looks at: a code with its modifiers, whoever billed it that day."""

    code: str
    modifiers: tuple[str, ...]
    claim: str = ""


CODE = re.compile(r"[0-9A-Z]{5}")
DAY = re.compile(r"\d{8}")
NO_DAY = "*"
VERSION = re.compile(r"v(\d\d)([0-3])", re.IGNORECASE)
FIRST_VERSION_YEAR = 1994
"""Version 32.0 was made for the first quarter of 2026, and each year since has had one whole number."""


def read_pair(cells: Sequence[str]) -> Pair | None:
    """One row of CMS's file: column one, column two, existed before 1996, effective, deleted (`*`: not), indicator,
    reason. None for its headings and notes; ValueError for a row of codes that is cut short or broken.

    >>> read_pair(["97530", "97116", "", "20200101", "20210101", "1", "Misuse"]).ends_on
    datetime.date(2021, 1, 1)
    """
    cells = [cell.strip() for cell in cells]
    if len(cells) < 2 or not CODE.fullmatch(cells[0]) or not CODE.fullmatch(cells[1]):
        return None
    if len(cells) < 6:
        raise ValueError(f"{len(cells)} columns; expected at least 6")
    if cells[5] not in set(Indicator):
        raise ValueError(f"modifier indicator {cells[5]!r}; expected 0, 1 or 9")
    ends = None if cells[4] in (NO_DAY, "") else _day(cells[4], "deletion date")
    return Pair(cells[0], cells[1], _day(cells[3], "effective date"), ends, Indicator(cells[5]))


def _day(text: str, what: str) -> date:
    if not DAY.fullmatch(text):
        raise ValueError(f"{what} {text!r}; expected eight digits such as 20260101")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def quarter_of(name: str) -> tuple[date, date] | None:
    """The quarter a file was made for, from the version in its name; None where there is none.

    >>> [str(day) for day in quarter_of("ccipra-v322r0-f1.txt")]
    ['2026-07-01', '2026-09-30']
    """
    found = VERSION.search(name)
    return None if found is None else quarter_from(date(FIRST_VERSION_YEAR + int(found[1]), 3 * int(found[2]) + 1, 1))


def quarter_from(day: date) -> tuple[date, date]:
    """First and last day of the quarter a day lies in."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    year, month = (first.year, first.month + 3) if first.month < 10 else (first.year + 1, first.month - 9)
    return first, date.fromordinal(date(year, month, 1).toordinal() - 1)


def check_pairs(lines: Sequence[BilledLine], others: Sequence[BilledLine], pairs: Iterable[Pair], on: date, release: Release | None) -> Iterator[Finding]:  # fmt: skip
    """What the pairs in force say of a claim's lines, beside those of the same patient's other claims of the day
    (`others`): one billing provider, so OT and PT count together.
    """
    if release is None:
        yield info("PAIRS_UNKNOWN", f"No file of code pairs covers {on}: pairs are not checked.", where="lines",
                   try_="Load CMS's quarterly file of procedure pairs: regain import ccipra-....txt.", source="CMS NCCI")  # fmt: skip
        return
    if not release.covers(on):
        yield info("PAIRS_OF_ANOTHER_QUARTER", f"Code pairs are checked by {release.name}, which was made for {release.starts_on} to {release.ends_on}.",
                   where="lines", found=str(on), try_="Load the file of the quarter of the visit.", source=release.source)  # fmt: skip
    mine = [line.code for line in lines]
    everything = [*lines, *others]
    for pair in pairs:
        if pair.in_force_on(on) and (pair.column_one in mine or pair.column_two in mine):
            yield from _against(pair, everything, release)


def _against(pair: Pair, lines: Sequence[BilledLine], release: Release) -> Iterator[Finding]:
    first = [line for line in lines if line.code == pair.column_one]
    second = [line for line in lines if line.code == pair.column_two]
    if not first or not second:
        return
    elsewhere = next((line.claim for line in (*first, *second) if line.claim), "")
    beside = f"{pair.column_one} (claim {elsewhere})" if elsewhere else pair.column_one
    details = {"where": pair.column_two, "found": f"{pair.column_one} + {pair.column_two}", "source": release.source}
    if pair.indicator is Indicator.NEVER:
        yield error("NCCI_NEVER", f"{pair.column_two} is never paid beside {beside} on one day.", expected="one of the two",
                    try_="Leave one out, as the note supports.", **details)  # fmt: skip
    elif not any(SEPARATE & {*line.modifiers} for line in (*first, *second)):
        yield warning("NCCI_PAIR", f"{pair.column_two} pays beside {beside} only where the notes show separate times.",
                      expected="59, or XE, XP, XS or XU where it says it more exactly",
                      try_="Add the modifier if they were separate 15-minute periods; otherwise leave one out.", **details)  # fmt: skip
