"""`regain estimate`: what the patient pays for a whole plan, visit by visit, and why."""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from regain.cli.lines import Json, Request, read_requests, run
from regain.cli.units import bad, billing_rules, check_code, code_list, read_day, said, unknown_keys
from regain.coverage.rules.shares import Limit, PlannedVisit, PricedLine, RatedVisit, State, Terms, Year, rate_visit
from regain.reference.facts import fact
from regain.reference.rules import Finding, blocks, error

KEYS = {"id", "coverage", "used", "visits"}
COVERAGE_KEYS = {"kind", "deductible_remaining", "deductible_applies", "coinsurance", "copay", "copay_per",
                 "out_of_pocket_remaining", "limits"}  # fmt: skip
LINE_KEYS = {"discipline", "code", "units", "assistant", "work", "pe", "mp", "allowed"}
EMPTY = {"low": None, "high": None, "visits": None, "accrued": None, "over_review": None}
ZERO = Decimal(0)


@cache
def payer_kinds() -> dict[str, Any]:
    """Kinds of payer by key, as their fact says."""
    return {value["key"]: value for value in fact("coverage/payer_kinds").latest()}


def year_of(on: date, kind: str) -> Year | None:
    """The payer's figures on a date of service; None where a figure it needs is not known for that date."""
    profile = payer_kinds()[kind]
    needed = {name: _on(f"coverage/{name}", on) for name, wanted in (("mppr", "mppr"), ("sequestration", "sequestration"),
              ("kx_threshold", "threshold"), ("review_level", "threshold"), ("part_b_deductible", "threshold")) if profile[wanted]}  # fmt: skip
    if any(value is None for value in needed.values()):
        return None
    payment = [v for v in fact("coverage/assistant_modifier").on(on) if v["key"] == "payment"]
    share = Decimal(str(payment[0]["share"])) if payment and profile["assistant_reduction"] else None
    return Year(needed.get("mppr"), share, needed.get("sequestration", ZERO), needed.get("kx_threshold"),
                needed.get("review_level"), needed.get("part_b_deductible"))  # fmt: skip


def _on(subject: str, on: date) -> Decimal | None:
    values = fact(subject).on(on)
    return Decimal(str(values[-1]["value"])) if values else None


def answer(request: Request) -> Json:
    """One request's answer."""
    if request.data is None:
        return {"id": request.id, **EMPTY, "findings": list(request.findings)}
    return {"id": request.id, **estimate(request.data)}


def estimate(data: Json) -> Json:
    """The answer of `contract.md` without its id; pages call this too."""
    findings: list[Finding] = list(unknown_keys(data, KEYS))
    kind, terms = read_terms(data.get("coverage"), findings)
    used = _used(data.get("used"), findings)
    visits = _visits(data.get("visits"), findings)
    if blocks(findings):
        return {**EMPTY, "findings": findings}
    high, state, review, missing = _rate(visits, 1, kind, terms, used)
    low, *_ = _rate(visits, 0, kind, terms, used)
    findings += [_not_in_force(on) for on in missing]
    return {
        "low": _usd(sum((v.patient for v in low if v), ZERO)), "high": _usd(sum((v.patient for v in high if v), ZERO)),
        "visits": [_shown(low[n], high[n], visits[n][0]) for n in range(len(visits))],
        "accrued": {counter: _usd(amount) for counter, amount in state.items()},
        "over_review": {counter: review is not None and amount > review for counter, amount in state.items()},
        "findings": findings,
    }  # fmt: skip


def _rate(visits, which: int, kind: str, terms: Terms, used: dict[str, Decimal]):
    """Rate in date order with the low (0) or high (1) units; visits that no fact covers are left out."""
    counters = {key: b.counter for key, b in billing_rules().items()}
    state = State(visits[0][0].year if visits else 0, terms.deductible_remaining, terms.out_of_pocket_remaining,
                  tuple(limit.used for limit in terms.limits), used)  # fmt: skip
    rated: list[RatedVisit | None] = []
    missing, review = [], None
    for on, *ways in visits:
        year = year_of(on, kind)
        if year is None:
            rated.append(None)
            missing.append(on)
            continue
        review = year.review_level
        one, state = rate_visit(PlannedVisit(on, ways[which]), terms, year, state, counters)
        rated.append(one)
    return rated, state.accrued, review, missing


