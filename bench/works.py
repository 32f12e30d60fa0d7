"""The daily works, each beside its bare limit: asked in turns, so that a noisy machine disturbs both alike."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bench import inside
from bench.clinic import AN_EPISODE, FIRST, SECOND, Table, asked_for

SECONDS = 3
CLIENTS = 4


def show_all(rounds: int, today: date) -> None:
    """Print every figure."""
    asked = Asked(today)
    with server("regain.config.wsgi:application", 1) as product, server("bench.floor:application", 1) as floor:
        print(
            f"{'asked over the server':34}{'p50 ms':>9}{'p95 ms':>9}{'limit ms':>10}{'ratio':>8}{'CPU ms':>9}{'limit':>9}{'ratio':>8}{'queries':>9}{'bytes':>9}"
        )
        for name, paths, lean in asked.pages():
            compare(name, product, floor, paths, lean, asked, rounds)
    with server("regain.config.wsgi:application", 2) as product, server("bench.floor:application", 2) as floor:
        for name, paths, lean in list(asked.pages())[:2]:
            throughput(name, product, floor, paths, lean, asked)
        print(f"{'memory of server, 2 workers':34}{memory(product.process.pid):9.0f} MB")
    inside.show_all(rounds, today)


class Server:
    """A granian process, and a kept connection to it."""

    def __init__(self, application: str, workers: int):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port),
                   "--workers", str(workers), "--blocking-threads", "1", "--log-level", "error", application]  # fmt: skip
        environment = {**os.environ}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.process = subprocess.Popen(command, env=environment)
        self.connection = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        """A connection of its own, once the server listens."""
        for _ in range(600):
            connection = http.client.HTTPConnection("127.0.0.1", self.port)
            try:
                connection.connect()
            except OSError:
                time.sleep(0.1)
            else:
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
        raise TimeoutError("the server did not start")

    def get(self, path: str, headers: dict[str, str], connection: http.client.HTTPConnection | None = None) -> bytes:
        """The body; anything but 200 stops the benchmark, since it would measure an error page."""
        connection = connection or self.connection
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return body

    def cpu(self) -> float:
        """Milliseconds of processor time of the server and its workers: what a busy machine cannot inflate."""
        tasks = [task for pid in family(self.process.pid) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")]
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6


@contextmanager
def server(application: str, workers: int) -> Iterator[Server]:
    """A server that ends with the block."""
    one = Server(application, workers)
    try:
        yield one
    finally:
        one.process.terminate()
        one.process.wait(timeout=20)


class Asked:
    """What is asked: the same episode, day and names of the product and of the floor."""

    def __init__(self, today: date):
        from django.db import connection
        from django.test import Client

        from regain.episodes.models import Episode
        from regain.organizations.models import Membership, Site
        from regain.people.models import Patient

        self.member = Membership.objects.select_related("user").get(user__email="dana@example.org")
        self.client = Client(HTTP_HOST="127.0.0.1")
        self.client.force_login(self.member.user)
        self.headers = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in self.client.cookies.items())}
        site = Site.objects.of(self.member).order_by("name").last()
        key = Episode._meta.pk
        self.as_key = lambda pk: str(key.get_db_prep_value(pk, connection))
        self.organization, self.site = self.as_key(self.member.organization_id), self.as_key(site.pk)
        self.site_id, self.zone = site.pk, ZoneInfo(site.time_zone)
        episodes = Table(connection, Episode, 2, {"opened_on": today}, ())
        count = Episode.objects.of(self.member).filter(number__startswith="B").count()
        self.episodes = [str(key.to_python(episodes.id(n))) for n in asked_for(count)]
        self.patients = [
            str(pk) for pk in Patient.objects.of(self.member).order_by("-pk").values_list("pk", flat=True)[:50]
        ]
        self.people = list(
            Patient.objects.of(self.member).order_by("-pk").values_list("family", "given", "birth_date", "number")[:40]
        )
        days = max(count * AN_EPISODE // 60, 1)
        self.days = [today - timedelta(days=30 + n % days) for n in range(10)]

    def size(self, path: str) -> int:
        return len(self.client.get(path).content)

    def queries(self, path: str) -> int:
        """How many statements a page sends, transactions included."""
        from django.db import connection

        seen: list[str] = []

        def count(execute, sql, *rest):
            seen.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(count):
            self.client.get(path)
        return len(seen)

    def pages(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Name, addresses of the product, addresses of the floor that answer the same in as many bytes."""
        product = [f"/episode/{pk}/" for pk in self.episodes]
        size = self.size(product[0])
        yield (
            "episode page",
            product,
            [f"/episode/{self.organization}/{self.as_key(pk)}/{size}" for pk in self.episodes],
        )
        product = [f"/schedule/?site={self.site_id}&on={day}" for day in self.days]
        size = self.size(product[0])
        yield (
            "day schedule",
            product,
            [
                f"/schedule/{self.organization}/{self.site}/{low}/{high}/{size}"
                for low, high in map(self.bounds, self.days)
            ],
        )
        typed = self.typed()
        lows = [word.split()[0].lower().replace("/", "-") for word in typed]
        size = self.size(f"/patients/?q={quote(typed[0])}")
        yield (
            "patient search as typed",
            [f"/patients/?q={quote(word)}" for word in typed],
            [f"/search/{self.organization}/{quote(low)}/{quote(low)}~/{size}" for low in lows],
        )
        yield (
            "FHIR read of a patient",
            [f"/fhir/Patient/{pk}" for pk in self.patients],
            [f"/stored/{self.organization}/{self.kept()}"],
        )

    def bounds(self, day: date) -> tuple[str, str]:
        start = datetime.combine(day, datetime.min.time(), self.zone).astimezone(UTC)
        return tuple(f"{at:%Y-%m-%d %H:%M:%S}".replace(" ", "%20") for at in (start, start + timedelta(days=1)))

    def typed(self) -> list[str]:
        """As people type: two letters and more of a name, both names in both orders, birth dates in both ways, numbers."""
        names = [FIRST[n % 16] + SECOND[n * 5 % 16] for n in range(16)]
        found = [name[:length] for name in names for length in (2, 3, 5, len(name))]
        for family, given, born, number in self.people[:10]:
            found += [
                f"{family} {given[:2]}",
                f"{given} {family}",
                str(born),
                f"{born.month}/{born.day}/{born.year}",
                number,
            ]
        return found

    def kept(self) -> str:
        """The key of one stored resource."""
        from regain.record.models import KeptResource

        row = KeptResource.objects.of(self.member).first() or inside.keep_one(self.member)
        return self.as_key(row.pk)


