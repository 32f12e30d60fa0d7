"""Who pays what of a plan: allowed amounts, the patient's share, the payer's. USD, cents at each step.

Order (payer-rules section 4 and 9): allowed after multiple-procedure reduction, limits, deductible, copay, coinsurance,
cap at the out-of-pocket maximum; for Medicare the assistant's reduction and sequestration come off its own share only.
Visits of one date are one day: they share the reduction's whole unit, a daily copay and limits counted by the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
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
    work: Decimal = ZERO
    pe: Decimal = ZERO
    mp: Decimal = ZERO
    allowed: Decimal | None = None
    priced_by: str = "the amounts given"

    @property
    def fee(self) -> Decimal:
        """A unit's amount before reduction."""
        return self.work + self.pe + self.mp

    @property
    def reducible(self) -> bool:
        """Whether a multiple-procedure reduction counts its units."""
        return self.allowed is None and self.always and self.units > 0


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

    def touches(self, line: PricedLine) -> bool:
        """Whether the limit counts this line."""
        return line.units > 0 and (not self.over or line.discipline in self.over)


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

    def copay_of(self, discipline: str) -> Decimal:
        """A discipline's copay, nothing where there is none."""
        if isinstance(self.copay, Mapping):
            return self.copay.get(discipline, ZERO)
        return self.copay or ZERO


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
class Share:
    """What becomes of an allowed amount. The patient pays deductible + copay + coinsurance + beyond_limit - cap_relief."""

    allowed: Decimal = ZERO
    deductible: Decimal = ZERO
    copay: Decimal = ZERO
    coinsurance: Decimal = ZERO
    cap_relief: Decimal = ZERO
    beyond_limit: Decimal = ZERO
    payer_before_reductions: Decimal = ZERO
    assistant_reduction: Decimal = ZERO
    sequestration: Decimal = ZERO
    payer: Decimal = ZERO

    @property
    def patient(self) -> Decimal:
        """What the patient pays."""
        return self.deductible + self.copay + self.coinsurance + self.beyond_limit - self.cap_relief

    def __add__(self, other: Share) -> Share:
        return Share(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Share)))


@dataclass(frozen=True, slots=True)
class RatedLine:
    """A line with the amount of each unit in the order billed, and what becomes of it."""

    line: PricedLine
    per_unit: tuple[Decimal, ...]
    kx: bool
    share: Share
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RatedVisit:
    """A visit's money: the sum of its lines."""

    on: date
    lines: tuple[RatedLine, ...]

    @property
    def share(self) -> Share:
        """The sum of the lines."""
        return sum((rated.share for rated in self.lines), Share())


@dataclass(frozen=True, slots=True)
class State:
    """What moves from visit to visit: what is left of the deductible and the cap, what limits and counters have used, and
    of the day at hand which copays were taken and what its limits have counted.
    """

    year: int
    deductible: Decimal
    cap: Decimal | None
    used: tuple[int, ...]
    accrued: Mapping[str, Decimal] = field(default_factory=dict)
    copaid: Mapping[str, Decimal] = field(default_factory=dict)
    counted: frozenset[tuple[int, str]] = frozenset()


def rate_day(visits: Sequence[PlannedVisit], terms: Terms, year: Year, state: State, counters: Mapping[str, str]) -> tuple[list[RatedVisit], State]:  # fmt: skip
    """The visits of one date, and the state after them. `counters` maps a discipline to its threshold counter."""
    state = replace(_new_year(visits[0].on, state, year), copaid={}, counted=frozenset())
    amounts = iter(price([line for visit in visits for line in visit.lines], year.mppr))
    rated = []
    for visit in visits:
        one, state = _rate_visit(visit, [next(amounts) for _ in visit.lines], terms, year, state, counters)
        rated.append(one)
    return rated, state