def _not_in_force(on: date) -> Finding:
    return error("FACT_NOT_IN_FORCE", f"No figures are known for {on}: the visit is left out of the sums.", where="visits", found=str(on),
                 expected="a date that the facts cover", try_="Enter the year's figures with their source when they are published.", source="S12")  # fmt: skip


def _usd(amount: Decimal) -> float | int:
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _shown(low: RatedVisit | None, high: RatedVisit | None, on: date) -> Json:
    if high is None or low is None:
        return {"on": str(on), "low": None, "high": None, "left_out": True, "lines": []}
    names = ("allowed", "deductible", "copay", "coinsurance", "cap_relief", "beyond_limit", "payer_before_reductions",
             "assistant_reduction", "sequestration", "payer")  # fmt: skip
    lines = [{"discipline": r.line.discipline, "code": r.line.code, "per_unit": [_usd(u) for u in r.per_unit],
              "allowed": _usd(r.allowed), "kx": r.kx, "why": list(r.why)} for r in high.lines]  # fmt: skip
    return {"on": str(on), "low": _usd(low.patient), "high": _usd(high.patient),
            **{name: _usd(getattr(high, name)) for name in names}, "lines": lines}  # fmt: skip


def read_terms(coverage: object, findings: list[Finding]) -> tuple[str, Terms]:
    """The coverage's kind and terms, with a finding for each value that cannot be."""
    if not isinstance(coverage, dict):
        findings.append(bad("coverage", coverage, "an object with kind and terms"))
        return "self_pay", Terms()
    findings += unknown_keys(coverage, COVERAGE_KEYS, "coverage.")
    kind = coverage.get("kind")
    if kind not in payer_kinds():
        findings.append(bad("coverage.kind", kind, " or ".join(payer_kinds())))
        return "self_pay", Terms()
    profile = payer_kinds()[kind]
    rate = _amount(coverage.get("coinsurance", profile["coinsurance"]), "coverage.coinsurance", findings, most=1)
    per = coverage.get("copay_per", "discipline_day")
    if per not in ("discipline_day", "day"):
        findings.append(bad("coverage.copay_per", per, "discipline_day or day"))
    applies = coverage.get("deductible_applies", True)
    if not isinstance(applies, bool):
        findings.append(bad("coverage.deductible_applies", applies, "true or false"))
    cap = coverage.get("out_of_pocket_remaining")
    return kind, Terms(
        _amount(coverage.get("deductible_remaining") or 0, "coverage.deductible_remaining", findings), applies is not False, rate,
        _copay(coverage.get("copay"), findings), per,
        None if cap is None else _amount(cap, "coverage.out_of_pocket_remaining", findings),
        _limits(coverage.get("limits"), findings), profile["patient_share"],
    )  # fmt: skip


def _copay(given: object, findings: list[Finding]):
    if given is None:
        return None
    if isinstance(given, dict):
        for key in given:
            if key not in billing_rules():
                findings.append(bad(f"coverage.copay.{key}", key, " or ".join(billing_rules())))
        return {key: _amount(value, f"coverage.copay.{key}", findings) for key, value in given.items()}
    return _amount(given, "coverage.copay", findings)


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
    count, used, over, by = item.get("count"), item.get("used", 0), item.get("over") or [], item.get("by", "visit")
    wrong = [
        bad(f"{where}.{name}", value, expected)
        for name, value, ok, expected in (
            ("count", count, _whole(count), "a whole number from 0"), ("used", used, _whole(used), "a whole number from 0"),
            ("over", over, isinstance(over, list) and all(d in billing_rules() for d in over), "a list of disciplines"),
            ("by", by, by in ("visit", "discipline_day", "day", "unit"), "visit, discipline_day, day or unit"))
        if not ok
    ]  # fmt: skip
    findings += wrong
    return None if wrong else Limit(count, used, tuple(over), by)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _amount(value: object, where: str, findings: list[Finding], most: int | None = None) -> Decimal:
    good = (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and value >= 0
        and (most is None or value <= most)
    )
    if not good:
        findings.append(bad(where, value, f"a number from 0 to {most}" if most else "an amount from 0"))
        return ZERO
    return Decimal(str(value))


def _used(given: object, findings: list[Finding]) -> dict[str, Decimal]:
    counters = list(dict.fromkeys(b.counter for b in billing_rules().values()))
    used = given if given is not None else {}
    if not isinstance(used, dict):
        findings.append(bad("used", given, "amounts by counter"))
        return dict.fromkeys(counters, ZERO)
    findings += unknown_keys(used, set(counters), "used.")
    return {c: _amount(used.get(c, 0), f"used.{c}", findings) for c in sorted(counters, reverse=True)}


