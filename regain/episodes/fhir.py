"""Episodes and diagnoses as FHIR R4. Plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from regain.people.fhir import day, trimmed

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
PAST = {"resolved", "inactive", "remission"}
WRONG = {"refuted", "entered-in-error"}

STATES = {
    "planned": "planned",
    "active": "active",
    "on_hold": "onhold",
    "finished": "finished",
    "cancelled": "cancelled",
}


def episode(row: Any) -> dict[str, Any]:
    """An episode row (with `state`) as an EpisodeOfCare."""
    return trimmed({
        "resourceType": "EpisodeOfCare", "id": str(row.pk), "status": STATES[row.state], "type": [{"text": row.problem}],
        "patient": {"reference": f"Patient/{row.patient_id}"}, "managingOrganization": {"reference": f"Organization/{row.organization_id}"},
        "period": {"start": row.opened_on.isoformat()},
        "diagnosis": [{"condition": {"reference": f"Condition/{d.pk}"}, "rank": d.rank} for d in row.diagnoses.all()],
    })  # fmt: skip


def condition(row: Any) -> dict[str, Any]:
    """A diagnosis row as a Condition."""
    return trimmed({
        "resourceType": "Condition", "id": str(row.pk), "subject": {"reference": f"Patient/{row.episode.patient_id}"},
        "code": {"coding": [{"system": ICD10, "code": row.code, "display": row.label}], "text": row.label},
        "onsetDateTime": row.onset_on.isoformat() if row.onset_on else None,
    })  # fmt: skip


def icd10_of(resource: Mapping[str, Any]) -> tuple[str, str, date | None] | str:
    """Code, words and onset of a Condition that holds now; else why it is no diagnosis of an episode."""
    status = _codes(resource.get("clinicalStatus")) | _codes(resource.get("verificationStatus"))
    if status & (PAST | WRONG):
        return f"the condition is {sorted(status & (PAST | WRONG))[0]}, not one that is treated now"
    concept = resource.get("code") or {}
    coding = [
        c
        for c in concept.get("coding") or []
        if isinstance(c, dict) and c.get("system") == ICD10 and isinstance(c.get("code"), str)
    ]
    if not coding:
        return "it has no ICD-10-CM code, which a diagnosis here needs"
    words = coding[0].get("display") or concept.get("text") or coding[0]["code"]
    onset = resource.get("onsetDateTime")
    return coding[0]["code"][:10].upper(), str(words)[:200], day(onset, "onsetDateTime") if onset else None


def _codes(concept: Any) -> set[str]:
    coding = concept.get("coding") if isinstance(concept, dict) else None
    return {c["code"] for c in coding or [] if isinstance(c, dict) and isinstance(c.get("code"), str)}
