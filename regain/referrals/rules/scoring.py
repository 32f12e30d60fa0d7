"""The scoring rule of triage section 2: additive points a discipline, caps, condition priors, thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from regain.referrals.rules.reading import Reading
from regain.referrals.rules.values import Coded, ConditionItem, FunctionItem, Mention, Profile, Quote, State


@dataclass(frozen=True, slots=True)
class Function:
    """One function category of the map: what it adds to each discipline, and what it yields to."""

    code: str
    label: str
    chapter: str
    weights: Mapping[str, float]
    why: str
    source: str
    certainty: str
    structure: bool
    regions: frozenset[str]
    yields_to: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the map."""

    id: str
    name: str
    weights: Mapping[str, float]
    start_both: bool
    ages: str
    course: str
    focus: Mapping[str, str]
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Scoring:
    """Weights and thresholds, all from the `scoring` fact."""

    multipliers: Mapping[int, float]
    default_severity: int
    chapter_cap: float
    condition_share: float
    condition_most: float
    need_structured: float
    need_text: float
    both_ratio: float
    both_alone: float
    lead_text: float
    near: float
    adult_from: float
    plan: Mapping[str, Mapping[str, float]]
    values: Mapping[str, Any]


_DIAGNOSIS = "diagnosis"


def severity_multiplier(severity: int, scoring: Scoring) -> float:
    """0 none, 0.5 mild, 1 moderate, 1.5 severe or complete."""
    return scoring.multipliers[severity]


def score_functions(reading: Reading, coded: Iterable[Coded], functions: Mapping[str, Function], scoring: Scoring, disciplines: tuple[str, ...]) -> list[FunctionItem]:  # fmt: skip
    """Each category once, at its strongest; denied ones are listed with no points; a chapter is capped."""
    by_code: dict[str, list[Mention]] = {}
    for mention in reading.of("function"):
        by_code.setdefault(mention.owner[1], []).append(mention)
    items = []
    for code, mentions in by_code.items():
        item = _item(functions[code], mentions, scoring, disciplines)
        if item:
            items.append(item)
    items.extend(_coded(entry, functions[entry.code], scoring, disciplines) for entry in coded)
    items = _once(items)
    items = _yielding(items, functions, disciplines)
    return _capped(items, functions, scoring, disciplines)


def _item(function: Function, mentions: list[Mention], scoring: Scoring, disciplines: tuple[str, ...]) -> FunctionItem | None:  # fmt: skip
    present = [m for m in mentions if m.state is State.AFFIRMED]
    if present:
        best = max(present, key=lambda m: (_worth(m, scoring), -m.sentence))
        severity = scoring.default_severity if best.severity is None else best.severity
        worth = _worth(best, scoring)
        points = {name: function.weights.get(name, 0) * worth for name in disciplines}
        counted = worth > 0 and any(function.weights.values())
        return _built(function, severity, False, counted, points, best.quote, "affirmed")
    others = [m for m in mentions if m.state is not State.NEUTRAL]
    if not others:
        return None
    first = others[0]
    nothing = dict.fromkeys(disciplines, 0.0)
    negated = first.state is State.DENIED
    return _built(function, 0 if negated else first.severity or scoring.default_severity, negated, False, nothing,
                  first.quote, str(first.state))  # fmt: skip


def _worth(mention: Mention, scoring: Scoring) -> float:
    severity = scoring.default_severity if mention.severity is None else mention.severity
    return severity_multiplier(severity, scoring) * mention.weight


def _coded(entry: Coded, function: Function, scoring: Scoring, disciplines: tuple[str, ...]) -> FunctionItem:
    worth = severity_multiplier(entry.severity, scoring)
    points = {name: function.weights.get(name, 0) * worth for name in disciplines}
    quote = Quote("", entry.name, 0, 0)
    return _built(
        function, entry.severity, entry.severity == 0, worth > 0, points, quote, "affirmed" if worth else "denied"
    )


def _built(function: Function, severity: int, negated: bool, counted: bool, points: dict[str, float], quote: Quote, state: str) -> FunctionItem:  # fmt: skip
    return FunctionItem(function.code, function.label, severity, negated, counted, points, quote, function.source,
                        function.certainty, function.why, state)  # fmt: skip


def _once(items: list[FunctionItem]) -> list[FunctionItem]:
    """The strongest item of each code; what is given as a code and as words counts once."""
    best: dict[str, FunctionItem] = {}
    for item in items:
        held = best.get(item.code)
        if held is None or (item.counted, sum(item.points.values())) > (held.counted, sum(held.points.values())):
            best[item.code] = item
    return list(best.values())


