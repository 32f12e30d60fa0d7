"""`regain import`: FHIR bundles, NDJSON, single resources, a Regain export, fees, CMS's code pairs; says of each what became of it."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from regain.cli import fees, pairs
from regain.cli.store import clinic, open_record, progress


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain import", description=__doc__)
    parser.add_argument(
        "paths", nargs="+", help="files or folders: .json, .ndjson, or a folder that `regain export` wrote"
    )
    parser.add_argument("--clinic", help="which clinic, where there are several")
    parser.add_argument("--json", action="store_true", help="one JSON line a resource")
    parser.add_argument(
        "--quarter",
        metavar="DATE",
        type=date.fromisoformat,
        help="first day of the quarter of a pair file whose name does not say it",
    )
    parser.add_argument("--payer", metavar="NAME", help="the payer that a fee schedule (.csv) belongs to")
    options = parser.parse_args(argv)
    missing = [name for name in options.paths if not Path(name).exists()]
    if missing:
        print(f"regain: cannot read {', '.join(missing)}: no such file or folder", file=sys.stderr)
        return 2
    open_record()
    code = 0
    for name in options.paths:
        path = Path(name)
        read = (
            pairs.load
            if pairs.is_pair_file(path)
            else fees.load
            if path.suffix.lower() == ".csv"
            else _export
            if (path / "manifest.json").is_file()
            else _fhir
        )
        code = max(code, read(path, options))
    return code


def _export(folder: Path, options: argparse.Namespace) -> int:
    """A Regain export, all or nothing."""
    from regain.fhir.actions import read_tables

    damage = _damage(folder)
    if damage:
        print(
            f"regain: nothing was imported from {folder}: {damage}; export it again or copy it whole", file=sys.stderr
        )
        return 2
    files = {path.stem: _lines(path) for path in sorted((folder / "tables").glob("*.ndjson"))}
    try:
        counts = read_tables(files)
    except ValueError as problem:
        print(f"regain: nothing was imported from {folder}: {problem}", file=sys.stderr)
        return 2
    for label, (added, here) in counts.items():
        if options.json:
            print(json.dumps({"table": label, "added": added, "here_already": here}))
        elif added or here:
            print(f"{label:36} {added:8,} added {here:8,} here already")
    return 0


def _damage(folder: Path) -> str:
    """What is not as the manifest says, or nothing: a file cut short would lose rows without a word."""
    try:
        listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"].items()
        tables = {name: entry["sha256"] for name, entry in listed if name.startswith("tables/")}
    except (ValueError, KeyError, AttributeError, TypeError):
        return "manifest.json is not as `regain export` writes it"
    for name, sha in tables.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha:
                return f"{name} is not the file that was exported"
    return ""


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def _fhir(path: Path, options: argparse.Namespace) -> int:
    from django.utils import timezone

    from regain.fhir.actions import REFUSED, read_resources
    from regain.organizations.queries import sites

    organization, system = clinic(options.clinic)
    site = sites(organization.pk).first()
    if site is None:
        print(f"regain: {organization.name} has no site; an owner adds one under Clinic first", file=sys.stderr)
        return 2
    totals: Counter[str] = Counter()
    for source, files in _units(path):
        items = chain.from_iterable(_items(file) for file in files)
        outcomes = read_resources(items, source=source, site=site, by=system, at=timezone.now())
        for outcome in progress(outcomes, source):
            totals[outcome.became] += 1
            print(
                json.dumps(outcome.as_json(), ensure_ascii=False)
                if options.json
                else f"{outcome.where}: {outcome.resource}: {outcome.became}"
                + (f" ({outcome.why})" if outcome.why else "")
            )
    print(", ".join(f"{n:,} {became}" for became, n in totals.items()) or "nothing found to import", file=sys.stderr)
    return 1 if totals[REFUSED] else 0


def _units(path: Path) -> list[tuple[str, list[Path]]]:
    """What is read as one: each bundle by itself; the NDJSON files of a folder together, a file a type of one bulk export."""
    found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix in (".json", ".ndjson"))
    units: dict[str, tuple[str, list[Path]]] = {}
    for file in found:
        whole = file.resolve().parent if file.suffix == ".ndjson" else file
        units.setdefault(str(whole), (whole.name, []))[1].append(file)
    return list(units.values())


def _items(path: Path) -> Iterator[tuple[str, str, Any]]:
    """`(where, fullUrl, resource)` of a file; a bad line becomes an item that is refused."""
    if path.suffix == ".ndjson":
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path.name}:{number}", "", _parsed(line)
        return
    whole = _parsed(path.read_text(encoding="utf-8", errors="replace"))
    if isinstance(whole, dict) and whole.get("resourceType") == "Bundle":
        entries = whole.get("entry")
        for number, entry in enumerate(entries if isinstance(entries, list) else [], 1):
            resource = entry.get("resource") if isinstance(entry, dict) else entry
            yield f"{path.name}:entry {number}", entry.get("fullUrl", "") if isinstance(entry, dict) else "", resource
    else:
        yield f"{path.name}:1", "", whole


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
