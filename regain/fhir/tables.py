"""Every row of every table, out and in without loss: the part of an export that is read back to the same state.

One NDJSON file a model, rows in order of key, keys sorted: the same state gives the same bytes on both databases.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import orjson
from django.apps import apps
from django.db import models

BATCH = 500
# rows that are no part of the record, by label, with the reason
LEFT_OUT = {
    "record.formtoken": "tokens of forms being filled in",
    "sessions.session": "who is signed in at this moment",
    "contenttypes.contenttype": "written by migrations",
    "auth.permission": "written by migrations; roles decide here",
    "auth.group": "roles decide here",
    "auth.group_permissions": "roles decide here",
    "organizations.user_groups": "roles decide here",
    "organizations.user_user_permissions": "roles decide here",
    "account.emailconfirmation": "letters to confirm an address, not sent here",
    "django_tasks_database.dbtaskresult": "background work of this installation",
}
# tables of packages that belong to a person's sign-in: a move must not drop anybody's second factor
SIGN_IN = ("account.emailaddress", "mfa.authenticator")


def exported_models() -> list[type[models.Model]]:
    """Every model of ours in the order of the rooms, then what packages keep of sign-ins."""
    ours = [m for m in apps.get_models() if m.__module__.startswith("regain.") and m._meta.label_lower not in LEFT_OUT]
    return [*ours, *map(apps.get_model, SIGN_IN)]


def lines(model: type[models.Model]) -> Iterator[bytes]:
    """The rows of a table as NDJSON lines."""
    for row in model._default_manager.order_by("pk").iterator(chunk_size=BATCH):
        yield orjson.dumps(_values(row), option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE, default=_plain)


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} has no place in an export")


def row_of(model: type[models.Model], data: dict[str, Any]) -> models.Model:
    """A row from its line; raises ValueError for a missing, unknown or wrong column."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    if fields.keys() != data.keys():
        wrong = sorted(fields.keys() ^ data.keys())
        raise ValueError(f"columns {', '.join(wrong)} do not fit; expected {', '.join(sorted(fields))}")
    return model(**{name: _value(field, data[name]) for name, field in fields.items()})


def _value(field: models.Field, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(value)
    return field.to_python(value)


def import_order() -> list[type[models.Model]]:
    """Children of signed rows first: the database refuses them once their signed parent is there. Keys are checked at the end."""
    return sorted(exported_models(), key=lambda model: not isinstance(getattr(model, "guard", None), tuple))


def missing(model: type[models.Model], rows: Iterable[models.Model]) -> list[models.Model]:
    """Those rows whose key is not in the table yet."""
    rows = list(rows)
    known = set(model._default_manager.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [row for row in rows if row.pk not in known]
