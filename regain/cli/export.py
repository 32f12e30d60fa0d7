"""`regain export --to FOLDER`: FHIR NDJSON, lossless tables, CSV and PDFs, with a manifest."""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from regain.cli.store import open_record, progress


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain export", description=__doc__)
    parser.add_argument("--to", required=True, help="a folder that does not exist yet or is empty")
    options = parser.parse_args(argv)
    folder = Path(options.to)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        print(f"regain: {folder} is not empty; name a new folder, so that nothing is mixed", file=sys.stderr)
        return 2
    open_record()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = {**_tables(folder), **_fhir(folder), **_pdfs(folder)}
    manifest = {"format": "regain-export-1", "files": dict(sorted(written.items()))}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    print(f"{len(written)} files in {folder}", file=sys.stderr)
    return 0


def _write(path: Path, lines: Iterable[bytes]) -> dict:
    """Write lines; returns their number and hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, rows = hashlib.sha256(), 0
    with path.open("wb") as file:
        for line in progress(lines, path.name):
            file.write(line)
            digest.update(line)
            rows += 1
    return {"rows": rows, "sha256": digest.hexdigest()}


def _tables(folder: Path) -> dict:
    from regain.fhir.tables import exported_models, lines

    written = {}
    for model in exported_models():
        name = model._meta.label_lower
        path = folder / "tables" / f"{name}.ndjson"
        written[f"tables/{name}.ndjson"] = _write(path, lines(model))
        _csv(path, folder / "csv" / f"{name}.csv")
    return written


def _csv(ndjson: Path, path: Path) -> None:
    """The same rows for a spreadsheet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with ndjson.open(encoding="utf-8") as rows, path.open("w", encoding="utf-8", newline="") as file:
        writer = None
        for line in rows:
            row = json.loads(line)
            row.pop("content", None)
            writer = writer or csv.DictWriter(file, fieldnames=list(row))
            if not file.tell():
                writer.writeheader()
            writer.writerow(
                {k: json.dumps(v, ensure_ascii=False) if isinstance(v, (dict, list)) else v for k, v in row.items()}
            )


def _fhir(folder: Path) -> dict:
    import orjson

    from regain.fhir.queries import by_type
    from regain.organizations.models import Organization

    written = {}
    for organization in Organization.objects.order_by("pk"):
        for kind, resources in by_type(organization).items():
            name = f"fhir/{organization.pk}/{kind}.ndjson"
            written[name] = _write(
                folder / name,
                (orjson.dumps(r, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE) for r in resources),
            )
    return written


def _pdfs(folder: Path) -> dict:
    """The discharge summaries. Their bytes hold the moment of writing, so the manifest only lists them."""
    from django.core.management import call_command

    call_command("print_discharges", to=str(folder / "pdf"))
    return {}
