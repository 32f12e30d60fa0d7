"""A Regain export read back: the same rows, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.db.models import AutoField

from regain.fhir import tables


def read_tables(files: Mapping[str, Iterable[bytes]]) -> dict[str, tuple[int, int]]:
    """Read an export back: rows added and rows that were here, by table. All or nothing; raises ValueError with file and line."""
    counts = {}
    with transaction.atomic():
        for model in tables.import_order():
            label = model._meta.label_lower
            counts[label] = _table(model, label, files.get(label, ()))
        _count_on()
        try:
            connection.check_constraints()
        except IntegrityError as problem:
            raise ValueError(f"the export is not whole: {problem}; export it again") from problem
    return counts


def _count_on() -> None:
    """Tables whose keys the database counts go on after the highest that came in."""
    counted = [m for m in tables.exported_models() if isinstance(m._meta.pk, AutoField)]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), counted):
            cursor.execute(sql)


def _table(model, label: str, lines: Iterable[bytes]) -> tuple[int, int]:
    added = here = 0
    batch: list[Any] = []
    for number, line in enumerate(lines, 1):
        try:
            batch.append(tables.row_of(model, orjson.loads(line)))
        except (ValueError, TypeError) as problem:
            raise ValueError(f"{label}.ndjson line {number}: {problem}") from problem
        if len(batch) == tables.BATCH:
            new, old = _write(model, batch)
            added, here, batch = added + new, here + old, []
    new, old = _write(model, batch)
    return added + new, here + old


def _write(model, batch: list[Any]) -> tuple[int, int]:
    rows = tables.missing(model, batch)
    model._default_manager.bulk_create(rows)
    return len(rows), len(batch) - len(rows)
