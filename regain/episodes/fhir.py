"""Episodes and diagnoses as FHIR R4. Plain dicts."""

from __future__ import annotations

from typing import Any

from regain.people.fhir import trimmed

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
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": row.code, "display": row.label}], "text": row.label},
        "onsetDateTime": row.onset_on.isoformat() if row.onset_on else None,
    })  # fmt: skip
