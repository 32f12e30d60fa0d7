"""Writes of outcomes: a score, and its correction by a new row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.outcomes.models import Examination, Score
from regain.outcomes.queries import instruments, tables_of
from regain.outcomes.rules import score
from regain.outcomes.rules.examined import Kind, check_grades, check_marks
from regain.record.actions import add, audit, plain
from regain.reference.rules import Finding, blocks, error
from regain.ui.body import PLACES


def person_of(episode: Episode, taken_on: date) -> dict[str, Any]:
    """What the patient's record says of the person, as score inputs."""
    patient = episode.patient
    known = {"birth_date": patient.birth_date.isoformat(), "on": taken_on.isoformat()}
    return known | ({"sex": patient.sex} if patient.sex in ("male", "female") else {})


@transaction.atomic
def record_score(
    *, episode: Episode, measure: str, inputs: Mapping[str, Any], taken_on: date, by: Membership, at: datetime,
    discipline: str = "", note: str = "", corrects: Score | None = None,
) -> tuple[Score | None, list[Finding]]:  # fmt: skip
    """Score answers and keep them with the whole answer. An error finding saves nothing."""
    if measure not in instruments():
        return None, [error("UNKNOWN_MEASURE", f"No instrument {measure!r}.", where="measure", found=measure)]
    refused = _refused(episode, taken_on, at, corrects, note)
    if refused:
        return None, refused
    given = {**person_of(episode, taken_on), **inputs}
    scored = score(instruments()[measure], given, tables=tables_of(measure))
    findings = list(scored.findings)
    if blocks(findings):
        return None, findings
    answer = scored.as_json()
    answer["findings"] = [finding.as_json() for finding in findings]
    row = add(Score, by=by, at=at, episode=episode, patient_id=episode.patient_id, measure=measure, discipline=discipline,
              taken_on=taken_on, inputs=given, score=None if answer["score"] is None else Decimal(str(answer["score"])),
              unit=answer["unit"] or "", display=answer["display"] or "", status=answer["status"] or "", answer=answer,
              note=note.strip(), corrects=corrects)  # fmt: skip
    audit("score corrected" if corrects else "score recorded", row, by=by, at=at, patient=episode.patient_id, measure=measure,
          **({"corrects": str(corrects.pk), "was": plain(corrects)["display"]} if corrects else {}))  # fmt: skip
    return row, findings


@transaction.atomic
def record_scores(*, episode: Episode, measure: str, entries: Sequence[Mapping[str, Any]], taken_on: date, by: Membership, at: datetime, discipline: str = "") -> tuple[list[Score], list[Finding]]:  # fmt: skip
    """Several entries of one measure at once: all of them, or none with every finding."""
    if not entries:
        return [], [
            error("MISSING_ITEMS", "Nothing was filled in.", where="entries", try_="Fill in at least one value.")
        ]
    rows: list[Score] = []
    findings: list[Finding] = []
    for inputs in entries:
        row, found = record_score(
            episode=episode, measure=measure, inputs=inputs, taken_on=taken_on, by=by, at=at, discipline=discipline
        )
        rows += [row] if row else []
        findings += found
    if len(rows) < len(entries):
        transaction.set_rollback(True)
        return [], findings
    return rows, findings


@transaction.atomic
def record_examination(*, episode: Episode, kind: Kind, found: Sequence[Mapping[str, Any]], taken_on: date, by: Membership, at: datetime, discipline: str = "", note: str = "") -> tuple[Examination | None, list[Finding]]:  # fmt: skip
    """Keep grades of strength, or the marks of a body chart; a chart without a mark says that nothing is felt."""
    findings = _refused(episode, taken_on, at, None, note)
    findings += check_grades(found) if kind is Kind.STRENGTH else check_marks(found, PLACES)
    if blocks(findings):
        return None, findings
    row = add(Examination, by=by, at=at, episode=episode, patient_id=episode.patient_id, kind=kind, discipline=discipline, taken_on=taken_on,
              found=[dict(one) for one in found], note=note.strip())  # fmt: skip
    audit("examination recorded", row, by=by, at=at, patient=episode.patient_id, kind=str(kind))
    return row, findings


@transaction.atomic
def record_joint(*, episode: Episode, angles: Sequence[Mapping[str, Any]], grades: Sequence[Mapping[str, Any]], taken_on: date, by: Membership, at: datetime, discipline: str = "") -> tuple[int, list[Finding]]:  # fmt: skip
    """The angles and grades of one joint: all of them, or none with every finding. How many were kept."""
    common = {"episode": episode, "taken_on": taken_on, "by": by, "at": at, "discipline": discipline}
    rows, findings = record_scores(measure="goniometry", entries=angles, **common) if angles or not grades else ([], [])
    if grades and not blocks(findings):
        kept, found = record_examination(kind=Kind.STRENGTH, found=grades, **common)
        findings += found
        if kept is None:
            transaction.set_rollback(True)
    return (0 if blocks(findings) else len(rows) + len(grades)), findings


def _refused(episode: Episode, taken_on: date, at: datetime, corrects: Score | None, note: str) -> list[Finding]:
    """What stands against recording at all: a day to come, a correction without a reason or of a corrected row."""
    if taken_on > localdate(at):
        return [
            error("DATE_IN_FUTURE", f"{taken_on:%d %b %Y} lies in the future.", where="taken_on", found=str(taken_on))
        ]
    if corrects is None:
        return []
    if (
        corrects.episode_id != episode.pk
        or Score.objects.of(corrects.organization_id).filter(corrects=corrects).exists()
    ):
        return [error("ALREADY_CORRECTED", "This score was corrected before; correct the newer one.", where="corrects")]
    if not note.strip():
        return [error("REASON_MISSING", "A correction says why.", where="note", try_="Write what was wrong.")]
    return []
