"""Fee schedules for scripts: a CSV file, or the example that is shipped."""

from __future__ import annotations

import csv
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

from regain.cli.lines import Unreadable
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
    if name == "example":
        return example_schedule()
    path = Path(name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if not set(table.fieldnames or ()) >= {"code", "starts_on"}:
                raise Unreadable(
                    f"{name} is no fee schedule; expected the columns {', '.join(COLUMNS)}, found {table.fieldnames}"
                )
            rows = [
                read_fee(row, f"{path.name}:{number}", f"the fee schedule {path.name}")
                for number, row in enumerate(table, 2)
            ]
    except OSError as problem:
        raise Unreadable(f"cannot read {name}: {problem.strerror}; check the name and the permissions") from problem
    except (UnicodeDecodeError, csv.Error) as problem:
        raise Unreadable(f"{name} is no CSV file: {problem}; save it as CSV in UTF-8") from problem
    for finding in (finding for row in rows if isinstance(row, list) for finding in row):
        print(f"{finding.severity}: {finding.message} {finding.try_}", file=sys.stderr)
    return schedule_of(row for row in rows if isinstance(row, Fee))
