"""A pytest plugin, loaded before Django's settings: where the tests' database lives, and a closed network.

`REGAIN_TEST_DATABASE=postgresql` starts a throw-away cluster as an ordinary user (initdb refuses root) on a socket in a
temporary folder, and runs only the tests that touch the database.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import tempfile

import pytest

from tests.postgresql import start_cluster

ON_POSTGRESQL = os.environ.get("REGAIN_TEST_DATABASE") == "postgresql"


def _started() -> str:
    """The URL of a fresh cluster that stops with this process."""
    try:
        url, stop = start_cluster()
    except FileNotFoundError as problem:
        raise pytest.UsageError(str(problem)) from problem
    atexit.register(stop)
    return url


if "PYTEST_XDIST_WORKER" not in os.environ:
    home = tempfile.mkdtemp(prefix="regain-tests-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["REGAIN_HOME"] = home
    os.environ["REGAIN_SECRET_KEY"] = "tests only"
    if ON_POSTGRESQL:
        os.environ["REGAIN_DATABASE_URL"] = _started()
    else:
        os.environ.pop("REGAIN_DATABASE_URL", None)


def pytest_collection_modifyitems(config, items) -> None:
    """On PostgreSQL only what touches the database runs again; a test that wants both at hand runs there alone."""
    kept = [item for item in items if _runs_here(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _runs_here(item) -> bool:
    if not ON_POSTGRESQL:
        return "across_databases" not in item.keywords
    return "db" in getattr(item, "fixturenames", ()) or bool(
        {"both_databases", "across_databases"} & set(item.keywords)
    )


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch):
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def local_only(self, address):
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
