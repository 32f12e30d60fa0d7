"""What would stop a claim: pure checks over one visit's lines. A claim with an error is not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from regain.reference.rules import Finding, error, info, warning


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a claim."""

    discipline: str
    code: str
    units: int
    modifiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """Everything the check looks at. `section_*` is about the section the visit was given under."""

    on: date
    today: date
    kind: str
    evaluation: bool
    lines: tuple[Line, ...]
    diagnoses: tuple[str, ...]
    billing_npi: str
    tax_id: str
    rendering_npi: str
    member_id: str
    referring_npi: str
    coverage: bool
    section_signed: bool
    certification_wanted: bool
    certified: bool
    certification_due_on: date | None
    authorization_wanted: str
    authorized: bool
    timely_filing_days: int
    zero_units: tuple[str, ...] = ()


def npi_is_valid(npi: str) -> bool:
    """Ten digits, first 1 or 2, Luhn over 80840 and the number.

    >>> npi_is_valid("1234567893"), npi_is_valid("1234567890"), npi_is_valid("0234567893")
    (True, False, False)
    """
    if len(npi) != 10 or not npi.isascii() or not npi.isdigit() or npi[0] not in "12":
        return False
    digits = [int(d) for d in "80840" + npi]
    doubled = [d if n % 2 else d * 2 - 9 * (d > 4) for n, d in enumerate(reversed(digits), 1)]
    return sum(doubled) % 10 == 0


def check_claim(facts: ClaimFacts, pairs: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Findings against one visit's claim, most serious first. `pairs`: column-one code to its column-two codes."""
    findings = [*_payer(facts), *_people(facts), *_plan(facts), *_lines(facts), *_pairs(facts, pairs), *_time(facts)]
    return sorted(findings, key=lambda f: ("error", "warning", "info").index(f.severity))


def _payer(facts: ClaimFacts):
    if not facts.coverage:
        yield warning(
            "NO_COVERAGE",
            "No coverage on the day of the visit: this becomes the patient's bill.",
            try_="Enter the coverage if there is one.",
        )
    elif not facts.member_id:
        yield error(
            "MEMBER_ID_MISSING", "The coverage has no member number.", where="member_id", try_="Copy it from the card."
        )
    if facts.authorization_wanted != "no" and not facts.authorized:
        make = error if facts.authorization_wanted == "always" else warning
        yield make(
            "NO_AUTHORIZATION",
            "The payer may want an authorization, and none covers this visit.",
            where="authorization",
            try_="Enter it, or confirm that none is needed.",
        )


def _people(facts: ClaimFacts):
    for where, npi in (("billing_npi", facts.billing_npi), ("rendering_npi", facts.rendering_npi)):
        if not npi_is_valid(npi):
            yield error("NPI_INVALID", f"The {where.replace('_', ' ').replace('npi', 'NPI')} {npi or 'is missing'} is no valid number.".replace("  ", " "), where=where, found=npi,
                        expected="ten digits that pass the check digit", try_="Correct it under Team or Clinic.", source="S20")  # fmt: skip
    if not facts.tax_id:
        yield error("TAX_ID_MISSING", "The clinic has no tax number.", where="tax_id", try_="Enter it under Clinic.")
    if facts.kind == "medicare_b" and not npi_is_valid(facts.referring_npi):
        yield error("REFERRING_NPI_MISSING", "Medicare therapy claims carry the certifying physician's NPI.", where="referring_npi", found=facts.referring_npi,
                    try_="Enter the physician's NPI.", source="S20")  # fmt: skip


def _plan(facts: ClaimFacts):
    if not facts.diagnoses:
        yield error(
            "DIAGNOSIS_MISSING", "The claim has no diagnosis.", where="diagnoses", try_="Add one to the episode."
        )
    if not facts.evaluation and not facts.section_signed:
        yield error(
            "NO_SECTION",
            "No signed section of the plan covers the day of the visit.",
            where="section",
            try_="A treatment is billed under its own discipline's plan.",
            source="S6",
        )
    if facts.certification_wanted and not facts.certified:
        late = facts.certification_due_on is not None and facts.today > facts.certification_due_on
        make = error if late else warning
        yield make("NOT_CERTIFIED", "The physician has not certified the plan" + (" in time." if late else " yet."), where="certification",
                   expected=f"a signature by {facts.certification_due_on}" if facts.certification_due_on else "a signature", try_="Send it again, or note the verbal order.", source="S5")  # fmt: skip


def _lines(facts: ClaimFacts):
    if not facts.lines:
        yield error(
            "NOTHING_TO_BILL",
            "The minutes earn no unit.",
            where="lines",
            try_="Check the minutes of each intervention.",
            source="S1",
        )
    for key in facts.zero_units:
        yield info("NO_UNIT", f"{key} is documented but earns no unit.", where="lines", found=key, source="S1")
    for line in facts.lines:
        if len(line.modifiers) > 4:
            yield error(
                "TOO_MANY_MODIFIERS",
                f"{line.code} has {len(line.modifiers)} modifiers; a line carries four.",
                where=line.code,
                try_="Keep those that change payment.",
            )


def _pairs(facts: ClaimFacts, pairs: Mapping[str, Sequence[str]]):
    present = {line.code: line for line in facts.lines}
    for first, seconds in pairs.items():
        for second in seconds:
            if (
                first in present
                and second in present
                and not {"59", "XE", "XP", "XS", "XU"} & {*present[first].modifiers, *present[second].modifiers}
            ):
                yield warning("NCCI_PAIR", f"{second} pays beside {first} only where the notes show separate times.", where=second, found=f"{first} + {second}",
                              try_="Add 59 if they were separate 15-minute periods; otherwise leave one out.", source="S15")  # fmt: skip


def _time(facts: ClaimFacts):
    if facts.today < facts.on:
        yield error(
            "VISIT_IN_FUTURE", "The visit lies in the future.", where="on", found=str(facts.on), try_="Check the date."
        )
    if facts.timely_filing_days:
        last = facts.on + timedelta(days=facts.timely_filing_days)
        left = (last - facts.today).days
        if left < 0:
            yield error(
                "FILED_LATE",
                f"The payer takes claims until {last:%d %b %Y}.",
                where="on",
                try_="File with the reason for the delay.",
            )
        elif left <= 30:
            yield warning(
                "FILE_SOON",
                f"The payer takes claims until {last:%d %b %Y}: {left} days are left.",
                where="on",
                try_="Send it now.",
            )
