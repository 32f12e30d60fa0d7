"""How a clinic's episodes change, by discipline and condition. Groups small enough to identify anyone are not shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from statistics import median

from regain.outcomes.rules.change import IMPROVED, NO_VALUE
from regain.outcomes.rules.instrument import half_up

SMALLEST = 11
"""Groups of fewer episodes are suppressed (product rule, after the cell size that CMS uses for its own tables)."""


@dataclass(frozen=True, slots=True)
class Result:
    """One measure, of one side or joint, in one episode: `improvement` and `verdict` are None where it was taken once only."""

    discipline: str
    condition: str
    improvement: float | None
    verdict: str | None
    episode: str


@dataclass(frozen=True, slots=True)
class Row:
    """One group; all figures None where it is suppressed. Shares are percent of episodes."""

    discipline: str
    condition: str
    episodes: int | None
    repeated: float | None = None
    """Percent of episodes with a baseline that were measured again."""
    improved: float | None = None
    """Percent of the repeated ones with a clinically important improvement; None where no published value applies."""
    median_change: float | None = None


def by_group(results: Iterable[Result], smallest: int = SMALLEST) -> list[Row]:
    """A row a discipline and condition, largest group first, suppressed ones last."""
    ordered = sorted(results, key=lambda r: (r.discipline, r.condition))
    rows = [
        _row(*key, list(group), smallest) for key, group in groupby(ordered, key=lambda r: (r.discipline, r.condition))
    ]
    return sorted(rows, key=lambda row: (-(row.episodes or 0), row.discipline, row.condition))


def _row(discipline: str, condition: str, group: list[Result], smallest: int) -> Row:
    # twelve angles of one shoulder are one person
    episodes = len({r.episode for r in group})
    if episodes < smallest:
        return Row(discipline, condition, None)
    again = [r for r in group if r.improvement is not None]
    persons = len({r.episode for r in again})
    repeated = _percent(persons, episodes)
    # the figures below stand on the repeated ones alone: they too must be many enough
    if persons < smallest:
        return Row(discipline, condition, episodes, repeated)
    judged = [r for r in again if r.verdict != NO_VALUE]
    middle = median(r.improvement for r in again if r.improvement is not None)
    return Row(discipline, condition, episodes, repeated, _improved(judged, smallest), middle)


def _improved(judged: list[Result], smallest: int) -> float | None:
    """Percent of episodes with an important improvement of any side or joint; None where too few can be judged."""
    episodes = {r.episode for r in judged}
    if len(episodes) < smallest:
        return None
    return _percent(len({r.episode for r in judged if r.verdict == IMPROVED}), len(episodes))


def _percent(part: int, whole: int) -> float:
    return half_up(Fraction(100 * part, whole), 0)
