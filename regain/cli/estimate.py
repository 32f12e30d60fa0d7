"""`regain estimate`: what the patient pays for a whole plan, visit by visit, and why."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import groupby
from math import isfinite
from typing import Any

from regain.cli.fees import read_schedule
from regain.cli.lines import Json, Request, Unreadable, read_requests, run
from regain.cli.units import bad, billing_rules, check_code, check_discipline, check_owner, read_day, said, unknown_keys
from regain.coverage.rules.codes import Code
from regain.coverage.rules.fees import COLUMNS, MOST, PARTS, Fee, Schedule
from regain.coverage.rules.shares import (
    Limit,
    PlannedVisit,
    PricedLine,
    RatedVisit,
    Share,
    State,
    Terms,
    Year,
    cents,
    rate_day,
)
from regain.reference.facts import fact
from regain.reference.rules import Finding, blocks, error

KEYS = {"id", "coverage", "used", "visits"}
COVERAGE_KEYS = {"kind", "deductible_remaining", "deductible_applies", "coinsurance", "copay", "copay_per",
                 "out_of_pocket_remaining", "limits"}  # fmt: skip
LIMIT_KEYS = {"count", "used", "over", "by"}
LINE_KEYS = {"discipline", "code", "units", "assistant", "work", "pe", "mp", "allowed"}
EMPTY = {"low": None, "high": None, "visits": None, "accrued": None, "over_review": None}
ZERO = Decimal(0)
MOST_UNITS = 1000
NO_SCHEDULE = Schedule({})


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit of the request with its fewest and its most units; `gaps` say what no fact or fee covers."""

    where: str
    on: date
    low: tuple[PricedLine, ...]
    high: tuple[PricedLine, ...]
    gaps: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    """A price that came with a line: `allowed` for all its units, or the three parts of a unit."""

    allowed: Decimal | None
    parts: tuple[Decimal, ...] | None


@cache
def payer_kinds() -> dict[str, Any]:
    """Kinds of payer by key, as their fact says."""
    return {value["key"]: value for value in fact("coverage/payer_kinds").latest()}


@cache
def year_of(on: date, kind: str) -> tuple[Year | None, tuple[str, ...]]:
    """The payer's figures on a date of service, or None and the labels of the facts that do not cover the date."""
    profile = next((v for v in fact("coverage/payer_kinds").on(on) if v["key"] == kind), None)
    if profile is None:
        return None, (fact("coverage/payer_kinds").label,)
    wanted = {"mppr": profile["mppr"], "sequestration": profile["sequestration"], **dict.fromkeys(
              ("kx_threshold", "review_level", "part_b_deductible"), profile["threshold"])}  # fmt: skip
    found = {name: _figure(f"coverage/{name}", on) for name, needed in wanted.items() if needed}
    missing = tuple(fact(f"coverage/{name}").label for name, amount in found.items() if amount is None)
    if missing:
        return None, missing
    payment = [v for v in fact("coverage/assistant_modifier").on(on) if v["key"] == "payment"]
    share = Decimal(str(payment[0]["share"])) if payment and profile["assistant_reduction"] else None
    return Year(found.get("mppr"), share, found.get("sequestration", ZERO), found.get("kx_threshold"),
                found.get("review_level"), found.get("part_b_deductible")), ()  # fmt: skip


def _figure(subject: str, on: date) -> Decimal | None:
    values = fact(subject).on(on)
    return Decimal(str(values[-1]["value"])) if values else None


def answer(request: Request, schedule: Schedule = NO_SCHEDULE) -> Json:
    """One request's answer."""
    if request.data is None:
        return {"id": request.id, **EMPTY, "findings": list(request.findings)}
    return {"id": request.id, **estimate(request.data, schedule)}


def estimate(data: Json, schedule: Schedule = NO_SCHEDULE) -> Json:
    """The answer of `contract.md` without its id; pages call this too."""
    findings: list[Finding] = list(unknown_keys(data, KEYS))
    kind, terms = read_terms(data.get("coverage"), findings)
    used = _used(data.get("used"), findings)
    visits = _visits(data.get("visits"), schedule, findings)
    if blocks(findings):
        return {**EMPTY, "findings": findings}
    gaps = {visit.where: visit.gaps or tuple(_uncovered(visit, kind)) for visit in visits}
    findings += [gap for found in gaps.values() for gap in found]
    rateable = [visit for visit in visits if not gaps[visit.where]]
    high, state, review = _rate(rateable, "high", kind, terms, used)
    low, *_ = _rate(rateable, "low", kind, terms, used)
    return {
        "low": _usd(sum((visit.share.patient for visit in low.values()), ZERO)),
        "high": _usd(sum((visit.share.patient for visit in high.values()), ZERO)),
        "visits": [_shown(low.get(visit.where), high.get(visit.where), visit) for visit in visits],
        "accrued": {counter: _usd(amount) for counter, amount in state.accrued.items()},
        "over_review": {counter: review is not None and amount > review for counter, amount in state.accrued.items()},
        "findings": findings,
    }  # fmt: skip