def _visits(given: object, findings: list[Finding]):
    """`(date, low lines, high lines)` in date order."""
    if not isinstance(given, list):
        findings.append(bad("visits", given, "a list of visits with on and lines"))
        return []
    visits = [one for n, visit in enumerate(given) if (one := _visit(visit, f"visits[{n}]", findings))]
    return sorted(visits, key=lambda visit: visit[0])


def _visit(visit: object, where: str, findings: list[Finding]):
    if not isinstance(visit, dict) or not isinstance(visit.get("lines"), list):
        findings.append(bad(where, visit, "an object with on and a list of lines"))
        return None
    findings += unknown_keys(visit, {"on", "lines"}, f"{where}.")
    on = read_day(visit.get("on"), f"{where}.on", findings)
    lines = [_line(line, f"{where}.lines[{n}]", on, findings) for n, line in enumerate(visit["lines"])]
    if on is None or any(line is None for line in lines):
        return None
    return on, tuple(low for low, _ in lines), tuple(high for _, high in lines)


def _line(line: object, where: str, on: date | None, findings: list[Finding]) -> tuple[PricedLine, PricedLine] | None:
    if not isinstance(line, dict):
        findings.append(bad(where, line, "an object with discipline, code, units"))
        return None
    findings += unknown_keys(line, LINE_KEYS, f"{where}.")
    before = len(findings)
    if line.get("discipline") not in billing_rules():
        findings.append(bad(f"{where}.discipline", line.get("discipline"), " or ".join(billing_rules())))
    check_code(line.get("code"), f"{where}.code", on, findings)
    units = line.get("units", 1)
    low, high = units if isinstance(units, list) and len(units) == 2 else (units, units)
    if not _whole(low) or not _whole(high) or low > high:
        findings.append(bad(f"{where}.units", units, "a whole number, or [low, high]"))
    if not isinstance(line.get("assistant", False), bool):
        findings.append(bad(f"{where}.assistant", line.get("assistant"), "true or false"))
    parts = _parts(line, where, on, findings)
    if blocks(findings[before:]):
        return None
    code = code_list()[line["code"]]
    low_line, high_line = (
        PricedLine(line["discipline"], line["code"], n, line.get("assistant", False), code.always, **parts)
        for n in (low, high)
    )
    return low_line, high_line


def _parts(line: Json, where: str, on: date | None, findings: list[Finding]) -> dict[str, Decimal]:
    if line.get("allowed") is not None:
        return {"allowed": _amount(line["allowed"], f"{where}.allowed", findings)}
    if any(line.get(name) is not None for name in ("work", "pe", "mp")):
        return {name: _amount(line.get(name, 0), f"{where}.{name}", findings) for name in ("work", "pe", "mp")}
    fees = [v for v in (fact("coverage/example_fees").on(on) if on else ()) if v["key"] == line.get("code")]
    if not fees:
        findings.append(error("FACT_NOT_IN_FORCE", f"{where} has no price, and no fee schedule covers {line.get('code')} on {on}.",
                              where=where, found=line.get("code"), expected="work, pe and mp, or allowed, or an imported fee",
                              try_="Give the amounts or import the payer's fee schedule."))  # fmt: skip
        return {}
    return {name: Decimal(str(fees[-1][name])) for name in ("work", "pe", "mp")}


def words(reply: Json) -> str:
    """An answer for a person."""
    head = (
        f"{reply['id']}: the patient pays ${reply['low']} to ${reply['high']}"
        if reply["high"] is not None
        else f"{reply['id']}"
    )
    lines = [head]
    for visit in reply["visits"] or []:
        lines.append(
            f"  {visit['on']}: "
            + (
                "left out of the sums"
                if visit["high"] is None
                else f"${visit['low']} to ${visit['high']} of ${visit['allowed']}"
            )
        )
    return "\n".join(lines + said(reply))


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain estimate", description=__doc__)
    parser.add_argument("paths", nargs="*", help="JSON Lines files or folders; standard input where none is given")
    parser.add_argument("--json", action="store_true", help="one JSON object a request")
    options = parser.parse_args(argv)
    return run(read_requests(options.paths), answer, options.json, words)
