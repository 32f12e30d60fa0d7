"""A course of visits for any number of disciplines: found whole if there is one, with true reasons if there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from regain.reference.rules import Finding, error, info
from regain.scheduling.rules.free_time import Span
from regain.scheduling.rules.solving import Outcome, Relaxed, Solved, solve
from regain.scheduling.rules.values import Answer, Limits, Opening, Slot, Wish, candidates, earliest

__all__ = ["Answer", "Limits", "Opening", "Slot", "Wish", "book", "candidates", "earliest"]


def book(wishes: Sequence[Wish], openings: Sequence[Opening], first: date, patient_busy: Sequence[Span] = (),
         same_day: bool = True, effort: float = 20.0, limits: Limits | None = None) -> Answer:  # fmt: skip
    """A course that satisfies every wish, or the true reasons why there is none.

    Prefers an early start, every discipline on one day close together, one therapist a discipline who knows the patient, times
    that suit and near sites. `effort` is in the solver's deterministic seconds; a search that ends before it knows says so.
    """
    limits = limits or Limits(busy=tuple(patient_busy), same_day=same_day)
    over = _over_limit(wishes, limits)
    if over:
        return Answer(findings=(over,))
    slots = {w.discipline: candidates(w, openings, first, limits.busy) for w in wishes}
    found = solve(wishes, slots, first, limits, effort)
    if found.outcome is Outcome.FOUND:
        return Answer(found.visits, (), found.cost, found.bound)
    if found.outcome is Outcome.NONE and limits.max_gap_minutes is not None:
        patient = solve(wishes, slots, first, replace(limits, max_gap_minutes=None), effort)
        if patient.outcome is Outcome.FOUND:
            return _with_waiting(patient, limits)
    if found.outcome is Outcome.UNKNOWN:
        return Answer(findings=(unfinished(),))
    return Answer(findings=tuple(_reasons(wishes, openings, slots, first, limits, effort)))


def unfinished() -> Finding:
    """Nothing was found and nothing was ruled out; never said as "impossible"."""
    return error("SEARCH_UNFINISHED", "The search stopped before it knew whether such a course exists.",
                 try_="Ask for fewer weeks at a time, or for one discipline first.")  # fmt: skip


def _with_waiting(found: Solved, limits: Limits) -> Answer:
    longer = info("LONG_WAIT", f"No course keeps the waiting between visits of one day within {limits.max_gap_minutes} minutes; this one does not.",
                  found=None, expected=f"at most {limits.max_gap_minutes} minutes", try_="Book it, or ask for separate days.")  # fmt: skip
    return Answer(found.visits, (longer,), found.cost, found.bound)


def _over_limit(wishes: Sequence[Wish], limits: Limits) -> Finding | None:
    if limits.most_per_week is None:
        return None
    asked = max((sum(w.per_week for w in wishes if week < w.weeks) for week in range(26)), default=0)
    if asked <= limits.most_per_week:
        return None
    return error("WEEKLY_LIMIT", f"{asked} visits a week are asked for and {limits.most_per_week} are allowed.", found=asked,
                 expected=f"at most {limits.most_per_week}", try_="Ask for fewer visits a week.")  # fmt: skip


def _reasons(
    wishes, openings, slots: Mapping[str, list[Slot]], first: date, limits: Limits, effort: float
) -> list[Finding]:
    """Why there is no course: each reason is checked to be true before it is given."""
    lacking = [one for wish in wishes for one in _lacks(wish, openings, slots[wish.discipline], first, limits)]
    if lacking:
        return lacking
    alone = [one for wish in wishes if (one := _alone(wish, slots, first, limits, effort))]
    return alone or [_clash(wishes, slots, first, limits, effort)]


def _lacks(
    wish: Wish, openings: Sequence[Opening], slots: Sequence[Slot], first: date, limits: Limits
) -> list[Finding]:
    """What one discipline lacks before anything is combined: a license, an evaluator, a free day in some week."""
    last = first + timedelta(weeks=wish.weeks)
    own = [o for o in openings if o.discipline == wish.discipline and first <= o.span.start.date() < last]
    if own and not any(o.kinds for o in own):
        return [error("NOBODY_LICENSED", f"Whoever is free for {wish.discipline} in these weeks may not treat this patient there.",
                      where=wish.discipline, try_="Look at the team's licenses and compact privileges, or another site.")]  # fmt: skip
    anyway = candidates(wish, openings, first)
    if not slots and anyway:
        return [_patient_busy(wish, "in these weeks")]
    if not slots:
        return [error("NOBODY_FREE", f"No {wish.discipline} who may treat here is free in these weeks.", where=wish.discipline,
                      try_="Look at another site, a later start, or the team's licenses.")]  # fmt: skip
    if wish.evaluate and not any(s.kind == "evaluation" for s in slots):
        return [_no_evaluator(wish, own, anyway, first, limits)]
    return [one for week in range(wish.weeks) if (one := _thin_week(wish, slots, anyway, first, week))]


def _patient_busy(wish: Wish, when: str) -> Finding:
    return error("PATIENT_BUSY", f"{wish.discipline}: the patient's own other times leave no visit {when}.", where=wish.discipline,
                 try_="Move the patient's other appointments, or start later.")  # fmt: skip


def _no_evaluator(wish: Wish, own: Sequence[Opening], anyway: Sequence[Slot], first: date, limits: Limits) -> Finding:
    if any(s.kind == "evaluation" for s in anyway):
        return _patient_busy(wish, "for the evaluation in the first week")
    soonest = earliest(wish, own, first, limits.busy)
    if soonest:
        return error("EVALUATION_TOO_LATE", f"The first {wish.discipline} evaluation is free on {soonest.day.day} {soonest.day:%b}, after the first week.",
                     where=wish.discipline, found=soonest.day.isoformat(), try_=f"Start the course on {soonest.day.day} {soonest.day:%b}.")  # fmt: skip
    return error("NO_EVALUATOR", f"No {wish.discipline} who may evaluate has {wish.evaluation_minutes} minutes free in these weeks.",
                 where=wish.discipline, try_="Assistants never evaluate: look for a therapist at another site or later.")  # fmt: skip


def _thin_week(wish: Wish, slots: Sequence[Slot], anyway: Sequence[Slot], first: date, week: int) -> Finding | None:
    start = first + timedelta(weeks=week)
    days, would = ({s.day for s in some if (s.day - first).days // 7 == week} for some in (slots, anyway))
    if len(days) >= wish.per_week:
        return None
    whose = "the patient's other times leave only" if len(would) >= wish.per_week else "only"
    return error("WEEK_TOO_FULL", f"{wish.discipline}: in the week of {start.day} {start:%b} {whose} {len(days)} of {wish.per_week} days with a free time.",
                 where=wish.discipline, found=len(days), expected=str(wish.per_week), try_="Fewer visits that week, shorter ones, or another site.")  # fmt: skip


def _alone(wish: Wish, slots: Mapping[str, list[Slot]], first: date, limits: Limits, effort: float) -> Finding | None:
    """Why one discipline fails by itself, or None where it does not."""
    found = solve([wish], slots, first, limits, effort)
    if found.outcome is Outcome.FOUND:
        return None
    if found.outcome is Outcome.UNKNOWN:
        return unfinished()
    if solve([wish], slots, first, limits, effort, Relaxed(order=True)).outcome is Outcome.FOUND:
        return error("NO_COURSE", f"{wish.discipline}: no evaluation is free early enough to come before every treatment of the first week.",
                     where=wish.discipline, try_="Start later, or ask for fewer visits a week.")  # fmt: skip
    return error("NO_COURSE", f"{wish.discipline}: the free times do not fit {wish.per_week} visits a week for {wish.weeks} weeks with the evaluation first.",
                 where=wish.discipline, try_="Fewer visits a week, shorter visits, a later start or another site.")  # fmt: skip


def _clash(
    wishes: Sequence[Wish], slots: Mapping[str, list[Slot]], first: date, limits: Limits, effort: float
) -> Finding:
    """Each fits alone and not together: because of the way between sites, or because their times overlap."""
    names = " and ".join(w.discipline for w in wishes)
    if (
        solve(wishes, slots, first, replace(limits, travel_minutes=0, max_gap_minutes=None), effort).outcome
        is Outcome.FOUND
    ):
        return error("NO_TIME_TO_TRAVEL", f"{names} fit only where the patient changes sites in less than {limits.travel_minutes} minutes.",
                     try_="Start one of them later, or choose one site.")  # fmt: skip
    return error("DISCIPLINES_CLASH", f"{names} each fit alone, but not together: their only free times overlap.",
                 try_="Start one of them later, or ask for fewer visits of one.")  # fmt: skip