def _rate(visits: list[Planned], which: str, kind: str, terms: Terms, used: dict[str, Decimal]):
    """Rated visits by their place in the request, with the low or the high units; the state after them; the review level."""
    counters = {key: billing.counter for key, billing in billing_rules().items()}
    state = State(visits[0].on.year if visits else 0, terms.deductible_remaining, terms.out_of_pocket_remaining,
                  tuple(limit.used for limit in terms.limits), used)  # fmt: skip
    rated: dict[str, RatedVisit] = {}
    review = None
    for on, day in groupby(visits, key=lambda visit: visit.on):
        today, (year, _) = list(day), year_of(on, kind)
        review = year.review_level
        planned = [PlannedVisit(on, getattr(visit, which)) for visit in today]
        done, state = rate_day(planned, terms, year, state, counters)
        rated.update(zip((visit.where for visit in today), done, strict=True))
    return rated, state, review


def _uncovered(visit: Planned, kind: str) -> Iterator[Finding]:
    _, missing = year_of(visit.on, kind)
    if missing:
        yield error("FACT_NOT_IN_FORCE", f"{visit.on}: not known for this date: {'; '.join(missing)}. The visit is left out of the sums.",
                    where=f"{visit.where}.on", found=str(visit.on), expected="a date that the facts cover",
                    try_="Enter the year's figures with their source when they are published.", source="S12")  # fmt: skip


def _usd(amount: Decimal) -> float | int:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _shown(low: RatedVisit | None, high: RatedVisit | None, visit: Planned) -> Json:
    if high is None or low is None:
        return {"on": str(visit.on), "low": None, "high": None, "left_out": True, "lines": []}
    parts = {name: _usd(amount) for name, amount in _parts_of(high.share)}
    lines = [{"discipline": rated.line.discipline, "code": rated.line.code, "per_unit": [_usd(unit) for unit in rated.per_unit],
              **{name: _usd(amount) for name, amount in _parts_of(rated.share)}, "kx": rated.kx, "why": list(rated.why)}
             for rated in high.lines]  # fmt: skip
    return {
        "on": str(visit.on),
        "low": _usd(low.share.patient),
        "high": _usd(high.share.patient),
        **parts,
        "lines": lines,
    }


def _parts_of(share: Share) -> Iterator[tuple[str, Decimal]]:
    return ((name, getattr(share, name)) for name in Share.__slots__)


def read_terms(coverage: object, findings: list[Finding]) -> tuple[str, Terms]:
    """The coverage's kind and terms, with a finding for each value that cannot be."""
    if not isinstance(coverage, dict):
        findings.append(bad("coverage", coverage, "an object with kind and terms"))
        return "self_pay", Terms()
    findings += unknown_keys(coverage, COVERAGE_KEYS, "coverage.")
    kind = coverage.get("kind")
    if not isinstance(kind, str) or kind not in payer_kinds():
        findings.append(bad("coverage.kind", kind, " or ".join(payer_kinds())))
        return "self_pay", Terms()
    profile = payer_kinds()[kind]
    given = {key: value for key, value in coverage.items() if value is not None}
    rate = _amount(given.get("coinsurance", profile["coinsurance"]), "coverage.coinsurance", findings, most=1)
    per = given.get("copay_per", "discipline_day")
    if per not in ("discipline_day", "day"):
        findings.append(bad("coverage.copay_per", per, "discipline_day or day"))
    applies = given.get("deductible_applies", True)
    if not isinstance(applies, bool):
        findings.append(bad("coverage.deductible_applies", applies, "true or false"))
    cap = given.get("out_of_pocket_remaining")
    return kind, Terms(
        _money(given.get("deductible_remaining", 0), "coverage.deductible_remaining", findings), applies is not False, rate,
        _copay(given.get("copay"), findings), per,
        None if cap is None else _money(cap, "coverage.out_of_pocket_remaining", findings),
        _limits(given.get("limits"), findings), profile["patient_share"],
    )  # fmt: skip


