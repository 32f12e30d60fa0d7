"""`regain due`: when a section must be certified, recertified and reported on."""

from __future__ import annotations

import argparse
from datetime import date

from regain.cli.estimate import payer_kinds
from regain.cli.lines import Json, Request, read_requests, run
from regain.cli.units import bad, billing_rules, check_discipline, read_day, said, unknown_keys
from regain.plan_of_care.rules import CertificationRule, Course, certification_due, certification_rule_of, report_due
from regain.reference.facts import fact
from regain.reference.rules import Finding, blocks, error

KEYS = {"id", "discipline", "payer", "today", "evaluated_on", "order", "sent_on", "verbal_on", "signed_on", "duration_weeks",
        "visits"}  # fmt: skip
DAYS = ("today", "evaluated_on", "sent_on", "verbal_on", "signed_on")
ATTENDED = ("evaluation", "treatment", "progress_report")
KINDS = (*ATTENDED, "no_show", "cancelled")
EMPTY = {"certification": None, "progress_report": None}


def rule_on(on: date, payer: str) -> CertificationRule | None:
    """The payer's rule for an evaluation on a day; None where no fact covers it."""
    return certification_rule_of(fact("plan_of_care/certification").on(on), payer_kinds()[payer]["certification"])


def answer(request: Request) -> Json:
    """One request's answer."""
    if request.data is None:
        return {"id": request.id, **EMPTY, "findings": list(request.findings)}
    findings: list[Finding] = list(unknown_keys(request.data, KEYS))
    data = {key: value for key, value in request.data.items() if value is not None}
    payer = data.get("payer", "medicare_b")
    if not isinstance(payer, str) or payer not in payer_kinds():
        findings.append(bad("payer", payer, " or ".join(payer_kinds())))
    course = _course(data, findings)
    rule = rule_on(course.evaluated_on, payer) if course and not blocks(findings) else None
    if course and rule is None and not blocks(findings):
        first = min(value.from_ for value in fact("plan_of_care/certification").values)
        findings.append(error("FACT_NOT_IN_FORCE", f"No rule is known for an evaluation on {course.evaluated_on}.", where="evaluated_on",
                              found=str(course.evaluated_on), expected=f"a date from {first}", try_="Check the year."))  # fmt: skip
    if course is None or rule is None:
        return {"id": request.id, **EMPTY, "findings": findings}
    return {"id": request.id, **shown(course, rule), "findings": findings}


def shown(course: Course, rule: CertificationRule) -> Json:
    """Both results as the contract writes them."""
    cert, report = certification_due(course, rule), report_due(course, rule)
    return {"certification": {name: _plain(getattr(cert, name)) for name in cert.__slots__},
            "progress_report": {name: _plain(getattr(report, name)) for name in report.__slots__}}  # fmt: skip


def _plain(value):
    return value.isoformat() if isinstance(value, date) else value


def _course(data: Json, findings: list[Finding]) -> Course | None:
    billing = check_discipline(data.get("discipline"), "discipline", findings)
    days = {name: read_day(data[name], name, findings) for name in DAYS if name in data}
    if "evaluated_on" not in days:
        findings.append(bad("evaluated_on", None, "the day of the evaluation"))
    weeks = _weeks(data.get("duration_weeks"), findings)
    order_on, ordered = _order(data.get("order"), findings)
    visits = _visits(data.get("visits"), findings)
    if blocks(findings):
        return None
    _check_order(days, visits, findings)
    if blocks(findings):
        return None
    return Course(billing.key, order_signed_on=order_on, order_disciplines=ordered, duration_weeks=weeks, visits=tuple(visits.values()),
                  **days)  # fmt: skip


def _check_order(days: dict[str, date], visits: dict[str, tuple[date, str]], findings: list[Finding]) -> None:
    """Nothing is sent, and nobody is treated, before the evaluation that the plan rests on."""
    first = days["evaluated_on"]
    early = {where: on for where, (on, kind) in visits.items() if kind in ATTENDED and on < first}
    if "sent_on" in days and days["sent_on"] < first:
        early = {"sent_on": days["sent_on"], **early}
    findings += [bad(where, str(on), f"a day from the evaluation on ({first})") for where, on in early.items()]


def _weeks(given: object, findings: list[Finding]) -> int | None:
    if given is None:
        return None
    whole = given.is_integer() if isinstance(given, float) else isinstance(given, int) and not isinstance(given, bool)
    if whole and given >= 1:
        return int(given)
    findings.append(bad("duration_weeks", given, "a whole number of weeks from 1"))
    return None


def _order(order: object, findings: list[Finding]) -> tuple[date | None, tuple[str, ...]]:
    if order is None:
        return None, ()
    if not isinstance(order, dict):
        findings.append(bad("order", order, "an object with signed_on and disciplines"))
        return None, ()
    findings += unknown_keys(order, {"signed_on", "disciplines"}, "order.")
    named = order.get("disciplines") or []
    if not isinstance(named, list) or any(not isinstance(key, str) or key not in billing_rules() for key in named):
        findings.append(bad("order.disciplines", named, f"a list of disciplines ({', '.join(billing_rules())})"))
        named = []
    signed = read_day(order["signed_on"], "order.signed_on", findings) if order.get("signed_on") is not None else None
    return signed, tuple(named)


def _visits(given: object, findings: list[Finding]) -> dict[str, tuple[date, str]]:
    """Visits by their place in the request."""
    if given is None:
        return {}
    if not isinstance(given, list):
        findings.append(bad("visits", given, "a list of visits with on and kind"))
        return {}
    visits = {}
    for n, visit in enumerate(given):
        where = f"visits[{n}]"
        if not isinstance(visit, dict):
            findings.append(bad(where, visit, "an object with on and kind"))
            continue
        findings += unknown_keys(visit, {"on", "kind"}, f"{where}.")
        on, kind = read_day(visit.get("on"), f"{where}.on", findings), visit.get("kind")
        if kind not in KINDS:
            findings.append(bad(f"{where}.kind", kind, " or ".join(KINDS)))
        if on:
            visits[where] = on, kind
    return visits


def words(reply: Json) -> str:
    """An answer for a person."""
    cert, report = reply["certification"], reply["progress_report"]
    lines = [f"{reply['id']}"]
    if cert:
        lines.append(
            f"  signature due {cert['due_on']}"
            if cert["signature_required"]
            else "  no signature required for the first certification"
        )
        lines.append(f"  certified period through {cert['through_on']}")
        lines.append(
            f"  {report['treatment_days']} treatment day{'s' * (report['treatment_days'] != 1)} since the last report"
            + (f"; report due, period ended {report['period_ends_on']}" if report["due"] else "")
        )
    return "\n".join(lines + said(reply))


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain due", description=__doc__)
    parser.add_argument("paths", nargs="*", help="JSON Lines files or folders; standard input where none is given")
    parser.add_argument("--json", action="store_true", help="one JSON object a request")
    options = parser.parse_args(argv)
    return run(read_requests(options.paths), answer, options.json, words)
