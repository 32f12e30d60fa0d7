"""`regain units`: billable units and modifiers of one day's minutes."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain

from regain.cli.lines import Json, Request, read_requests, run
from regain.coverage.rules.codes import Billing, billing_of, codes_of
from regain.coverage.rules.units import AssistantRule, Counted, Done, count
from regain.reference.facts import fact, facts, rows
from regain.reference.rules import Finding, blocks, error, info, warning

KEYS = {"id", "rule", "on", "lines"}
LINE_KEYS = {"discipline", "code", "minutes", "by"}
EMPTY = {"units": None, "timed_minutes": None, "timed_units": None, "claim_lines": None, "choices": None}


@cache
def code_list():
    """Every service code by code."""
    return codes_of(rows("coverage/codes"))


@cache
def billing_rules() -> dict[str, Billing]:
    """Every discipline that a payer counts, by key."""
    ours = (value.data for one in facts("organizations/disciplines") for value in one.latest())
    return billing_of(chain(ours, (value.data for value in fact("coverage/disciplines_elsewhere").latest())))


def assistant_rule(on: date | None) -> AssistantRule | None:
    """The assistant modifiers' rule on a date (the newest where none is given)."""
    known = fact("coverage/assistant_modifier")
    values = {value["key"]: value for value in (known.on(on) if on else known.latest())}
    if "required" not in values:
        return None
    exception = values.get("midpoint_exception")
    share = values["required"]["de_minimis"]
    return AssistantRule(share, exception["therapist_minutes"]) if exception else AssistantRule(share)


def bad(where: str, found: object, expected: str, hint: str = "Correct the value.") -> Finding:
    """What is said of a value that cannot be."""
    return error(
        "BAD_VALUE",
        f"{where} is {found!r}; expected {expected}.",
        where=where,
        found=found,
        expected=expected,
        try_=hint,
    )


def unknown_keys(data: Json, known: set[str], where: str = "") -> Iterator[Finding]:
    """A warning for each key that nobody reads."""
    for key in data:
        if key not in known:
            yield warning("UNKNOWN_KEY", f"{where}{key} is not read.", where=f"{where}{key}", found=key,
                          expected=", ".join(sorted(known)), try_="Check the spelling.")  # fmt: skip


def read_day(text: object, where: str, findings: list[Finding]) -> date | None:
    """A date, or None with a finding."""
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else _no_date(text)
    except ValueError:
        findings.append(bad(where, text, "a date such as 2026-06-01"))
        return None


def _no_date(text: object) -> date:
    raise ValueError(text)


def answer(request: Request) -> Json:
    """One request's answer."""
    if request.data is None:
        return {"id": request.id, **EMPTY, "findings": list(request.findings)}
    findings: list[Finding] = list(unknown_keys(request.data, KEYS))
    done, rule, on = _read(request.data, findings)
    if blocks(findings):
        return {"id": request.id, **EMPTY, "findings": findings}
    known = {value["key"]: value for value in fact("coverage/unit_rules").latest()}[rule]
    result = count(done, rule, code_list(), billing_rules(), assistant_rule(on), known["block"], known["midpoint"])
    findings += _explain(result, done)
    return {"id": request.id, "units": result.units, "timed_minutes": result.timed_minutes, "timed_units": result.timed_units,
            "claim_lines": [line.as_json() for line in result.claim_lines], "choices": list(result.choices), "findings": findings}  # fmt: skip


def _explain(result: Counted, done: list[Done]) -> Iterator[Finding]:
    if result.choices:
        yield info("CHOICE", f"The last unit can be shared in {len(result.choices)} equal ways; the code with more minutes has it.",
                   where="lines", try_="Pick another of `choices` where that says better what was done.", source="S1")  # fmt: skip
    given = {f"{d.discipline}:{d.code}" for d in done}
    for key in result.units.keys() - given:
        yield info("RECODED", f"Minutes of the same service are billed as {key} too: the first unit on one code, the rest on the other.",
                   where="lines", found=key, source="S1")  # fmt: skip


