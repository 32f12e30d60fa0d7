"""What would stop a claim: pure checks over one visit's lines. A claim with an error is not sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regain.billing.rules.modifiers import Modifier, check_modifiers
from regain.people.rules import npi_is_valid
from regain.reference.rules import Finding, error, info, warning

ICD10 = re.compile(r"[A-TV-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a claim. `covered` is False where the payer never pays for the code."""

    discipline: str
    code: str
    units: int
    modifiers: tuple[str, ...]
    covered: bool = True
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Certified:
    """Where a section's certification stands. `required` is False where the payer asks for none; `signature_required` where
    the first signature is not needed (the exception of 2025); `interval_ends_on` ends the period that the plan may run.
    """

    required: bool = False
    signature_required: bool = False
    signed_through: date | None = None
    signed: bool = False
    due_on: date | None = None
    verbal_due_on: date | None = None
    interval_ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class LimitUse:
    """A payer's limit and which visit (day, unit) of it this one is."""

    count: int
    number: int
    what: str
    over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """When somebody was treated and how long, and the minutes of it that are counted to a code."""

    discipline: str
    starts_at: datetime
    length: int
    counted: int


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """Everything the check looks at."""

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
    certified: Certified
    authorization_wanted: str
    authorized: bool
    timely_filing_days: int
    file_soon_days: int
    """How many days before the last one the claim is called urgent."""
    delay_papers_days: int
    """How late a certification may be before it needs papers that explain why."""
    zero_units: tuple[str, ...] = ()
    license: tuple[Finding, ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    """Codes that another claim of the same patient, day and discipline holds already, with its number."""
    limits: tuple[LimitUse, ...] = ()
    periods: tuple[Period, ...] = ()
    """This visit and the others of the day, where their start is known."""
    limits_yield: bool = False
    """Whether the patient is of an age at which the payer's limits yield to need (EPSDT)."""
    over_threshold: bool = False


def check_claim(facts: ClaimFacts, modifiers: Mapping[str, Modifier]) -> list[Finding]:
    """Findings against one visit's claim, most serious first."""
    checks = (_payer, _people, _plan, _certification, _lines, _day, _limits, _time)
    findings = [finding for check in checks for finding in check(facts)]
    for line in facts.lines:
        findings += check_modifiers(line.code, line.modifiers, modifiers, line.covered)
    return most_serious_first(findings)


def most_serious_first(findings: list[Finding]) -> list[Finding]:
    """Errors, then warnings, then explanations; each in the order found."""
    return sorted(findings, key=lambda f: ("error", "warning", "info").index(f.severity))


def _payer(facts: ClaimFacts) -> Iterator[Finding]:
    if not facts.coverage:
        yield warning("NO_COVERAGE", "No coverage on the day of the visit: this becomes the patient's bill.", where="coverage",
                      try_="Enter the coverage if there is one.", source="837P guide")  # fmt: skip
    elif not facts.member_id:
        yield error("MEMBER_ID_MISSING", "The coverage has no member number.", where="member_id", expected="the number on the card",
                    try_="Copy it from the card.", source="837P guide")  # fmt: skip
    if facts.authorization_wanted != "no" and not facts.authorized:
        make = error if facts.authorization_wanted == "always" else warning
        says = "wants" if facts.authorization_wanted == "always" else "may want"
        yield make("NO_AUTHORIZATION", f"The payer {says} an authorization, and none covers this visit.", where="authorization",
                   try_="Enter it, or confirm that none is needed.", source="Payer's terms")  # fmt: skip


def _people(facts: ClaimFacts) -> Iterator[Finding]:
    for where, npi, whose, fix in (
        ("billing_npi", facts.billing_npi, "clinic's NPI", "Clinic"),
        ("rendering_npi", facts.rendering_npi, "therapist's NPI", "Team"),
    ):
        if not npi_is_valid(npi):
            yield error("NPI_INVALID", f"The {whose} {npi} fails its check digit." if npi else f"The {whose} is missing.", where=where, found=npi,
                        expected="ten digits that pass the check digit", try_=f"Correct it under {fix}.", source="NPI check digit")  # fmt: skip
    if not facts.tax_id:
        yield error(
            "TAX_ID_MISSING",
            "The clinic has no tax number.",
            where="tax_id",
            try_="Enter it under Clinic.",
            source="837P guide",
        )
    if facts.kind == "medicare_b" and not npi_is_valid(facts.referring_npi):
        yield error("REFERRING_NPI_MISSING", "Medicare therapy claims carry the certifying physician's NPI.", where="referring_npi", found=facts.referring_npi,
                    expected="ten digits that pass the check digit", try_="Enter the physician's NPI on the care team.", source="837P guide")  # fmt: skip
    yield from facts.license


def _plan(facts: ClaimFacts) -> Iterator[Finding]:
    if not facts.diagnoses:
        yield error(
            "DIAGNOSIS_MISSING",
            "The claim has no diagnosis.",
            where="diagnoses",
            try_="Add one to the episode.",
            source="837P guide",
        )
    for code in facts.diagnoses:
        if not ICD10.fullmatch(code.upper()):
            yield error("DIAGNOSIS_INVALID", f"{code} has not the form of an ICD-10 code.", where="diagnoses", found=code,
                        expected="such as S52.501A or M54.50", try_="Correct it on the episode.", source="837P guide")  # fmt: skip
    if not facts.evaluation and not facts.section_signed:
        yield error("NO_SECTION", "No signed section of the plan covers the day of the visit.", where="section",
                    try_="A treatment is billed under its own discipline's plan: sign the section.", source="42 CFR 410.61")  # fmt: skip


def _certification(facts: ClaimFacts) -> Iterator[Finding]:
    """Inside a certified interval; or within the days to sign; or by verbal order; or excepted; or cured late."""
    known = facts.certified
    if not known.required:
        return
    ends = max((day for day in (known.signed_through, known.interval_ends_on) if day), default=None)
    if ends and facts.on > ends:
        yield error("NOT_RECERTIFIED", f"The certified period ended on {ends:%d %b %Y}: the plan was not certified again before this visit.",
                    where="certification", found=str(facts.on), expected=f"a visit up to {ends}", try_="Send the renewed plan for signature; a late signature still cures it.", source="42 CFR 424.24(c)")  # fmt: skip
        return
    if known.verbal_due_on and not known.signed:
        late = facts.today > known.verbal_due_on
        yield (error if late else warning)("VERBAL_NOT_SIGNED", f"The physician's verbal order {'was' if late else 'is'} to be signed by {known.verbal_due_on:%d %b %Y}.",
                    where="certification", expected=f"a signature by {known.verbal_due_on}", try_="Send the order for signature again.", source="Benefit Policy Manual 15 §220")  # fmt: skip
    elif known.signature_required and not (known.signed_through and known.signed_through >= facts.on):
        late = known.due_on is not None and facts.today > known.due_on
        papers = late and (facts.today - known.due_on).days > facts.delay_papers_days
        fix = "Send it again, or note the verbal order." if not late else "Ask for the signature: a late one still certifies the plan" + (
              "; more than six months late it needs the papers that explain why." if papers else ".")  # fmt: skip
        yield (error if late else warning)("NOT_CERTIFIED", "The physician has not certified the plan" + (" in time." if late else " yet."), where="certification",
                    expected=f"a signature by {known.due_on}" if known.due_on else "a signature", try_=fix, source="Benefit Policy Manual 15 §220")  # fmt: skip


def _lines(facts: ClaimFacts) -> Iterator[Finding]:
    if not facts.lines:
        yield error(
            "NOTHING_TO_BILL",
            "The minutes earn no unit.",
            where="lines",
            try_="Check the minutes of each intervention.",
            source="Claims Processing Manual 5 §20.2",
        )
    for key in facts.zero_units:
        yield info("NO_UNIT", f"{key} is documented but earns no unit.", where="lines", found=key,
                   try_="Nothing to do: the note shows it was done.", source="Claims Processing Manual 5 §20.2")  # fmt: skip
    for line in facts.lines:
        if not line.covered and not {"GX", "GY"} & {*line.modifiers}:
            yield error("CODE_NOT_COVERED", f"The payer never pays for {line.code}.", where=line.code, found=line.code,
                        try_="Bill the code it takes instead, or give the voluntary notice and add GX.", source="CMS therapy code list")  # fmt: skip
        if facts.over_threshold and not {"KX", "GA", "GX", "GY", "GZ"} & {*line.modifiers}:
            yield error("KX_MISSING", f"The year's threshold is passed and {line.code} carries no KX: the payer denies it and the clinic bears it.", where=line.code,
                        expected="KX where the note shows the need", try_="Add KX, or GA with a notice given before the visit.", source="CMS notice rules")  # fmt: skip


def _day(facts: ClaimFacts) -> Iterator[Finding]:
    """Billed twice, or two therapists' minutes counted for the same time."""
    for code, number in facts.duplicates:
        yield error("DUPLICATE", f"{code} of this day stands on claim {number} already.", where=code, found=number,
                    try_="Void one of the two.", source="837P guide")  # fmt: skip
    counted = sum(period.counted for period in facts.periods)
    union = _union(facts.periods)
    if len(facts.periods) > 1 and counted > union:
        names = " and ".join(dict.fromkeys(period.discipline for period in facts.periods))
        yield error("MINUTES_TWICE", f"{names} count {counted} minutes within {union} minutes of the day: time treated together is billed once.",
                    where="minutes", found=counted, expected=f"up to {union}", try_="Split the shared minutes between the two notes.", source="Part B treatment together")  # fmt: skip


def _union(periods: tuple[Period, ...]) -> int:
    """Minutes that at least one period covers."""
    total, until = 0, None
    for period in sorted(periods, key=lambda p: p.starts_at):
        ends = period.starts_at + timedelta(minutes=period.length)
        starts = period.starts_at if until is None else max(until, period.starts_at)
        total += max(int((ends - starts).total_seconds() // 60), 0)
        until = ends if until is None else max(until, ends)
    return total


def _limits(facts: ClaimFacts) -> Iterator[Finding]:
    for limit in (limit for limit in facts.limits if limit.number > limit.count):
        over = " and ".join(limit.over) or "all disciplines"
        says = f"The coverage pays for {limit.count} {limit.what} of {over}; with this claim it is {limit.number}."
        details = {
            "where": "coverage",
            "found": limit.number,
            "expected": f"up to {limit.count}",
            "source": "Payer's terms",
        }
        if facts.limits_yield:
            yield info(
                "LIMIT_YIELDS",
                f"{says} At this age the limit yields to need.",
                try_="Send the note that shows the need with the claim.",
                **details,
            )
        else:
            yield warning(
                "LIMIT_REACHED",
                says,
                try_="Ask the payer for more, or bill the patient if notice was given.",
                **details,
            )


def _time(facts: ClaimFacts) -> Iterator[Finding]:
    if facts.today < facts.on:
        yield error(
            "VISIT_IN_FUTURE",
            "The visit lies in the future.",
            where="on",
            found=str(facts.on),
            try_="Check the date.",
            source="837P guide",
        )
    if not facts.timely_filing_days:
        return
    last = facts.on + timedelta(days=facts.timely_filing_days)
    left = (last - facts.today).days
    if left < 0:
        yield error("FILED_LATE", f"The payer takes claims until {last:%d %b %Y}.", where="on", found=str(facts.today), expected=f"by {last}",
                    try_="File with the reason for the delay.", source="Payer's terms")  # fmt: skip
    elif left <= facts.file_soon_days:
        yield warning("FILE_SOON", f"The payer takes claims until {last:%d %b %Y}: {left} days are left.", where="on", found=str(facts.today), expected=f"by {last}",
                      try_="Send it now.", source="Payer's terms")  # fmt: skip
