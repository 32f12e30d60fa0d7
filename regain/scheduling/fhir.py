"""Appointments as FHIR R4. Plain dicts."""

from __future__ import annotations

from typing import Any

STATES = {
    "booked": "booked",
    "checked_in": "checked-in",
    "completed": "fulfilled",
    "no_show": "noshow",
    "cancelled": "cancelled",
}


def appointment(row: Any) -> dict[str, Any]:
    """An appointment row (with `state`) as an Appointment."""
    people = [f"Patient/{row.patient_id}", f"Practitioner/{row.practitioner_id}", f"Location/{row.site_id}"]
    return {
        "resourceType": "Appointment", "id": str(row.pk), "status": STATES[row.state], "serviceType": [{"text": f"{row.discipline} {row.kind}"}],
        "start": row.starts_at.isoformat(), "end": row.ends_at.isoformat(),
        "participant": [{"actor": {"reference": who}, "status": "accepted"} for who in people],
    }  # fmt: skip
