"""What was acknowledged is on disk: settings of each connection, a process killed while it writes, a backup while one writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from regain.record.actions import audit, audit_view
from regain.record.models import AuditLine
from tests.factories import AT
from tests.fhir.test_whole_record import Installation

ROOT = Path(__file__).resolve().parents[2]
# writes one message of team talk after another and says each one's text once it is committed
WRITER = """
import sys, django
django.setup()
from django.utils import timezone
from regain.episodes.actions import say_to_team
from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.people.actions import register_patient
from regain.episodes.actions import open_episode
from regain.organizations.actions import add_site, found_organization
now = timezone.now()
organization, by = found_organization(name="Casco", at=now)
site = add_site(organization, name="Portland", state="ME")
patient = register_patient(by=by, at=now, family="Roy", given="Ann", birth_date=now.date().replace(year=1950, day=1))
episode = open_episode(patient=patient, site=site, problem="Stroke", opened_on=now.date(), by=by, at=now)
for number in range(100_000):
    say_to_team(episode, text=f"message {number}", by=by, at=timezone.now())
    print(number, flush=True)
"""
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}


def test_a_view_leaves_a_line_of_the_same_chain(clinic):
    audit("changed", None, by=clinic.desk, at=AT)
    line = audit_view("seen", None, by=clinic.desk, at=AT)
    last = AuditLine.objects.of(clinic.organization).order_by("-sequence")[:2]
    assert (last[0].pk, last[0].previous) == (line.pk, last[1].hash)


CONNECTIONS = f"""
import django; django.setup()
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from regain.organizations.actions import found_organization
from regain.record.actions import audit_view
call_command("migrate", verbosity=0)
for _ in range(2):
    connection.ensure_connection()
    print({{name: connection.connection.execute(f"PRAGMA {{name}}").fetchone()[0] for name in {list(PRAGMAS)}}})
    connection.close()
_, by = found_organization(name="Casco", at=timezone.now())
seen = []
connection.connection.set_trace_callback(seen.append)
audit_view("seen", None, by=by, at=timezone.now())
print([s for s in seen if s.startswith("PRAGMA")])
"""


def test_every_connection_of_sqlite_loses_nothing_and_stays_so_after_the_line_of_a_view(tmp_path):
    """In a process with a file of its own, as a clinic has it: the tests' own database lives in memory."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "regain.config.settings", "REGAIN_HOME": str(tmp_path)}
    env.pop("REGAIN_DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", CONNECTIONS], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        str(PRAGMAS),
        str(PRAGMAS),
        "['PRAGMA synchronous=NORMAL', 'PRAGMA synchronous=FULL']",
    ]


@pytest.mark.both_databases
def test_a_killed_writer_loses_nothing_it_acknowledged_and_a_backup_beside_it_is_whole(tmp_path):
    clinic = Installation(tmp_path, "production")
    clinic.regain("check", code=1)
    clinic.regain("run", "--seed-only")
    env = {**clinic.environment, "DJANGO_SETTINGS_MODULE": "regain.config.settings"}
    command = [sys.executable, "-c", WRITER]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as writer:
        acknowledged = [writer.stdout.readline() for _ in range(20)]
        clinic.regain("backup", tmp_path / "beside")
        acknowledged += [writer.stdout.readline() for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.read().splitlines()
    said = int([line for line in acknowledged if line.strip()][-1]) + 1
    assert said >= 40
    clinic.regain("export", "--to", tmp_path / "after")
    kept = (tmp_path / "after" / "tables" / "episodes.teammessage.ndjson").read_text().splitlines()
    assert len(kept) in (said, said + 1), "the one that was being said when it was killed may be there"
    assert "Nothing is broken" in clinic.regain("check")
    other = Installation(tmp_path / "other", "production")
    other.regain("restore", tmp_path / "beside")
    assert "Nothing is broken" in other.regain("check")
