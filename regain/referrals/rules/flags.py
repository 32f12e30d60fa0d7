"""Red flags: each fires on its context, not on a stray word; a weak word alone asks a question (triage, section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regain.referrals.rules.reading import Reading
from regain.referrals.rules.values import FlagItem, FlagState, Mention, Passage, Profile, Quote, State, Urgency

_PRESENT = (State.AFFIRMED, State.SUSPECTED, State.NEUTRAL)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number in the text that fires a flag: a pattern with one or two figures, and limits for each."""

    regex: re.Pattern[str]
    above: tuple[float, ...]
    below: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AgeRule:
    """Parts that must all be said, for a person whose age in years lies in a range (upper end excluded)."""

    parts: int
    age_from: float
    age_to: float


@dataclass(frozen=True, slots=True)
class Flag:
    """One red flag with what the facts say about it; its patterns live in the lexicon."""

    id: str
    name: str
    action: Urgency
    do: str
    question: str
    source: str
    certainty: str
    context_past: bool
    under_age: float  # years; the flag does not exist from this age on
    limits: tuple[Limit, ...]
    age_rules: tuple[AgeRule, ...]


def check_flags(profile: Profile, reading: Reading, flags: Iterable[Flag], managed: bool, span: int | None = None) -> tuple[FlagItem, ...]:  # fmt: skip
    """Every flag that fired, needs asking or was denied, strongest action first.

    `managed`: the letter tells of a finished stay. `span`: sentences within which context counts, None for anywhere.
    """
    by_flag: dict[str, dict[str, list[Mention]]] = {}
    for mention in reading.of("flag"):
        by_flag.setdefault(mention.owner[1], {}).setdefault(mention.owner[2], []).append(mention)
    found = []
    for flag in flags:
        item = _check(flag, by_flag.get(flag.id, {}), profile, managed, span)
        if item:
            found.append(item)
    rank = {action: number for number, action in enumerate(Urgency)}
    order = {FlagState.FIRED: 0, FlagState.ASKED: 1, FlagState.DENIED: 2}
    return tuple(sorted(found, key=lambda item: (order[item.state], rank[item.action], item.id)))


def _check(flag: Flag, roles: Mapping[str, list[Mention]], profile: Profile, managed: bool, span: int | None) -> FlagItem | None:  # fmt: skip
    if profile.age_years is not None and profile.age_years >= flag.under_age:
        return None
    certain = [m for m in roles.get("fires", ()) if m.state in _PRESENT]
    certain += _aged(flag, roles, profile)
    weak = [m for m in roles.get("weak", ()) if m.state in _PRESENT]
    if weak and not certain:
        certain = _in_context(flag, roles, weak, span) or _beside(roles, weak, profile.structured)
    if certain:
        best = min(certain, key=lambda m: (managed and m.section in _MANAGED, m.sentence))
        excused = _excused(roles, best, best in weak)
        treated = excused or (managed and best.section in _MANAGED)
        return _item(flag, FlagState.ASKED if treated else FlagState.FIRED, best.quote)
    quote = _beyond_limits(flag, profile.passages)
    if quote and not managed:
        return _item(flag, FlagState.FIRED, quote)
    if weak and not _excused(roles, weak[0], True):
        return _item(flag, FlagState.ASKED, weak[0].quote)
    denied = [m for role in ("fires", "weak") for m in roles.get(role, ()) if m.state is State.DENIED]
    return _item(flag, FlagState.DENIED, denied[0].quote) if denied else None


def _excused(roles: Mapping[str, list[Mention]], found: Mention, anywhere: bool) -> bool:
    """Whether the letter explains it away: cleared wherever that is said, or a known cause beside it.

    A weak word is explained by a known cause anywhere; a certain one only by a cause in its own sentence.
    """
    stated = (*_PRESENT, State.PAST)
    if any(m.state in stated and _may_explain(m, found) for m in roles.get("cleared", ())):
        return True
    return any(
        m.state in stated and _may_explain(m, found) and (anywhere or m.sentence == found.sentence)
        for m in roles.get("unless", ())
    )


def _may_explain(cause: Mention, found: Mention) -> bool:
    """A sign that a profile lists as a warning sign is told of now: the diagnosis beside it, an older thing, explains none away."""
    return not (found.quote.where.startswith("flags[") and cause.quote.where == "diagnosis")


_MANAGED = frozenset({"complaint", "history", "course", "unheaded", "diagnosis"})


def _in_context(flag: Flag, roles: Mapping[str, list[Mention]], weak: list[Mention], span: int | None) -> list[Mention]:
    """Weak words whose context is said: anywhere, or within `span` sentences where a long letter tells of many things."""
    states = (*_PRESENT, State.PAST) if flag.context_past else _PRESENT
    context = [
        m for m in roles.get("context", ())
        if m.state in states and not any(_same_words(m.quote, other.quote) for other in weak)
    ]  # fmt: skip
    if span is None:
        return weak if context else []
    return [word for word in weak if any(abs(m.sentence - word.sentence) <= span for m in context)]


def _beside(roles: Mapping[str, list[Mention]], weak: list[Mention], anywhere: bool) -> list[Mention]:
    """Weak words whose context is a word of time or degree: it must stand in the same sentence of a letter."""
    near = [m for m in roles.get("near", ()) if m.state in _PRESENT]
    return [
        word for word in weak
        if any((anywhere or m.sentence == word.sentence) and not _same_words(m.quote, word.quote) for m in near)
    ]  # fmt: skip


def _same_words(left: Quote, right: Quote) -> bool:
    return left == right


def _aged(flag: Flag, roles: Mapping[str, list[Mention]], profile: Profile) -> list[Mention]:
    if profile.age_years is None:
        return []
    for number, rule in enumerate(flag.age_rules):
        if not rule.age_from <= profile.age_years < rule.age_to:
            continue
        parts = [[m for m in roles.get(f"age{number}.{part}", ()) if m.state in _PRESENT] for part in range(rule.parts)]
        if all(parts):
            return [parts[0][0]]
    return []


def _beyond_limits(flag: Flag, passages: Iterable[Passage]) -> Quote | None:
    """The first figure past a limit, quoted."""
    for passage in passages:
        for limit in flag.limits:
            for match in limit.regex.finditer(passage.text):
                figures = [float(figure) for figure in match.groups() if figure is not None]
                high = any(figure > top for figure, top in zip(figures, limit.above, strict=False))
                low = any(figure < floor for figure, floor in zip(figures, limit.below, strict=False))
                if high or low:
                    return Quote(match.group(), passage.name, match.start(), match.end())
    return None


def _item(flag: Flag, state: FlagState, quote: Quote) -> FlagItem:
    return FlagItem(flag.id, flag.name, state, flag.action, flag.do, flag.question, quote, flag.source, flag.certainty)
