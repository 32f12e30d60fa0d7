"""The whole demonstration record out and in again by the commands users type, each database in a folder of its own."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import psycopg
import pytest

# one process, so that the clinic is seeded once
pytestmark = [pytest.mark.both_databases, pytest.mark.xdist_group("whole_record")]


# somebody who signs in with a second factor
SECOND_FACTOR = """
import os; os.environ["DJANGO_SETTINGS_MODULE"] = "regain.config.settings"
import django; django.setup()
from allauth.mfa.models import Authenticator
from regain.organizations.models import User
Authenticator.objects.create(user=User.objects.get(email="dana@example.org"), type="totp", data={"secret": "a secret"})
"""


class Installation:
    """A Regain of its own: a home and a database."""

    numbers = count(1)

    def __init__(self, home: Path, mode: str, sqlite: bool = False):
        self.environment = {**os.environ, "REGAIN_HOME": str(home), "REGAIN_MODE": mode}
        self.url = os.environ.get("REGAIN_DATABASE_URL")
        if sqlite:
            self.environment.pop("REGAIN_DATABASE_URL", None)
        elif self.url:
            name = f"whole_{os.getpid()}_{next(self.numbers)}"
            with psycopg.connect(self._named("postgres"), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name}")
                connection.execute(f"CREATE DATABASE {name}")
            self.environment["REGAIN_DATABASE_URL"] = self._named(name)

    def _named(self, database: str) -> str:
        """The address of another database of the tests' cluster."""
        return self.url.replace("///regain?", f"///{database}?", 1)

    def regain(self, *words: object, code: int = 0) -> str:
        """Run a command; its words, both streams."""
        command = [sys.executable, "-m", "regain", *map(str, words)]
        done = subprocess.run(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        assert done.returncode == code, done.stdout
        return done.stdout


def content(folder: Path) -> dict[str, bytes]:
    """Every file but the PDFs, whose bytes hold the moment of writing."""
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and p.suffix != ".pdf"
    }


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Installation:
    found = Installation(tmp_path_factory.mktemp("clinic"), "demonstration")
    found.regain("run", "--seed-only")
    subprocess.run([sys.executable, "-c", SECOND_FACTOR], env=found.environment, check=True)
    return found


@pytest.fixture(scope="module")
def exported(clinic, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "export"
    clinic.regain("export", "--to", folder)
    return folder


@pytest.fixture
def empty(tmp_path) -> Installation:
    home = tmp_path / "empty"
    home.mkdir()
    return Installation(home, "production")


def test_an_export_read_into_an_empty_record_exports_the_same(clinic, exported, empty, tmp_path):
    empty.regain("import", exported)
    empty.regain("export", "--to", tmp_path / "again")
    before, after = content(exported), content(tmp_path / "again")
    assert [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)] == []
    assert sum(entry["rows"] for entry in json.loads(before["manifest.json"])["files"].values()) > 1000
    assert list((tmp_path / "again" / "pdf").glob("*.pdf"))
    assert " added" not in empty.regain("import", exported).replace(" 0 added", "")
    assert "Nothing is broken" in empty.regain("check")


@pytest.mark.across_databases
def test_an_export_goes_from_one_database_to_the_other_and_back(exported, empty, tmp_path):
    between = Installation(tmp_path / "sqlite", "production", sqlite=True)
    between.regain("import", exported)
    between.regain("export", "--to", tmp_path / "there")
    assert "Nothing is broken" in between.regain("check")
    empty.regain("import", tmp_path / "there")
    empty.regain("export", "--to", tmp_path / "back")
    assert content(exported) == content(tmp_path / "there") == content(tmp_path / "back")
    assert "Nothing is broken" in empty.regain("check")


@pytest.mark.parametrize("damage", ["cut", "missing", "manifest"])
def test_a_damaged_export_imports_nothing(exported, empty, tmp_path, damage):
    copy = tmp_path / "copy"
    shutil.copytree(exported, copy)
    path = copy / "tables" / "plan_of_care.homelog.ndjson"
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif damage == "missing":
        path.unlink()
    else:
        (copy / "manifest.json").write_text("{}")
    assert "nothing was imported" in empty.regain("import", copy, code=2)
    empty.regain("export", "--to", tmp_path / "after")
    assert all(not lines for name, lines in content(tmp_path / "after").items() if name.startswith("tables/"))


def test_a_backup_comes_back_and_overwrites_only_when_told(clinic, exported, empty, tmp_path):
    clinic.regain("backup", tmp_path / "backup")
    assert "exists" in clinic.regain("backup", tmp_path / "backup", code=2)
    assert "--force" in clinic.regain("restore", tmp_path / "backup", code=2)
    empty.regain("restore", tmp_path / "backup")
    empty.regain("export", "--to", tmp_path / "restored")
    assert content(tmp_path / "restored") == content(exported)


def test_a_damaged_backup_leaves_the_record_as_it_was(clinic, exported, tmp_path):
    clinic.regain("backup", tmp_path / "backup")
    whole = gzip.decompress((tmp_path / "backup").read_bytes())
    for name, raw in {
        "cut": gzip.compress(whole[: len(whole) // 3]),
        "no-gzip": whole[:500],
        "text": gzip.compress(b"SQLite format 3\x00 but no more"),
    }.items():
        (tmp_path / name).write_bytes(raw)
        clinic.regain("restore", "--force", tmp_path / name, code=2)
    clinic.regain("export", "--to", tmp_path / "after")
    assert content(tmp_path / "after") == content(exported)


def test_an_export_never_mixes_into_a_folder_that_holds_files(clinic, exported):
    assert "not empty" in clinic.regain("export", "--to", exported, code=2)
