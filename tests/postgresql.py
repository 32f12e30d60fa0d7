"""A throw-away PostgreSQL cluster for tests and benchmarks, run as an ordinary user: initdb refuses root."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path


def binary(name: str) -> str:
    """A program of the server itself (a distribution's wrapper hides where it lies); FileNotFoundError with the one command."""
    found = next((str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None)
    found = found or shutil.which(name)
    if not found:
        raise FileNotFoundError(f"no PostgreSQL here: {name} was not found; on Debian: apt-get install postgresql")
    return found


def _as_user(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return ["runuser", "-u", "nobody", "--"]


def start_cluster(durable: bool = False) -> tuple[str, Callable[[], None]]:
    """The URL of a fresh cluster on a socket in a temporary folder, and what stops it. Tests do without syncing to disk."""
    ctl = binary("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="regain-pg-"))
    folder.chmod(0o755)
    user, data = _as_user(folder), folder / "data"
    options = f"-k {folder} -c listen_addresses='' -c max_connections=60"
    options += " -c shared_buffers=512MB" if durable else " -c fsync=off -c full_page_writes=off"
    initdb = [*user, str(Path(ctl).with_name("initdb")), "-D", str(data), "-A", "trust", "-U", "regain", "--no-sync"]
    start = [*user, ctl, "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start"]
    create = [*user, str(Path(ctl).with_name("createdb")), "-h", str(folder), "-U", "regain", "regain"]
    for command in (initdb, start, create):
        subprocess.run(command, check=True, capture_output=True)

    def stop() -> None:
        subprocess.run([*user, ctl, "-D", str(data), "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)

    return f"postgresql:///regain?host={folder}&user=regain", stop
