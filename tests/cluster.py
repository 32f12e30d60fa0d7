"""A pytest plugin, loaded before Django's settings: where the tests' database lives, and a closed network.

`REGAIN_TEST_DATABASE=postgresql` starts a throw-away cluster as an ordinary user (initdb refuses root) on a socket in a
temporary folder, and runs only the tests that touch the database.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

ON_POSTGRESQL = os.environ.get("REGAIN_TEST_DATABASE") == "postgresql"


def _binary(name: str) -> str:
    found = shutil.which(name) or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)), None
    )
    if not found:
        raise pytest.UsageError(f"no PostgreSQL here: {name} was not found; on Debian: apt-get install postgresql")
    # a wrapper may hide the real folder; pg_ctl starts its siblings itself
    return found


def _as_user(folder: Path) -> list[str]:
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return ["runuser", "-u", "nobody", "--"]


def start_cluster() -> str:
    """The URL of a fresh cluster that stops with this process."""
    folder = Path(tempfile.mkdtemp(prefix="regain-pg-"))
    folder.chmod(0o755)
    user, data = _as_user(folder), folder / "data"
    ctl = next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)), None
    ) or _binary("pg_ctl")
    initdb = str(Path(ctl).with_name("initdb"))
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
    subprocess.run(
        [*user, initdb, "-D", str(data), "-A", "trust", "-U", "regain", "--no-sync"], check=True, capture_output=True
    )
    subprocess.run(
        [*user, ctl, "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start"],
        check=True,
        capture_output=True,
    )

    def stop() -> None:
        subprocess.run([*user, ctl, "-D", str(data), "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql:///regain?host={folder}&user=regain"


if "PYTEST_XDIST_WORKER" not in os.environ:
    home = tempfile.mkdtemp(prefix="regain-tests-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["REGAIN_HOME"] = home
    os.environ["REGAIN_SECRET_KEY"] = "tests only"
    if ON_POSTGRESQL:
        os.environ["REGAIN_DATABASE_URL"] = start_cluster()
    else:
        os.environ.pop("REGAIN_DATABASE_URL", None)


def pytest_collection_modifyitems(config, items) -> None:
    """On PostgreSQL only what touches the database runs again; journeys choose their database themselves."""
    if ON_POSTGRESQL:
        kept = [
            item for item in items if "db" in getattr(item, "fixturenames", ()) or "both_databases" in item.keywords
        ]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch):
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
