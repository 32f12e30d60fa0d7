"""Everything of an organization as FHIR resources, streamed by type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regain.coverage.fhir import coverage
from regain.coverage.models import Coverage
from regain.episodes.fhir import condition, episode
from regain.episodes.models import Diagnosis
from regain.episodes.queries import episodes
from regain.organizations.models import Organization, Site
from regain.outcomes.fhir import observation
from regain.outcomes.models import Score
from regain.outcomes.queries import instruments
from regain.people.fhir import patient, practitioner, trimmed
from regain.people.models import Patient, Practitioner
from regain.plan_of_care.fhir import care_plan, goal
from regain.plan_of_care.models import Goal, Section
from regain.record.models import ImportedResource, KeptResource
from regain.scheduling.fhir import appointment
from regain.scheduling.queries import appointments
from regain.visits.fhir import encounter, procedure
from regain.visits.models import Intervention, Visit


def loinc_codes() -> dict[str, str]:
    """The LOINC code of each instrument that has one."""
    found = {key: (one.fact.about.get("loinc") or {}) for key, one in instruments().items()}
    return {key: loinc["code"] for key, loinc in found.items() if isinstance(loinc, dict) and loinc.get("code")}


def by_type(organization: Organization) -> dict[str, Iterator[dict[str, Any]]]:
    """Resources by type; each iterator reads as it is consumed."""
    codes = loinc_codes()
    return {
        "Organization": iter([trimmed({"resourceType": "Organization", "id": str(organization.pk), "name": organization.name})]),
        "Location": (trimmed({"resourceType": "Location", "id": str(s.pk), "name": s.name, "address": trimmed({"city": s.city, "state": s.state})})
                     for s in Site.objects.of(organization.pk).order_by("pk")),
        "Patient": (patient(r) for r in Patient.objects.of(organization.pk).prefetch_related("other_names").order_by("pk")),
        "Practitioner": (practitioner(r) for r in Practitioner.objects.of(organization.pk).order_by("pk")),
        "Coverage": (coverage(r) for r in Coverage.objects.of(organization.pk).select_related("payer").order_by("pk")),
        "EpisodeOfCare": (episode(r) for r in episodes(organization.pk).prefetch_related("diagnoses").order_by("pk")),
        "Condition": (condition(r) for r in Diagnosis.objects.of(organization.pk).select_related("episode").order_by("pk")),
        "Appointment": (appointment(r) for r in appointments(organization.pk).order_by("pk")),
        "Observation": (observation(r, codes.get(r.measure, "")) for r in Score.objects.of(organization.pk).filter(corrected_by__isnull=True).order_by("pk")),
        "CarePlan": (care_plan(r) for r in Section.objects.of(organization.pk).select_related("plan__episode").prefetch_related("contributions").order_by("pk")),
        "Goal": (goal(r) for r in Goal.objects.of(organization.pk).select_related("plan__episode").order_by("pk")),
        "Encounter": (encounter(r) for r in Visit.objects.of(organization.pk).order_by("pk")),
        "Procedure": (procedure(r) for r in Intervention.objects.of(organization.pk).select_related("visit").order_by("pk")),
    }  # fmt: skip


def imported(organization, source: str, kind: str, name: str) -> ImportedResource | None:
    """What a resource became, where it was imported before."""
    return ImportedResource.objects.of(organization).filter(source=source, resource_type=kind, resource_id=name).first()


def is_kept(organization, source: str, sha256: str) -> bool:
    """Whether a resource was kept before."""
    return KeptResource.objects.of(organization).filter(source=source, sha256=sha256).exists()


def patient_row(organization, pk) -> Patient | None:
    """A patient by key."""
    return Patient.objects.of(organization).filter(pk=pk).first()


def newest_episode(organization, patient_id):
    """A patient's newest episode that is not over, or None."""
    return episodes(organization).filter(patient=patient_id, state__in=("planned", "active", "on_hold")).first()
