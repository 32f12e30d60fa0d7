"""Billable units and modifiers of one patient's day. Medicare Claims Processing Manual chapter 5 section 20.2 and 20.1.

Minutes are whole; a result is exact. Everything is per discipline: totals of OT and PT are never pooled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from regain.coverage.rules.codes import Basis, Billing, Code


@dataclass(frozen=True, slots=True)
class Done:
    """Minutes of one code given by one person or by several together (`by`: license kinds; empty is the therapist)."""

    discipline: str
    code: str
    minutes: int
    by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.minutes <= 24 * 60:
            raise ValueError(f"minutes are {self.minutes}; a day has 0 to 1440")


@dataclass(frozen=True, slots=True)
class AssistantRule:
    """When an assistant's modifier goes on, for one date. `None` where none is required (before 2020)."""

    de_minimis: float
    therapist_minutes: int | None = None
    two_from: int = 9
    two_to: int = 14


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """What is billed: a code once, or twice where only some units carry the assistant's modifier."""

    discipline: str
    code: str
    units: int
    modifiers: tuple[str, ...]

    def as_json(self) -> dict:
        return {
            "discipline": self.discipline,
            "code": self.code,
            "units": self.units,
            "modifiers": list(self.modifiers),
        }


@dataclass(frozen=True, slots=True)
class Counted:
    """Units by `discipline:code` (0: documented, not billed), timed totals, claim lines, equal ways to share the last unit."""

    units: dict[str, int]
    timed_minutes: dict[str, int]
    timed_units: dict[str, int]
    claim_lines: tuple[ClaimLine, ...]
    choices: tuple[dict[str, int], ...] = ()


@dataclass(slots=True)
class _Tally:
    """Minutes of one service (a code with its add-on): by the therapist (also when together) and by an assistant alone."""

    codes: list[str] = field(default_factory=list)
    therapist: int = 0
    assistant: int = 0

    @property
    def total(self) -> int:
        return self.therapist + self.assistant


def count(done: Sequence[Done], rule: str, codes: Mapping[str, Code], billing: Mapping[str, Billing],
          assistants: AssistantRule | None, block: int = 15, midpoint: int = 8) -> Counted:  # fmt: skip
    """Units, modifiers and choices of a day. `rule` is `cms` (total timed minutes) or `ama` (each code by itself)."""
    disciplines = list(dict.fromkeys(line.discipline for line in done))
    parts = {key: _discipline([d for d in done if d.discipline == key], rule, codes, billing[key], block, midpoint)
             for key in disciplines}  # fmt: skip
    ways = [parts[key][1] for key in disciplines]
    timed = {key: {f: t for f, t in parts[key][0].items() if _is_timed(f, codes)} for key in disciplines}
    order = [(d.discipline, d.code) for d in done]
    default = [way[0] for way in ways]
    return Counted(
        units=_spread(disciplines, default, parts, codes, order),
        timed_minutes={key: sum(t.total for t in timed[key].values()) for key in disciplines},
        timed_units={key: sum(default[i][f] for f in timed[key]) for i, key in enumerate(disciplines)},
        claim_lines=tuple(_claim(disciplines, default, parts, codes, billing, assistants, block)),
        choices=tuple(_spread(disciplines, way, parts, codes, order) for way in product(*ways))
        if any(len(way) > 1 for way in ways) else (),
    )  # fmt: skip


def _is_timed(family: str, codes: Mapping[str, Code]) -> bool:
    return codes[family].basis is Basis.TIMED15


