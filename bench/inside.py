"""What is measured inside one process: signing, auditing, importing, and how fast a command starts."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def show_all(rounds: int, today: date) -> None:
    """Print every figure."""
    from regain.organizations.models import Membership

    member = Membership.objects.select_related("user").get(user__email="dana@example.org")
    print(f"{'in one process':34}{'p50 ms':>9}{'':9}{'limit ms':>10}{'ratio':>8}{'queries':>9}")
    drafts = iter(_drafts(member, rounds + 5))
    _compare("sign a note", lambda: _sign(next(drafts), member), lambda: keep_one(member), rounds)
    _compare("one audit line", lambda: _audit(member), lambda: keep_one(member), rounds)
    _import(member)
    _commands()


def _compare(name: str, work: Callable[[], Any], limit: Callable[[], Any], rounds: int) -> None:
    from django.db import connection

    seen: list[str] = []

    def count(execute, sql, *rest):
        seen.append(sql)
        return execute(sql, *rest)

    work(), limit()
    with connection.execute_wrapper(count):
        work()
    pairs = [(_timed(work), _timed(limit)) for _ in range(rounds)]
    spent, bare = median(p[0] for p in pairs), median(p[1] for p in pairs)
    print(f"{name:34}{spent:9.2f}{'':9}{bare:10.2f}{spent / bare:8.2f}{len(seen):9}", flush=True)


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


_kept = 0


def keep_one(member):
    """One durable insert: the least that any write could cost."""
    from regain.record.models import KeptResource

    global _kept
    _kept += 1
    resource = json.dumps(
        {
            "resourceType": "Patient",
            "id": str(_kept),
            "name": [{"family": "Bench", "given": ["One"]}],
            "birthDate": "1950-01-01",
        }
    )
    return KeptResource.objects.create(organization_id=member.organization_id, created_at=AT, created_by=member, resource_type="Patient",
                                       resource_id=str(_kept), source="bench", content=resource, reason="bench", sha256=f"{_kept:064}")  # fmt: skip


def _drafts(member, count: int) -> list[Any]:
    """Notes ready to sign, of one patient and of today's kind, each with interventions and its own appointment-free day."""
    from regain.episodes.models import Episode
    from regain.people.queries import practitioner_of
    from regain.plan_of_care.models import Section
    from regain.visits.models import Intervention, Visit

    me = practitioner_of(member)
    episode = Episode.objects.of(member).get(patient__family="Pelletier")
    section = Section.objects.of(member).filter(plan__episode=episode, discipline=me.profession).first()
    rows = [Visit(organization_id=member.organization_id, created_at=AT, created_by=member, episode=episode, patient_id=episode.patient_id, site=episode.site,
                  section=section, practitioner=me, discipline=me.profession, kind="treatment", on=date(2026, 11, 24), total_minutes=40, subjective="Slept well.",
                  objective="Sit to stand 5 times in 14 s.", assessment="Better.", next_steps="Add the low step.") for _ in range(count)]  # fmt: skip
    Visit.objects.bulk_create(rows)
    done = [Intervention(organization_id=member.organization_id, created_at=AT, created_by=member, visit=row, code=code, label="Practice", minutes=20)
            for row in rows for code in ("97530", "97535")]  # fmt: skip
    Intervention.objects.bulk_create(done)
    return rows


def _sign(visit, member) -> None:
    from regain.reference.rules import blocks
    from regain.visits.actions import sign_visit

    findings = sign_visit(visit, version=visit.version, by=member, at=AT, today=visit.on)
    if blocks(findings):
        raise RuntimeError(f"the note could not be signed: {findings[0].message}")


def _audit(member) -> None:
    from regain.record.actions import audit

    audit("bench", None, by=member, at=AT)


def _bundle(people: int) -> Iterator[dict[str, Any]]:
    """Patients with an episode, an order, scores and what no room has rows for: 25 resources each."""
    for n in range(people):
        about = f"Patient/b{n}"
        yield {
            "resourceType": "Patient",
            "id": f"b{n}",
            "name": [{"family": f"Import{n}", "given": ["Bench"]}],
            "birthDate": f"{1930 + n % 70}-0{1 + n % 9}-1{n % 9}",
            "gender": "female",
        }
        yield {
            "resourceType": "EpisodeOfCare",
            "id": f"e{n}",
            "status": "active",
            "patient": {"reference": about},
            "type": [{"text": "Stroke"}],
            "period": {"start": "2026-10-01"},
        }
        for k in range(3):
            yield {"resourceType": "Observation", "id": f"o{n}-{k}", "status": "final", "subject": {"reference": about}, "code": {"text": "Heart rate", "coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
                   "effectiveDateTime": "2026-10-0" + str(k + 1), "valueQuantity": {"value": 70 + k}}  # fmt: skip
        for k in range(20):
            yield {"resourceType": "Immunization", "id": f"i{n}-{k}", "status": "completed", "patient": {"reference": about}, "occurrenceDateTime": "2020-01-01",
                   "vaccineCode": {"text": "Influenza", "coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "140"}]}}  # fmt: skip


def _import(member) -> None:
    """Import beside the least: parse and write the same texts as rows in batches."""
    import orjson
    from django.db import connection, transaction

    from bench.clinic import Table
    from regain.fhir.actions.reading import read_resources
    from regain.organizations.models import Site
    from regain.record.models import KeptResource

    lines = [json.dumps(r).encode() for r in _bundle(40)]
    site = Site.objects.of(member).first()
    began = time.perf_counter()
    items = ((str(n), "", orjson.loads(line)) for n, line in enumerate(lines))
    became = [o.became for o in read_resources(items, source="bench.ndjson", site=site, by=member, at=AT)]
    ours = len(became) / (time.perf_counter() - began)
    table = Table(connection, KeptResource, 99, {"organization_id": member.organization_id, "created_at": AT, "reason": "bench", "source": "floor"},
                  ("resource_type", "resource_id", "content", "sha256"))  # fmt: skip
    began = time.perf_counter()
    with transaction.atomic():
        for n, line in enumerate(lines):
            resource = orjson.loads(line)
            table.add(n, resource["resourceType"], resource["id"], line.decode(), f"{n:064}")
        table.write()
    bare = len(lines) / (time.perf_counter() - began)
    print(f"{'FHIR import':34}{ours:9,.0f} resources/s, limit {bare:,.0f} /s, ratio {ours / bare:.3f}", flush=True)


def _commands() -> None:
    """From nothing to the first answer."""
    bare = median(_timed(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in range(5))
    for name, line in (("score", '{"measure":"tug","inputs":{"trials_s":[12]}}'),
                       ("units", '{"rule":"cms","on":"2026-06-01","lines":[{"discipline":"PT","code":"97110","minutes":30}]}')):  # fmt: skip
        took = median(_timed(lambda name=name, line=line: _answer(name, line)) for _ in range(5))
        print(f"{'regain ' + name + ', start to answer':34}{took:9.0f}{'':9}{bare:10.0f}{took / bare:8.1f}", flush=True)


def _answer(name: str, line: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "regain", name, "--json"], input=line.encode(), capture_output=True, check=True
    )
