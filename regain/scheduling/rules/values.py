"""What a booking is asked and answers: openings, wishes, slots. Frozen; every moment carries its zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from regain.reference.rules import Finding
from regain.scheduling.rules.free_time import Span, starts


@dataclass(frozen=True, slots=True)
class Opening:
    """Free time of one person at one site, with the kinds of visit they may give on that day (`credentials.rules`).

    The span is in the site's own time, so that its date is the day of the visit. No kinds: free, but may do nothing here.
    """

    practitioner: str
    site: str
    discipline: str
    span: Span
    kinds: frozenset[str]
    cost: int = 0
    """How unwelcome the site is (kilometres), to prefer near ones."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted for a discipline: `per_week` visits for `weeks` weeks, the first of them an evaluation.

    `known` are practitioners who already know the patient and come first.
    """

    discipline: str
    per_week: int
    weeks: int
    minutes: int
    evaluation_minutes: int = 60
    evaluate: bool = True
    known: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 1 <= self.per_week <= 7 or not 1 <= self.weeks <= 26:
            raise ValueError(
                f"{self.discipline}: 1-7 visits a week for 1-26 weeks, found {self.per_week} and {self.weeks}"
            )
        if not all(15 <= m <= 240 for m in (self.minutes, self.evaluation_minutes)):
            raise ValueError(
                f"{self.discipline}: a visit of 15-240 minutes, found {self.minutes} and {self.evaluation_minutes}"
            )

    def lengths(self) -> dict[str, int]:
        """Minutes of each kind of visit the course has."""
        return ({"evaluation": self.evaluation_minutes} if self.evaluate else {}) | {"treatment": self.minutes}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the patient and the payer allow. `travel_minutes` lie between visits at two sites on one day."""

    busy: Sequence[Span] = ()
    preferred: Sequence[Span] = ()
    same_day: bool = True
    max_gap_minutes: int | None = None
    """Longest waiting between the visits of one day; None is any."""
    most_per_week: int | None = None
    """Visits of every discipline together in one week."""
    travel_minutes: int = 30


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A possible or chosen visit."""

    start: datetime
    end: datetime
    discipline: str
    kind: str
    practitioner: str
    site: str
    cost: int = 0

    @property
    def day(self) -> date:
        return self.start.date()


@dataclass(frozen=True, slots=True)
class Answer:
    """The visits in order with what is worth knowing of them, or none and the true reasons why.

    `bound` is what no course can cost less than; `cost` what this one costs (both in the solver's penalty points).
    """

    visits: tuple[Slot, ...] = ()
    findings: tuple[Finding, ...] = ()
    cost: float = 0.0
    bound: float = 0.0


def candidates(wish: Wish, openings: Sequence[Opening], first: date, busy: Sequence[Span] = ()) -> list[Slot]:
    """Every slot a discipline's visit could take, on the quarter hour, in the weeks of the course.

    The evaluation comes first and every week has its visits, so it lies in the first week.
    """
    ends = {"evaluation": first + timedelta(weeks=1), "treatment": first + timedelta(weeks=wish.weeks)}
    found = set()
    for opening in openings:
        if opening.discipline != wish.discipline:
            continue
        for kind, minutes in wish.lengths().items():
            if kind in opening.kinds and first <= opening.span.start.date() < ends[kind]:
                found |= set(_slots(opening, kind, minutes, busy))
    return sorted(found)


def _slots(opening: Opening, kind: str, minutes: int, busy: Sequence[Span]) -> list[Slot]:
    near = [b for b in busy if b.overlaps(opening.span)]
    found = []
    for at in starts(opening.span, minutes):
        end = (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(at.tzinfo)
        if not any(b.overlaps(Span(at, end)) for b in near):
            found.append(Slot(at, end, opening.discipline, kind, opening.practitioner, opening.site, opening.cost))
    return found


def earliest(wish: Wish, openings: Sequence[Opening], first: date, busy: Sequence[Span] = ()) -> Slot | None:
    """How soon a discipline could start, looking through `wish.weeks` weeks; None where nobody could."""
    kind = "evaluation" if wish.evaluate else "treatment"
    last = first + timedelta(weeks=wish.weeks)
    able = sorted((o for o in openings if o.discipline == wish.discipline and kind in o.kinds
                   and first <= o.span.start.date() < last), key=lambda o: (o.span, o.practitioner, o.site))  # fmt: skip
    best: Slot | None = None
    for opening in able:
        if best and opening.span.start > best.start:
            break
        slots = _slots(opening, kind, wish.lengths()[kind], busy)
        best = min([s for s in (best, *slots[:1]) if s], default=None)
    return best
