"""Found an organization, add sites and members. This room stands below the audit chain: the caller writes the line."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regain.organizations.models import Membership, Organization, Site, User
from regain.organizations.rules import Role


@transaction.atomic
def found_organization(*, name: str, at: datetime, **details) -> tuple[Organization, Membership]:
    """A new organization and the membership its own background work is done by."""
    organization = Organization.objects.create(name=name, created_at=at, **details)
    system = User.objects.create_user(f"system+{organization.pk}@regain.invalid", name="Regain")
    member = Membership.objects.create(organization=organization, user=system, roles=[Role.SYSTEM])
    return organization, member


def add_site(organization: Organization, **details) -> Site:
    """A place where care is given."""
    return Site.objects.create(organization=organization, **details)


@transaction.atomic
def add_member(
    organization: Organization, *, email: str, name: str, roles: list[str], password: str | None = None
) -> Membership:
    """A sign-in with roles; an address that is known already joins with the same sign-in."""
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, password, name=name)
    return Membership.objects.create(organization=organization, user=user, roles=[Role(role) for role in roles])
