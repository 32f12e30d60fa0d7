"""`regain due`: when a section must be certified, recertified and reported on."""

from __future__ import annotations

import argparse
from datetime import date

from regain.cli.estimate import payer_kinds
from regain.cli.lines import Json, Request, read_requests, run
from regain.cli.units import bad, billing_rules, read_day, said, unknown_keys
from regain.plan_of_care.rules import CertificationRule, Course, certification_due, report_due
from regain.reference.facts import fact
from regain.reference.rules import Finding, blocks, error

KEYS = {
    "id",
    "discipline",
    "payer",
    "today",
    "evaluated_on",
    "order",
    "sent_on",
    "verbal_on",
    "signed_on",
    "duration_weeks",
    "visits",
}
KINDS = ("evaluation", "treatment", "progress_report", "no_show", "cancelled")
EMPTY = {"certification": None, "progress_report": None}


def rule_on(on: date, payer: str) -> CertificationRule | None:
    """The payer's rule for an evaluation on a day; None where no fact covers it."""
    found = {value["key"]: value for value in fact("plan_of_care/certification").on(on)}
    if not {"sign_within", "interval", "verbal_sign_within"} <= found.keys():
        return None
    exception, report = found.get("exception"), found.get("progress_report")
    return CertificationRule(
        payer_kinds()[payer]["certification"], found["sign_within"]["days"], found["verbal_sign_within"]["days"], found["interval"]["days"],
        exception["sent_within_days"] if exception else None, report["treatment_days"] if report else 10,
    )  # fmt: skip


def answer(request: Request) -> Json:
    """One request's answer."""
    if request.data is None:
        return {"id": request.id, **EMPTY, "findings": list(request.findings)}
    findings: list[Finding] = list(unknown_keys(request.data, KEYS))
    payer = request.data.get("payer", "medicare_b")
    if payer not in payer_kinds():
        findings.append(bad("payer", payer, " or ".join(payer_kinds())))
    course = _course(request.data, findings)
    if blocks(findings) or course is None:
        return {"id": request.id, **EMPTY, "findings": findings}
    rule = rule_on(course.evaluated_on, payer)
    if rule is None:
        findings.append(error("FACT_NOT_IN_FORCE", f"No rule is known for an evaluation on {course.evaluated_on}.", where="evaluated_on",
                              found=str(course.evaluated_on), expected="a date from 2000-01-01", try_="Check the year."))  # fmt: skip
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
    discipline = data.get("discipline")
    if discipline not in billing_rules():
        findings.append(bad("discipline", discipline, " or ".join(billing_rules())))
    days = {name: read_day(data[name], name, findings) for name in ("today", "evaluated_on", "sent_on", "verbal_on", "signed_on")
            if data.get(name) is not None}  # fmt: skip
    if "evaluated_on" not in days:
        findings.append(bad("evaluated_on", data.get("evaluated_on"), "the day of the evaluation"))
    weeks = data.get("duration_weeks")
    if weeks is not None and (
        not isinstance(weeks, (int, float)) or isinstance(weeks, bool) or weeks <= 0 or weeks != int(weeks)
    ):
        findings.append(bad("duration_weeks", weeks, "a whole number of weeks from 1"))
    order_on, ordered = _order(data.get("order"), findings)
    visits = _visits(data.get("visits"), findings)
    if blocks(findings):
        return None
    if "sent_on" in days and days["sent_on"] < days["evaluated_on"]:
        findings.append(bad("sent_on", str(days["sent_on"]), f"a day from the evaluation on ({days['evaluated_on']})"))
        return None
    return Course(discipline, order_signed_on=order_on, order_disciplines=ordered, duration_weeks=None if weeks is None else int(weeks),
                  visits=visits, **days)  # fmt: skip


def _order(order: object, findings: list[Finding]) -> tuple[date | None, tuple[str, ...]]:
    if order is None:
        return None, ()
    if not isinstance(order, dict):
        findings.append(bad("order", order, "an object with signed_on and disciplines"))
        return None, ()
    findings += unknown_keys(order, {"signed_on", "disciplines"}, "order.")
    named = order.get("disciplines") or []
    if not isinstance(named, list) or any(key not in billing_rules() for key in named):
        findings.append(bad("order.disciplines", named, "a list of disciplines"))
        named = []
    signed = read_day(order["signed_on"], "order.signed_on", findings) if order.get("signed_on") is not None else None
    return signed, tuple(named)


def _visits(given: object, findings: list[Finding]) -> tuple[tuple[date, str], ...]:
    if given is None:
        return ()
    if not isinstance(given, list):
        findings.append(bad("visits", given, "a list of visits with on and kind"))
        return ()
    visits = []
    for n, visit in enumerate(given):
        where = f"visits[{n}]"
        if not isinstance(visit, dict) or visit.get("kind", "treatment") not in KINDS:
            findings.append(bad(where, visit, f"an object with on and kind ({', '.join(KINDS)})"))
            continue
        findings += unknown_keys(visit, {"on", "kind", "discipline"}, f"{where}.")
        on = read_day(visit.get("on"), f"{where}.on", findings)
        if on:
            visits.append((on, visit.get("kind", "treatment")))
    return tuple(visits)


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
            f"  {report['treatment_days']} treatment days since the last report"
            + (f"; report due, period ended {report['period_ends_on']}" if report["due"] else "")
        )
    return "\n".join(lines + said(reply))


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain due", description=__doc__)
    parser.add_argument("paths", nargs="*", help="JSON Lines files or folders; standard input where none is given")
    parser.add_argument("--json", action="store_true", help="one JSON object a request")
    options = parser.parse_args(argv)
    return run(read_requests(options.paths), answer, options.json, words)
