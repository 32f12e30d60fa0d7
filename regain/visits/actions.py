"""Writes of visits: begin a note from the last one, save, sign, amend, cosign, take a measure in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from regain.coverage.actions import use_visit
from regain.credentials.queries import findings_for, supervisions
from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.organizations.queries import disciplines
from regain.outcomes.actions import record_score
from regain.outcomes.models import Score
from regain.outcomes.queries import instruments
from regain.people.models import Practitioner
from regain.people.queries import practitioner_of
from regain.plan_of_care.actions.planning import draft_section, open_plan
from regain.plan_of_care.models import Section
from regain.plan_of_care.queries import current_sections
from regain.record.actions import Stale, add, audit, change, sign
from regain.reference.rules import Finding, blocks, error, warning
from regain.scheduling.actions import move_appointment
from regain.scheduling.queries import care_state, day_schedule
from regain.visits.models import Amendment, Cosignature, Intervention, Visit, VisitScore
from regain.visits.queries import last_visit, needs_cosign, section_in_force, signing_findings
from regain.visits.rules import Kind

WORDS = ("subjective", "objective", "assessment", "next_steps", "total_minutes", "together_minutes", "kind", "on")


@transaction.atomic
def start_visit(
    *, episode: Episode, discipline: str, kind: str, on: date, practitioner: Practitioner, by: Membership, at: datetime, appointment: Any = None,
) -> Visit:  # fmt: skip
    """A note begun: with the interventions of this discipline's last visit, else of its section. A begun one is given back."""
    begun = Visit.objects.of(by).filter(episode=episode, discipline=discipline, on=on, practitioner=practitioner, signed_at__isnull=True).first()  # fmt: skip
    if begun:
        return begun
    section = section_in_force(by, episode, discipline, on)
    booked = day_schedule(by, episode.site, on).filter(
        episode=episode, discipline=discipline, practitioner=practitioner
    )
    appointment = (
        appointment or booked.exclude(state__in=("cancelled", "no_show")).exclude(pk__in=_written(by, episode)).first()
    )
    visit = add(Visit, by=by, at=at, episode=episode, patient_id=episode.patient_id, site_id=episode.site_id, appointment=appointment,
                section=section, practitioner=practitioner, discipline=discipline, kind=kind, on=on, started_at=at)  # fmt: skip
    for rank, line in enumerate(_first_lines(by, episode, discipline, kind, visit, section), 1):
        add(Intervention, by=by, at=at, visit=visit, rank=rank, **line)
    audit("visit begun", visit, by=by, at=at, patient=episode.patient_id, discipline=discipline, kind=kind)
    return visit


def _written(by: Membership, episode: Episode):
    """The appointments of an episode that have a note."""
    return Visit.objects.of(by).filter(episode=episode, appointment__isnull=False).values("appointment_id")


def _first_lines(by: Membership, episode: Episode, discipline: str, kind: str, visit: Visit, section: Any) -> list[dict[str, Any]]:  # fmt: skip
    if kind == Kind.EVALUATION:
        return [{"code": disciplines()[discipline]["evaluation_codes"][0], "label": "Evaluation", "minutes": 0}]
    last = last_visit(by, episode, discipline, before=visit)
    again = [i for i in last.interventions.all() if i.minutes] if last and last.kind != Kind.EVALUATION else []
    if again:
        return [
            {"code": i.code, "label": i.label, "dose": i.dose, "minutes": i.minutes, "goal_id": i.goal_id}
            for i in again
        ]
    planned = section.interventions if section else []
    return [
        {"code": row["code"], "label": row.get("label", row["code"]), "minutes": row.get("minutes", 0)}
        for row in planned
    ]