def price(lines: Sequence[PricedLine], mppr: Decimal | None) -> list[tuple[Decimal, ...]]:
    """Amount of each unit of each line of a day. With a multiple-procedure reduction the always-therapy unit with the
    highest practice expense (tie: highest fee) is whole, every other one gets `mppr` of its practice expense.

    >>> a = PricedLine("PT", "97110", 2, work=Decimal(7), pe=Decimal(10), mp=Decimal(1))
    >>> b = PricedLine("PT", "97112", 1, work=Decimal(11), pe=Decimal(8), mp=Decimal(1))
    >>> [[int(u) for u in line] for line in price([a, b], Decimal("0.5"))]
    [[18, 13], [16]]
    """
    reducible = [n for n, line in enumerate(lines) if mppr is not None and line.reducible]
    whole = max(reducible, key=lambda n: (lines[n].pe, lines[n].fee), default=None)
    return [_units(line, mppr if n in reducible else None, n == whole) for n, line in enumerate(lines)]


def _units(line: PricedLine, mppr: Decimal | None, first_whole: bool) -> tuple[Decimal, ...]:
    if not line.units:
        return ()
    if line.allowed is not None:
        return _split(cents(line.allowed), line.units)
    full = cents(line.fee)
    if mppr is None:
        return (full,) * line.units
    reduced = cents(line.work + line.pe * mppr + line.mp)
    return (full if first_whole else reduced, *(reduced,) * (line.units - 1))


def _split(amount: Decimal, units: int) -> tuple[Decimal, ...]:
    """A line's amount over its units, in whole cents, the sum kept; the first units carry a cent more.

    >>> [str(part) for part in _split(Decimal("0.05"), 3)]
    ['0.02', '0.02', '0.01']
    """
    each, over = divmod(int(amount / CENT), units)
    return tuple((each + (n < over)) * CENT for n in range(units))


def _new_year(on: date, state: State, year: Year) -> State:
    """On 1 January thresholds start at nothing, and so does a deductible whose new amount is known."""
    if on.year == state.year:
        return state
    deductible = state.deductible if year.deductible is None else year.deductible
    return replace(state, year=on.year, accrued=dict.fromkeys(state.accrued, ZERO), deductible=deductible)


def _rate_visit(
    visit: PlannedVisit, per_unit, terms: Terms, year: Year, state: State, counters
) -> tuple[RatedVisit, State]:
    allowed = [sum(units, ZERO) for units in per_unit]
    if year.threshold is not None:
        state = replace(state, accrued=_accrue(visit.lines, allowed, counters, state.accrued))
    covered, state = _covered_units(visit.lines, terms.limits, state)
    insured = [sum(units[:n], ZERO) for units, n in zip(per_unit, covered, strict=True)]
    shares, state = _shares(visit.lines, allowed, insured, terms, year, state)
    lines = []
    for n, line in enumerate(visit.lines):
        kx = year.threshold is not None and state.accrued.get(counters[line.discipline], ZERO) > year.threshold
        why = tuple(_why(line, per_unit[n], covered[n], shares[n], counters[line.discipline] if kx else "", year))
        lines.append(RatedLine(line, per_unit[n], kx, shares[n], why))
    return RatedVisit(visit.on, tuple(lines)), state


def _accrue(lines: Sequence[PricedLine], allowed: Sequence[Decimal], counters, accrued) -> dict[str, Decimal]:
    total = dict(accrued)
    for line, amount in zip(lines, allowed, strict=True):
        counter = counters[line.discipline]
        total[counter] = total.get(counter, ZERO) + amount
    return total


def _covered_units(lines: Sequence[PricedLine], limits: tuple[Limit, ...], state: State) -> tuple[list[int], State]:
    """How many units of each line lie within every limit. What one limit turns away uses nothing of another."""
    used, counted = list(state.used), set(state.counted)
    covered = []
    for line in lines:
        touching = [(n, limit, _occasion(n, limit, line)) for n, limit in enumerate(limits) if limit.touches(line)]
        room = line.units
        for n, limit, occasion in touching:
            left = max(limit.count - used[n], 0)
            if limit.by == "unit":
                room = min(room, left)
            elif not left and occasion not in counted:
                room = 0
        covered.append(room)
        for n, limit, occasion in touching if room else ():
            used[n] += room if limit.by == "unit" else occasion not in counted
            counted.add(occasion)
    today = frozenset(occasion for occasion in counted if occasion[1] != "visit")
    return covered, replace(state, used=tuple(used), counted=today)


def _occasion(n: int, limit: Limit, line: PricedLine) -> tuple[int, str]:
    """What a limit counts once: the visit, the day, or the discipline's day."""
    return n, line.discipline if limit.by == "discipline_day" else limit.by


