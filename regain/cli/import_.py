"""`regain import`: FHIR bundles, NDJSON, single resources, letters, a Regain export, fees, CMS's code pairs; says of each what became of it."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from regain.cli import fees, pairs
from regain.cli.store import clinic, open_record, progress

LINES = (".ndjson", ".jsonl")
LETTERS = (".txt", ".pdf")
Item = tuple[str, str, Any]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain import", description=__doc__)
    parser.add_argument(
        "paths",
        nargs="+",
        help="files or folders: .json, .ndjson, a letter as .txt or .pdf, or a folder that `regain export` wrote",
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
    from regain.fhir.actions.whole import read_tables

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

    from regain.fhir.actions.reading import REFUSED
    from regain.organizations.queries import sites

    organization, system = clinic(options.clinic)
    timezone.activate(ZoneInfo(organization.time_zone))
    site = sites(organization.pk).first()
    if site is None:
        print(f"regain: {organization.name} has no site; an owner adds one under Clinic first", file=sys.stderr)
        return 2
    totals: Counter[str] = Counter()
    for outcome in _outcomes(path, site, system):
        totals[outcome.became] += 1
        print(
            json.dumps(outcome.as_json(), ensure_ascii=False)
            if options.json
            else f"{outcome.where}: {outcome.resource}: {outcome.became}" + (f" ({outcome.why})" if outcome.why else "")
        )
    print(", ".join(f"{n:,} {became}" for became, n in totals.items()) or "nothing found to import", file=sys.stderr)
    return 1 if totals[REFUSED] else 0


def _outcomes(path: Path, site, system) -> Iterator[Any]:
    from django.utils import timezone

    from regain.fhir.actions.letters import read_letter
    from regain.fhir.actions.reading import read_resources

    if path.is_file() and path.suffix.lower() in LETTERS:
        yield read_letter(path.name, path.read_bytes(), by=system, at=timezone.now())
        return
    for source, items in _units(path):
        yield from progress(read_resources(items, source=source, site=site, by=system, at=timezone.now()), source)
    if path.is_dir() and (left := [p for p in path.rglob("*") if p.suffix.lower() in LETTERS]):
        print(f"regain: {len(left)} letters in {path} were left; name a letter itself to import it", file=sys.stderr)


def _units(path: Path) -> Iterator[tuple[str, Iterable[Item]]]:
    """What is read as one, with the name of its sender: each bundle by itself; the NDJSON files and single resources of a folder together."""
    found = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix.lower() in (".json", *LINES))
    together: dict[Path, list[Path]] = {}
    for file in found:
        if file.suffix.lower() not in LINES and isinstance(whole := _whole(file), (dict, list)) and not _is_one(whole):
            yield file.name, _entries(whole, file.name)
        else:
            together.setdefault(file.resolve().parent, []).append(file)
    for folder, files in together.items():
        yield folder.name, chain.from_iterable(map(_items, files))


def _whole(path: Path) -> Any:
    return _parsed(path.read_text(encoding="utf-8-sig", errors="replace"))


def _is_one(whole: Any) -> bool:
    return isinstance(whole, dict) and whole.get("resourceType") != "Bundle"


def _items(path: Path) -> Iterator[Item]:
    """`(where, fullUrl, resource)` of lines or of one resource; a bad line becomes an item that is refused."""
    if path.suffix.lower() not in LINES:
        yield f"{path.name}:1", "", _whole(path)
        return
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"{path.name}:{number}", "", _parsed(line.strip())


def _entries(bundle: dict[str, Any] | list[Any], name: str) -> Iterator[Item]:
    """The resources of a bundle, and of the bundles in it; of a plain list too."""
    from regain.fhir.actions.reading import Unreadable

    if isinstance(bundle, list):
        yield from ((f"{name}:item {number}", "", resource) for number, resource in enumerate(bundle, 1))
        return
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        yield f"{name}:1", "", Unreadable(f"entry is {type(entries).__name__}, expected a list of entries")
        return
    for number, entry in enumerate(entries, 1):
        where = f"{name}:entry {number}"
        if not isinstance(entry, dict) or "resource" not in entry:
            asked = entry.get("request") if isinstance(entry, dict) else None
            method = asked.get("method") if isinstance(asked, dict) else None
            why = f"a {method} request carries nothing to import" if method else "the entry holds no resource"
            yield where, "", Unreadable(why)
        elif isinstance(entry["resource"], dict) and entry["resource"].get("resourceType") == "Bundle":
            yield from _entries(entry["resource"], where)
        else:
            yield where, entry.get("fullUrl", ""), entry["resource"]


def _parsed(text: str) -> Any:
    from regain.fhir.actions.reading import Unreadable

    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        return Unreadable(f"no JSON: {problem.msg} at line {problem.lineno}, column {problem.colno}; export it again")
    except (ValueError, RecursionError):
        return Unreadable("no JSON that can be read: it is nested too deep or holds a number too long")
