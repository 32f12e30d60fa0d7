"""What stands against signing a note, and what the next note starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regain.outcomes.rules.due import EVERY_DAYS
from regain.reference.rules import Finding, error, info, warning

LONGEST = 480
"""Minutes of one visit past which an entry is taken for a slip (product rule: a working day)."""
UNUSUAL = 180
"""Minutes of one visit that are asked about (product rule)."""


class Kind(StrEnum):
    """What a visit is for; also the name of the act that a license must allow."""

    EVALUATION = "evaluation"
    TREATMENT = "treatment"
    RE_EVALUATION = "re_evaluation"
    PROGRESS_REPORT = "progress_report"
    DISCHARGE = "discharge"


UNDER_A_SECTION = frozenset({Kind.TREATMENT, Kind.PROGRESS_REPORT})
"""Kinds given under a signed section; an evaluation comes before it, a re-evaluation or discharge may follow its end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One intervention: minutes 0 means it was planned and not given today."""

    code: str
    label: str
    minutes: int
    dose: str = ""
    by_kind: str = ""


@dataclass(frozen=True, slots=True)
class SectionSeen:
    """A section of the visit's discipline: signed or not, and the days it covers, both ends included."""

    signed: bool
    starts_on: date
    ends_on: date

    def in_force_on(self, on: date) -> bool:
        return self.signed and self.starts_on <= on <= self.ends_on


@dataclass(frozen=True, slots=True)
class Note:
    """What is about to be signed."""

    kind: str
    discipline: str
    on: date
    total_minutes: int
    lines: Sequence[Line]
    subjective: str = ""
    assessment: str = ""
    together_minutes: int = 0

    @property
    def given(self) -> int:
        """Minutes of the interventions: those that count here."""
        return sum(line.minutes for line in self.lines)


@dataclass(frozen=True, slots=True)
class Beside:
    """The note of another discipline for the same person on the same day; `counted` are its interventions' minutes."""

    discipline: str
    by: str
    total_minutes: int
    counted: int
    together_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Around:
    """What the record says around a note. `codes`: code to the discipline it is limited to ("" for any)."""

    today: date
    codes: Mapping[str, str]
    sections: Sequence[SectionSeen] = ()
    report_due: bool = False
    treatment_days: int = 0
    measures_due: Sequence[tuple[str, int | None]] = ()
    """Names of measures that goals read, with the days since they were taken (None: never)."""
    evaluation_codes: Sequence[str] = ()
    cosign: bool = False
    beside: Sequence[Beside] = ()
    overlaps: Sequence[str] = ()
    """Who else has an appointment with the person at the same time."""


def before_signing(note: Note, around: Around) -> list[Finding]:
    """Everything that stands against signing (errors) or asks for a look (warnings), but licenses."""
    found = [*_minutes(note), *_together(note, around), *_lines(note, around), *_section(note, around)]
    if note.on > around.today:
        found.append(error("VISIT_IN_FUTURE", f"The visit is on {note.on:%-d %b %Y}; it is signed once it took place.", where="on",
                           found=str(note.on), try_="Correct the day."))  # fmt: skip
    if not note.subjective.strip() and not note.assessment.strip():
        found.append(error("NOTE_EMPTY", "The note says nothing in words yet.", where="subjective",
                           try_="Write how the person is, or what you make of it."))  # fmt: skip
    elif not note.assessment.strip():
        found.append(warning("NO_ASSESSMENT", "No word on what skill was needed and how it went.", where="assessment",
                             try_="Payers look for it: one sentence is enough."))  # fmt: skip
    if around.report_due and note.kind == Kind.TREATMENT:
        found.append(warning("PROGRESS_REPORT_DUE", f"{around.treatment_days} treatment days since the last progress report.", where="kind",
                             expected="a progress report by the tenth", try_="Make this note a progress report, or write one today."))  # fmt: skip
    for name, days in around.measures_due:
        when = "was not taken yet" if days is None else f"was taken {days} days ago"
        found.append(warning("MEASURE_DUE", f"{name} {when}; a goal reads it.", where="measures", found=days,
                             expected=f"every {EVERY_DAYS} days", try_="Take it now."))  # fmt: skip
    if around.cosign:
        found.append(info("COSIGN", "A supervising therapist reads and cosigns this note after you.", where="cosigner"))
    return found


def _minutes(note: Note) -> list[Finding]:
    given = note.given
    if note.total_minutes == 0 and given == 0:
        return [error("NO_MINUTES", "The visit has 0 minutes: nothing was given, so nothing is signed or billed.", where="total_minutes",
                      found=0, expected="at least 1", try_="Enter the minutes, or mark the appointment as missed.")]  # fmt: skip
    if max(note.total_minutes, given) > LONGEST:
        return [error("TOO_MANY_MINUTES", f"{max(note.total_minutes, given)} minutes in one visit.", where="total_minutes",
                      found=max(note.total_minutes, given), expected=f"up to {LONGEST}", try_="Look for a digit too many.")]  # fmt: skip
    if note.total_minutes < given:
        return [error("MINUTES_DISAGREE", f"The interventions add up to {given} minutes, more than the visit's {note.total_minutes}.",
                      where="total_minutes", found=note.total_minutes, expected=f"at least {given}", try_="Correct one of the two.")]  # fmt: skip
    if note.total_minutes > UNUSUAL:
        return [warning("LONG_VISIT", f"{note.total_minutes} minutes is a long visit.", where="total_minutes", found=note.total_minutes,
                        try_="Check the minutes.")]  # fmt: skip
    return []


