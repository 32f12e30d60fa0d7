"""`regain backup FILE`: one file that holds the whole database, taken while the clinic works."""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from regain.cli.store import open_record


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain backup", description=__doc__)
    parser.add_argument("file", help="a file that does not exist yet")
    options = parser.parse_args(argv)
    target = Path(options.file)
    if target.exists():
        print(f"regain: {target} exists; a backup never overwrites one, name a new file", file=sys.stderr)
        return 2
    if not target.parent.is_dir():
        print(f"regain: there is no folder {target.parent}", file=sys.stderr)
        return 2
    open_record()
    from django.db import connection

    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        plain = Path(folder) / "backup"
        {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](connection, plain)
        packed = Path(folder) / "packed"
        with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as file:
            shutil.copyfileobj(source, file)
        packed.chmod(0o600)
        packed.rename(target)
    print(f"{target} holds {target.stat().st_size:,} bytes", file=sys.stderr)
    return 0


def _sqlite(connection, to: Path) -> None:
    connection.ensure_connection()
    with sqlite3.connect(to) as copy:
        connection.connection.backup(copy)
    copy.close()


def _postgresql(connection, to: Path) -> None:
    try:
        subprocess.run(
            ["pg_dump", "--format=custom", "--no-owner", "--file", str(to), *pg_arguments(connection)],
            check=True,
            env=pg_environment(connection),
        )
    except (OSError, subprocess.CalledProcessError) as problem:
        print(
            f"regain: no backup was made: {problem}; pg_dump must be on the path, as new as the server", file=sys.stderr
        )
        raise SystemExit(2) from problem


def pg_arguments(connection) -> list[str]:
    """How PostgreSQL's own programs reach this database."""
    given = connection.settings_dict
    pairs = (
        ("--host", given["HOST"]),
        ("--port", given["PORT"]),
        ("--username", given["USER"]),
        ("--dbname", given["NAME"]),
    )
    return [f"{name}={value}" for name, value in pairs if value]


def pg_environment(connection) -> dict[str, str]:
    """The password goes by the environment, never by an argument that others can read."""
    password = connection.settings_dict["PASSWORD"]
    return {**os.environ, **({"PGPASSWORD": password} if password else {})}
