"""Patients and practitioners as FHIR R4 and back. Plain dicts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

NPI = "http://hl7.org/fhir/sid/us-npi"


def patient(row: Any) -> dict[str, Any]:
    """A patient row as a Patient."""
    names = [{"use": "official", "family": row.family, "given": row.given.split()}]
    names += [{"use": "old", "family": other.family, "given": other.given.split()} for other in row.other_names.all()]
    telecom = [
        {"system": system, "value": value} for system, value in (("phone", row.phone), ("email", row.email)) if value
    ]
    address = {
        "line": [row.address] if row.address else None,
        "city": row.city,
        "state": row.state,
        "postalCode": row.postal_code,
    }
    return trimmed({
        "resourceType": "Patient", "id": str(row.pk), "identifier": [{"system": f"urn:uuid:{row.organization_id}", "value": row.number}],
        "name": names, "telecom": telecom, "gender": row.sex if row.sex in ("male", "female", "other") else "unknown",
        "birthDate": row.birth_date.isoformat(), "address": [trimmed(address)] if any(address.values()) else None,
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": row.language}]}}],
    })  # fmt: skip


def practitioner(row: Any) -> dict[str, Any]:
    """A practitioner row as a Practitioner."""
    return trimmed({
        "resourceType": "Practitioner", "id": str(row.pk), "active": row.active,
        "identifier": [{"system": NPI, "value": row.npi}] if row.npi else None,
        "name": [trimmed({"family": row.family, "given": row.given.split(), "suffix": [row.suffix] if row.suffix else None})],
        "qualification": [{"code": {"text": row.profession}}],
    })  # fmt: skip


def patient_fields(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What a Patient says that a patient row holds; raises ValueError where name or birth date is missing or wrong."""
    names = [n for n in resource.get("name") or [] if isinstance(n, dict) and (n.get("family") or n.get("given"))]
    if not names:
        raise ValueError("Patient has no name; expected at least one with family or given")
    name = next((n for n in names if n.get("use") in (None, "official", "usual")), names[0])
    address = next((a for a in resource.get("address") or [] if isinstance(a, dict)), {})
    phones = [
        t.get("value", "") for t in resource.get("telecom") or [] if isinstance(t, dict) and t.get("system") == "phone"
    ]
    gender = resource.get("gender")
    return {
        "family": str(name.get("family") or "–")[:100], "given": " ".join(map(str, name.get("given") or []))[:100],
        "birth_date": day(resource.get("birthDate"), "Patient.birthDate"), "sex": gender if gender in ("male", "female", "other") else "",
        "phone": phones[0][:30] if phones else "", "city": str(address.get("city") or "")[:100], "state": _state(address.get("state")),
        "postal_code": str(address.get("postalCode") or "")[:10], "address": " ".join(map(str, address.get("line") or []))[:200],
    }  # fmt: skip


def other_names(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Family and given of the further names a Patient has (maiden, former, nickname), each once."""
    names = [
        n
        for n in resource.get("name") or []
        if isinstance(n, dict) and isinstance(n.get("family"), str) and n["family"]
    ]
    pairs = [(n["family"][:100], " ".join(map(str, n.get("given") or []))[:100]) for n in names]
    current = patient_fields(resource)
    return [pair for pair in dict.fromkeys(pairs) if pair != (current["family"], current["given"])]


def caregiver_fields(resource: Mapping[str, Any]) -> dict[str, str]:
    """What a RelatedPerson says; raises ValueError without a name."""
    name = next((n for n in resource.get("name") or [] if isinstance(n, dict)), {})
    words = str(
        name.get("text") or " ".join([*map(str, name.get("given") or []), str(name.get("family") or "")]).strip()
    )
    if not words:
        raise ValueError("RelatedPerson has no name")
    kinds = [k for k in resource.get("relationship") or [] if isinstance(k, dict)]
    relation = next((str(k.get("text") or c.get("display")) for k in kinds for c in k.get("coding") or [{}] if k.get("text") or c.get("display")), "")  # fmt: skip
    phone = next(
        (
            str(t.get("value"))
            for t in resource.get("telecom") or []
            if isinstance(t, dict) and t.get("system") == "phone"
        ),
        "",
    )
    return {"name": words[:200], "relation": relation[:100] or "caregiver", "phone": phone[:30]}


def practitioner_fields(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What a Practitioner says; raises ValueError without a family name."""
    name = next((n for n in resource.get("name") or [] if isinstance(n, dict) and n.get("family")), None)
    if name is None:
        raise ValueError("Practitioner has no family name")
    numbers = [
        i.get("value", "") for i in resource.get("identifier") or [] if isinstance(i, dict) and i.get("system") == NPI
    ]
    return {"family": str(name["family"])[:100], "given": " ".join(map(str, name.get("given") or []))[:100], "suffix": " ".join(map(str, name.get("suffix") or []))[:50],
            "npi": numbers[0][:10] if numbers else "", "profession": "physician", "external": True}  # fmt: skip


def day(text: Any, where: str) -> date:
    """A whole date; FHIR also allows a year or a month alone, which a record cannot hold."""
    try:
        return date.fromisoformat(str(text or "")[:10])
    except ValueError as problem:
        raise ValueError(f"{where} is {text!r}; expected a whole date such as 1955-03-02") from problem


def _state(text: Any) -> str:
    return text.upper() if isinstance(text, str) and len(text) == 2 else ""


def trimmed(resource: dict[str, Any]) -> dict[str, Any]:
    """Without empty values, which FHIR does not allow."""
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}
