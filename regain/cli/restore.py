"""`regain restore FILE`: bring a backup back. Refuses to overwrite a record that is not empty without --force."""

from __future__ import annotations

import argparse
import gzip
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from regain.cli.backup import pg_arguments, pg_environment
from regain.cli.store import open_record


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain restore", description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--force", action="store_true", help="replace a record that holds data")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "backup"
        try:
            with gzip.open(options.file) as source, plain.open("wb") as file:
                shutil.copyfileobj(source, file)
        except (OSError, EOFError) as problem:
            print(f"regain: {options.file} is no backup that can be read: {problem}", file=sys.stderr)
            return 2
        return _restore(plain, options.force)


def _restore(plain: Path, force: bool) -> int:
    open_record()
    from django.db import connection

    from regain.organizations.models import Organization

    if Organization.objects.exists() and not force:
        print("regain: this record holds data; --force replaces all of it", file=sys.stderr)
        return 2
    head = plain.open("rb").read(16)
    if head.startswith(b"SQLite format 3") != (connection.vendor == "sqlite"):
        print(
            "regain: the backup is of the other database; use `regain export` and `regain import` to move between them",
            file=sys.stderr,
        )
        return 2
    if connection.vendor == "sqlite":
        damage = _damage(plain)
        if damage:
            print(f"regain: nothing was restored: {damage}; try another backup", file=sys.stderr)
            return 2
        connection.ensure_connection()
        with sqlite3.connect(plain) as copy:
            copy.backup(connection.connection)
        copy.close()
    else:
        connection.close()
        arguments = [
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            *pg_arguments(connection),
            str(plain),
        ]
        try:
            subprocess.run(arguments, check=True, env=pg_environment(connection))
        except (OSError, subprocess.CalledProcessError) as problem:
            # one transaction: the record is as it was
            print(
                f"regain: nothing was restored: {problem}; pg_restore must be on the path, as new as the server",
                file=sys.stderr,
            )
            return 2
    print("The record is as it was when the backup was taken.", file=sys.stderr)
    return 0


def _damage(plain: Path) -> str:
    """What is wrong with a SQLite backup, or nothing; asked before the record is touched."""
    copy = sqlite3.connect(plain)
    try:
        said = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            return f"the backup is damaged ({said})"
        known = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'organizations_organization'").fetchone()
        return "" if known else "the backup holds no Regain record"
    except sqlite3.DatabaseError as problem:
        return f"the backup is damaged ({problem})"
    finally:
        copy.close()
