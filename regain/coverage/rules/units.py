"""Billable units and modifiers of one patient's day. Medicare Claims Processing Manual chapter 5 section 20.2 and 20.1.

Minutes are whole; a result is exact. Everything is per discipline: totals of OT and PT are never pooled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, islice, product
from math import comb, prod
from typing import Any

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
class UnitRule:
    """How a payer counts timed units: blocks of minutes, counted from the midpoint on, over the discipline's total
    (`pooled`) or for each code by itself.
    """

    key: str
    block: int
    midpoint: int
    pooled: bool


@dataclass(frozen=True, slots=True)
class AssistantRule:
    """When an assistant's modifier goes on, for one date: from more than a share of a unit's minutes on, unless the
    therapist alone gave `therapist_minutes` of it (None before 2022).
    """

    de_minimis: Fraction
    therapist_minutes: int | None = None


def unit_rule_of(values: Iterable[Mapping[str, Any]], key: str) -> UnitRule | None:
    """The rule of a key among the values of `coverage/unit_rules`."""
    row = next((value for value in values if value["key"] == key), None)
    return None if row is None else UnitRule(key, row["block"], row["midpoint"], row["pooled"])


def assistant_rule_of(values: Iterable[Mapping[str, Any]]) -> AssistantRule | None:
    """The values of `coverage/assistant_modifier` in force on a date as a rule; None where no modifier is required."""
    known = {value["key"]: value for value in values}
    if "required" not in known:
        return None
    exception = known.get("midpoint_exception")
    share = Fraction(str(known["required"]["de_minimis"]))
    return AssistantRule(share, exception["therapist_minutes"] if exception else None)


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
    """Units by `discipline:code` (0: documented, not billed), timed totals, claim lines, and the equal ways to share the
    last units, the default first: `ways` says how many there are, `choices` shows the first `MOST_CHOICES` of them.
    """

    units: dict[str, int]
    timed_minutes: dict[str, int]
    timed_units: dict[str, int]
    claim_lines: tuple[ClaimLine, ...]
    choices: tuple[dict[str, int], ...] = ()
    ways: int = 1


MOST_CHOICES = 1000
"""Ties multiply: 24 codes of 7 minutes could share their units in 2.5 million ways. Nobody reads more than this."""


@dataclass(slots=True)
class _Tally:
    """Minutes of one service (a code with its add-on): by the therapist (also when together) and by an assistant alone."""

    codes: list[str] = field(default_factory=list)
    therapist: int = 0
    assistant: int = 0
    assistant_only: bool = True

    @property
    def total(self) -> int:
        return self.therapist + self.assistant


def count(done: Sequence[Done], rule: UnitRule, codes: Mapping[str, Code], billing: Mapping[str, Billing],
          assistants: AssistantRule | None) -> Counted:  # fmt: skip
    """Units, modifiers and choices of a day."""
    tallies = _tallies(done, codes, billing)
    shares = {key: _share(families, rule, codes) for key, families in tallies.items()}
    timed = {key: [f for f in families if codes[f].basis is Basis.TIMED15] for key, families in tallies.items()}
    default = {key: share.units(share.first()) for key, share in shares.items()}
    ways = prod(share.ways for share in shares.values())
    chosen = islice(product(*(list(islice(share.all(), MOST_CHOICES)) for share in shares.values())), MOST_CHOICES)
    order = [(d.discipline, d.code) for d in done]
    return Counted(
        units=_spread(default, tallies, codes, order),
        timed_minutes={key: sum(tallies[key][f].total for f in timed[key]) for key in tallies},
        timed_units={key: sum(default[key][f] for f in timed[key]) for key in tallies},
        claim_lines=tuple(_claim(default, tallies, codes, billing, assistants, rule.block)),
        choices=tuple(_spread(dict(zip(shares, way, strict=True)), tallies, codes, order) for way in chosen) if ways > 1 else (),
        ways=ways,
    )  # fmt: skip


def _tallies(done: Sequence[Done], codes, billing) -> dict[str, dict[str, _Tally]]:
    """Minutes by discipline and service, in the order entered; several bouts of one code add up."""
    tallies: dict[str, dict[str, _Tally]] = {}
    for line in done:
        tally = tallies.setdefault(line.discipline, {}).setdefault(codes[line.code].family, _Tally())
        if line.code not in tally.codes:
            tally.codes.append(line.code)
        # with the therapist, or where nobody is named, it is the therapist's time
        if line.by and billing[line.discipline].therapist not in line.by:
            tally.assistant += line.minutes
        else:
            tally.therapist += line.minutes
            tally.assistant_only = False
    return tallies


@dataclass(frozen=True, slots=True)
class _Share:
    """A discipline's units: those beyond doubt, and the services that share `extra` more units equally well."""

    sure: dict[str, int]
    tied: tuple[str, ...] = ()
    extra: int = 0

    @property
    def ways(self) -> int:
        return comb(len(self.tied), self.extra)

    def all(self) -> Iterable[dict[str, int]]:
        """Every equal way, the default first."""
        return (self.units(chosen) for chosen in combinations(self.tied, self.extra))

    def first(self) -> tuple[str, ...]:
        return self.tied[: self.extra]

    def units(self, chosen: Sequence[str]) -> dict[str, int]:
        return {service: n + (service in chosen) for service, n in self.sure.items()}


