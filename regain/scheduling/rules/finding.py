"""Who could see a patient: everybody with free time in a discipline, what each may give, where and how soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from regain.scheduling.rules.free_time import Span
from regain.scheduling.rules.values import Opening, Slot, Wish, earliest


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of a discipline. `first` is the soonest evaluation, or treatment where they may not evaluate; None: may do
    nothing here, or nothing long enough is free. `sites` are (site, kilometres), nearest first."""

    practitioner: str
    discipline: str
    evaluates: bool
    treats: bool
    first: Slot | None
    sites: tuple[tuple[str, int], ...]


def who_could(openings: Sequence[Opening], wish: Wish, first: date, busy: Sequence[Span] = ()) -> list[Candidate]:
    """Everybody of the wish's discipline, who may evaluate first, then the soonest, then the nearest."""
    by_person: dict[str, list[Opening]] = defaultdict(list)
    for opening in openings:
        if opening.discipline == wish.discipline:
            by_person[opening.practitioner].append(opening)
    found = [_candidate(person, some, wish, first, busy) for person, some in by_person.items()]
    return sorted(
        found,
        key=lambda c: (
            not c.evaluates,
            c.first is None,
            c.first.start if c.first else 0,
            c.sites[0][1],
            c.practitioner,
        ),
    )


def _candidate(person: str, openings: Sequence[Opening], wish: Wish, first: date, busy: Sequence[Span]) -> Candidate:
    kinds = frozenset().union(*(o.kinds for o in openings))
    asked = Wish(wish.discipline, 1, wish.weeks, wish.minutes, wish.evaluation_minutes, "evaluation" in kinds)
    places = sorted({(o.site, o.cost) for o in openings}, key=lambda place: (place[1], place[0]))
    return Candidate(person, wish.discipline, "evaluation" in kinds, "treatment" in kinds,
                     earliest(asked, openings, first, busy), tuple(places))  # fmt: skip
