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


class ChangedMeanwhile(Exception):
    """Somebody else saved first. `theirs` is the row as it stands now."""

    def __init__(self, theirs: Organization | Site | Membership) -> None:
        super().__init__(f"{type(theirs).__name__} is at version {theirs.version} already")
        self.theirs = theirs


@transaction.atomic
def _change(row, *, version: int, **fields):
    current = type(row).objects.select_for_update().get(pk=row.pk)
    if current.version != version:
        raise ChangedMeanwhile(current)
    for name, value in fields.items():
        setattr(current, name, value)
    current.version = version + 1
    current.save(update_fields=[*fields, "version"])
    return current


def change_organization(organization: Organization, *, version: int, **details) -> Organization:
    """Name, numbers, telephone, time zone. Raises ChangedMeanwhile where somebody saved in between."""
    return _change(organization, version=version, **details)


def change_site(site: Site, *, version: int, **details) -> Site:
    """Where and how a site is reached."""
    return _change(site, version=version, **details)


@transaction.atomic
def change_member(member: Membership, *, version: int, roles: list[str], active: bool) -> Membership | str:
    """Roles, and whether the sign-in opens this clinic. A clinic keeps an owner: else the reason comes back and nothing is saved."""
    stays = active and Role.OWNER in roles
    if Role.OWNER in member.roles and not stays:
        others = Membership.objects.of(member).filter(active=True).exclude(pk=member.pk).select_for_update()
        if not any(Role.OWNER in other.roles for other in others):
            return f"{member} is the only owner: name another owner first, else nobody could open these pages."
    return _change(member, version=version, roles=[Role(role) for role in roles], active=active)


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
