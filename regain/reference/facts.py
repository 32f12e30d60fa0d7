"""The one loader of facts: `data/<room>/<subject>.toml` in, `rules.Fact` out. See docs/adr/0002."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from regain.reference.rules import Certainty, Fact, Source, Value

DATA = Path(__file__).parent / "data"
_VALUE_KEYS = {"from", "to", "source", "certainty"}
_FACT_KEYS = {"id", "label", "unit", "license", "values", "sources"}


class BadFact(ValueError):
    """A fact file that breaks the format; says the file, what was found and what was expected."""


@cache
def fact(subject: str) -> Fact:
    """The fact `<room>/<subject>`.

    >>> fact("coverage/kx_threshold").unit  # doctest: +SKIP
    'USD'
    """
    path = DATA / f"{subject}.toml"
    if not path.is_file():
        near = sorted(p.stem for p in path.parent.glob("*.toml"))
        raise BadFact(f"no fact {subject!r}; expected one of {near or sorted(p.name for p in DATA.iterdir())}")
    return read(path)


def read(path: Path) -> Fact:
    """One file as a fact; raises BadFact for a value without source, certainty or date."""
    raw = path.read_bytes()
    try:
        doc = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadFact(f"{path.name}: not TOML: {problem}") from problem
    for key in ("id", "label", "unit", "values", "sources"):
        if not doc.get(key):
            raise BadFact(f"{path.name}: no {key!r}; a fact has id, label, unit, [[values]] and [[sources]]")
    sources = {row["id"]: Source(**row) for row in doc["sources"]}
    about = {key: value for key, value in doc.items() if key not in _FACT_KEYS}
    values = tuple(_value(path, number, row, sources) for number, row in enumerate(doc["values"], 1))
    version = hashlib.sha256(raw).hexdigest()[:12]
    return Fact(doc["id"], doc["label"], doc["unit"], values, MappingProxyType(sources), version,
                doc.get("license"), MappingProxyType(about))  # fmt: skip


def _value(path: Path, number: int, row: dict[str, Any], sources: dict[str, Source]) -> Value:
    here = f"{path.name}: value {number}"
    missing = {"from", "source", "certainty"} - row.keys()
    if missing:
        raise BadFact(f"{here}: no {', '.join(sorted(missing))}; every value has from, source and certainty")
    if not isinstance(row["from"], date):
        raise BadFact(f"{here}: from is {row['from']!r}; expected a date such as 2026-01-01")
    cited = row["source"] if isinstance(row["source"], list) else [row["source"]]
    unknown = [name for name in cited if name not in sources]
    if unknown or not cited:
        raise BadFact(f"{here}: source {unknown} is not among [[sources]] {sorted(sources)}")
    data = {key: value for key, value in row.items() if key not in _VALUE_KEYS}
    return Value(row["from"], row.get("to"), tuple(cited), Certainty(row["certainty"]), MappingProxyType(data))


def subjects(room: str | None = None) -> list[str]:
    """Every subject, or those of one room, as `<room>/<subject>`, sorted."""
    found = (DATA / room).rglob("*.toml") if room else DATA.rglob("*.toml")
    return sorted(path.relative_to(DATA).with_suffix("").as_posix() for path in found)


def facts(room: str | None = None) -> Iterator[Fact]:
    """Every fact, or those of one room (`facts("outcomes/measures")` takes a folder too)."""
    return (fact(subject) for subject in subjects(room))


def rows(subject: str) -> list[dict[str, str]]:
    """The rows of a code list: `<subject>.csv`, which stands beside the TOML that cites it."""
    fact(subject)
    with (DATA / f"{subject}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
