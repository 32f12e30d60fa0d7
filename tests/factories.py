"""Plain factories: the least that makes a valid row. Dates are fixed; tests that need others pass them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from regain.credentials.models import License
from regain.episodes import actions as episodes
from regain.episodes.models import Episode
from regain.organizations.models import Membership, Organization, Site, User
from regain.organizations.queries import disciplines
from regain.organizations.rules import Role
from regain.people import actions as people
from regain.people.models import Patient, Practitioner
from regain.record.actions import add

AT = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
ON = date(2026, 11, 24)


@dataclass
class Clinic:
    """An organization with a site, a member a role and a licensed therapist a discipline."""

    organization: Organization
    site: Site
    members: dict[str, Membership]
    therapists: dict[str, Practitioner] = field(default_factory=dict)
    physician: Practitioner | None = None

    @property
    def owner(self) -> Membership:
        return self.members["owner"]

    @property
    def desk(self) -> Membership:
        return self.members["front_desk"]

    def member_of(self, discipline: str) -> Membership:
        """The sign-in of the discipline's therapist."""
        return self.therapists[discipline].membership


def make_member(organization: Organization, role: str, name: str = "") -> Membership:
    name = name or f"{role} of {organization.name}"
    email = f"{name.lower().replace(' ', '.')}@example.org"
    user = User.objects.create_user(email=email, name=name)
    return Membership.objects.create(organization=organization, user=user, roles=[role])


def make_clinic(name: str = "Casco Therapy", state: str = "ME") -> Clinic:
    organization = Organization.objects.create(name=name, npi="1234567893", tax_id="010000001", created_at=AT)
    site = Site.objects.create(organization=organization, name=f"{name} Portland", city="Portland", state=state, postal_code="04101",
                               latitude=43.66, longitude=-70.26)  # fmt: skip
    clinic = Clinic(organization, site, {role: make_member(organization, role) for role in Role})
    for key, discipline in disciplines().items():
        clinic.therapists[key] = make_therapist(clinic, key, discipline["license_kinds"]["therapist"])
    clinic.physician = people.add_practitioner(by=clinic.owner, at=AT, family="Singh", given="Amara", suffix="MD", profession="physician",
                                               npi="2000000010", external=True)  # fmt: skip
    return clinic


def make_therapist(clinic: Clinic, discipline: str, kind: str, role: str = "therapist", name: str = "") -> Practitioner:
    """A practitioner with a sign-in and a license of `kind` in the clinic's state, valid 2024-2030."""
    member = make_member(clinic.organization, role, name or f"{kind} {clinic.organization.name}")
    practitioner = people.add_practitioner(by=clinic.owner, at=AT, family=f"{kind}son", given="Robin", suffix=kind, profession=kind,
                                           npi="2000000028", membership=member)  # fmt: skip
    add(License, by=clinic.owner, at=AT, practitioner=practitioner, kind=kind, state=clinic.site.state, number=f"{kind}-1001",
        issued_on=date(2024, 1, 1), expires_on=date(2030, 12, 31), home_state=True)  # fmt: skip
    return practitioner


def make_patient(
    clinic: Clinic, family: str = "Pelletier", given: str = "Ruth", birth_date: date = date(1955, 3, 2), **details
) -> Patient:
    details = {"sex": "female", "state": clinic.site.state, "postal_code": "04101", **details}
    return people.register_patient(by=clinic.desk, at=AT, family=family, given=given, birth_date=birth_date, **details)


def make_episode(clinic: Clinic, patient: Patient | None = None, problem: str = "Stroke", **details) -> Episode:
    patient = patient or make_patient(clinic)
    details = {"opened_on": ON, **details}
    return episodes.open_episode(patient=patient, site=clinic.site, problem=problem, by=clinic.desk, at=AT, **details)
