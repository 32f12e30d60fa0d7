"""When a section of the plan must be certified, recertified and reported on (Medicare Benefit Policy Manual 15 section 220)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from regain.people.rules import folded


@dataclass(frozen=True, slots=True)
class CertificationRule:
    """Figures of the facts in force on the evaluation day. `required`: whether the payer asks for certification at all.
    `exception_days` is None before 2025 (no exception), `report_every` None before 2013 (another rule then).
    """

    required: bool
    sign_within: int
    verbal_sign_within: int
    interval: int
    exception_days: int | None
    report_every: int | None


def certification_rule_of(values: Iterable[Mapping[str, Any]], required: bool) -> CertificationRule | None:
    """The values of `plan_of_care/certification` in force on the evaluation day as a rule; None where they do not cover it."""
    known = {value["key"]: value for value in values}
    if not {"sign_within", "verbal_sign_within", "interval"} <= known.keys():
        return None
    exception, report = known.get("exception"), known.get("progress_report")
    return CertificationRule(
        required, known["sign_within"]["days"], known["verbal_sign_within"]["days"], known["interval"]["days"],
        exception["sent_within_days"] if exception else None, report["treatment_days"] if report else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Course:
    """One discipline's section and what happened to it."""

    discipline: str
    evaluated_on: date
    today: date | None = None
    order_signed_on: date | None = None
    order_disciplines: tuple[str, ...] = ()
    sent_on: date | None = None
    verbal_on: date | None = None
    signed_on: date | None = None
    duration_weeks: int | None = None
    visits: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CertificationDue:
    """`due_on` is None where no signature is required; `through_on` ends the certified period."""

    signature_required: bool
    due_on: date | None
    verbal_signature_due_on: date | None
    through_on: date
    days_to_sent: int | None
    recertification_signature_required: bool


@dataclass(frozen=True, slots=True)
class ReportDue:
    """Treatment days since the last progress report; the period ends on the tenth."""

    treatment_days: int
    period_ends_on: date | None
    due: bool


def certification_due(course: Course, rule: CertificationRule) -> CertificationDue:
    """When the physician's signature is due, and until when the section is certified."""
    days_to_sent = (course.sent_on - course.evaluated_on).days if course.sent_on else None
    required = rule.required and not is_excepted(course, rule)
    verbal = course.verbal_on + timedelta(rule.verbal_sign_within) if required and course.verbal_on else None
    weeks = course.duration_weeks
    length = min(weeks * 7, rule.interval) if weeks is not None else rule.interval
    return CertificationDue(
        required, course.evaluated_on + timedelta(rule.sign_within) if required else None, verbal,
        course.evaluated_on + timedelta(length), days_to_sent, rule.required,
    )  # fmt: skip


def is_excepted(course: Course, rule: CertificationRule) -> bool:
    """The 2025 exception: a signed and dated order that names the discipline was on file by the evaluation, and the plan
    was sent to that provider within 30 days of it (counted from the evaluation, the earlier of the two readings).
    """
    if rule.exception_days is None or course.order_signed_on is None or course.sent_on is None:
        return False
    ordered = not course.order_disciplines or course.discipline in course.order_disciplines
    in_time = course.order_signed_on <= course.evaluated_on
    return ordered and in_time and 0 <= (course.sent_on - course.evaluated_on).days <= rule.exception_days


def signs_as(signature: str, family: str) -> bool:
    """Whether a typed name holds the family name it was sent to, whatever its accents and hyphens.

    >>> signs_as("Dr. Amara Singh", "Singh"), signs_as("J. Nunez-Ortega", "Núñez Ortega"), signs_as("Bo Lee", "Singh")
    (True, True, False)
    """
    return set(folded(family).split()) <= set(folded(signature).split())


TREATMENT_KINDS = frozenset({"evaluation", "treatment", "re_evaluation", "discharge"})


def report_due(course: Course, rule: CertificationRule) -> ReportDue:
    """Treatment days (calendar days, not sessions; no-shows and cancellations are none) since the last report."""
    past = [(on, kind) for on, kind in course.visits if course.today is None or on <= course.today]
    last = max((on for on, kind in past if kind == "progress_report"), default=None)
    days = sorted(_treatment_days(course, past, last))
    every = rule.report_every if rule.required else None
    ends = days[every - 1] if every and len(days) >= every else None
    return ReportDue(len(days), ends, ends is not None)


def _treatment_days(course: Course, past: Iterable[tuple[date, str]], last: date | None) -> set[date]:
    # the evaluation is day 1 of the episode whether or not it is listed
    days = {course.evaluated_on} if course.today is None or course.evaluated_on <= course.today else set()
    days |= {on for on, kind in past if kind in TREATMENT_KINDS}
    return {on for on in days if last is None or on > last}
