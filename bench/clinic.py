"""A clinic of any size, the same every time: streamed in batches, past the guards, as a bulk load would be."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import islice
from typing import Any
from uuid import UUID

BATCH = 5000
AN_EPISODE = 16
A_PATIENT = 20
A_DAY = 60
ASKED = 50
LONG = 50
FIRST, SECOND = (
    ("Mar", "Lev", "Oul", "Ban", "Cor", "Thi", "Ber", "Gag", "Pel", "Roy", "Mor", "Dub", "Fou", "Gir", "Hay", "Jac"),
    ("esque", "ette", "ton", "mier", "ault", "den", "gard", "nelli", "eau", "ois", "ley", "sen", "wick", "field", "man", "berg"),
)  # fmt: skip
GIVEN = ("Ann", "Ben", "Cora", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "June", "Kim", "Lee", "Max", "Nora", "Omar", "Pia", "Ray", "Sue", "Ted", "Uma")  # fmt: skip


class Table:
    """Rows of a model written with only the columns that differ from one row to the next; ids count up."""

    def __init__(self, connection, model, kind: int, base: dict[str, Any], varying: tuple[str, ...]):
        self.connection, self.kind, self.model = connection, kind, model
        fields = {f.attname: f for f in model._meta.concrete_fields}
        usual = model(**base)
        self.columns = [f.column for f in fields.values()]
        self.usual = [f.get_db_prep_save(getattr(usual, name), connection) for name, f in fields.items()]
        names = list(fields)
        self.places = [names.index(name) for name in ("id", *varying)]
        self.rows: list[list[Any]] = []
        self.written = 0

    def add(self, number: int, *values: Any) -> None:
        row = self.usual.copy()
        for place, value in zip(self.places, (self.id(number), *values), strict=True):
            row[place] = value
        self.rows.append(row)

    def id(self, number: int) -> Any:
        """The key of row `number`, as the database holds it."""
        whole = (self.kind << 96) | (7 << 76) | (2 << 62) | number
        return f"{whole:032x}" if self.connection.vendor == "sqlite" else UUID(int=whole)

    def write(self) -> None:
        """Send what was added: executemany on SQLite, COPY on PostgreSQL."""
        names = ", ".join(f'"{column}"' for column in self.columns)
        table = self.model._meta.db_table
        with self.connection.cursor() as cursor:
            if self.connection.vendor == "sqlite":
                marks = ", ".join("?" * len(self.columns))
                cursor.cursor.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', self.rows)
            else:
                with cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                    for row in self.rows:
                        copy.write_row(row)
        self.written += len(self.rows)
        self.rows.clear()


def moments(vendor: str):
    """How a moment and a day are written for a database."""
    if vendor == "sqlite":
        return (lambda at: f"{at:%Y-%m-%d %H:%M:%S}"), str
    return (lambda at: at), (lambda on: on)


def asked_for(episodes: int) -> list[int]:
    """The numbers of the episodes whose pages are asked for, spread over all."""
    return [n * 7919 % episodes for n in range(min(episodes, ASKED))]


def batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    numbers = iter(numbers)
    while batch := list(islice(numbers, BATCH)):
        yield batch


def grow(size: int, today: date, say=None) -> tuple[int, float]:
    """`size` visits with appointments, interventions, and the episodes, plans and patients they belong to; rows and seconds."""
    from django.db import connection, transaction

    from regain.record import guards

    began = time.perf_counter()
    guards.remove(connection)
    tables = _tables(connection, today)
    episodes, patients = max(size // AN_EPISODE, 1), max(size // A_PATIENT, 1)
    tables["asked"] = set(asked_for(episodes))
    steps = ((_people, patients), (_episodes, episodes), (_visits, size))
    watched = sys.stderr.isatty()
    for fill, count in steps:
        for batch in batches(range(count)):
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
                for number in batch:
                    fill(tables, number, patients, episodes, today)
                for table in tables.values():
                    if isinstance(table, Table) and table.rows:
                        table.write()
            if watched:
                print(
                    f"\r{fill.__name__.strip('_')}: {batch[-1] + 1:,} of {count:,}", end="", file=sys.stderr, flush=True
                )
    if watched:
        print(file=sys.stderr)
    guards.install(connection)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = sum(table.written for table in tables.values() if isinstance(table, Table))
    return rows, time.perf_counter() - began


def _tables(connection, today: date) -> dict[str, Any]:
    from regain.episodes.models import CareTeamMember, Diagnosis, Episode, EpisodeStatus, TeamMessage
    from regain.organizations.models import Site
    from regain.outcomes.models import Score
    from regain.people.models import Patient, Practitioner
    from regain.plan_of_care.models import Goal, GoalRating, Plan, Section
    from regain.record.rules import digest
    from regain.scheduling.models import Appointment, AppointmentStatus
    from regain.visits.models import Intervention, Visit

    site = Site.objects.order_by("name").last()
    people = list(Practitioner.objects.of(site.organization_id).filter(profession__in=("OT", "PT"), membership__isnull=False)
                  .select_related("membership").order_by("profession", "family"))  # fmt: skip
    started = datetime.combine(today, clock(12), UTC)
    base = {"organization_id": site.organization_id, "created_at": started, "created_by": people[0].membership}
    signed = {
        "signed_at": started,
        "signed_hash": digest("bench"),
        "signed_by": people[0].membership,
        "signature": str(people[0]),
    }

    def table(kind, model, varying, /, **more):
        return Table(connection, model, kind, {**base, **more}, varying)

    return {
        "people": [[f.get_db_prep_save(getattr(p, f.attname), connection) for f in (p._meta.pk,)][0] for p in people],
        "disciplines": [p.profession for p in people],
        "vendor": connection.vendor,
        "patient": table(1, Patient, ("number", "family", "given", "search_name", "birth_date"), sex="female", phone="207-555-0100", city="Portland",
                         state="ME", postal_code="04101", birth_date=today),
        "episode": table(2, Episode, ("patient_id", "number", "opened_on"), site=site, problem="Stroke, left side", opened_on=today),
        "status": table(3, EpisodeStatus, ("episode_id",), status="active"),
        "diagnosis": table(4, Diagnosis, ("episode_id",), code="I69.354", label="Hemiplegia after stroke, left side"),
        "team": table(5, CareTeamMember, ("episode_id", "practitioner_id", "discipline"), starts_on=today),
        "talk": table(6, TeamMessage, ("episode_id",), text="Left shoulder sore after the transfer practice: go easy on reaching this week."),
        "plan": table(7, Plan, ("episode_id",), starts_on=today),
        "section": table(8, Section, ("plan_id", "discipline", "author_id"), evaluated_on=today, starts_on=today, ends_on=today + timedelta(56), **signed),
        "goal": table(9, Goal, ("plan_id", "rank"), text="Cooks a simple meal on her own by the end of January", target_on=today),
        "rating": table(10, GoalRating, ("goal_id", "level"), on=today, level=0),
        "score": table(11, Score, ("episode_id", "patient_id", "measure", "taken_on"), discipline="PT", inputs={}, answer={}, score=14, unit="s", display="14", taken_on=today),
        "appointment": table(12, Appointment, ("episode_id", "patient_id", "practitioner_id", "discipline", "starts_at", "ends_at"), site=site, kind="treatment",
                             starts_at=started, ends_at=started),
        "attended": table(13, AppointmentStatus, ("appointment_id",), status="completed"),
        "visit": table(14, Visit, ("episode_id", "patient_id", "appointment_id", "section_id", "practitioner_id", "discipline", "on"), site=site, kind="treatment",
                       on=today, total_minutes=40, subjective="Slept well; says the left hand felt steadier at breakfast and the stairs were easier than last week.",
                       objective="Sit to stand 5 times in 14 s.", assessment="Better than last week.", next_steps="Add the low step.", **signed),
        "done": table(15, Intervention, ("visit_id",), code="97530", label="Kitchen tasks at the counter", minutes=20),
    }  # fmt: skip


def _people(t: dict[str, Any], n: int, patients: int, episodes: int, today: date) -> None:
    _, on = moments(t["vendor"])
    family = FIRST[n % 16] + SECOND[n // 16 % 16] + ("" if n < 256 else SECOND[n // 256 % 16])
    given = f"{GIVEN[n // 7 % 20]}{'' if n < 5000 else chr(97 + n // 5000 % 26)}"
    born = on(date(1935, 1, 1) + timedelta(days=n * 7919 % 25000))
    t["patient"].add(n, f"{200000 + n}", family, given, f"{family} {given}".lower(), born)


def _episodes(t: dict[str, Any], n: int, patients: int, episodes: int, today: date) -> None:
    _, on = moments(t["vendor"])
    patient, episode, people = t["patient"].id(n % patients), t["episode"].id(n), t["people"]
    t["episode"].add(n, patient, f"B{n:08}", on(today - timedelta(days=n % 700)))
    t["status"].add(n, episode)
    t["diagnosis"].add(n, episode)
    t["plan"].add(n, episode)
    for k, discipline in enumerate(("OT", "PT")):
        person = people[t["disciplines"].index(discipline)]
        t["team"].add(2 * n + k, episode, person, discipline)
        t["section"].add(2 * n + k, t["plan"].id(n), discipline, person)
        t["goal"].add(2 * n + k, t["plan"].id(n), k + 1)
        t["rating"].add(2 * n + k, t["goal"].id(2 * n + k), k - 1)
    # the episodes that pages are asked for have long stories, so that the page has about 30 kB
    for k in range(LONG if n in t["asked"] else 2):
        t["talk"].add(LONG * n + k, episode)
    for k in range(6):
        t["score"].add(
            6 * n + k,
            episode,
            patient,
            ("five_xsts", "tug", "berg")[k % 3],
            on(today - timedelta(days=n % 700 + 14 * (k // 3))),
        )


def _visits(t: dict[str, Any], n: int, patients: int, episodes: int, today: date) -> None:
    at, on = moments(t["vendor"])
    episode = n // AN_EPISODE % episodes
    who = n % len(t["people"])
    # a visit's day follows from its place in the episode, so that an episode runs over weeks and a day holds A_DAY visits
    day = today - timedelta(days=30 + (n * 7919) % max(episodes * AN_EPISODE // A_DAY, 1))
    starts = datetime.combine(day, clock(12), UTC) + timedelta(minutes=10 * (n % 48))
    keys = t["episode"].id(episode), t["patient"].id(episode % patients)
    t["appointment"].add(
        n, *keys, t["people"][who], t["disciplines"][who], at(starts), at(starts + timedelta(minutes=45))
    )
    t["attended"].add(n, t["appointment"].id(n))
    section = t["section"].id(2 * episode + (t["disciplines"][who] == "PT"))
    t["visit"].add(n, *keys, t["appointment"].id(n), section, t["people"][who], t["disciplines"][who], on(day))
    t["done"].add(n, t["visit"].id(n))
