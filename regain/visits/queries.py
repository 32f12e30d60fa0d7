"""Reads of visits: notes with what they stand on, units of a day, what stands against signing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Sum

from regain.coverage.queries import code_list, coverage_on, profile_on, unit_rule
from regain.coverage.rules.codes import Billing, billing_of
from regain.coverage.rules.units import AssistantRule, Counted, Done, assistant_rule_of, count, unit_rule_of
from regain.credentials.queries import acts, findings_for, kinds_of
from regain.organizations.queries import disciplines
from regain.outcomes.queries import instruments, scores
from regain.people.queries import practitioner_of
from regain.plan_of_care.models import Goal, Section
from regain.plan_of_care.rules import Course, certification_rule_of, report_due
from regain.reference.facts import fact, facts
from regain.reference.rules import Finding
from regain.scheduling.queries import appointments, care_state
from regain.visits.models import Amendment, Cosignature, Intervention, Visit, VisitScore
from regain.visits.rules import Around, Beside, Kind, Line, Note, SectionSeen, before_signing, due_measures


@cache
def billing_rules() -> dict[str, Billing]:
    """Every discipline that a payer counts, by key."""
    ours = (value.data for one in facts("organizations/disciplines") for value in one.latest())
    return billing_of(chain(ours, (value.data for value in fact("coverage/disciplines_elsewhere").latest())))


def assistant_rule(on: date) -> AssistantRule | None:
    """The assistant modifiers' rule on a date of service."""
    return assistant_rule_of(fact("coverage/assistant_modifier").on(on))


def visits(organization):
    """Every visit with its people, newest first."""
    return (
        Visit.objects.of(organization).select_related("patient", "episode", "practitioner", "section", "signed_by__user", "site", "appointment")
        .order_by("-on", "-created_at", "-id")
    )  # fmt: skip


def whole_visits(organization):
    """Visits with interventions, measures, amendments and cosignatures read along."""
    return visits(organization).prefetch_related(
        Prefetch("interventions", Intervention.objects.of(organization).select_related("goal").order_by("rank", "id")),
        Prefetch("scores", VisitScore.objects.of(organization).select_related("score").order_by("created_at")),
        Prefetch(
            "amendments", Amendment.objects.of(organization).select_related("signed_by__user").order_by("created_at")
        ),
        Prefetch(
            "cosignatures", Cosignature.objects.of(organization).select_related("practitioner").order_by("created_at")
        ),
    )


def booked_appointment(organization, episode, pk: str):
    """The episode's appointment of this id that still stands, or None."""
    try:
        found = appointments(organization).filter(episode=episode, pk=UUID(pk)).first()
    except ValueError:
        return None
    return found if found and found.state not in ("cancelled", "no_show") else None


def drafts(member):
    """Notes the member has begun and not signed."""
    return visits(member).filter(practitioner__membership=member, signed_at__isnull=True)


def awaiting_cosignature(member):
    """Signed notes that name the member as cosigner and are not cosigned yet."""
    return visits(member).filter(cosigner__membership=member, signed_at__isnull=False, cosignatures__isnull=True)


def last_visit(organization, episode, discipline: str, before: Visit | None = None):
    """The visit of this discipline before a note, signed ones only: where the next note starts from."""
    lines = Prefetch("interventions", Intervention.objects.of(organization).order_by("rank", "id"))
    found = (
        visits(organization)
        .filter(episode=episode, discipline=discipline, signed_at__isnull=False)
        .prefetch_related(lines)
    )
    if before is not None:
        found = found.filter(on__lte=before.on).exclude(pk=before.pk)
    return found.first()


def signed_evaluation(organization, episode, discipline: str) -> Visit | None:
    """The newest evaluation of a discipline: what its section of the plan starts from."""
    kinds = (Kind.EVALUATION, Kind.RE_EVALUATION)
    return visits(organization).filter(episode=episode, discipline=discipline, kind__in=kinds, signed_at__isnull=False).first()  # fmt: skip


def sections(organization, episode, discipline: str) -> list[Section]:
    """A discipline's sections, newest first. A replaced one stays: a note of last week stands on last week's section."""
    rows = Section.objects.of(organization).filter(plan__episode=episode, discipline=discipline)
    return list(rows.order_by("-starts_on", "-created_at"))


def section_in_force(organization, episode, discipline: str, on: date) -> Section | None:
    """The signed section a visit on a day is given under."""
    found = sections(organization, episode, discipline)
    return next((one for one in found if one.signed_at and one.starts_on <= on <= one.ends_on), None)


def goals(organization, episode) -> list[Goal]:
    """The shared goals that have not ended, in their order."""
    return list(
        Goal.objects.of(organization).filter(plan__episode=episode, ended_on__isnull=True).order_by("rank", "id")
    )


def targets(goals_: Iterable[Goal]) -> dict[str, Any]:
    """What goals aim at, by measure; None where a goal reads it without a number to reach."""
    return {goal.measure: goal.target for goal in goals_ if goal.measure}


@dataclass(frozen=True, slots=True)
class Tally:
    """Running minutes and units of a note."""

    total: int
    timed: int
    counted: Counted

    @property
    def units(self) -> dict[str, int]:
        """Units by code."""
        return {key.partition(":")[2]: units for key, units in self.counted.units.items()}

    @property
    def billed(self) -> int:
        return sum(self.counted.units.values())


