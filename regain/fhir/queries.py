"""Everything of an organization as FHIR resources, streamed by type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


Source = tuple[Callable[[Any], Any], Callable[[Any], dict[str, Any]]]


def sources() -> dict[str, Source]:
    """Each resource type: its rows in an organization, and what makes a row a resource."""
    codes = loinc_codes()
    return {
        "Location": (lambda o: Site.objects.of(o), _location),
        "Patient": (lambda o: Patient.objects.of(o).prefetch_related("other_names"), patient),
        "Practitioner": (lambda o: Practitioner.objects.of(o), practitioner),
        "Coverage": (lambda o: Coverage.objects.of(o).select_related("payer"), coverage),
        "EpisodeOfCare": (lambda o: episodes(o).prefetch_related("diagnoses"), episode),
        "Condition": (lambda o: Diagnosis.objects.of(o).select_related("episode"), condition),
        "Appointment": (appointments, appointment),
        "Observation": (
            lambda o: Score.objects.of(o).filter(corrected_by__isnull=True),
            lambda r: observation(r, codes.get(r.measure, "")),
        ),
        "CarePlan": (
            lambda o: Section.objects.of(o).select_related("plan__episode").prefetch_related("contributions"),
            care_plan,
        ),
        "Goal": (lambda o: Goal.objects.of(o).select_related("plan__episode"), goal),
        "Encounter": (lambda o: Visit.objects.of(o), encounter),
        "Procedure": (lambda o: Intervention.objects.of(o).select_related("visit"), procedure),
    }


# where each type's rows hold the patient
PATIENT = {"Patient": "pk", "Coverage": "patient", "EpisodeOfCare": "patient", "Condition": "episode__patient", "Appointment": "patient",
           "Observation": "patient", "CarePlan": "plan__episode__patient", "Goal": "plan__episode__patient", "Encounter": "patient",
           "Procedure": "visit__patient"}  # fmt: skip


def _location(row: Site) -> dict[str, Any]:
    return trimmed(
        {
            "resourceType": "Location",
            "id": str(row.pk),
            "name": row.name,
            "address": trimmed({"city": row.city, "state": row.state}),
        }
    )


def by_type(organization: Organization) -> dict[str, Iterator[dict[str, Any]]]:
    """Every resource by type; each iterator reads as it is consumed."""
    own = iter([trimmed({"resourceType": "Organization", "id": str(organization.pk), "name": organization.name})])
    return {"Organization": own} | {
        kind: map(build, rows(organization.pk).order_by("pk")) for kind, (rows, build) in sources().items()
    }  # fmt: skip


def read(organization, kind: str, pk) -> dict[str, Any] | None:
    """One resource of the organization, or None."""
    rows, build = sources()[kind]
    row = rows(organization).filter(pk=pk).first()
    return build(row) if row else None


def search(organization, kind: str, patient_id, limit: int) -> list[dict[str, Any]]:
    """The resources of a type, of one patient where given, oldest first."""
    rows, build = sources()[kind]
    found = rows(organization).order_by("pk")
    if patient_id and kind in PATIENT:
        found = found.filter(**{PATIENT[kind]: patient_id})
    return [build(row) for row in found[:limit]]


def imported(organization, source: str, names: list[str]):
    """What resources of these names became, where they were imported before."""
    return ImportedResource.objects.of(organization).filter(source=source, resource_id__in=names)


def kept(organization, source: str, shas: list[str]) -> set[str]:
    """Which of these resources were kept before."""
    return set(
        KeptResource.objects.of(organization).filter(source=source, sha256__in=shas).values_list("sha256", flat=True)
    )


def patient_row(organization, pk) -> Patient | None:
    """A patient by key."""
    return Patient.objects.of(organization).filter(pk=pk).first()


def newest_episode(organization, patient_id):
    """A patient's newest episode that is not over, or None."""
    return episodes(organization).filter(patient=patient_id, state__in=("planned", "active", "on_hold")).first()