def _share(tallies: Mapping[str, _Tally], rule: UnitRule, codes: Mapping[str, Code]) -> _Share:
    """Units of one discipline's services. Untimed services and blocks of their own stay outside the pool."""
    timed = {f: t.total for f, t in tallies.items() if codes[f].basis is Basis.TIMED15}
    pool = _pooled(timed, rule) if rule.pooled else _Share({f: _blocks(m, rule) for f, m in timed.items()})
    units = {f: pool.sure[f] if f in timed else _fixed_units(t, codes[f], codes) for f, t in tallies.items()}
    return _Share(units, pool.tied, pool.extra)


def _blocks(minutes: int, rule: UnitRule) -> int:
    """Whole blocks, and one more from the midpoint on."""
    return (minutes + rule.block - rule.midpoint) // rule.block


def _pooled(minutes: Mapping[str, int], rule: UnitRule) -> _Share:
    """The total gives the units; whole blocks stay with their service, the rest goes to the largest leftovers."""
    whole = {service: m // rule.block for service, m in minutes.items()}
    left = {service: m % rule.block for service, m in minutes.items()}
    extra = _blocks(sum(minutes.values()), rule) - sum(whole.values())
    # on a tie: more total minutes, then the order entered
    ranked = sorted(minutes, key=lambda service: (-left[service], -minutes[service]))
    if extra <= 0:
        return _Share(whole)
    edge = left[ranked[extra - 1]]
    for service in ranked:
        if left[service] > edge:
            whole[service] += 1
            extra -= 1
    return _Share(whole, tuple(service for service in ranked if left[service] == edge), extra)


def pooled_ways(minutes: Mapping[str, int], rule: UnitRule) -> list[dict[str, int]]:
    """Units by the total-time rule: every equal way, the default (more total minutes, then order entered) first.

    >>> cms = UnitRule("cms", 15, 8, pooled=True)
    >>> pooled_ways({"97110": 33, "97140": 7}, cms)
    [{'97110': 2, '97140': 1}]
    >>> pooled_ways({"97112": 20, "97110": 20}, cms)
    [{'97112': 2, '97110': 1}, {'97112': 1, '97110': 2}]
    """
    return list(_pooled(minutes, rule).all())


def _fixed_units(tally: _Tally, code: Code, codes: Mapping[str, Code]) -> int:
    """Units outside the pool: once a day, or blocks; a service's add-on units are counted in."""
    if code.basis is Basis.ONCE:
        return 1
    first = int(tally.total >= code.first)
    more = _addon(code.code, codes) or code
    if not more.more_each or tally.total < more.more_from:
        return first
    return first + (tally.total - more.more_from) // more.more_each + 1


def _addon(family: str, codes: Mapping[str, Code]) -> Code | None:
    return next((known for known in codes.values() if known.addon_of == family), None)


def _by_code(family: str, tally: _Tally, units: int, codes: Mapping[str, Code]) -> dict[str, int]:
    """A service's units on its codes: the first on the base code, the rest on the add-on where there is one."""
    addon = _addon(family, codes)
    if addon is None:
        return {family: units}
    shared = {family: min(units, 1), addon.code: max(units - 1, 0)}
    return {code: n for code, n in shared.items() if n or code in tally.codes}


def _spread(units: Mapping[str, Mapping[str, int]], tallies, codes, order) -> dict[str, int]:
    """Units by `discipline:code`, in the order entered; an add-on the rule gave rise to follows."""
    found = {
        (key, code): n
        for key, families in tallies.items()
        for family, tally in families.items()
        for code, n in _by_code(family, tally, units[key][family], codes).items()
    }
    return {f"{key}:{code}": found[key, code] for key, code in dict.fromkeys([*order, *found]) if (key, code) in found}


def _claim(
    units: Mapping[str, Mapping[str, int]], tallies, codes, billing, assistants, block: int
) -> Iterable[ClaimLine]:
    for key, families in tallies.items():
        bills = billing[key]
        for family, tally in families.items():
            n = units[key][family]
            modified = _modified_units(tally, n, codes[family], assistants, block) if bills.assistant_modifier else 0
            plain = n - modified
            for code, own in _by_code(family, tally, n, codes).items():
                # a therapist's units come first: they fill the base code of a service with an add-on
                mine = min(plain, own)
                plain -= mine
                if mine:
                    yield ClaimLine(key, code, mine, (bills.modifier,))
                if own - mine:
                    yield ClaimLine(key, code, own - mine, (bills.modifier, bills.assistant_modifier))


def _modified_units(tally: _Tally, units: int, code: Code, rule: AssistantRule | None, block: int) -> int:
    """How many of a service's units an assistant furnished in whole or in part (42 CFR 410.59(a)(4), 410.60(a)(4))."""
    if rule is None:
        return 0
    if code.basis is not Basis.TIMED15:
        return units if tally.assistant_only or _in_part(tally.therapist, tally.assistant, rule) else 0
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
    """More than the share that does not matter; exactly that share is no modifier."""
    return assistant > (therapist + assistant) * rule.de_minimis
