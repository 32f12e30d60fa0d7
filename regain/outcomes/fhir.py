"""Scores as FHIR R4 and back. Plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regain.people.fhir import trimmed

LOINC = "http://loinc.org"


def observation(row: Any, loinc: str = "") -> dict[str, Any]:
    """A score row as an Observation; `loinc` where the instrument has one."""
    coding = [{"system": LOINC, "code": loinc}] if loinc else []
    value = (
        {"valueQuantity": trimmed({"value": float(row.score), "unit": row.unit})}
        if row.score is not None
        else {"valueString": row.display or row.status}
    )
    return trimmed({
        "resourceType": "Observation", "id": str(row.pk), "status": "final", "code": trimmed({"coding": coding, "text": row.measure}),
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}]}],
        "subject": {"reference": f"Patient/{row.patient_id}"}, "effectiveDateTime": row.taken_on.isoformat(), **value,
    })  # fmt: skip


def loinc_of(resource: Mapping[str, Any]) -> list[str]:
    """The LOINC codes an Observation carries."""
    coding = (resource.get("code") or {}).get("coding") or []
    return [c.get("code", "") for c in coding if isinstance(c, dict) and c.get("system") == LOINC]
