"""Fee schedules for scripts: a CSV file, or the example that is shipped."""

from __future__ import annotations

import argparse
import csv
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

from regain.cli.lines import Unreadable
from regain.cli.store import clinic
from regain.coverage.rules.fees import COLUMNS, PARTS, Fee, Schedule, read_fee, schedule_of
from regain.reference.facts import fact


@cache
def example_schedule() -> Schedule:
    """The invented fees that are shipped to try Regain with."""
    values = fact("coverage/example_fees").values
    return schedule_of(
        Fee(value["key"], value.from_, value.to, None, tuple(Decimal(str(value[name])) for name in PARTS), "the example fee schedule (invented amounts)")
        for value in values
    )  # fmt: skip


def read_schedule(name: str) -> Schedule:
    """A fee schedule from a CSV file, or the shipped `example`; bad rows are said on standard error and left out."""
    return example_schedule() if name == "example" else schedule_of(read_file(name)[0])


def read_file(name: str) -> tuple[list[Fee], int]:
    """The fees of a CSV file and how many rows were bad; each of those is said on standard error."""
    path = Path(name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if not set(table.fieldnames or ()) >= {"code", "starts_on"}:
                found = ", ".join(table.fieldnames or ()) or "nothing"
                raise Unreadable(f"{name} is no fee schedule; expected the columns {', '.join(COLUMNS)}, found {found}")
            rows = [
                read_fee(row, f"{path.name}:{number}", f"the fee schedule {path.name}")
                for number, row in enumerate(table, 2)
            ]
    except OSError as problem:
        raise Unreadable(f"cannot read {name}: {problem.strerror}; check the name and the permissions") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise Unreadable(f"{name} is no CSV file: {problem}; save it as CSV in UTF-8") from problem
    bad = [row for row in rows if isinstance(row, list)]
    for finding in (finding for row in bad for finding in row):
        print(f"{finding.severity}: {finding.message} {finding.try_}", file=sys.stderr)
    return [row for row in rows if isinstance(row, Fee)], len(bad)


def load(path: Path, options: argparse.Namespace) -> int:
    """A payer's fee schedule into the record: part of `regain import`."""
    from django.utils import timezone

    from regain.coverage.actions import load_fees
    from regain.coverage.queries import payers

    organization, system = clinic(options.clinic)
    known = {payer.name: payer for payer in payers(organization.pk)}
    if options.payer not in known:
        said = f"no payer {options.payer!r}" if options.payer else "a fee schedule belongs to a payer"
        print(
            f"regain: {said}; say --payer with one of {', '.join(known) or 'the payers (none yet: add one under Payers)'}",
            file=sys.stderr,
        )
        return 2
    try:
        fees, bad = read_file(str(path))
    except Unreadable as problem:
        print(f"regain: {problem}", file=sys.stderr)
        return 2
    added = load_fees(known[options.payer], fees, source=path.name, by=system, at=timezone.now())
    print(
        f"{path.name}: {added:,} fees added for {options.payer}, {len(fees) - added:,} here already"
        + (f"; {bad:,} bad rows left out" if bad else "")
    )
    return 1 if bad else 0
