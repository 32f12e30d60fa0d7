"""`regain import`: FHIR bundles, NDJSON, single resources, or a Regain export; says of each resource what became of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from regain.cli.store import clinic, open_record, progress


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain import", description=__doc__)
    parser.add_argument(
        "paths", nargs="+", help="files or folders: .json, .ndjson, or a folder that `regain export` wrote"
    )
    parser.add_argument("--clinic", help="which clinic, where there are several")
    parser.add_argument("--json", action="store_true", help="one JSON line a resource")
    options = parser.parse_args(argv)
    missing = [name for name in options.paths if not Path(name).exists()]
    if missing:
        print(f"regain: cannot read {', '.join(missing)}: no such file or folder", file=sys.stderr)
        return 2
    open_record()
    code = 0
    for name in options.paths:
        path = Path(name)
        code = max(code, _export(path, options) if (path / "manifest.json").is_file() else _fhir(path, options))
    return code


def _export(folder: Path, options: argparse.Namespace) -> int:
    """A Regain export, all or nothing."""
    from regain.fhir.actions import read_tables

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
    # a bulk export has a file a type: patients first, so that the others' references hold
    files = (
        [path]
        if path.is_file()
        else sorted(
            (p for p in path.rglob("*") if p.suffix in (".json", ".ndjson")),
            key=lambda p: (not p.name.startswith("Patient"), str(p)),
        )
    )
    totals: Counter[str] = Counter()
    for file in files:
        outcomes = read_resources(_items(file), source=file.name, site=site, by=system, at=timezone.now())
        for outcome in progress(outcomes, file.name):
            totals[outcome.became] += 1
            print(
                json.dumps(outcome.as_json(), ensure_ascii=False)
                if options.json
                else f"{outcome.where}: {outcome.resource}: {outcome.became}"
                + (f" ({outcome.why})" if outcome.why else "")
            )
    print(", ".join(f"{n:,} {became}" for became, n in totals.items()) or "nothing found to import", file=sys.stderr)
    return 1 if totals[REFUSED] else 0


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
