"""Who pays what of a plan: allowed amounts, the patient's share, the payer's. USD, cents at each step.

Order (payer-rules section 4 and 9): allowed after multiple-procedure reduction, limits, deductible, copay, coinsurance,
cap at the out-of-pocket maximum; for Medicare the assistant's reduction and sequestration come off its own share only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(amount: Decimal) -> Decimal:
    """Half up to the cent.

    >>> cents(Decimal("0.625"))
    Decimal('0.63')
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class PricedLine:
    """One code of a visit: per-unit parts before reduction, or `allowed` for the whole line (final)."""

    discipline: str
    code: str
    units: int
    assistant: bool = False
    always: bool = True
    work: Decimal | None = None
    pe: Decimal | None = None
    mp: Decimal | None = None
    allowed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One attended date with its lines."""

    on: date
    lines: tuple[PricedLine, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` of something over some disciplines (empty: all): `visit`, `discipline_day`, `day` or `unit`."""

    count: int
    used: int = 0
    over: tuple[str, ...] = ()
    by: str = "visit"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the coverage promises. `patient_share` is `terms`, `none` (workers' compensation) or `all` (paying oneself)."""

    deductible_remaining: Decimal = ZERO
    deductible_applies: bool = True
    coinsurance: Decimal = ZERO
    copay: Mapping[str, Decimal] | Decimal | None = None
    copay_per: str = "discipline_day"
    out_of_pocket_remaining: Decimal | None = None
    limits: tuple[Limit, ...] = ()
    patient_share: str = "terms"


@dataclass(frozen=True, slots=True)
class Year:
    """The payer's figures on one date of service; None where the payer does not use it."""

    mppr: Decimal | None = None
    assistant_share: Decimal | None = None
    sequestration: Decimal = ZERO
    threshold: Decimal | None = None
    review_level: Decimal | None = None
    deductible: Decimal | None = None
    """The new year's deductible, taken when a plan crosses 1 January."""


@dataclass(frozen=True, slots=True)
class RatedLine:
    """A line with the amount of each unit in the order billed."""

    line: PricedLine
    per_unit: tuple[Decimal, ...]
    kx: bool
    why: tuple[str, ...]

    @property
    def allowed(self) -> Decimal:
        """The line's allowed amount after reduction."""
        return sum(self.per_unit, ZERO)


@dataclass(frozen=True, slots=True)
class RatedVisit:
    """A visit's money. `patient` = deductible + copay + coinsurance + beyond_limit - cap_relief."""

    on: date
    allowed: Decimal
    deductible: Decimal
    copay: Decimal
    coinsurance: Decimal
    cap_relief: Decimal
    beyond_limit: Decimal
    payer_before_reductions: Decimal
    assistant_reduction: Decimal
    sequestration: Decimal
    payer: Decimal
    lines: tuple[RatedLine, ...]

    @property
    def patient(self) -> Decimal:
        """What the patient pays for this visit."""
        return self.deductible + self.copay + self.coinsurance + self.beyond_limit - self.cap_relief


@dataclass(frozen=True, slots=True)
class State:
    """What moves from visit to visit."""

    year: int
    deductible: Decimal
    cap: Decimal | None
    used: tuple[int, ...]
    accrued: Mapping[str, Decimal] = field(default_factory=dict)


def price(lines: Sequence[PricedLine], mppr: Decimal | None) -> list[tuple[Decimal, ...]]:
    """Amount of each unit of each line. With a multiple-procedure reduction the always-therapy unit of the day with the
    highest practice expense (tie: highest fee) is whole, every other one gets `mppr` of its practice expense.

    >>> a = PricedLine("PT", "97110", 2, work=Decimal(7), pe=Decimal(10), mp=Decimal(1))
    >>> b = PricedLine("PT", "97112", 1, work=Decimal(11), pe=Decimal(8), mp=Decimal(1))
    >>> [[int(u) for u in line] for line in price([a, b], Decimal("0.5"))]
    [[18, 13], [16]]
    """
    reducible = [n for n, line in enumerate(lines) if line.allowed is None and line.always and line.units]
    whole = max(reducible, key=lambda n: (lines[n].pe, _fee(lines[n])), default=None)
    return [_units(line, n == whole or n not in reducible, mppr) for n, line in enumerate(lines)]


def _fee(line: PricedLine) -> Decimal:
    return line.work + line.pe + line.mp


def _units(line: PricedLine, first_whole: bool, mppr: Decimal | None) -> tuple[Decimal, ...]:
    if not line.units:
        return ()
    if line.allowed is not None:
        return _split(line.allowed, line.units)
    full = cents(_fee(line))
    if mppr is None or not line.always:
        return (full,) * line.units
    reduced = cents(line.work + line.pe * mppr + line.mp)
    return (full if first_whole else reduced, *(reduced,) * (line.units - 1))


def _split(amount: Decimal, units: int) -> tuple[Decimal, ...]:
    """A line's amount over its units, in cents, the sum kept."""
    each = (amount / units).quantize(CENT, ROUND_HALF_UP)
    return (*(each,) * (units - 1), amount - each * (units - 1))


def rate_visit(visit: PlannedVisit, terms: Terms, year: Year, state: State, counters: Mapping[str, str]) -> tuple[RatedVisit, State]:  # fmt: skip
    """One visit and the state after it. `counters` maps a discipline to its threshold counter."""
    state = _new_year(visit.on, state, year)
    per_unit = price(visit.lines, year.mppr)
    accrued = _accrue(visit.lines, per_unit, counters, state.accrued)
    covered, used = _covered_units(visit, terms, state.used)
    lines = tuple(
        _rated(line, units, n, accrued, counters, year)
        for line, units, n in zip(visit.lines, per_unit, covered, strict=True)
    )
    insured = [sum(rated.per_unit[:n], ZERO) for rated, n in zip(lines, covered, strict=True)]
    beyond = sum((rated.allowed for rated in lines), ZERO) - sum(insured, ZERO)
    rated, deductible, cap = _share(visit, lines, insured, beyond, terms, year, state)
    return rated, replace(state, deductible=deductible, cap=cap, used=used, accrued=accrued)


def _new_year(on: date, state: State, year: Year) -> State:
    """On 1 January thresholds start at nothing, and so does a deductible whose new amount is known."""
    if on.year == state.year:
        return state
    deductible = state.deductible if year.deductible is None else year.deductible
    return replace(state, year=on.year, accrued=dict.fromkeys(state.accrued, ZERO), deductible=deductible)


def _accrue(lines, per_unit, counters, accrued) -> dict[str, Decimal]:
    total = dict(accrued)
    for line, units in zip(lines, per_unit, strict=True):
        counter = counters[line.discipline]
        total[counter] = total.get(counter, ZERO) + sum(units, ZERO)
    return total


def _covered_units(visit: PlannedVisit, terms: Terms, used: tuple[int, ...]) -> tuple[list[int], tuple[int, ...]]:
    """How many units of each line lie within every limit, and what each limit has used afterwards."""
    covered = [line.units for line in visit.lines]
    after = []
    for limit, so_far in zip(terms.limits, used, strict=True):
        touched = [
            n for n, line in enumerate(visit.lines) if line.units and (not limit.over or line.discipline in limit.over)
        ]
        left = max(limit.count - so_far, 0)
        if limit.by == "unit":
            for n in touched:
                allowed = min(visit.lines[n].units, left)
                covered[n] = min(covered[n], allowed)
                left -= allowed
            after.append(so_far + sum(visit.lines[n].units for n in touched))
            continue
        groups = (
            list(dict.fromkeys(visit.lines[n].discipline for n in touched))
            if limit.by == "discipline_day"
            else ["all"] * bool(touched)
        )
        for n in touched:
            place = groups.index(visit.lines[n].discipline) if limit.by == "discipline_day" else 0
            if place >= left:
                covered[n] = 0
        after.append(so_far + len(groups))
    return covered, tuple(after)


def _rated(line, units, covered, accrued, counters, year) -> RatedLine:
    counter = counters[line.discipline]
    kx = year.threshold is not None and accrued.get(counter, ZERO) > year.threshold
    why = []
    if len(set(units)) > 1 or (line.allowed is None and units and units[0] != cents(_fee(line))):
        why.append(
            "Only the unit with the highest practice expense of the day is paid in full; the others get part of theirs."
        )
    if covered < line.units:
        why.append(f"{line.units - covered} of {line.units} units lie beyond what the payer covers.")
    if kx:
        why.append(f"With this visit {counter} is over the year's threshold of ${year.threshold}: the line carries KX.")
    return RatedLine(line, units, kx, tuple(why or ["Priced by its own amounts."]))


def _share(visit, lines, insured, beyond, terms, year, state):
    if terms.patient_share == "all":
        return _flat(visit, lines, beyond=sum(insured, ZERO) + beyond), state.deductible, state.cap
    if terms.patient_share == "none":
        return _flat(visit, lines, payer=sum(insured, ZERO) + beyond), state.deductible, state.cap
    deductibles, left = [], state.deductible
    for amount in insured:
        taken = min(left, amount) if terms.deductible_applies else ZERO
        deductibles.append(taken)
        left -= taken
    rest = [amount - taken for amount, taken in zip(insured, deductibles, strict=True)]
    copays = _copays(visit.lines, rest, terms)
    coinsurance = [cents((r - c) * terms.coinsurance) for r, c in zip(rest, copays, strict=True)]
    payer = [r - c - x for r, c, x in zip(rest, copays, coinsurance, strict=True)]
    owed = sum(deductibles, ZERO) + sum(copays, ZERO) + sum(coinsurance, ZERO)
    relief = max(owed - state.cap, ZERO) if state.cap is not None else ZERO
    cap = None if state.cap is None else state.cap - (owed - relief)
    after_assistant = [_assistant(p, line, year) for p, line in zip(payer, visit.lines, strict=True)]
    paid = [cents(p * (1 - year.sequestration)) for p in after_assistant]
    return RatedVisit(
        visit.on, sum(insured, ZERO) + beyond, sum(deductibles, ZERO), sum(copays, ZERO), sum(coinsurance, ZERO), relief, beyond,
        sum(payer, ZERO) + relief, sum(payer, ZERO) - sum(after_assistant, ZERO), sum(after_assistant, ZERO) - sum(paid, ZERO),
        sum(paid, ZERO) + relief, lines,
    ), left, cap  # fmt: skip


def _assistant(payer: Decimal, line: PricedLine, year: Year) -> Decimal:
    return cents(payer * year.assistant_share) if line.assistant and year.assistant_share is not None else payer


def _flat(visit, lines, beyond=ZERO, payer=ZERO) -> RatedVisit:
    return RatedVisit(visit.on, beyond + payer, ZERO, ZERO, ZERO, ZERO, beyond, payer, ZERO, ZERO, payer, lines)


def _copays(lines: Sequence[PricedLine], rest: Sequence[Decimal], terms: Terms) -> list[Decimal]:
    """One copay a discipline and day, or one a day (the highest that applies), never above what is left to pay."""
    if terms.copay is None:
        return [ZERO] * len(lines)
    present = [line.discipline for line, amount in zip(lines, rest, strict=True) if amount]
    amounts = {d: terms.copay if isinstance(terms.copay, Decimal) else terms.copay.get(d, ZERO) for d in present}
    if terms.copay_per == "day":
        return _take(max(amounts.values(), default=ZERO), rest)
    shares = {d: _take(amount, [r if line.discipline == d else ZERO for line, r in zip(lines, rest, strict=True)])
              for d, amount in amounts.items()}  # fmt: skip
    return [sum((shares[d][n] for d in shares), ZERO) for n in range(len(lines))]


def _take(amount: Decimal, rest: Sequence[Decimal]) -> list[Decimal]:
    taken = []
    for available in rest:
        taken.append(min(amount, available))
        amount -= taken[-1]
    return taken
