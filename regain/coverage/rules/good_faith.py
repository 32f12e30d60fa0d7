"""The Good Faith Estimate for people who pay themselves: when it is due, what it lists, what it still lacks. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from regain.reference.rules import Finding, error


@dataclass(frozen=True, slots=True)
class Due:
    """The day the estimate must be given, and why then."""

    on: date
    because: str


@dataclass(frozen=True, slots=True)
class Provider:
    """Who gives the care, as the estimate names them."""

    name: str
    npi: str
    tax_id: str
    place: str


@dataclass(frozen=True, slots=True)
class Item:
    """One service of one discipline over the whole time: how often, at what price each, in all."""

    discipline: str
    code: str
    visits: int
    units: int
    each: tuple[Decimal, ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class GoodFaith:
    """Everything the estimate says."""

    patient: str
    birth_date: date
    main: str
    diagnoses: tuple[str, ...]
    first_on: date
    last_on: date
    items: tuple[Item, ...]
    providers: tuple[Provider, ...]

    @property
    def total(self) -> Decimal:
        """What all of it is expected to cost."""
        return sum((item.total for item in self.items), Decimal(0))


def business_days_between(start: date, end: date, closed: Collection[date] = ()) -> int:
    """Business days after `start` up to and with `end`.

    >>> business_days_between(date(2026, 11, 20), date(2026, 11, 24))
    2
    """
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(day.weekday() < 5 and day not in closed for day in days)


def after_business_days(start: date, count: int, closed: Collection[date] = ()) -> date:
    """The day that many business days after another."""
    on = start
    while count:
        on += timedelta(days=1)
        count -= on.weekday() < 5 and on not in closed
    return on


def due(values: Iterable[Mapping[str, Any]], *, scheduled_on: date | None = None, first_on: date | None = None, asked_on: date | None = None,
        closed: Collection[date] = ()) -> Due | None:  # fmt: skip
    """When the estimate must be given: the earlier of what scheduling and what a question asks for; None where neither does."""
    rule = {value["key"]: value for value in values}
    found = []
    if asked_on is not None and "asked" in rule:
        found.append(Due(after_business_days(asked_on, rule["asked"]["due"], closed), "it was asked for"))
    if scheduled_on is not None and first_on is not None:
        ahead = business_days_between(scheduled_on, first_on, closed)
        for key in ("scheduled_far", "scheduled_near"):
            if key in rule and ahead >= rule[key]["ahead"]:
                words = f"the first visit was booked {ahead} business days ahead"
                found.append(Due(after_business_days(scheduled_on, rule[key]["due"], closed), words))
                break
    return min(found, key=lambda one: one.on, default=None)


def items_of(visits: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    """The services of an estimate's visits (its contract's `visits`), by discipline and code in the order they first come."""
    found: dict[tuple[str, str], list[tuple[int, Decimal]]] = {}
    for visit in visits:
        for line in visit.get("lines") or ():
            amount = Decimal(str(line["allowed"])).quantize(Decimal("0.01"))
            found.setdefault((line["discipline"], line["code"]), []).append((len(line["per_unit"]) or 1, amount))
    return tuple(
        Item(discipline, code, len(rows), sum(n for n, _ in rows), tuple(sorted({amount for _, amount in rows})), sum((amount for _, amount in rows), Decimal(0)))
        for (discipline, code), rows in found.items()
    )  # fmt: skip


def check(estimate: GoodFaith, months: int) -> list[Finding]:
    """What the estimate still lacks; empty means it may be given."""
    found = []
    if not estimate.items:
        found.append(error("NOTHING_TO_ESTIMATE", "No service has a price.", where="items", try_="Enter the clinic's fees for people who pay themselves.", source="S19"))  # fmt: skip
    if not estimate.diagnoses:
        found.append(error("DIAGNOSIS_MISSING", "The estimate names no diagnosis.", where="diagnoses", try_="Add one to the episode.", source="S19"))  # fmt: skip
    for who in estimate.providers:
        missing = [
            label for label, value in (("NPI", who.npi), ("tax number", who.tax_id), ("place", who.place)) if not value
        ]
        if missing:
            found.append(error("PROVIDER_INCOMPLETE", f"{who.name} lacks {' and '.join(missing)}.", where="providers", found=", ".join(missing), try_="Enter it under Clinic or Team.", source="S19"))  # fmt: skip
    limit = _months_later(estimate.first_on, months)
    if estimate.last_on > limit:
        found.append(error("TOO_LONG", f"One estimate covers {months} months, and this one runs from {estimate.first_on} to {estimate.last_on}.", where="last_on",
                           found=str(estimate.last_on), expected=f"up to {limit}", try_="Give a second one for the rest.", source="S19"))  # fmt: skip
    return found


def _months_later(on: date, months: int) -> date:
    year, month = divmod(on.month - 1 + months, 12)
    year, month = on.year + year, month + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(on.day, last))
