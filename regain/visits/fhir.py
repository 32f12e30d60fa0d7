"""Visits and interventions as FHIR R4. Plain dicts."""

from __future__ import annotations

from typing import Any

from regain.people.fhir import trimmed


def encounter(row: Any) -> dict[str, Any]:
    """A visit row as an Encounter."""
    return trimmed({
        "resourceType": "Encounter", "id": str(row.pk), "status": "finished" if row.signed_at else "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}, "type": [{"text": f"{row.discipline} {row.kind}"}],
        "subject": {"reference": f"Patient/{row.patient_id}"}, "episodeOfCare": [{"reference": f"EpisodeOfCare/{row.episode_id}"}],
        "participant": [{"individual": {"reference": f"Practitioner/{row.practitioner_id}"}}], "period": {"start": row.on.isoformat(), "end": row.on.isoformat()},
    })  # fmt: skip


def procedure(row: Any) -> dict[str, Any]:
    """An intervention row as a Procedure."""
    return trimmed({
        "resourceType": "Procedure", "id": str(row.pk), "status": "completed" if row.visit.signed_at else "in-progress",
        "code": trimmed({"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": row.code}] if row.code else None, "text": row.label}),
        "subject": {"reference": f"Patient/{row.visit.patient_id}"}, "encounter": {"reference": f"Encounter/{row.visit_id}"},
        "performedDateTime": row.visit.on.isoformat(), "note": [{"text": f"{row.minutes} minutes"}],
    })  # fmt: skip
