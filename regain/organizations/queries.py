"""Reads of organizations: sites, members, disciplines; and how every room asks in hand-written SQL where a queryset is too slow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

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


def everyone(organization):
    """Members with their users, those who left too, by name; the system's own is left out."""
    return (
        Membership.objects.of(organization).exclude(roles=["system"]).select_related("user")
        .order_by("-active", "user__name")
    )  # fmt: skip


def disciplines() -> dict[str, Mapping[str, Any]]:
    """Every discipline by key, as its fact file says: name, colour token, shape, license kinds, modifiers, codes."""
    found = [value.data for fact in facts("organizations/disciplines") for value in fact.latest()]
    return {row["key"]: row for row in sorted(found, key=lambda row: (row.get("order", 99), row["key"]))}


def lean(sql: str, *values: Any) -> list[tuple]:
    """The rows of hand-written SQL, for the few reads that the benchmark shows to be hot; the first value is the organization.

    Keys and moments go in as Python has them. Columns come out as the database has them; `CAST(... AS text)` makes a moment the
    same on both, and `moment_of` reads it.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [_given(value) for value in values])
        return cursor.fetchall()


def _given(value: Any) -> Any:
    if connection.vendor != "sqlite":
        return value
    if isinstance(value, UUID):
        return value.hex
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def moment_of(text: str) -> datetime:
    """A moment from a column cast to text: both databases write it in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def key_of(value: UUID | str) -> UUID:
    """A key from its column: SQLite holds it as text."""
    return value if isinstance(value, UUID) else UUID(value)


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """Every column of a table for a hand-written SELECT, in the order `row_of` reads them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@cache
def _readers(model: type[models.Model], vendor: str) -> tuple[list[str], list[tuple[int, list]]]:
    found = [(n, [*connection.ops.get_db_converters(field.get_col(model._meta.db_table)), *field.get_db_converters(connection)])
             for n, field in enumerate(model._meta.concrete_fields)]  # fmt: skip
    return [field.attname for field in model._meta.concrete_fields], [(n, chain) for n, chain in found if chain]


def row_of(model: type[models.Model], values: Sequence[Any]) -> models.Model:
    """A row of the model from the columns that `columns` named."""
    names, readers = _readers(model, connection.vendor)
    read = list(values)
    for n, converters in readers:
        for convert in converters:
            read[n] = convert(read[n], None, connection)
    return model.from_db(connection.alias, names, read)
