"""One pure decision: a profile and the facts in, an explained recommendation out (triage, section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regain.reference.rules import Finding
from regain.referrals.rules.explaining import notes_for, questions_for, reasons_for
from regain.referrals.rules.flags import check_flags
from regain.referrals.rules.knowledge import Knowledge
from regain.referrals.rules.reading import Reading, read
from regain.referrals.rules.scoring import Condition, best_condition, condition_item, needed, score_functions
from regain.referrals.rules.values import (
    URGENCIES,
    ConditionItem,
    FlagItem,
    FlagState,
    FunctionItem,
    Mention,
    Order,
    Profile,
    Recommendation,
    State,
    Urgency,
)

PHYSICIAN_FIRST = "physician_first"
_NOW = (State.AFFIRMED, State.SUSPECTED)


@dataclass(frozen=True, slots=True)
class Clues:
    """What the words say about time, setting and plan."""

    recent: bool
    early: bool
    inpatient: bool
    managed: bool
    plan: tuple[str, ...]


def recommend(profile: Profile, known: Knowledge, findings: tuple[Finding, ...] = ()) -> Recommendation:
    """The recommendation for one person."""
    return decide(profile, read(profile.passages, known.lexicon, known.grammar), known, findings)


def decide(profile: Profile, reading: Reading, known: Knowledge, findings: tuple[Finding, ...] = ()) -> Recommendation:  # fmt: skip
    """The recommendation from what was read: the same reading may be decided with other values."""
    clues = clues_of(reading, profile, known)
    items = tuple(score_functions(reading, profile.coded, known.functions, known.scoring, known.disciplines))
    condition = _condition(reading, profile, items, clues, known)
    points = _points(items, condition, clues, profile, known)
    line = _line(profile, reading, known)
    disciplines = _disciplines(_led(points, items, clues, profile, reading, known), condition, line, known)
    span = None if profile.structured or _is_short(reading, known) else int(known.scoring.values["flag_span"])
    flags = check_flags(profile, reading, known.flags, clues.managed and not profile.structured, span)
    fired = [flag.action for flag in flags if flag.state is FlagState.FIRED]
    urgency = min(fired, key=URGENCIES.index, default=Urgency.ROUTINE)
    return Recommendation(
        recommendation=PHYSICIAN_FIRST if urgency.overrides else word_for(disciplines),
        disciplines=disciplines,
        urgency=urgency,
        confidence=_confidence(points, line, reading, flags, disciplines, known),
        points=points,
        functions=items,
        flags=flags,
        condition=condition,
        reasons=reasons_for(items, condition, flags, points, disciplines, clues.plan, known),
        orders=_orders(reading),
        questions=questions_for(items, points, line, flags, disciplines, profile, known),
        notes=notes_for(items, points, line, flags, disciplines, profile, known),
        version=known.version,
        facts=dict(known.versions),
        findings=findings,
    )


def _line(profile: Profile, reading: Reading, known: Knowledge) -> float:
    """The points that make a need: fewer for a profile and for a short letter, where little is said in passing."""
    if profile.structured:
        return known.scoring.need_structured
    return known.scoring.values["need_text_short"] if _is_short(reading, known) else known.scoring.need_text


def _is_short(reading: Reading, known: Knowledge) -> bool:
    return reading.words <= known.scoring.values["short_words"]


def word_for(disciplines: tuple[str, ...]) -> str:
    """`none`, the one discipline, or `both`."""
    if not disciplines:
        return "none"
    return disciplines[0] if len(disciplines) == 1 else "both"


def clues_of(reading: Reading, profile: Profile, known: Knowledge) -> Clues:
    """Time, setting and plan clues that hold here and now."""
    said = {m.owner[1] for m in reading.of("clue") if m.state in (*_NOW, State.PAST, State.NEUTRAL)}
    plan = tuple(sorted({m.owner[1] for m in reading.of("plan") if _planned(m, said, known)}))
    inpatient = "inpatient" in said or (profile.setting or "") in known.scoring.values["inpatient_settings"]
    return Clues("recent" in said or inpatient, "early" in said or inpatient, inpatient, "managed" in said, plan)


def _planned(mention: Mention, said: set[str], known: Knowledge) -> bool:
    """Whether a plan clue counts: said of now, or of what was done where it `needs` a clue; never with an `unless` clue."""
    needs, unless = known.plans[mention.owner[1]]
    if needs:
        return needs in said and mention.state in (*_NOW, State.PAST, State.NEUTRAL)
    return mention.state in _NOW and unless not in said


def _condition(reading: Reading, profile: Profile, items: tuple[FunctionItem, ...], clues: Clues, known: Knowledge) -> ConditionItem | None:  # fmt: skip
    found = best_condition(reading, known.conditions, profile, known.scoring)
    if found is None:
        return None
    condition, mention = found
    loss = any(item.counted for item in items)
    counts = clues.recent or loss
    named = mention.section in known.scoring.values["both_sections"] and mention.state is State.AFFIRMED
    both = condition.start_both and named and clues.early and not _says_normal(items, known)
    return condition_item(condition, mention, counts, both, known.scoring, known.disciplines)


def _says_normal(items: tuple[FunctionItem, ...], known: Knowledge) -> bool:
    """Whether walking or self-care is said to be normal."""
    return any(item.negated and "normal_check" in known.functions[item.code].groups for item in items)


def _points(items: tuple[FunctionItem, ...], condition: ConditionItem | None, clues: Clues, profile: Profile, known: Knowledge) -> dict[str, float]:  # fmt: skip
    points = {}
    for name in known.disciplines:
        total = sum(item.points[name] for item in items)
        if condition:
            total += condition.points[name]
        if not profile.structured:
            for key in clues.plan:
                total += known.scoring.plan.get(key, {}).get(name, 0)
        points[name] = round(max(0.0, total), 2)
    return points


def _led(points: Mapping[str, float], items: tuple[FunctionItem, ...], clues: Clues, profile: Profile, reading: Reading, known: Knowledge) -> dict[str, float]:  # fmt: skip
    """In a long letter many weak words must not add up to a need: one item or the plan leads, what a discipline works on is named.

    `letter_evidence` lists, for each discipline, the codes that are such evidence; an empty list asks for nothing more.
    """
    if profile.structured or _is_short(reading, known):
        return dict(points)
    values, lead = known.scoring.values, known.scoring.lead_text
    led = {}
    for name, total in points.items():
        starts = tuple(values["letter_evidence"].get(name, ()))
        named = sum(item.points[name] for item in items if item.code.startswith(starts)) if starts else None
        planned = (known.scoring.plan.get(key, {}).get(name, 0) for key in clues.plan)
        top = max((*(item.points[name] for item in items), *planned), default=0.0)
        enough = top >= lead and (named is None or named >= values["letter_evidence_least"])
        led[name] = total if enough else 0.0
    return led


def _disciplines(points: Mapping[str, float], condition: ConditionItem | None, line: float, known: Knowledge) -> tuple[str, ...]:  # fmt: skip
    """The disciplines that function asks for, in the order of the facts."""
    over = set(needed(points, line, known.scoring))
    if condition and condition.both:
        over |= {name for name in known.disciplines if _weight(condition, name, known)}
    return tuple(name for name in known.disciplines if name in over)


def _weight(condition: ConditionItem, name: str, known: Knowledge) -> float:
    return known.conditions[condition.id].weights.get(name, 0)


def _confidence(points: Mapping[str, float], line: float, reading: Reading, flags: tuple[FlagItem, ...], disciplines: tuple[str, ...], known: Knowledge) -> str:  # fmt: skip
    """High when every discipline is clear of its line; low when one is near it or little was given."""
    gaps = [abs(points[name] - line) for name in known.disciplines]
    values = known.scoring.values
    if any(flag.state is FlagState.FIRED and flag.action.overrides for flag in flags):
        return "high"
    if reading.words < values["few_words"] and not disciplines:
        return "low"
    if min(gaps) < known.scoring.near:
        return "low"
    return "high" if min(gaps) >= values["clear_margin"] else "medium"


def _orders(reading: Reading) -> tuple[Order, ...]:
    """Therapy orders of now, each once; past, conditional and declined ones are left out."""
    found: list[Order] = []
    for mention in sorted(reading.of("order"), key=lambda m: (m.quote.where, m.quote.start, -m.quote.end)):
        if mention.state is State.AFFIRMED and not any(_overlaps(order, mention) for order in found):
            found.append(Order(mention.owner[1], mention.quote))
    return tuple(found)


def _overlaps(order: Order, mention: Mention) -> bool:
    """Whether the same order is told in overlapping words."""
    one, two = order.quote, mention.quote
    return (
        order.discipline == mention.owner[1] and one.where == two.where and two.start < one.end and one.start < two.end
    )


__all__ = ["PHYSICIAN_FIRST", "Condition", "Mention", "clues_of", "decide", "recommend", "word_for"]
