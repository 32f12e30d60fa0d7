"""`make bench`: a generated clinic of SIZE visits, and each daily work beside its bare limit of the same run.

Deterministic and streaming. Prints medians and ratios; machines are noisy, so read the ratios.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from statistics import median
from typing import Any

BATCH = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="visits")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    if "REGAIN_DATABASE_URL" not in os.environ:
        os.environ["REGAIN_HOME"] = tempfile.mkdtemp(prefix="regain-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regain.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from regain.web.demonstration.seed import seed

    today = date(2026, 11, 24)
    seed(today, lambda text: None)
    began = time.perf_counter()
    rows = grow(options.size, today)
    took = time.perf_counter() - began
    print(
        f"{connection.vendor}: {options.size:,} visits, {rows:,} rows written in {took:.0f} s ({rows / took:,.0f} rows/s)"
    )
    print(f"{'work':34}{'median ms':>11}{'limit ms':>11}{'ratio':>8}{'queries':>9}")
    for name, work, limit in works(today):
        show(name, work, limit, options.rounds)


def show(name: str, work: Callable[[], Any], limit: Callable[[], Any], rounds: int) -> None:
    """One line: the work and its limit measured in turns."""
    from django.db import connection

    asked: list[str] = []

    def count(execute, sql, *rest):
        asked.append(sql)
        return execute(sql, *rest)

    work(), limit()
    with connection.execute_wrapper(count):
        work()
    pairs = [(timed(work), timed(limit)) for _ in range(rounds)]
    spent, bare = median(p[0] for p in pairs), median(p[1] for p in pairs)
    print(f"{name:34}{spent * 1000:11.2f}{bare * 1000:11.3f}{spent / bare:8.1f}{len(asked):9}", flush=True)


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def grow(size: int, today: date) -> int:
    """Patients, episodes, visits and appointments: 20 visits a patient, 16 an episode."""
    from django.db import transaction
    from django.utils import timezone

    from regain.episodes.models import Episode, EpisodeStatus
    from regain.organizations.models import Site
    from regain.people.models import Patient, Practitioner
    from regain.record.rules import digest
    from regain.scheduling.models import Appointment, AppointmentStatus
    from regain.visits.models import Visit

    site = Site.objects.order_by("name").last()
    people = list(Practitioner.objects.of(site.organization_id).filter(profession__in=("OT", "PT")))
    now, organization = timezone.now(), site.organization_id
    base = {"organization_id": organization, "created_at": now}
    families = [
        f"{a}{b}"
        for a in ("Mar", "Lev", "Oul", "Ban", "Cor", "Thi", "Ber", "Gag")
        for b in ("esque", "ette", "ton", "mier", "ault", "den", "gard", "nelli")
    ]
    patients = [Patient(**base, number=f"{200000 + n}", family=families[n % 64], given=f"Person{n}", search_name=f"{families[n % 64].lower()} person{n}",
                        birth_date=date(1940, 1, 1) + timedelta(days=n * 7 % 25000)) for n in range(max(size // 20, 1))]  # fmt: skip
    episodes = [Episode(**base, patient=patients[n % len(patients)], site=site, number=f"B{n:08}", problem="Benchmark", opened_on=today - timedelta(days=n % 700))
                for n in range(max(size // 16, 1))]  # fmt: skip
    written = 0
    with transaction.atomic():
        for model, rows in ((Patient, patients), (Episode, episodes)):
            model.objects.bulk_create(rows, batch_size=BATCH)
            written += len(rows)
        EpisodeStatus.objects.bulk_create(
            [EpisodeStatus(**base, episode=e, status="active") for e in episodes], batch_size=BATCH
        )
        written += len(episodes)

    def visits() -> Iterator[tuple[Any, Any, Any]]:
        for n in range(size):
            episode, person = episodes[n % len(episodes)], people[n % len(people)]
            at = now - timedelta(days=n // 60 % 900, minutes=15 * (n % 40))
            booked = Appointment(**base, episode=episode, patient=episode.patient, practitioner=person, site=site, discipline=person.profession, kind="treatment",
                                 starts_at=at, ends_at=at + timedelta(minutes=45))  # fmt: skip
            visit = Visit(**base, episode=episode, patient=episode.patient, practitioner=person, site=site, discipline=person.profession, kind="treatment",
                          on=at.date(), total_minutes=40, subjective="Better than last week.", signed_at=at, signed_by=person.membership, signature=str(person),
                          signed_hash=digest(n))  # fmt: skip
            yield booked, AppointmentStatus(**base, appointment=booked, status="completed"), visit

    for batch in batches(visits()):
        with transaction.atomic():
            for model, column in ((Appointment, 0), (AppointmentStatus, 1), (Visit, 2)):
                model.objects.bulk_create([row[column] for row in batch])
        written += 3 * len(batch)
        if sys.stderr.isatty():
            print(f"\r{written:,} rows", end="", file=sys.stderr, flush=True)
    return written


def works(today: date) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Each work with the least that could answer it."""
    from django.db import connection, transaction
    from django.template import engines
    from django.test import Client

    from regain.episodes.models import Episode
    from regain.organizations.models import Membership, Site
    from regain.record.actions import audit
    from regain.record.models import Document
    from regain.visits.models import Visit

    member = Membership.objects.select_related("user").get(user__email="dana@example.org")
    client = Client(HTTP_HOST="localhost")
    client.force_login(member.user, backend="regain.organizations.backends.MemberBackend")
    episode = Episode.objects.of(member).get(patient__family="Pelletier")
    site = Site.objects.of(member).order_by("name").last()
    lean = engines["jinja2"].from_string(
        "<ul>{% for r in rows %}<li>{{ r[0] }} {{ r[1] }} {{ r[2] }}</li>{% endfor %}</ul>{{ filler }}"
    )
    size = len(client.get(f"/episode/{episode.pk}/").content)
    filler = "x" * max(size - 4000, 0)

    def floor(*questions: tuple[str, list[Any]]) -> Callable[[], Any]:
        def answer() -> str:
            rows: list[Any] = []
            with connection.cursor() as cursor:
                for sql, values in questions:
                    cursor.execute(sql, values)
                    rows = cursor.fetchall()
            return lean.render({"rows": rows, "filler": filler})

        return answer

    key = Episode._meta.pk.get_db_prep_value(episode.pk, connection)
    org = Episode._meta.pk.get_db_prep_value(member.organization_id, connection)
    place = Episode._meta.pk.get_db_prep_value(site.pk, connection)
    person = "SELECT problem, number, opened_on FROM episodes_episode WHERE id = %s"
    seen = 'SELECT "on", kind, total_minutes FROM visits_visit WHERE organization_id = %s AND episode_id = %s ORDER BY "on" DESC'
    said = "SELECT text, id, id FROM episodes_teammessage WHERE organization_id = %s AND episode_id = %s"
    yield (f"episode page ({size // 1000} kB)", lambda: client.get(f"/episode/{episode.pk}/"),
           floor((person, [key]), (said, [org, key]), (seen, [org, key])))  # fmt: skip
    day = today - timedelta(days=30)
    yield ("day schedule", lambda: client.get(f"/schedule/?site={site.pk}&on={day}"),
           floor(("SELECT a.starts_at, p.family, a.kind FROM scheduling_appointment a JOIN people_patient p ON p.id = a.patient_id WHERE a.organization_id = %s"
                  " AND a.site_id = %s AND a.starts_at >= %s AND a.starts_at < %s ORDER BY a.starts_at", [org, place, str(day), str(day + timedelta(days=1))])))  # fmt: skip
    name = "SELECT family, given, number FROM people_patient WHERE organization_id = %s AND search_name >= %s AND search_name < %s ORDER BY search_name LIMIT 50"
    yield "patient search", lambda: client.get("/patients/?q=oulette"), floor((name, [org, "oulette", "oulettf"]))
    drafts = iter(Visit.objects.bulk_create([_draft(member, episode, site) for _ in range(400)]))

    def keep() -> None:
        _insert(Document, member)

    yield "sign a note", lambda: _sign(next(drafts), member), keep
    yield (
        "one audit line",
        lambda: _in_transaction(transaction, lambda: audit("bench", None, by=member, at=episode.created_at)),
        keep,
    )