def _discipline(done, rule, codes, billing, block, midpoint) -> tuple[dict[str, _Tally], list[dict[str, int]]]:
    """Minutes by service in the order entered, and every equal way to give units to services, the default first."""
    tallies: dict[str, _Tally] = {}
    for line in done:
        family = codes[line.code].family
        tally = tallies.setdefault(family if family in codes else line.code, _Tally())
        if line.code not in tally.codes:
            tally.codes.append(line.code)
        alone = bool(line.by) and all(kind == billing.assistant for kind in line.by)
        if alone:
            tally.assistant += line.minutes
        else:
            tally.therapist += line.minutes
    timed = {f: t.total for f, t in tallies.items() if _is_timed(f, codes)}
    fixed = {f: _fixed_units(t, codes[f], codes) for f, t in tallies.items() if f not in timed}
    ways = (
        cms_ways(timed, block, midpoint)
        if rule == "cms"
        else [{f: (m + block - midpoint) // block for f, m in timed.items()}]
    )
    return tallies, [{**fixed, **way} for way in ways]


def cms_ways(minutes: Mapping[str, int], block: int = 15, midpoint: int = 8) -> list[dict[str, int]]:
    """Units by the total-time rule: every equal way, the default (more total minutes, then order entered) first.

    >>> cms_ways({"97110": 33, "97140": 7})
    [{'97110': 2, '97140': 1}]
    >>> cms_ways({"97112": 20, "97110": 20})
    [{'97112': 2, '97110': 1}, {'97112': 1, '97110': 2}]
    """
    whole = {code: m // block for code, m in minutes.items()}
    left = {code: m % block for code, m in minutes.items()}
    extra = (sum(minutes.values()) + block - midpoint) // block - sum(whole.values())
    ranked = sorted(minutes, key=lambda code: (-left[code], -minutes[code]))
    if extra <= 0:
        return [whole]
    edge = left[ranked[extra - 1]]
    sure = [code for code in ranked if left[code] > edge]
    tied = [code for code in ranked if left[code] == edge]
    return [
        {c: n + (c in sure) + (c in chosen) for c, n in whole.items()}
        for chosen in combinations(tied, extra - len(sure))
    ]


def _fixed_units(tally: _Tally, code: Code, codes: Mapping[str, Code]) -> int:
    """Units outside the pool: once a day, or blocks; a service's add-on units are counted in."""
    if code.basis is Basis.ONCE:
        return 1
    first = int(tally.total >= code.first)
    more = next((codes[c] for c in codes if codes[c].addon_of == code.code), code)
    if not more.more_each or tally.total < more.more_from:
        return first
    return first + (tally.total - more.more_from) // more.more_each + 1


def _by_code(family: str, tally: _Tally, units: int, codes: Mapping[str, Code]) -> dict[str, int]:
    """A service's units on its codes: the first on the base code, the rest on the add-on where there is one."""
    addon = next((c for c, known in codes.items() if known.addon_of == family), None)
    if addon is None:
        return {family: units}
    shared = {family: min(units, 1), addon: max(units - 1, 0)}
    return {code: n for code, n in shared.items() if n or code in tally.codes}


def _spread(disciplines, way, parts, codes, order) -> dict[str, int]:
    """Units by `discipline:code`, in the order entered; an add-on the rule gave rise to follows."""
    found: dict[tuple[str, str], int] = {}
    for key, units in zip(disciplines, way, strict=True):
        for family, tally in parts[key][0].items():
            for code, n in _by_code(family, tally, units[family], codes).items():
                found[(key, code)] = n
    listed = [pair for pair in dict.fromkeys(order) if pair in found]
    return {f"{d}:{c}": found[(d, c)] for d, c in [*listed, *(p for p in found if p not in listed)]}


def _claim(disciplines, way, parts, codes, billing, assistants, block):
    for key, units in zip(disciplines, way, strict=True):
        for family, tally in parts[key][0].items():
            bills = billing[key]
            modified = (
                _modified_units(tally, units[family], codes[family], assistants, block)
                if bills.assistant_modifier
                else 0
            )
            plain = units[family] - modified
            for code, n in _by_code(family, tally, units[family], codes).items():
                # a therapist's units come first: they fill the base code of a service with an add-on
                mine = min(plain, n)
                plain -= mine
                if mine:
                    yield ClaimLine(key, code, mine, (bills.modifier,))
                if n - mine:
                    yield ClaimLine(key, code, n - mine, (bills.modifier, bills.assistant_modifier))


def _modified_units(tally: _Tally, units: int, code: Code, rule: AssistantRule | None, block: int) -> int:
    """How many of a service's units an assistant furnished in whole or in part (42 CFR 410.59(a)(4), 410.60(a)(4))."""
    if rule is None or not units or (not tally.assistant and tally.total):
        return 0
    if code.basis is not Basis.TIMED15:
        return units if _in_part(tally.therapist, tally.assistant, rule) else 0
    plain = min(tally.therapist // block, units)
    modified = min(tally.assistant // block, units - plain)
    therapist, assistant = tally.therapist - block * plain, tally.assistant - block * modified
    for _ in range(units - plain - modified):
        if rule.therapist_minutes is not None and therapist >= rule.therapist_minutes:
            therapist = 0
        elif _in_part(therapist, assistant, rule):
            modified += 1
            assistant = 0
    return modified


def _in_part(therapist: int, assistant: int, rule: AssistantRule) -> bool:
    """More than the share that does not matter; exactly a tenth is no modifier."""
    return assistant * 10 > (therapist + assistant) * round(rule.de_minimis * 10)
