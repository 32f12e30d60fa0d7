"""Plans and goals as FHIR R4. Plain dicts."""

from __future__ import annotations

from typing import Any

from regain.people.fhir import trimmed


def care_plan(row: Any) -> dict[str, Any]:
    """A section as a CarePlan: each discipline's is its own, all serve the same goals."""
    patient = f"Patient/{row.plan.episode.patient_id}"
    activities = [
        {"detail": {"status": "in-progress", "code": {"text": one.get("label", one["code"])}}}
        for one in row.interventions
    ]
    return trimmed({
        "resourceType": "CarePlan", "id": str(row.pk), "status": "active" if row.signed_at else "draft", "intent": "plan",
        "category": [{"text": row.discipline}], "subject": {"reference": patient}, "period": {"start": row.starts_on.isoformat(), "end": row.ends_on.isoformat()},
        "author": {"reference": f"Practitioner/{row.author_id}"}, "description": row.findings, "activity": activities,
        "goal": [{"reference": f"Goal/{c.goal_id}"} for c in row.contributions.all()],
    })  # fmt: skip


def goal(row: Any) -> dict[str, Any]:
    """A shared goal as a Goal."""
    return {
        "resourceType": "Goal", "id": str(row.pk), "lifecycleStatus": "completed" if row.ended_on else "active", "description": {"text": row.text},
        "subject": {"reference": f"Patient/{row.plan.episode.patient_id}"}, "target": [{"dueDate": row.target_on.isoformat()}],
    }  # fmt: skip