def compare(
    name: str, product: Server, floor: Server, paths: list[str], lean: list[str], asked: Asked, rounds: int
) -> None:
    """One line: the product and the floor in turns, over all addresses."""
    for path, bare in zip(paths, lean, strict=False):
        product.get(path, asked.headers), floor.get(bare, {})
    before = product.cpu(), floor.cpu()
    pairs = [(timed(product.get, path, asked.headers), timed(floor.get, bare, {}))
             for path, bare, _ in zip(cycle(paths), cycle(lean), range(max(rounds, len(paths))), strict=False)]  # fmt: skip
    spent, bare = [p[0] for p in pairs], [p[1] for p in pairs]
    used = [(one.cpu() - was) / len(pairs) for one, was in zip((product, floor), before, strict=True)]
    size = len(product.get(paths[0], asked.headers))
    print(f"{name:34}{median(spent):9.2f}{quantiles(spent, n=20)[-1]:9.2f}{median(bare):10.2f}{median(spent) / median(bare):8.2f}{used[0]:9.2f}{used[1]:9.2f}{used[0] / used[1]:8.2f}"
          f"{asked.queries(paths[0]):9}{size:9,}", flush=True)  # fmt: skip


def timed(work: Callable[..., Any], *given: Any) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work(*given)
    return (time.perf_counter() - began) * 1000


def throughput(name: str, product: Server, floor: Server, paths: list[str], lean: list[str], asked: Asked) -> None:
    """Answers a second with all workers busy, three runs in turns."""
    runs = [(rate(product, paths, asked.headers), rate(floor, lean, {})) for _ in range(3)]
    ours, bare = median(r[0] for r in runs), median(r[1] for r in runs)
    print(f"{name + ', 2 workers':34}{ours:9,.0f} /s, limit {bare:,.0f} /s, ratio {ours / bare:.2f}", flush=True)


def rate(one: Server, paths: list[str], headers: dict[str, str]) -> float:
    done = [0] * CLIENTS
    until = time.perf_counter() + SECONDS

    def ask(number: int) -> None:
        connection, turn = one.connect(), cycle(paths[number:] + paths[:number])
        while time.perf_counter() < until:
            one.get(next(turn), headers, connection)
            done[number] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS


def memory(pid: int) -> float:
    """Private and shared memory of a server and its workers in MB, shared pages counted once (PSS)."""
    return sum(_pss(p) for p in family(pid)) / 1000 if Path("/proc").is_dir() else float("nan")


def family(pid: int) -> list[str]:
    """A process and its children."""
    children = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [str(pid), *children]


def _pss(pid: str) -> int:
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