def _draft(member, episode, site):
    from regain.people.queries import practitioner_of
    from regain.plan_of_care.models import Section
    from regain.visits.models import Visit

    me = practitioner_of(member)
    section = Section.objects.of(member).filter(plan__episode=episode, discipline=me.profession).first()
    return Visit(organization_id=member.organization_id, created_at=episode.created_at, created_by=member, episode=episode, patient_id=episode.patient_id, site=site,
                 section=section, practitioner=me, discipline=me.profession, kind="treatment", on=date(2026, 11, 24), total_minutes=40, subjective="x", objective="x",
                 assessment="x", next_steps="x")  # fmt: skip


def _sign(visit, member) -> None:
    from regain.visits.actions import sign_visit

    sign_visit(visit, version=visit.version, by=member, at=visit.created_at, today=visit.on)


def _insert(model, member) -> None:
    """One durable insert: the least that signing could cost."""
    model.objects.create(
        organization_id=member.organization_id,
        created_at=member.user.date_joined or _moment(),
        name="x",
        media_type="x",
        size=1,
        sha256="0" * 64,
        content=b"x",
    )


def _moment():
    from datetime import UTC, datetime

    return datetime(2026, 11, 24, tzinfo=UTC)


def _in_transaction(transaction, work) -> None:
    with transaction.atomic():
        work()


if __name__ == "__main__":
    main()