def _read(data: Json, findings: list[Finding]) -> tuple[list[Done], str, date | None]:
    rule = data.get("rule", "cms")
    rules = [value["key"] for value in fact("coverage/unit_rules").latest()]
    if rule not in rules:
        findings.append(bad("rule", rule, " or ".join(rules)))
    on = read_day(data["on"], "on", findings) if data.get("on") is not None else None
    lines = data.get("lines")
    if not isinstance(lines, list) or not lines:
        findings.append(bad("lines", lines, "a list of lines with discipline, code and minutes"))
        return [], rule, on
    done = [one for number, line in enumerate(lines) if (one := _line(line, f"lines[{number}]", on, findings))]
    return done, rule, on


def _line(line: object, where: str, on: date | None, findings: list[Finding]) -> Done | None:
    if not isinstance(line, dict):
        findings.append(bad(where, line, "an object with discipline, code and minutes"))
        return None
    findings += unknown_keys(line, LINE_KEYS, f"{where}.")
    before = len(findings)
    key, code, minutes = line.get("discipline"), line.get("code"), line.get("minutes")
    billing = billing_rules().get(key) if isinstance(key, str) else None
    if billing is None:
        findings.append(bad(f"{where}.discipline", key, " or ".join(billing_rules())))
    check_code(code, f"{where}.code", on, findings)
    if isinstance(minutes, float) and minutes.is_integer():
        minutes = int(minutes)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= 1440:
        findings.append(bad(f"{where}.minutes", minutes, "whole minutes from 0 to 1440"))
    by = _by(line.get("by"), billing, f"{where}.by", findings)
    return None if blocks(findings[before:]) else Done(key, code, minutes, by)


def check_code(code: object, where: str, on: date | None, findings: list[Finding]) -> None:
    """UNKNOWN_CODE, or FACT_NOT_IN_FORCE for a code that did not exist yet."""
    known = code_list().get(code) if isinstance(code, str) else None
    if known is None:
        findings.append(error("UNKNOWN_CODE", f"{where} is {code!r}: no therapy service code known here.", where=where, found=code,
                              expected="a code of the list `coverage/codes`", try_="Check the digits; add a new code to the list."))  # fmt: skip
    elif on and known.valid_from and on < known.valid_from:
        findings.append(error("FACT_NOT_IN_FORCE", f"{code} exists only from {known.valid_from}.", where=where, found=str(on),
                              expected=f"a date from {known.valid_from}", try_="Use the code that was valid on the date of service."))  # fmt: skip


def _by(given: object, billing: Billing | None, where: str, findings: list[Finding]) -> tuple[str, ...]:
    if given is None or billing is None:
        return ()
    kinds = (billing.therapist, billing.assistant)
    people = tuple(given) if isinstance(given, list) else (given,)
    if not people or any(person not in kinds for person in people):
        findings.append(bad(where, given, f"{' or '.join(kinds)}, or a list of both"))
        return ()
    return people


def words(reply: Json) -> str:
    """An answer for a person."""
    lines = [f"{reply['id']}"]
    for line in reply["claim_lines"] or []:
        lines.append(f"  {line['discipline']} {line['code']} × {line['units']}  {' '.join(line['modifiers'])}")
    lines += [f"  {key}: documented, not billed" for key, n in (reply["units"] or {}).items() if not n]
    return "\n".join(lines + said(reply))


def said(reply: Json) -> list[str]:
    """Findings as lines for a person."""
    return [f"  {f['severity']}: {f['message']}" + (f" {f['try']}" if f["try"] else "") for f in reply["findings"]]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain units", description=__doc__)
    parser.add_argument("paths", nargs="*", help="JSON Lines files or folders; standard input where none is given")
    parser.add_argument("--json", action="store_true", help="one JSON object a request")
    options = parser.parse_args(argv)
    return run(read_requests(options.paths), answer, options.json, words)