def _together(note: Note, around: Around) -> list[Finding]:
    """Two therapists with one person at once: each minute counts in one of their notes."""
    if note.together_minutes > max(note.total_minutes, note.given):
        return [error("TOGETHER_TOO_LONG", f"{note.together_minutes} minutes together, but the visit lasted {note.total_minutes or note.given}.", where="together_minutes",
                      found=note.together_minutes, expected=f"up to {note.total_minutes or note.given}", try_="Correct one of the two.")]  # fmt: skip
    found: list[Finding] = []
    for other in around.beside:
        shared = max(note.together_minutes, other.together_minutes)
        most = max(note.total_minutes, note.given) + other.total_minutes - shared
        if shared and note.given + other.counted > most:
            found.append(error("COUNTED_TWICE", f"You and {other.by} ({other.discipline}) count {note.given + other.counted} minutes, though {shared} were given together: at most {most} count.",
                               where="lines", found=note.given + other.counted, expected=f"up to {most}",
                               try_="Leave the shared minutes to one of you, or split them.", source="S22"))  # fmt: skip
    if around.overlaps and not note.together_minutes and not found:
        found.append(warning("GIVEN_TOGETHER", f"{' and '.join(around.overlaps)} had an appointment with this person at the same time.", where="together_minutes",
                             try_="Enter the minutes given together: they count in one note only.", source="S22"))  # fmt: skip
    return found


def _lines(note: Note, around: Around) -> list[Finding]:
    found: list[Finding] = []
    given = [(number, line) for number, line in enumerate(note.lines) if line.minutes]
    if not given and note.total_minutes:
        found.append(
            error(
                "NO_INTERVENTION",
                "Minutes, but no intervention they were used for.",
                where="lines",
                try_="Add what was done.",
            )
        )
    for number, line in given:
        limited = around.codes.get(line.code)
        if limited is None:
            found.append(error("UNKNOWN_CODE", f"{line.code or 'An empty code'} is no service code known here.", where=f"lines[{number}].code",
                               found=line.code, try_="Choose one from the list."))  # fmt: skip
        elif limited not in ("", note.discipline):
            found.append(error("CODE_OF_ANOTHER_DISCIPLINE", f"{line.code} belongs to {limited}.", where=f"lines[{number}].code",
                               found=line.code, expected=f"a code of {note.discipline}", try_="Choose another code."))  # fmt: skip
    evaluates = note.kind == Kind.EVALUATION and around.evaluation_codes
    if evaluates and given and not any(line.code in around.evaluation_codes for _, line in given):
        found.append(warning("NO_EVALUATION_CODE", "An evaluation without an evaluation code.", where="lines",
                             expected=" or ".join(around.evaluation_codes), try_="Add the code of the evaluation."))  # fmt: skip
    return found


def _section(note: Note, around: Around) -> list[Finding]:
    if note.kind not in UNDER_A_SECTION or any(one.in_force_on(note.on) for one in around.sections):
        return []
    signed = [one for one in around.sections if one.signed]
    if signed:
        last = max(signed, key=lambda one: one.ends_on)
        return [error("SECTION_NOT_IN_FORCE", f"The {note.discipline} section runs from {last.starts_on:%-d %b} to {last.ends_on:%-d %b %Y}.", where="section",
                      found=str(note.on), expected=f"{last.starts_on} to {last.ends_on}", try_="Recertify, or correct the day.")]  # fmt: skip
    if around.sections:
        return [
            error(
                "SECTION_UNSIGNED",
                f"The {note.discipline} section is not signed.",
                where="section",
                try_="Sign it before the visit.",
            )
        ]
    return [error("NO_SECTION", f"There is no {note.discipline} section in the plan: nothing to treat under.", where="section",
                  try_=f"Evaluate, then write and sign the {note.discipline} section.")]  # fmt: skip


def due_measures(read: Sequence[tuple[str, str]], last: Mapping[str, date], on: date, every: int = EVERY_DAYS) -> list[tuple[str, int | None]]:  # fmt: skip
    """Measures that goals read (`key`, name) and that are not recent: name with days since.

    >>> due_measures([("berg", "Berg"), ("tug", "TUG")], {"berg": date(2026, 11, 10)}, date(2026, 11, 24))
    [('Berg', 14), ('TUG', None)]
    """
    found: list[tuple[str, int | None]] = []
    for key, name in dict(read).items():
        days = (on - last[key]).days if key in last else None
        if days is None or days >= every:
            found.append((name, days))
    return found