def _copay(given: object, findings: list[Finding]):
    if given is None:
        return None
    if isinstance(given, dict):
        for key in given:
            if key not in billing_rules():
                findings.append(bad(f"coverage.copay.{key}", key, " or ".join(billing_rules())))
        return {key: _money(value, f"coverage.copay.{key}", findings) for key, value in given.items()}
    return _money(given, "coverage.copay", findings)


def _limits(given: object, findings: list[Finding]) -> tuple[Limit, ...]:
    if given is None:
        return ()
    if not isinstance(given, list):
        findings.append(bad("coverage.limits", given, "a list of limits"))
        return ()
    return tuple(limit for n, item in enumerate(given) if (limit := _limit(item, f"coverage.limits[{n}]", findings)))


def _limit(item: object, where: str, findings: list[Finding]) -> Limit | None:
    if not isinstance(item, dict):
        findings.append(bad(where, item, "an object with count, used, over, by"))
        return None
    findings += unknown_keys(item, LIMIT_KEYS, f"{where}.")
    given = {"used": 0, "over": [], "by": "visit"} | {key: value for key, value in item.items() if value is not None}
    count, used, over, by = (given.get(key) for key in ("count", "used", "over", "by"))
    known = isinstance(over, list) and all(isinstance(key, str) and key in billing_rules() for key in over)
    wrong = [
        bad(f"{where}.{name}", value, expected)
        for name, value, ok, expected in (
            ("count", count, _whole(count), "a whole number from 0"), ("used", used, _whole(used), "a whole number from 0"),
            ("over", over, known, f"a list of disciplines ({', '.join(billing_rules())})"),
            ("by", by, by in ("visit", "discipline_day", "day", "unit"), "visit, discipline_day, day or unit"))
        if not ok
    ]  # fmt: skip
    findings += wrong
    return None if wrong else Limit(count, used, tuple(over), by)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _amount(value: object, where: str, findings: list[Finding], most: int | Decimal = MOST) -> Decimal:
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
    if not number or not 0 <= value <= most:
        findings.append(bad(where, value, f"a number from 0 to {most}"))
        return ZERO
    return Decimal(str(value))


def _money(value: object, where: str, findings: list[Finding]) -> Decimal:
    return cents(_amount(value, where, findings))


def _used(given: object, findings: list[Finding]) -> dict[str, Decimal]:
    counters = list(dict.fromkeys(b.counter for b in billing_rules().values()))
    used = given if given is not None else {}
    if not isinstance(used, dict):
        findings.append(bad("used", given, "amounts by counter"))
        return dict.fromkeys(counters, ZERO)
    findings += unknown_keys(used, set(counters), "used.")
    amounts = {counter: used.get(counter) or 0 for counter in sorted(counters, reverse=True)}
    return {counter: _money(amount, f"used.{counter}", findings) for counter, amount in amounts.items()}


def _visits(given: object, schedule: Schedule, findings: list[Finding]) -> list[Planned]:
    """The visits in date order; those of one date in the order given."""
    if not isinstance(given, list):
        findings.append(bad("visits", given, "a list of visits with on and lines"))
        return []
    visits = [one for n, visit in enumerate(given) if (one := _visit(visit, f"visits[{n}]", schedule, findings))]
    return sorted(visits, key=lambda visit: visit.on)


def _visit(visit: object, where: str, schedule: Schedule, findings: list[Finding]) -> Planned | None:
    if not isinstance(visit, dict) or not isinstance(visit.get("lines"), list):
        findings.append(bad(where, visit, "an object with on and a list of lines"))
        return None
    findings += unknown_keys(visit, {"on", "lines"}, f"{where}.")
    on = read_day(visit.get("on"), f"{where}.on", findings)
    found: list[Finding] = []
    lines = [_line(line, f"{where}.lines[{n}]", on, schedule, found) for n, line in enumerate(visit["lines"])]
    gaps = tuple(finding for finding in found if finding.code == "FACT_NOT_IN_FORCE")
    findings += [finding for finding in found if finding.code != "FACT_NOT_IN_FORCE"]
    if on is None:
        return None
    known = [line for line in lines if line]
    return Planned(where, on, tuple(low for low, _ in known), tuple(high for _, high in known), gaps)


