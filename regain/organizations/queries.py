"""Reads of organizations: sites, members, disciplines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regain.organizations.models import Membership, Site
from regain.reference.facts import facts


def sites(organization):
    """The sites of an organization, by name."""
    return Site.objects.of(organization).order_by("name")


def members(organization):
    """The active members of an organization with their users, by name; the system's own is left out."""
    return (
        Membership.objects.of(organization).filter(active=True)
        .exclude(roles=["system"]).select_related("user").order_by("user__name")
    )  # fmt: skip


def every_site():
    """The sites of every organization, by name, for a visitor who chooses a clinic."""
    return Site.objects.open_to_visitors()


def system_member(organization) -> Membership:
    """The membership that an organization's own work is done by."""
    return next(m for m in Membership.objects.of(organization).order_by("id") if "system" in m.roles)


def disciplines() -> dict[str, Mapping[str, Any]]:
    """Every discipline by key, as its fact file says: name, colour token, shape, license kinds, modifiers, codes."""
    found = [value.data for fact in facts("organizations/disciplines") for value in fact.latest()]
    return {row["key"]: row for row in sorted(found, key=lambda row: (row.get("order", 99), row["key"]))}
