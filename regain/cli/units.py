"""`regain units`: billable units and modifiers of one day's minutes."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain

from regain.cli.lines import Json, Request, read_requests, run
from regain.coverage.rules.codes import Basis, Billing, Code, billing_of, codes_of
from regain.coverage.rules.units import AssistantRule, Counted, Done, UnitRule, assistant_rule_of, count, unit_rule_of
from regain.reference.facts import fact, facts, rows
from regain.reference.rules import Finding, blocks, error, info, warning

KEYS = {"id", "rule", "on", "lines"}
LINE_KEYS = {"discipline", "code", "minutes", "by"}
DAY = re.compile(r"[0-2]\d{3}-\d\d-\d\d", re.ASCII)
"""A date; a year past 2999 is a slip of the finger, and the calendar ends at 9999."""
DAY_MINUTES = 24 * 60
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
    return assistant_rule_of(known.on(on) if on else known.latest())


def bad(where: str, found: object, expected: str, hint: str = "Correct the value.") -> Finding:
    """What is said of a value that cannot be."""
    return error(
        "BAD_VALUE",
        f"{where} is {found!r}; expected {expected}."
        if found is not None
        else f"{where} is missing; expected {expected}.",
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
    """A date written YYYY-MM-DD, or None with a finding."""
    try:
        if isinstance(text, str) and DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    findings.append(bad(where, text, "a date such as 2026-06-01"))
    return None


def answer(request: Request) -> Json:
    """One request's answer."""
    if request.data is None:
        return {"id": request.id, **EMPTY, "findings": list(request.findings)}
    findings: list[Finding] = list(unknown_keys(request.data, KEYS))
    done, rule, on = _read(request.data, findings)
    if blocks(findings) or rule is None:
        return {"id": request.id, **EMPTY, "findings": findings}
    result = count(done, rule, code_list(), billing_rules(), assistant_rule(on))
    findings += _explain(result, done)
    return {"id": request.id, "units": result.units, "timed_minutes": result.timed_minutes, "timed_units": result.timed_units,
            "claim_lines": [line.as_json() for line in result.claim_lines], "choices": list(result.choices), "findings": findings}  # fmt: skip


def _explain(result: Counted, done: list[Done]) -> Iterator[Finding]:
    if result.choices:
        shown = "" if len(result.choices) == result.ways else f" (the first {len(result.choices)} are listed)"
        yield info("CHOICE", f"The last unit can be shared in {result.ways} equal ways{shown}; the code with more minutes has it.",
                   where="lines", try_="Pick another of `choices` where that says better what was done.", source="S1")  # fmt: skip
    given = {f"{d.discipline}:{d.code}" for d in done}
    for key in (key for key in result.units if key not in given):
        yield info("RECODED", f"Minutes of the same service are billed as {key} too: the first unit on one code, the rest on the other.",
                   where="lines", found=key, source="S1")  # fmt: skip


def _read(data: Json, findings: list[Finding]) -> tuple[list[Done], UnitRule | None, date | None]:
    on = read_day(data["on"], "on", findings) if data.get("on") is not None else None
    rule = _rule("cms" if data.get("rule") is None else data["rule"], on, findings)
    lines = data.get("lines")
    if not isinstance(lines, list) or not lines:
        findings.append(bad("lines", lines, "a list of lines with discipline, code and minutes"))
        return [], rule, on
    done = [one for number, line in enumerate(lines) if (one := _line(line, f"lines[{number}]", on, findings))]
    return done, rule, on


def _rule(key: object, on: date | None, findings: list[Finding]) -> UnitRule | None:
    known = fact("coverage/unit_rules")
    names = list(dict.fromkeys(value["key"] for value in known.values))
    if key not in names:
        findings.append(bad("rule", key, " or ".join(names)))
        return None
    rule = unit_rule_of(known.on(on) if on else known.latest(), key)
    if rule is None:
        first = min(value.from_ for value in known.values)
        findings.append(error("FACT_NOT_IN_FORCE", f"No rule for counting units is known on {on}.", where="on", found=str(on),
                              expected=f"a date from {first}", try_="Check the year."))  # fmt: skip
    return rule


def _line(line: object, where: str, on: date | None, findings: list[Finding]) -> Done | None:
    if not isinstance(line, dict):
        findings.append(bad(where, line, "an object with discipline, code and minutes"))
        return None
    findings += unknown_keys(line, LINE_KEYS, f"{where}.")
    before = len(findings)
    billing = check_discipline(line.get("discipline"), f"{where}.discipline", findings)
    code = check_code(line.get("code"), f"{where}.code", on, findings)
    if billing and code:
        check_owner(code, billing, f"{where}.code", findings)
    minutes = _minutes(line.get("minutes"), code, f"{where}.minutes", findings)
    by = _by(line.get("by"), billing, f"{where}.by", findings)
    return None if blocks(findings[before:]) else Done(billing.key, code.code, minutes, by)


def _minutes(given: object, code: Code | None, where: str, findings: list[Finding]) -> int:
    """Whole minutes of a day; a service that counts once needs none."""
    if given is None and code is not None and code.basis is Basis.ONCE:
        return 0
    whole = given.is_integer() if isinstance(given, float) else isinstance(given, int) and not isinstance(given, bool)
    if whole and 0 <= given <= DAY_MINUTES:
        return int(given)
    findings.append(bad(where, given, f"whole minutes from 0 to {DAY_MINUTES}", "Enter the minutes given one to one."))
    return 0


def check_discipline(key: object, where: str, findings: list[Finding]) -> Billing | None:
    """How a discipline bills, or None with a finding."""
    billing = billing_rules().get(key) if isinstance(key, str) else None
    if billing is None:
        findings.append(bad(where, key, " or ".join(billing_rules())))
    return billing


def check_owner(code: Code, billing: Billing, where: str, findings: list[Finding]) -> None:
    """A code of one discipline (its evaluations) is not billed under another's plan."""
    if code.discipline and code.discipline != billing.key:
        findings.append(bad(where, code.code, f"a code that {billing.key} may bill", f"{code.code} ({code.label}) is billed by {code.discipline} only."))  # fmt: skip


def check_code(given: object, where: str, on: date | None, findings: list[Finding]) -> Code | None:
    """The code, or None with UNKNOWN_CODE, or with FACT_NOT_IN_FORCE where it did not exist yet on the date."""
    known = code_list().get(given) if isinstance(given, str) else None
    if known is None:
        findings.append(error("UNKNOWN_CODE", f"{where} is {given!r}: no therapy service code known here.", where=where, found=given,
                              expected="a code of the list `coverage/codes`", try_="Check the digits; add a new code to the list."))  # fmt: skip
    elif on and not known.exists_on(on):
        findings.append(error("FACT_NOT_IN_FORCE", f"{given} exists only {known.validity}, not on {on}.", where=where, found=given,
                              expected=f"a date of service {known.validity}", try_="Use the code that was valid on the date of service."))  # fmt: skip
        return None
    return known


def _by(given: object, billing: Billing | None, where: str, findings: list[Finding]) -> tuple[str, ...]:
    """Who gave the minutes. One of another discipline only beside one of this (two disciplines treating together)."""
    if given is None or billing is None:
        return ()
    own = (billing.therapist, billing.assistant)
    kinds = {kind for b in billing_rules().values() for kind in (b.therapist, b.assistant)}
    people = given if isinstance(given, list) else [given]
    if not all(isinstance(person, str) and person in kinds for person in people) or not any(p in own for p in people):
        findings.append(bad(where, given, f"{' or '.join(own)}, or a list of those who treated together"))
        return ()
    return tuple(people)


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