@transaction.atomic
def save_note(visit: Visit, *, version: int, by: Membership, at: datetime, words: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Visit:  # fmt: skip
    """Words and interventions at once. Raises Stale where somebody saved in between, Signed where it is signed.

    A line with an `id` changes that intervention; one without adds. 0 minutes says it was not given today.
    """
    fields = {name: value for name, value in words.items() if name in WORDS}
    if not fields.get("total_minutes"):
        fields["total_minutes"] = sum(line["minutes"] or 0 for line in lines)
    fields["together_minutes"] = fields.get("together_minutes") or 0
    section = section_in_force(by, visit.episode, visit.discipline, fields.get("on", visit.on))
    saved = change(visit, version=version, by=by, at=at, **fields, section=section)
    known = {str(row.pk): row for row in Intervention.objects.of(by).filter(visit=saved)}
    for rank, line in enumerate(lines, 1):
        values = {name: line.get(name) or "" for name in ("code", "label", "dose", "by_kind")} | {
            "minutes": line["minutes"] or 0,
            "rank": rank,
        }
        values["goal_id"] = line.get("goal") or None
        row = known.get(str(line.get("id") or ""))
        if row is None:
            add(Intervention, by=by, at=at, visit=saved, **values)
        elif any(getattr(row, name) != value for name, value in values.items()):
            change(row, version=row.version, by=by, at=at, **values)
    audit("note saved", saved, by=by, at=at, patient=saved.patient_id)
    return saved


@transaction.atomic
def sign_visit(visit: Visit, *, version: int, by: Membership, at: datetime, today: date) -> list[Finding]:
    """Freeze the note. Error findings block and save nothing; warnings stand in the answer."""
    signer = practitioner_of(by)
    if signer is None or signer.pk != visit.practitioner_id:
        return [error("NOT_YOUR_NOTE", f"This is the note of {visit.practitioner}: only they sign it.", where="practitioner",
                      try_="Write your own note, or ask them to sign.")]  # fmt: skip
    current = (
        Visit.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("patient", "episode", "practitioner", "site", "appointment")
        .get(pk=visit.pk)
    )
    if current.version != version:
        raise Stale(current, {})
    findings = signing_findings(current, by, today)
    if blocks(findings):
        return findings
    if needs_cosign(current) and current.cosigner_id is None:
        supervisor = _supervisor(current, by)
        if supervisor:
            current = change(current, version=current.version, by=by, at=at, cosigner=supervisor)
    sign(current, by=by, at=at, signature=str(signer))
    findings += _settle(current, by, at)
    audit("visit signed", current, by=by, at=at, patient=current.patient_id, hash=current.signed_hash)
    return findings


def _settle(visit: Visit, by: Membership, at: datetime) -> list[Finding]:
    """A signed visit completes its appointment; one without an appointment draws its own authorized visit."""
    if visit.appointment is None:
        use_visit(visit.patient, subject_id=visit.pk, discipline=visit.discipline, on=visit.on, by=by, at=at)
        return []
    stuck = move_appointment(visit.appointment, to="completed", by=by, at=at)
    return [warning("APPOINTMENT_NOT_OPEN", f"{finding.message} The note is signed all the same.", where="appointment",
                    try_="Ask the front desk to look at the appointment.") for finding in stuck]  # fmt: skip


def _supervisor(visit: Visit, by: Membership) -> Practitioner | None:
    row = (
        supervisions(by)
        .filter(assistant=visit.practitioner, starts_on__lte=visit.on)
        .exclude(ends_on__lt=visit.on)
        .first()
    )
    return row.supervisor if row else None


@transaction.atomic
def amend_visit(
    visit: Visit, *, text: str, reason: str, by: Membership, at: datetime
) -> tuple[Amendment | None, list[Finding]]:
    """Add to a signed note or correct it, with the reason; the note itself stays as it was signed."""
    signer = practitioner_of(by)
    if not visit.signed_at:
        return None, [error("NOT_SIGNED", "The note is not signed: change it directly.", where="visit")]
    if not text.strip() or not reason.strip():
        return None, [
            error("REASON_MISSING", "An amendment says what is right and why.", where="reason", try_="Fill in both.")
        ]
    if signer is None or signer.pk not in (visit.practitioner_id, visit.cosigner_id):
        return None, [error("NOT_YOUR_NOTE", f"Only {visit.practitioner} or the cosigner amends this note.", where="practitioner",
                            try_="Write a note of your own.")]  # fmt: skip
    amendment = add(Amendment, by=by, at=at, visit=visit, text=text.strip(), reason=reason.strip())
    sign(amendment, by=by, at=at, signature=str(signer))
    audit("visit amended", visit, by=by, at=at, patient=visit.patient_id, amendment=str(amendment.pk))
    return amendment, []


@transaction.atomic
def cosign_visit(visit: Visit, *, by: Membership, at: datetime) -> tuple[Cosignature | None, list[Finding]]:
    """A therapist agrees to an assistant's signed note, as it was signed."""
    signer = practitioner_of(by)
    if not visit.signed_at:
        return None, [error("NOT_SIGNED", "The note is not signed yet.", where="visit")]
    if signer is None or signer.pk == visit.practitioner_id:
        return None, [
            error(
                "NOT_YOUR_NOTE",
                "Nobody cosigns their own note.",
                where="practitioner",
                try_="Ask the supervising therapist.",
            )
        ]
    findings = findings_for(
        by.organization_id, "cosign", signer, visit.discipline, care_state(visit.patient, visit.site), localdate(at)
    )
    if blocks(findings):
        return None, findings
    if Cosignature.objects.of(by).filter(visit=visit, practitioner=signer).exists():
        return None, [error("COSIGNED", "You cosigned this note before.", where="visit")]
    row = add(
        Cosignature, by=by, at=at, visit=visit, practitioner=signer, signature=str(signer), visit_hash=visit.signed_hash
    )
    audit("visit cosigned", visit, by=by, at=at, patient=visit.patient_id, hash=visit.signed_hash)
    return row, findings


@transaction.atomic
def section_from(visit: Visit, *, by: Membership, at: datetime) -> Section | list[Finding]:
    """The draft of the plan's section that an evaluation leads to: nothing the note says is typed again.

    A draft that is begun already is given back; a signed section gets a successor that renews it.
    """
    if not visit.signed_at or visit.kind not in (Kind.EVALUATION, Kind.RE_EVALUATION):
        return [error("NOT_EVALUATED", "A section follows from a signed evaluation.", where="kind", try_="Sign the evaluation first.")]  # fmt: skip
    known = list(current_sections(by).filter(plan__episode=visit.episode, discipline=visit.discipline))
    begun = next((one for one in known if not one.signed_at), None)
    if begun:
        return begun
    last = next((one for one in known if one.signed_at), None)
    plan = open_plan(visit.episode, starts_on=visit.on, by=by, at=at)
    said = {c.goal: c.text for c in last.contributions.select_related("goal")} if last else {}
    amount = {name: getattr(last, name) if last else usual for name, usual in (("frequency_per_week", 2), ("duration_weeks", 8), ("minutes_per_visit", 45))}  # fmt: skip
    return draft_section(plan, discipline=visit.discipline, author=visit.practitioner, evaluated_on=visit.on, starts_on=visit.on, by=by, at=at, replaces=last,
                         findings=_found(visit), interventions=last.interventions if last else [], contributions=said, **amount)  # fmt: skip


def _found(visit: Visit) -> str:
    """What the evaluation says, with the measures taken in it."""
    scores = [one.score for one in visit.scores.select_related("score").order_by("created_at")]
    taken = [f"{instruments()[s.measure].fact.label}: {s.display} {s.unit if s.score is not None else ''}".strip() for s in scores]  # fmt: skip
    return "\n".join(filter(None, [visit.objective.strip(), "; ".join(taken), visit.assessment.strip()]))


@transaction.atomic
def take_measure(visit: Visit, *, measure: str, inputs: Mapping[str, Any], by: Membership, at: datetime, note: str = "") -> tuple[Score | None, list[Finding]]:  # fmt: skip
    """A measure taken in this visit: kept with the episode's outcomes and frozen with the note."""
    if visit.signed_at:
        return None, [error("SIGNED", "The note is signed; record the score on the outcomes page.", where="visit")]
    row, findings = record_score(episode=visit.episode, measure=measure, inputs=inputs, taken_on=visit.on, by=by, at=at,
                                 discipline=visit.discipline, note=note)  # fmt: skip
    if row:
        add(VisitScore, by=by, at=at, visit=visit, score=row)
    return row, findings