def _yielding(items: list[FunctionItem], functions: Mapping[str, Function], disciplines: tuple[str, ...]) -> list[FunctionItem]:  # fmt: skip
    """A structure, or a general word for what is already said in particular, is listed but not counted."""
    counted = {item.code for item in items if item.counted}
    regions = {region for code in counted if not functions[code].structure for region in functions[code].regions}
    kept = []
    for item in items:
        function = functions[item.code]
        covered = bool(function.yields_to & counted) or (function.structure and bool(function.regions & regions))
        if item.counted and covered:
            item = replace(item, counted=False, points=dict.fromkeys(disciplines, 0.0), state="covered")
        kept.append(item)
    return kept


def _capped(items: list[FunctionItem], functions: Mapping[str, Function], scoring: Scoring, disciplines: tuple[str, ...]) -> list[FunctionItem]:  # fmt: skip
    """One chapter adds at most the cap to a discipline; the strongest items keep their points."""
    left: dict[tuple[str, str], float] = {}
    capped = {}
    for item in sorted(items, key=lambda item: (-sum(item.points.values()), item.code)):
        points = {}
        for name in disciplines:
            key = (functions[item.code].chapter, name)
            points[name] = min(item.points[name], left.get(key, scoring.chapter_cap))
            left[key] = left.get(key, scoring.chapter_cap) - points[name]
        capped[item.code] = replace(item, points=points)
    return [capped[item.code] for item in items]


def best_condition(reading: Reading, conditions: Mapping[str, Condition], profile: Profile, scoring: Scoring) -> tuple[Condition, Mention] | None:  # fmt: skip
    """The condition that the diagnosis or assessment names most, of the person's age; None when none is named."""
    totals: dict[str, float] = {}
    first: dict[str, Mention] = {}
    ranks = scoring.values["condition_sections"]
    for mention in reading.of("condition"):
        condition = conditions[mention.owner[1]]
        if mention.state not in (State.AFFIRMED, State.SUSPECTED) or not _fits_age(condition, profile, scoring):
            continue
        if len(mention.owner) > 2 and mention.quote.where != _DIAGNOSIS:
            continue  # letters of two meanings ("MS") name a condition only where a diagnosis was asked for
        # a diagnosis that therapy works on comes before a condition that a problem's words also name
        leads = mention.quote.where == _DIAGNOSIS and any(condition.weights.values())
        section = _DIAGNOSIS if leads else mention.section
        worth = ranks.get(section, ranks["other"])
        totals[condition.id] = totals.get(condition.id, 0) + worth + 0.1 * (mention.quote.end - mention.quote.start > 4)
        held = first.get(condition.id)
        if held is None or ranks.get(held.section, ranks["other"]) < worth:
            first[condition.id] = mention
    if not totals:
        return None
    name = max(totals, key=lambda key: (totals[key], sum(conditions[key].weights.values()), key))
    return conditions[name], first[name]


def _fits_age(condition: Condition, profile: Profile, scoring: Scoring) -> bool:
    if profile.age_years is None or condition.ages == "all":
        return True
    return (condition.ages == "adult") == (profile.age_years >= scoring.adult_from)


def condition_item(condition: Condition, mention: Mention, counts: bool, both: bool, scoring: Scoring, disciplines: tuple[str, ...]) -> ConditionItem:  # fmt: skip
    """The condition with the points it adds: half its weight, where it counts at all."""
    share = scoring.condition_share if counts else 0
    points = {name: min(scoring.condition_most, condition.weights.get(name, 0) * share) for name in disciplines}
    return ConditionItem(condition.id, condition.name, points, both, mention.quote, condition.source,
                         condition.certainty, condition.course, dict(condition.focus))  # fmt: skip


def needed(points: Mapping[str, float], line: float, scoring: Scoring) -> tuple[str, ...]:
    """The disciplines that function asks for, strongest first.

    A discipline is needed at the line; a weaker one joins at the ratio to the strongest, or strong on its own.
    """
    over = sorted((name for name in points if points[name] >= line), key=lambda name: -points[name])
    if len(over) < 2:
        return tuple(over)
    most = points[over[0]]
    return tuple(
        name for name in over
        if name == over[0] or points[name] >= scoring.both_ratio * most or points[name] >= scoring.both_alone
    )  # fmt: skip