def tally(visit: Visit, lines: Sequence[Line], total: int, rule: str) -> Tally:
    """Units of a note's own lines as its payer counts them; lines without minutes or with an unknown code count nothing."""
    billing = billing_rules()[visit.discipline]
    kinds = (billing.therapist, billing.assistant)
    done = [
        Done(
            visit.discipline,
            line.code,
            line.minutes,
            tuple(k for k in (line.by_kind or visit.practitioner.profession,) if k in kinds),
        )
        for line in lines
        if line.minutes and line.code in code_list()
    ]
    known = unit_rule_of(fact("coverage/unit_rules").latest(), rule)
    counted = count(done, known, code_list(), billing_rules(), assistant_rule(visit.on))
    return Tally(total or sum(line.minutes for line in lines), counted.timed_minutes.get(visit.discipline, 0), counted)


def rule_of(visit: Visit) -> str:
    """How the payer of the day counts units."""
    return unit_rule(coverage_on(visit.organization_id, visit.patient_id, visit.on))


def lines_of(visit: Visit) -> list[Line]:
    """A visit's interventions as rule values."""
    return [Line(i.code, i.label, i.minutes, i.dose, i.by_kind) for i in visit.interventions.all()]


def signing_findings(visit: Visit, member, today: date, lines: Sequence[Line] | None = None, words: Mapping[str, Any] | None = None) -> list[Finding]:  # fmt: skip
    """What stands against the member signing this note: license, minutes, section, report, measures.

    `lines` and `words` (subjective, assessment, total_minutes) are those typed and not saved yet.
    """
    said = {
        name: getattr(visit, name) for name in ("subjective", "assessment", "total_minutes", "together_minutes")
    } | dict(words or {})
    given = lines_of(visit) if lines is None else lines
    note = Note(visit.kind, visit.discipline, visit.on, said["total_minutes"] or sum(line.minutes for line in given), given,
                said["subjective"], said["assessment"], said["together_minutes"] or 0)  # fmt: skip
    return [*license_findings(visit, member), *before_signing(note, _around(visit, today))]


def license_findings(visit: Visit, member) -> list[Finding]:
    """Whether the member may do and sign what this visit is, where the patient is."""
    signer = practitioner_of(member) or visit.practitioner
    state = care_state(visit.patient, visit.site)
    return findings_for(visit.organization_id, visit.kind, signer, visit.discipline, state, visit.on)


def needs_cosign(visit: Visit) -> bool:
    """Whether the facts let this kind of visit be signed at this license level only under supervision."""
    level = kinds_of(visit.discipline).level_of(visit.practitioner.profession)
    return level is not None and level in acts()[visit.kind].supervised


def _around(visit: Visit, today: date) -> Around:
    organization, episode, discipline = visit.organization_id, visit.episode, visit.discipline
    known = sections(organization, episode, discipline)
    seen = [SectionSeen(bool(one.signed_at), one.starts_on, one.ends_on) for one in known]
    report = _report(visit, known)
    read = [
        (g.measure, instruments()[g.measure].fact.label)
        for g in goals(organization, episode)
        if g.measure in instruments()
    ]
    last = {row.measure: row.taken_on for row in scores(organization).filter(episode=episode)} if read else {}
    return Around(
        today, {code.code: code.discipline for code in code_list().values()}, seen, report.due, report.treatment_days,
        due_measures(read, last, visit.on), disciplines()[discipline]["evaluation_codes"], needs_cosign(visit), beside(visit), overlaps(visit),
    )  # fmt: skip


def beside(visit: Visit) -> list[Beside]:
    """Notes of other disciplines for the same person on the same day."""
    rows = (
        Visit.objects.of(visit.organization_id).filter(patient=visit.patient_id, on=visit.on).exclude(discipline=visit.discipline)
        .select_related("practitioner").annotate(counted=Sum("interventions__minutes")).order_by("created_at")
    )  # fmt: skip
    return [Beside(v.discipline, str(v.practitioner), v.total_minutes, v.counted or 0, v.together_minutes) for v in rows]  # fmt: skip


def overlaps(visit: Visit) -> list[str]:
    """Who else is booked with the person while this visit's appointment lasts."""
    mine = visit.appointment
    if mine is None:
        return []
    rows = appointments(visit.organization_id).filter(patient=visit.patient_id, starts_at__lt=mine.ends_at, ends_at__gt=mine.starts_at)  # fmt: skip
    others = rows.exclude(pk=mine.pk).exclude(practitioner=visit.practitioner_id)
    return [str(a.practitioner) for a in others if a.state not in ("cancelled", "no_show")]


def given_and_planned(visit: Visit) -> tuple[int, int | None]:
    """Which visit of its section this is, and how many the section plans."""
    if visit.section is None:
        return 0, None
    past = Visit.objects.of(visit.organization_id).filter(section=visit.section, signed_at__isnull=False, on__lte=visit.on)  # fmt: skip
    number = past.exclude(pk=visit.pk).count() + 1
    return number, visit.section.frequency_per_week * visit.section.duration_weeks


def _report(visit: Visit, known: Sequence[Section]):
    """Treatment days since the last report, this visit included."""
    past = Visit.objects.of(visit.organization_id).filter(
        episode=visit.episode, discipline=visit.discipline, signed_at__isnull=False
    )
    days = [(v.on, v.kind) for v in past.exclude(pk=visit.pk).only("on", "kind")] + [(visit.on, visit.kind)]
    evaluated = (
        known[0].evaluated_on if known else min((on for on, kind in days if kind == "evaluation"), default=visit.on)
    )
    coverage = coverage_on(visit.organization_id, visit.patient_id, visit.on)
    required = profile_on(coverage)["certification"]
    rule = certification_rule_of(fact("plan_of_care/certification").on(visit.on), required)
    return report_due(Course(visit.discipline, evaluated, visit.on, visits=tuple(days)), rule)
