"""Triggers that make the database itself refuse changes to signed and append-only rows. See docs/adr/0004.

`migrate` removes them before it runs and installs them afterwards, from what the models declare as `guard`.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from regain.record.models import Guard

PREFIX = "regain_guard_"


def guarded_models() -> Iterator[type[models.Model]]:
    """Every concrete model that declares a guard."""
    return (model for model in apps.get_models() if getattr(model, "guard", None))


def statements(vendor: str) -> Iterator[str]:
    """The SQL that installs every guard on an unguarded database."""
    make = {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]
    if vendor == "postgresql":
        yield _REFUSE
    for model in guarded_models():
        yield from make(model)


def removal(connection) -> list[str]:
    """The SQL that removes every guard found in the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [PREFIX + "%"])
            return [f'DROP TRIGGER "{name}"' for (name,) in cursor.fetchall()]
        cursor.execute(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE %s"
            " AND relnamespace = current_schema()::regnamespace", [PREFIX + "%"],
        )  # fmt: skip
        return [f'DROP TRIGGER "{name}" ON "{table}"' for name, table in cursor.fetchall()]


def names() -> set[str]:
    """The triggers that must exist; `regain check` compares."""
    return {f"{PREFIX}{model._meta.db_table}_{verb}" for model in guarded_models() for verb in _verbs(model)}


def installed(connection) -> set[str]:
    """The triggers that do exist."""
    return {sql.split('"')[1] for sql in removal(connection)}


def _verbs(model) -> tuple[str, ...]:
    return ("insert", "update", "delete") if isinstance(model.guard, tuple) else ("update", "delete")


def _message(model) -> str:
    what = model._meta.verbose_name
    if model.guard == Guard.APPEND_ONLY:
        return f"regain: a {what} is never changed or deleted; add a new one"
    return f"regain: this {what} is signed; amend it instead"


def _conditions(model, verb: str) -> list[str]:
    """When to refuse, with OLD and NEW; several for an update of a child, which must leave and reach no signed row."""
    if model.guard == Guard.APPEND_ONLY:
        return ["1 = 1"]
    if model.guard == Guard.SIGNED:
        return ["OLD.signed_at IS NOT NULL"]
    field = model._meta.get_field(model.guard[1])
    rows = {"insert": ["NEW"], "delete": ["OLD"], "update": ["OLD", "NEW"]}[verb]
    parent = field.related_model._meta.db_table
    return [f'EXISTS (SELECT 1 FROM "{parent}" p WHERE p.id = {row}."{field.column}" AND p.signed_at IS NOT NULL)'
            for row in rows]  # fmt: skip


def _sqlite(model) -> Iterator[str]:
    table = model._meta.db_table
    for verb in _verbs(model):
        when = " OR ".join(_conditions(model, verb))
        yield (f'CREATE TRIGGER "{PREFIX}{table}_{verb}" BEFORE {verb.upper()} ON "{table}" WHEN {when} '
               f"BEGIN SELECT RAISE(ABORT, '{_message(model)}'); END")  # fmt: skip


_REFUSE = """CREATE OR REPLACE FUNCTION regain_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE refused boolean;
BEGIN
  EXECUTE 'SELECT ' || TG_ARGV[1] INTO refused USING OLD, NEW;
  IF refused THEN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END IF;
  RETURN COALESCE(NEW, OLD);
END $$"""


def _postgresql(model) -> Iterator[str]:
    table = model._meta.db_table
    for verb in _verbs(model):
        when = " OR ".join(_conditions(model, verb)).replace("OLD.", "($1).").replace("NEW.", "($2).")
        quoted = when.replace("'", "''")
        yield (f'CREATE TRIGGER "{PREFIX}{table}_{verb}" BEFORE {verb.upper()} ON "{table}" FOR EACH ROW '
               f"EXECUTE FUNCTION regain_refuse('{_message(model)}', '{quoted}')")  # fmt: skip


def install(connection) -> None:
    """Make the guards in the database those that the models declare."""
    remove(connection)
    with connection.cursor() as cursor:
        for sql in statements(connection.vendor):
            cursor.execute(sql)


def remove(connection) -> None:
    """Take every guard away, for a migration that rebuilds tables."""
    found = removal(connection)
    with connection.cursor() as cursor:
        for sql in found:
            cursor.execute(sql)
