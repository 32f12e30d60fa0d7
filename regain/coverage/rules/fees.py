"""Fee schedules as values: what a payer allows for a unit of a code between two dates. See docs/how-to/import-fees.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from regain.reference.rules import Finding, error

COLUMNS = ("code", "starts_on", "ends_on", "allowed", "work", "pe", "mp", "charge")
PARTS = ("work", "pe", "mp")
MOST = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Fee:
    """One line: `allowed` a unit, or the three parts a unit (before any multiple-procedure reduction); `charge` is what the
    clinic asks for a unit, where it asks more. USD.
    """

    code: str
    starts_on: date
    ends_on: date | None
    allowed: Decimal | None
    parts: tuple[Decimal, Decimal, Decimal] | None
    source: str
    charge: Decimal | None = None

    def covers(self, day: date) -> bool:
        """Whether the fee is in force on a day; both ends belong to it."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Fees by code, each code's newest last."""

    fees: Mapping[str, tuple[Fee, ...]]

    def on(self, day: date, code: str) -> Fee | None:
        """The newest fee of a code in force on a day."""
        return next((fee for fee in reversed(self.fees.get(code, ())) if fee.covers(day)), None)


def schedule_of(fees: Iterable[Fee]) -> Schedule:
    """Fees as a schedule."""
    found: dict[str, tuple[Fee, ...]] = {}
    for fee in sorted(fees, key=lambda fee: fee.starts_on):
        found[fee.code] = (*found.get(fee.code, ()), fee)
    return Schedule(found)


def read_fee(row: Mapping[str, str | None], where: str, source: str) -> Fee | list[Finding]:
    """One row of a CSV file (`COLUMNS`), or what is wrong with it."""
    findings: list[Finding] = []
    code = (row.get("code") or "").strip()
    if not code:
        findings.append(_bad(f"{where}.code", row.get("code"), "a service code"))
    starts = _day(row.get("starts_on"), f"{where}.starts_on", findings)
    ends = _day(row.get("ends_on"), f"{where}.ends_on", findings)
    if starts is None and not findings:
        findings.append(_bad(f"{where}.starts_on", row.get("starts_on"), "the first day the fee is in force"))
    if starts and ends and ends < starts:
        findings.append(_bad(f"{where}.ends_on", str(ends), f"a day from {starts}"))
    amounts = {name: _amount(row.get(name), f"{where}.{name}", findings) for name in ("allowed", *PARTS, "charge")}
    given = [name for name in PARTS if amounts[name] is not None]
    if not findings and (amounts["allowed"] is None) == (len(given) != len(PARTS)):
        found = ", ".join(name for name in ("allowed", *PARTS) if amounts[name] is not None)
        findings.append(_bad(where, found or None, "either allowed, or work, pe and mp together"))
    if findings:
        return findings
    parts = tuple(amounts[name] for name in PARTS) if given else None
    return Fee(code, starts, ends, amounts["allowed"], parts, source, amounts["charge"])


def _day(text: str | None, where: str, findings: list[Finding]) -> date | None:
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        findings.append(_bad(where, text, "a date such as 2026-01-01"))
        return None


def _amount(text: str | None, where: str, findings: list[Finding]) -> Decimal | None:
    if not (text or "").strip():
        return None
    try:
        amount = Decimal(text.strip())
        if amount.is_finite() and 0 <= amount <= MOST:
            return amount
    except InvalidOperation:
        pass
    findings.append(_bad(where, text, f"an amount from 0 to {MOST}"))
    return None


def _bad(where: str, found: object, expected: str) -> Finding:
    said = f"is {found!r}" if found not in (None, "") else "is missing"
    return error("BAD_VALUE", f"{where} {said}; expected {expected}.", where=where, found=found, expected=expected,
                 try_="Correct this row; the other rows are used.")  # fmt: skip
