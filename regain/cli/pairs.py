"""Part of `regain import`: CMS's quarterly file of procedure pairs (`ccipra-v322r0-f1.txt`), as it comes out of the zip."""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

from regain.cli.store import clinic, progress
from regain.coverage.rules.codes import codes_of
from regain.reference.facts import rows


def is_pair_file(path: Path) -> bool:
    """Whether the name is one CMS gives its practitioner (`ccipra`) or outpatient (`ccioph`) files."""
    return (
        path.is_file()
        and path.suffix.lower() in (".txt", ".csv")
        and path.name.lower().startswith(("ccipra", "ccioph"))
    )


def load(path: Path, options: argparse.Namespace) -> int:
    """Keep the pairs of therapy codes; says how many, and which rows were broken. Nothing is kept of an unreadable file."""
    from django.utils import timezone

    from regain.billing.actions.claims import load_pairs
    from regain.billing.rules.pairs import quarter_from, quarter_of

    quarter = quarter_from(options.quarter) if options.quarter else quarter_of(path.name)
    if quarter is None:
        print(
            f"regain: {path.name} does not say its quarter; expected a name such as ccipra-v322r0-f1.txt, or say --quarter 2026-07-01",
            file=sys.stderr,
        )
        return 2
    _, system = clinic(options.clinic)
    codes = set(codes_of(rows("coverage/codes")))
    kept, broken, total = [], [], 0
    try:
        for number, pair in progress(_pairs(path), path.name, every=20_000):
            total += 1
            if isinstance(pair, str):
                broken.append(f"{path.name}:{number}: {pair}")
            elif {pair.column_one, pair.column_two} <= codes:
                kept.append(pair)
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        print(f"regain: nothing was loaded from {path.name}: {problem}", file=sys.stderr)
        return 2
    if not total:
        print(
            f"regain: {path.name} holds no pairs; expected rows of two codes, dates and an indicator, tab-separated",
            file=sys.stderr,
        )
        return 2
    with path.open("rb") as file:
        sha = hashlib.file_digest(file, "sha256").hexdigest()
    release = load_pairs(
        kept,
        name=path.name,
        starts_on=quarter[0],
        ends_on=quarter[1],
        sha256=sha,
        rows=total,
        by=system,
        at=timezone.now(),
    )
    for line in broken[:20]:
        print(f"{line}; the row was left out", file=sys.stderr)
    print(f"{path.name}: {'loaded already' if release is None else f'{len(kept):,} pairs of therapy codes kept of {total:,} rows'}, "
          f"for {quarter[0]} to {quarter[1]}" + (f"; {len(broken):,} broken rows left out" if broken else ""))  # fmt: skip
    return 1 if broken else 0


def _pairs(path: Path) -> Iterator[tuple[int, object]]:
    """`(line number, pair or what is wrong)`; headings and notes are passed over."""
    from regain.billing.rules.pairs import read_pair

    with path.open(encoding="latin-1", newline="") as file:
        head = file.read(4096)
        file.seek(0)
        for number, cells in enumerate(csv.reader(file, delimiter="\t" if "\t" in head else ","), 1):
            try:
                pair = read_pair(cells)
            except ValueError as problem:
                yield number, str(problem)
                continue
            if pair is not None:
                yield number, pair