def _line(line: object, where: str, on: date | None, schedule: Schedule, findings: list[Finding]) -> tuple[PricedLine, PricedLine] | None:  # fmt: skip
    """A line with its fewest and its most units."""
    if not isinstance(line, dict):
        findings.append(bad(where, line, "an object with discipline, code, units"))
        return None
    findings += unknown_keys(line, LINE_KEYS, f"{where}.")
    before = len(findings)
    given = {key: value for key, value in line.items() if value is not None}
    billing = check_discipline(given.get("discipline"), f"{where}.discipline", findings)
    code = check_code(given.get("code"), f"{where}.code", on, findings)
    if billing and code:
        check_owner(code, billing, f"{where}.code", findings)
    low, high = _units(given.get("units", 1), f"{where}.units", findings)
    assistant = given.get("assistant", False)
    if not isinstance(assistant, bool):
        findings.append(bad(f"{where}.assistant", assistant, "true or false"))
    fee = _fee(given, where, findings) or (code and on and schedule.on(on, code.code))
    if code and on and not fee:
        findings.append(error("FACT_NOT_IN_FORCE", f"{where} has no price, and no fee schedule covers {code.code} on {on}. The visit is left out of the sums.",
                              where=where, found=code.code, expected="work, pe and mp, or allowed, or a fee schedule that covers the date",
                              try_="Give the amounts, or the payer's fee schedule with --fees."))  # fmt: skip
    if blocks(findings[before:]):
        return None
    return _priced(billing.key, code, low, assistant, fee), _priced(billing.key, code, high, assistant, fee)


def _priced(discipline: str, code: Code, units: int, assistant: bool, fee: Fee | _Given) -> PricedLine:
    if isinstance(fee, _Given):
        return PricedLine(discipline, code.code, units, assistant, code.always, *(fee.parts or ()), allowed=fee.allowed)
    allowed = None if fee.allowed is None else fee.allowed * units
    return PricedLine(
        discipline, code.code, units, assistant, code.always, *(fee.parts or (ZERO,) * 3), allowed, fee.source
    )


def _units(given: object, where: str, findings: list[Finding]) -> tuple[int, int]:
    low, high = given if isinstance(given, list) and len(given) == 2 else (given, given)
    if _whole(low) and _whole(high) and low <= high <= MOST_UNITS:
        return low, high
    findings.append(bad(where, given, f"a whole number from 0 to {MOST_UNITS}, or [low, high]"))
    return 0, 0


def _fee(line: Json, where: str, findings: list[Finding]) -> _Given | None:
    """The price given with the line: `allowed` for all of it, else the three parts of a unit."""
    if "allowed" in line:
        return _Given(_amount(line["allowed"], f"{where}.allowed", findings), None)
    if not any(name in line for name in PARTS):
        return None
    return _Given(None, tuple(_amount(line.get(name), f"{where}.{name}", findings) for name in PARTS))


def words(reply: Json) -> str:
    """An answer for a person."""
    if reply["high"] is None:
        return "\n".join([str(reply["id"]), *said(reply)])
    counted = [visit for visit in reply["visits"] if visit["high"] is not None]
    sum_ = (
        f"the patient pays {_range(reply['low'], reply['high'])}"
        if counted or not reply["visits"]
        else "no visit could be estimated"
    )
    if 0 < len(counted) < len(reply["visits"]):
        sum_ += f" for {len(counted)} of {len(reply['visits'])} visits"
    lines = [f"{reply['id']}: {sum_}"]
    for visit in reply["visits"]:
        if visit["high"] is None:
            lines.append(f"  {visit['on']}: left out of the sums")
            continue
        lines.append(f"  {visit['on']}: {_range(visit['low'], visit['high'])} of ${visit['allowed']:.2f} allowed")
        lines += [f"    {line['discipline']} {line['code']}: {' '.join(line['why'])}" for line in visit["lines"]]
    return "\n".join(lines + said(reply))


def _range(low: float, high: float) -> str:
    return f"${high:.2f}" if low == high else f"${low:.2f} to ${high:.2f}"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain estimate", description=__doc__)
    parser.add_argument("paths", nargs="*", help="JSON Lines files or folders; standard input where none is given")
    parser.add_argument("--json", action="store_true", help="one JSON object a request")
    parser.add_argument(
        "--fees", metavar="FILE", help=f"a fee schedule as CSV ({', '.join(COLUMNS)}), or the word `example`"
    )
    options = parser.parse_args(argv)
    try:
        schedule = read_schedule(options.fees) if options.fees else NO_SCHEDULE
    except Unreadable as problem:
        print(f"regain: {problem}", file=sys.stderr)
        return 2
    return run(read_requests(options.paths), partial(answer, schedule=schedule), options.json, words)