def _shares(lines, allowed, insured, terms: Terms, year: Year, state: State) -> tuple[list[Share], State]:
    if terms.patient_share == "all":
        return [Share(amount, beyond_limit=amount) for amount in allowed], state
    if terms.patient_share == "none":
        return [Share(amount, payer_before_reductions=amount, payer=amount) for amount in allowed], state
    deductibles, left = _take(state.deductible if terms.deductible_applies else ZERO, insured)
    if terms.deductible_applies:
        state = replace(state, deductible=left)
    rest = [amount - taken for amount, taken in zip(insured, deductibles, strict=True)]
    copays, state = _copays(lines, rest, terms, state)
    shares = []
    for n, line in enumerate(lines):
        share = _share(line, allowed[n], insured[n], deductibles[n], copays[n], terms.coinsurance, year, state.cap)
        if state.cap is not None:
            state = replace(state, cap=state.cap - (share.patient - share.beyond_limit))
        shares.append(share)
    return shares, state


def _share(
    line: PricedLine, allowed, insured, deductible, copay, rate: Decimal, year: Year, cap: Decimal | None
) -> Share:
    coinsurance = cents((insured - deductible - copay) * rate)
    owed = deductible + copay + coinsurance
    relief = ZERO if cap is None else max(owed - cap, ZERO)
    payer = insured - owed
    reduced = cents(payer * year.assistant_share) if line.assistant and year.assistant_share is not None else payer
    paid = cents(reduced * (1 - year.sequestration))
    return Share(allowed, deductible, copay, coinsurance, relief, allowed - insured, payer + relief, payer - reduced,
                 reduced - paid, paid + relief)  # fmt: skip


def _copays(
    lines: Sequence[PricedLine], rest: Sequence[Decimal], terms: Terms, state: State
) -> tuple[list[Decimal], State]:
    """One copay a discipline and day, or one a day (the highest that applies), never above what is left to pay."""
    copays, copaid = [ZERO] * len(lines), dict(state.copaid)
    present = list(dict.fromkeys(line.discipline for line, amount in zip(lines, rest, strict=True) if amount))
    groups = [present] if terms.copay_per == "day" and present else [[discipline] for discipline in present]
    for group in groups:
        key = "day" if terms.copay_per == "day" else group[0]
        due = max(max(terms.copay_of(discipline) for discipline in group) - copaid.get(key, ZERO), ZERO)
        taken, left = _take(due, [amount if line.discipline in group else ZERO for line, amount in zip(lines, rest, strict=True)])  # fmt: skip
        copaid[key] = copaid.get(key, ZERO) + due - left
        copays = [before + now for before, now in zip(copays, taken, strict=True)]
    return copays, replace(state, copaid=copaid)


def _take(amount: Decimal, available: Sequence[Decimal]) -> tuple[list[Decimal], Decimal]:
    """An amount taken from what is available, in order, and what is left of it."""
    taken = []
    for most in available:
        taken.append(min(amount, most))
        amount -= taken[-1]
    return taken, amount


def _why(line: PricedLine, units, covered: int, share: Share, counter: str, year: Year) -> Iterator[str]:
    """The rules an amount follows from, in the order they applied."""
    yield f"Priced by {line.priced_by}."
    if line.reducible and any(amount != cents(line.fee) for amount in units):
        yield "Only the unit with the highest practice expense of the day is paid in full; the others get part of theirs."
    if covered < line.units:
        yield f"{line.units - covered} of {line.units} units lie beyond what the payer covers."
    for amount, name in ((share.deductible, "deductible"), (share.copay, "copay"), (share.coinsurance, "coinsurance")):
        if amount:
            yield f"${amount:.2f} is {name}."
    if share.cap_relief:
        yield f"${share.cap_relief:.2f} of that is past the most the patient pays in a year: the payer pays it."
    if share.assistant_reduction:
        yield f"${share.assistant_reduction:.2f} is taken off the payer's part because an assistant gave the service."
    if share.sequestration:
        yield f"${share.sequestration:.2f} is sequestration, off the payer's part only."
    if counter:
        yield f"With this visit {counter} is over the year's threshold of ${year.threshold}: the line carries KX."
