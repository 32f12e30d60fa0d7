"""Coverages as FHIR R4. Plain dicts."""

from __future__ import annotations

from typing import Any

from regain.people.fhir import trimmed


def coverage(row: Any) -> dict[str, Any]:
    """A coverage row as a Coverage."""
    period = trimmed({"start": row.starts_on.isoformat(), "end": row.ends_on.isoformat() if row.ends_on else None})
    return trimmed({
        "resourceType": "Coverage", "id": str(row.pk), "status": "active", "subscriberId": row.member_id, "order": row.priority, "period": period,
        "beneficiary": {"reference": f"Patient/{row.patient_id}"}, "payor": [{"display": row.payer.name}],
    })  # fmt: skip
