"""A course of visits for any number of disciplines: a constraint problem, solved whole, so that one that exists is found.

OR-Tools is imported when a course is asked for. Same question, same answer: one worker, a fixed seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from regain.reference.rules import Finding, error
from regain.scheduling.rules.free_time import Span, starts


@dataclass(frozen=True, slots=True)
class Opening:
    """Free time of one person at one site, with the kinds of visit they may give on that day (`credentials.rules`)."""

    practitioner: str
    site: str
    discipline: str
    span: Span
    kinds: frozenset[str]
    cost: int = 0
    """How unwelcome the site is (kilometres), to prefer near ones."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted for a discipline: `per_week` visits for `weeks` weeks, the first of them an evaluation."""

    discipline: str
    per_week: int
    weeks: int
    minutes: int
    evaluation_minutes: int = 60
    evaluate: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.per_week <= 7 or not 1 <= self.weeks <= 26 or not 15 <= self.minutes <= 240:
            raise ValueError(f"{self.discipline}: 1-7 visits a week, 1-26 weeks, 15-240 minutes; found {self}")


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
    """The visits in order, or none and the true reasons why."""

    visits: tuple[Slot, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Model:
    """The CP-SAT model and its variables by slot."""

    cp: object
    chosen: dict[Slot, object] = field(default_factory=dict)


def candidates(wish: Wish, openings: Sequence[Opening], first: date) -> list[Slot]:
    """Every slot a discipline's visit could take, on the quarter hour, in the weeks of the course."""
    last = first + timedelta(weeks=wish.weeks)
    found = []
    for opening in openings:
        if opening.discipline != wish.discipline or not first <= opening.span.start.date() < last:
            continue
        lengths = {"treatment": wish.minutes} | ({"evaluation": wish.evaluation_minutes} if wish.evaluate else {})
        for kind, minutes in lengths.items():
            if kind in opening.kinds:
                found += [Slot(at, at + timedelta(minutes=minutes), wish.discipline, kind, opening.practitioner, opening.site, opening.cost)
                          for at in starts(opening.span, minutes)]  # fmt: skip
    return sorted(set(found))


def earliest(wish: Wish, openings: Sequence[Opening], first: date) -> Slot | None:
    """How soon a discipline could start."""
    kind = "evaluation" if wish.evaluate else "treatment"
    return next((slot for slot in candidates(wish, openings, first) if slot.kind == kind), None)


def book(wishes: Sequence[Wish], openings: Sequence[Opening], first: date, patient_busy: Sequence[Span] = (),
         same_day: bool = True, seconds: float = 20.0) -> Answer:  # fmt: skip
    """A course that satisfies every wish, or the true reasons why there is none.

    Prefers an early start, both disciplines on one day close together, one therapist a discipline, and near sites.
    """
    slots = {w.discipline: [s for s in candidates(w, openings, first) if not _busy(s, patient_busy)] for w in wishes}
    found = _solve(wishes, slots, first, same_day, seconds)
    return Answer(found) if found else Answer(findings=tuple(_reasons(wishes, slots, first, seconds)))


def _busy(slot: Slot, busy: Sequence[Span]) -> bool:
    return any(slot.start < b.end and b.start < slot.end for b in busy)


def _solve(wishes, slots: Mapping[str, list[Slot]], first: date, same_day: bool, seconds: float) -> tuple[Slot, ...]:
    from ortools.sat.python import cp_model

    cp = cp_model.CpModel()
    model = _Model(cp)
    for wish in wishes:
        if not _one_discipline(model, wish, slots[wish.discipline], first):
            return ()
    _no_overlap(model)
    cp.minimize(_cost(model, wishes, first, same_day))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.relative_gap_limit = 0.01
    if solver.solve(cp) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ()
    return tuple(sorted(slot for slot, var in model.chosen.items() if solver.value(var)))


def _one_discipline(model: _Model, wish: Wish, slots: list[Slot], first: date) -> bool:
    """The visits of one discipline: so many a week, one a day, the evaluation before every treatment."""
    by_week, by_day = defaultdict(list), defaultdict(list)
    for slot in slots:
        var = model.cp.new_bool_var("")
        model.chosen[slot] = var
        by_week[(slot.day - first).days // 7].append(var)
        by_day[slot.day].append(var)
    if any(not by_week[week] for week in range(wish.weeks)):
        return False
    for week in range(wish.weeks):
        model.cp.add(sum(by_week[week]) == wish.per_week)
    for day in by_day.values():
        model.cp.add_at_most_one(day)
    evaluations = [s for s in slots if s.kind == "evaluation"]
    if wish.evaluate:
        if not evaluations:
            return False
        model.cp.add_exactly_one([model.chosen[s] for s in evaluations])
        # one visit a day, so "before" is a matter of days; its week is the first
        day = model.cp.new_int_var(0, wish.weeks * 7, "")
        model.cp.add(day == sum((s.day - first).days * model.chosen[s] for s in evaluations))
        for number, at in enumerate(sorted(by_day)):
            treatments = [model.chosen[s] for s in slots if s.day == at and s.kind == "treatment"]
            if treatments:
                given = model.cp.new_bool_var(f"t{number}")
                model.cp.add(sum(treatments) == given)
                model.cp.add(day < (at - first).days).only_enforce_if(given)
    return True


def _no_overlap(model: _Model) -> None:
    """Nobody is in two places: neither the patient nor a therapist."""
    quarter = defaultdict(list)
    for slot, var in model.chosen.items():
        at = slot.start
        while at < slot.end:
            quarter[at].append(var)
            at += timedelta(minutes=15)
    for together in quarter.values():
        # the patient is in every visit of the course, so this keeps therapists apart too
        model.cp.add_at_most_one(together)


def _cost(model: _Model, wishes: Sequence[Wish], first: date, same_day: bool):
    terms = []
    for slot, var in model.chosen.items():
        days = (slot.day - first).days
        terms.append(var * (slot.cost + (days * 20 if slot.kind == "evaluation" else days)))
    people = defaultdict(list)
    for slot, var in model.chosen.items():
        people[(slot.discipline, slot.practitioner)].append(var)
    for together in people.values():
        used = model.cp.new_bool_var("")
        model.cp.add_max_equality(used, together)
        terms.append(used * 30)
    if same_day and len(wishes) > 1:
        terms += _days_apart(model)
    return sum(terms)


def _days_apart(model: _Model) -> list:
    """Each day on which only some disciplines come costs a trip."""
    days = defaultdict(list)
    for slot, var in model.chosen.items():
        days[slot.day].append(var)
    trips = []
    for together in days.values():
        trip = model.cp.new_bool_var("")
        model.cp.add_max_equality(trip, together)
        trips.append(trip * 40)
    return trips


def _reasons(wishes, slots: Mapping[str, list[Slot]], first: date, seconds: float) -> list[Finding]:
    """Why there is no course: each reason is checked to be true before it is given."""
    found = []
    for wish in wishes:
        found += _lacks(wish, slots[wish.discipline], first)
    if found:
        return found
    alone = [w for w in wishes if not _solve([w], slots, first, False, seconds)]
    if alone:
        return [error("NO_COURSE", f"{w.discipline}: the free times do not fit {w.per_week} visits a week for {w.weeks} weeks with the evaluation first.",
                      where=w.discipline, try_="Fewer visits a week, shorter visits, a later start or another site.") for w in alone]  # fmt: skip
    names = " and ".join(w.discipline for w in wishes)
    return [error("DISCIPLINES_CLASH", f"{names} each fit alone, but not together: their only free times overlap.",
                  try_="Start one of them later, or ask for fewer visits of one.")]  # fmt: skip


def _lacks(wish: Wish, slots: list[Slot], first: date) -> list[Finding]:
    if not slots:
        return [error("NOBODY_FREE", f"No {wish.discipline} who may treat here is free in these weeks.", where=wish.discipline,
                      try_="Look at another site, a later start, or the team's licenses.")]  # fmt: skip
    if wish.evaluate and not any(s.kind == "evaluation" for s in slots):
        return [error("NO_EVALUATOR", f"No {wish.discipline} who may evaluate has {wish.evaluation_minutes} minutes free in these weeks.",
                      where=wish.discipline, try_="Assistants never evaluate: look for a therapist at another site or later.")]  # fmt: skip
    thin = []
    for week in range(wish.weeks):
        days = {s.day for s in slots if (s.day - first).days // 7 == week}
        if len(days) < wish.per_week:
            start = first + timedelta(weeks=week)
            thin.append(error("WEEK_TOO_FULL", f"{wish.discipline}: in the week of {start.day} {start:%b} only {len(days)} of {wish.per_week} days have a free time.",
                              where=wish.discipline, found=len(days), expected=str(wish.per_week), try_="Fewer visits that week, shorter ones, or another site."))  # fmt: skip
    return thin
