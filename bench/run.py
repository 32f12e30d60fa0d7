"""`make bench`: a generated clinic of SIZE visits, and each daily work beside its bare limit of the same run.

Pages are asked over the real server (granian), beside `bench.floor` on the same server, database and template engine, in turns:
machines are noisy, so read the ratios. `--database` picks sqlite, postgresql (a throw-away cluster that syncs to disk) or both.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

TODAY = date(2026, 11, 24)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="visits")
    parser.add_argument("--rounds", type=int, default=200, help="how often each is asked")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        return measure(options)
    chosen = ("sqlite", "postgresql") if options.database == "both" else (options.database,)
    return max(on(database, options) for database in chosen)


def on(database: str, options: argparse.Namespace) -> int:
    """One database, in a process of its own with a home of its own."""
    home = tempfile.mkdtemp(prefix="regain-bench-")
    environment = {**os.environ, "REGAIN_HOME": home, "REGAIN_MODE": "demonstration", "REGAIN_SECRET_KEY": "bench only"}
    environment.pop("REGAIN_DATABASE_URL", None)
    stop = None
    if database == "postgresql":
        from tests.postgresql import start_cluster

        try:
            url, stop = start_cluster(durable=True)
        except FileNotFoundError as problem:
            print(f"regain: PostgreSQL is left out: {problem}", file=sys.stderr)
            return 0
        environment["REGAIN_DATABASE_URL"] = url
    try:
        command = [
            sys.executable,
            "-m",
            "bench.run",
            "--here",
            "--size",
            str(options.size),
            "--rounds",
            str(options.rounds),
        ]
        return subprocess.run(command, env=environment, check=False).returncode
    finally:
        if stop:
            stop()
        shutil.rmtree(home, ignore_errors=True)


def measure(options: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regain.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench import clinic, works
    from regain.web.demonstration.seed import seed

    call_command("migrate", verbosity=0)
    print("Seeding the demonstration clinic ...", file=sys.stderr)
    seed(TODAY, lambda text: None)
    rows, took = clinic.grow(options.size, TODAY)
    print(
        f"\n{connection.vendor}: {options.size:,} visits, {rows:,} rows written in {took:.0f} s ({rows / took:,.0f} rows/s){_file_size(connection)}"
    )
    works.show_all(options.rounds, TODAY)
    return 0


def _file_size(connection) -> str:
    path = Path(str(connection.settings_dict["NAME"]))
    return f", {path.stat().st_size / 1e6:,.0f} MB" if connection.vendor == "sqlite" and path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
