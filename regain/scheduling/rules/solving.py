"""A course of visits as a constraint problem (CP-SAT), small enough to be solved to within 1 % while someone waits.

A visit is three choices: the day with its kind, the person at a site, and the time. Person and time are tied by what is
free, so 50 people over 12 weeks are some thousand choices instead of a hundred thousand whole slots. (Leaving the times out
at first and adding them where they fail was tried: its bound stays far away.) Whoever offers nothing that somebody else does
not offer as well is left out beforehand: exchanging one for the other keeps every course.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from regain.scheduling.rules.values import Limits, Slot, Wish

QUARTER = 900
PREFERENCE = {
    "trip": 40,
    "another person": 30,
    "evaluation a day later": 20,
    "unknown person": 15,
    "unwelcome time": 15,
    "the very next day": 4,
    "a day later": 1,
}
"""Penalty points (a product rule); a kilometre of distance is one."""


class Outcome(StrEnum):
    """What the search says: a course, none exists, or it had to stop before it knew."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Solved:
    """The search's answer; `cost` and `bound` only where one was found."""

    outcome: Outcome
    visits: tuple[Slot, ...] = ()
    cost: float = 0.0
    bound: float = 0.0


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Which groups of constraints to leave out, to learn whether they are the reason."""

    order: bool = False


@dataclass(slots=True)
class _Day:
    """One discipline's choices on one day: who (by kind, site, person) and when (by kind, site, quarter)."""

    slots: dict[tuple[str, str, str], list[Slot]] = field(default_factory=lambda: defaultdict(list))
    who: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    when: dict[tuple[str, str, int], Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Model:
    cp: Any
    first: date
    limits: Limits
    days: dict[tuple[str, date], _Day] = field(default_factory=dict)
    terms: list = field(default_factory=list)

    def bool(self) -> Any:
        return self.cp.new_bool_var("")


def solve(wishes: Sequence[Wish], slots: Mapping[str, Sequence[Slot]], first: date, limits: Limits, effort: float,
          relaxed: Relaxed = Relaxed()) -> Solved:  # fmt: skip
    """The cheapest course over the slots, within 1 %. The same question gets the same answer: one worker, a fixed seed,
    and effort counted in the solver's deterministic seconds."""
    from ortools.sat.python import cp_model

    model = _Model(cp_model.CpModel(), first, limits)
    for wish in wishes:
        kept = undominated(slots[wish.discipline], wish.known)
        if not _add_discipline(model, wish, kept, relaxed):
            return Solved(Outcome.NONE)
    _keep_apart(model, wishes)
    _add_trips(model)
    model.cp.minimize(sum(model.terms))
    return _run(cp_model, model, effort)


def _run(cp_model: Any, model: _Model, effort: float) -> Solved:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = effort
    solver.parameters.relative_gap_limit = 0.01
    # measured: probing and symmetry cost more than they save on courses of visits
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    # measured: with the whole linear relaxation 16 visits of two disciplines are proven best in 3 s instead of 30 s
    solver.parameters.linearization_level = 2
    status = solver.solve(model.cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solved(Outcome.NONE if status == cp_model.INFEASIBLE else Outcome.UNKNOWN)
    chosen: dict[date, list[list[Slot]]] = defaultdict(list)
    for (_, day), one in model.days.items():
        for key, var in one.who.items():
            if solver.boolean_value(var):
                chosen[day].append(one.slots[key])
    visits = [slot for options in chosen.values() for slot in fit_day(options, model.limits) or ()]
    if len(visits) != sum(map(len, chosen.values())):
        raise AssertionError("the solver chose people whose times do not fit; the model is wrong")
    return Solved(Outcome.FOUND, tuple(sorted(visits)), solver.objective_value, solver.best_objective_bound)


def unwelcome(slot: Slot, limits: Limits) -> bool:
    """Whether a visit lies outside the times the patient prefers."""
    return bool(limits.preferred) and not any(p.start <= slot.start and slot.end <= p.end for p in limits.preferred)


def fit_day(options: Sequence[Sequence[Slot]], limits: Limits) -> tuple[Slot, ...] | None:
    """One slot of each discipline's options: apart, with travel between sites and no longer waiting than allowed; None where
    there is no such choice. The best has the fewest unwelcome times, then the least waiting, then the earliest start."""
    best: tuple | None = None

    def choose(number: int, taken: tuple[Slot, ...]) -> None:
        nonlocal best
        if number == len(options):
            waiting = waiting_minutes(taken)
            if limits.max_gap_minutes is None or waiting <= limits.max_gap_minutes:
                rank = (sum(unwelcome(s, limits) for s in taken), waiting, max(s.end for s in taken), taken)
                best = rank if best is None or rank < best else best
            return
        for slot in options[number]:
            if all(apart(slot, other, limits.travel_minutes) for other in taken):
                choose(number + 1, (*taken, slot))

    choose(0, ())
    return best[-1] if best else None


def apart(one: Slot, other: Slot, travel_minutes: int) -> bool:
    """Whether one person can be at both visits, with the way between two sites."""
    first, second = sorted((one, other))
    way = timedelta(minutes=travel_minutes if one.site != other.site else 0)
    return first.end.astimezone(UTC) + way <= second.start.astimezone(UTC)


def waiting_minutes(visits: Sequence[Slot]) -> int:
    """Minutes between the first start and the last end of a day that no visit fills."""
    spent = sum((v.end - v.start for v in visits), timedelta())
    return int((max(v.end for v in visits) - min(v.start for v in visits) - spent).total_seconds() // 60)


def quarter_of(slot: Slot) -> int:
    """The quarter hour at which a visit starts, counted from the UTC midnight that opens its local date."""
    opens = datetime.combine(slot.day, time(0), UTC)
    return int((slot.start.astimezone(UTC) - opens).total_seconds()) // QUARTER


def quarters_in(minutes: int) -> int:
    """Quarter hours that a length takes up, the last one whole (visits start on quarter hours only)."""
    return -(-minutes // 15)


def undominated(slots: Sequence[Slot], known: frozenset[str] = frozenset()) -> list[Slot]:
    """The slots without people whose every slot somebody else offers too, at no higher cost.

    >>> a, b = (Slot(datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 5, 10, tzinfo=UTC), "PT", "treatment", p, "Saco") for p in "ab")
    >>> [s.practitioner for s in undominated([a, b])]
    ['a']
    """
    offers: dict[str, dict[tuple, int]] = defaultdict(lambda: defaultdict(int))
    costs: dict[str, dict[str, int]] = defaultdict(dict)
    for slot in slots:
        offers[slot.practitioner][slot.day, slot.kind, slot.site] |= 1 << (quarter_of(slot) + 96)
        costs[slot.practitioner][slot.site] = max(slot.cost, costs[slot.practitioner].get(slot.site, 0))
    kept: list[str] = []
    for person in sorted(offers, key=lambda p: (p not in known, -sum(m.bit_count() for m in offers[p].values()), p)):
        if not any(_covers(offers[k], offers[person], costs[k], costs[person]) for k in kept):
            kept.append(person)
    return [slot for slot in slots if slot.practitioner in kept]


def _covers(more: Mapping, less: Mapping, cost: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return all(not mask & ~more.get(key, 0) for key, mask in less.items()) and all(cost[s] <= other[s] for s in other)


def _add_discipline(model: _Model, wish: Wish, slots: Sequence[Slot], relaxed: Relaxed) -> bool:
    """So many visits a week, one a day, the evaluation first; False where it is plain that there are too few."""
    days: dict[date, _Day] = defaultdict(_Day)
    for slot in slots:
        days[slot.day].slots[slot.kind, slot.site, slot.practitioner].append(slot)
    weeks = defaultdict(list)
    for day, one in days.items():
        model.days[wish.discipline, day] = one
        _add_who(model, day, one)
        _add_when(model, one)
        weeks[(day - model.first).days // 7] += one.who.values()
    if any(len(weeks[week]) < wish.per_week for week in range(wish.weeks)):
        return False
    for week in range(wish.weeks):
        model.cp.add(sum(weeks[week]) == wish.per_week)
    _add_people(model, wish, days)
    _rest_between(model, wish, days)
    return not wish.evaluate or _evaluate_first(model, days, relaxed)


def _add_who(model: _Model, day: date, one: _Day) -> None:
    """Who may come on a day, at most one."""
    for key, options in one.slots.items():
        var = one.who[key] = model.bool()
        late = PREFERENCE["evaluation a day later" if key[0] == "evaluation" else "a day later"] * (
            (day - model.first).days % 7
        )
        model.terms.append(var * (options[0].cost + late))
    model.cp.add_at_most_one(one.who.values())


def _add_when(model: _Model, one: _Day) -> None:
    """The times of a day; a person needs one of the times at which that person is free."""
    free = {key: {quarter_of(slot): slot for slot in options} for key, options in one.slots.items()}
    for place in sorted({key[:2] for key in free}):
        here = {key: times for key, times in free.items() if key[:2] == place}
        times = {}
        for quarter, slot in sorted({q: s for some in here.values() for q, s in some.items()}.items()):
            times[quarter] = one.when[(*place, quarter)] = model.bool()
            if unwelcome(slot, model.limits):
                model.terms.append(times[quarter] * PREFERENCE["unwelcome time"])
        model.cp.add(sum(times.values()) == sum(one.who[key] for key in here))
        for key, own in here.items():
            if len(own) < len(times):
                model.cp.add_bool_or([*(times[q] for q in own), ~one.who[key]])


def _add_people(model: _Model, wish: Wish, days: Mapping[date, _Day]) -> None:
    """One person for a discipline is better than two, somebody who knows the patient better than a stranger."""
    visits = defaultdict(list)
    for one in days.values():
        by_person = defaultdict(list)
        for (_, _, person), var in one.who.items():
            by_person[person].append(var)
        for person, together in by_person.items():
            visits[person].append(sum(together))
    for person, given in sorted(visits.items()):
        used = model.bool()
        for visit in given:
            model.cp.add(visit <= used)
        model.terms.append(used * PREFERENCE["another person"])
        if wish.known and person not in wish.known:
            model.terms += [visit * PREFERENCE["unknown person"] for visit in given]


def _rest_between(model: _Model, wish: Wish, days: Mapping[date, _Day]) -> None:
    """A day between two visits of one discipline is better than none, where the week leaves room for it."""
    if wish.per_week > 3:
        return
    for day, one in days.items():
        after = days.get(day + timedelta(days=1))
        if after:
            close = model.bool()
            model.cp.add(sum(one.who.values()) + sum(after.who.values()) <= 1 + close)
            model.terms.append(close * PREFERENCE["the very next day"])


def _evaluate_first(model: _Model, days: Mapping[date, _Day], relaxed: Relaxed) -> bool:
    """Exactly one evaluation, on a day before every treatment (one visit a day, so days are enough)."""
    evaluations = {day: [v for (kind, _, _), v in one.who.items() if kind == "evaluation"] for day, one in days.items()}
    every = [var for some in evaluations.values() for var in some]
    if not every:
        return False
    model.cp.add_exactly_one(every)
    last = max(day for day, some in evaluations.items() if some)
    for day, one in days.items():
        if relaxed.order or day > last:
            continue
        before = [var for earlier, some in evaluations.items() if earlier < day for var in some]
        treatments = [var for (kind, _, _), var in one.who.items() if kind == "treatment"]
        if treatments:
            model.cp.add(sum(treatments) <= sum(before))
    return True


def _keep_apart(model: _Model, wishes: Sequence[Wish]) -> None:
    """The patient, who is in every visit, is in one place at a time; travel lies between two sites."""
    lengths = {w.discipline: w.lengths() for w in wishes}
    travel = quarters_in(model.limits.travel_minutes)
    together = defaultdict(list)
    for (discipline, day), one in model.days.items():
        together[day].append((discipline, one))
    for some in (some for some in together.values() if len(some) > 1):
        here: dict[int, list] = defaultdict(list)
        away: dict[str, dict[tuple[int, str], list]] = defaultdict(lambda: defaultdict(list))
        for discipline, one in some:
            for (kind, site, quarter), var in one.when.items():
                end = quarter + quarters_in(lengths[discipline][kind])
                for q in range(quarter, end):
                    here[q].append(var)
                for q in range(quarter, end + travel):
                    away[site][q, discipline].append(var)
        for covering in here.values():
            model.cp.add_at_most_one(covering)
        if len(away) > 1:
            _travel(model, away)
        if model.limits.max_gap_minutes is not None:
            _wait(model, some, lengths, model.limits.max_gap_minutes)


def _travel(model: _Model, away: Mapping[str, Mapping[tuple[int, str], list]]) -> None:
    """No quarter is taken by two sites, where each visit also takes the way that follows it."""
    taken: dict[int, dict[str, Any]] = defaultdict(dict)
    for site, times in away.items():
        for (quarter, _), covering in times.items():
            if site not in taken[quarter]:
                taken[quarter][site] = model.bool()
            model.cp.add(sum(covering) <= taken[quarter][site])
    for at_sites in taken.values():
        if len(at_sites) > 1:
            model.cp.add_at_most_one(at_sites.values())


def _wait(model: _Model, some: Iterable[tuple[str, _Day]], lengths: Mapping, longest: int) -> None:
    """From the first start to the last end of a day there is no more waiting than `longest` minutes."""
    lo, hi = model.cp.new_int_var(-96, 240, ""), model.cp.new_int_var(-96, 240, "")
    length = []
    for discipline, one in some:
        size = {kind: quarters_in(minutes) for kind, minutes in lengths[discipline].items()}
        comes = model.bool()
        model.cp.add(sum(one.who.values()) == comes)
        starts = sum(q * var for (_, _, q), var in one.when.items())
        lasts = sum(size[kind] * var for (kind, _, _), var in one.when.items())
        model.cp.add(lo <= starts).only_enforce_if(comes)
        model.cp.add(hi >= starts + lasts).only_enforce_if(comes)
        length.append(lasts)
    model.cp.add(hi - lo <= sum(length) + longest // 15)
    model.cp.add(hi >= lo)


def _add_trips(model: _Model) -> None:
    """Each day and site the patient goes to costs a trip, so that disciplines come together where they can."""
    if not model.limits.same_day or len({discipline for discipline, _ in model.days}) < 2:
        return
    visits = defaultdict(lambda: defaultdict(list))
    for (discipline, day), one in model.days.items():
        for (_, site, _), var in one.who.items():
            visits[day, site][discipline].append(var)
    for by_discipline in visits.values():
        trip = model.bool()
        for together in by_discipline.values():
            model.cp.add(sum(together) <= trip)
        model.terms.append(trip * PREFERENCE["trip"])
