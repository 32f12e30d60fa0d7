"""The bare limits: the least that could answer each work over the same server, database and template engine.

`episode`: three hand-written queries as tuples, and a Jinja2 page of as many bytes as the product's.
`schedule`: one joined query, and a page likewise. `search`: an indexed range read. `stored`: one stored text sent as it is.
"""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor_settings")

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.urls import path

application = get_wsgi_application()

# as a real page does: rows in a loop, a few escaped values and some markup a row
PAGE = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body><main><h1>{{ title }}</h1><ol class="timeline">
{% for n in range(times) %}{% for r in rows %}<li class="event"><span class="quiet">{{ r[0] }}</span> <b>{{ r[1] }}</b> <span class="who {{ r[2] }}">{{ r[2] }}</span><p>{{ r[3] }}</p></li>
{% endfor %}{% endfor %}</ol><p>{{ rest }}</p></main></body></html>"""

PERSON = "SELECT e.problem, e.number, p.family, p.given FROM episodes_episode e JOIN people_patient p ON p.id = e.patient_id WHERE e.organization_id = %s AND e.id = %s"
TALK = "SELECT created_at, id, created_by_id, text FROM episodes_teammessage WHERE organization_id = %s AND episode_id = %s ORDER BY created_at"
VISITS = 'SELECT "on", kind, discipline, subjective FROM visits_visit WHERE organization_id = %s AND episode_id = %s ORDER BY "on" DESC'
DAY = ("SELECT a.starts_at, p.family, a.discipline, p.given FROM scheduling_appointment a JOIN people_patient p ON p.id = a.patient_id"
       " WHERE a.organization_id = %s AND a.site_id = %s AND a.starts_at >= %s AND a.starts_at < %s ORDER BY a.starts_at")  # fmt: skip
SEARCH = ("SELECT birth_date, family, number, given FROM people_patient WHERE organization_id = %s AND search_name >= %s AND search_name < %s"
          " ORDER BY search_name LIMIT 50")  # fmt: skip
STORED = "SELECT content FROM record_keptresource WHERE organization_id = %s AND id = %s"
EVERYTHING = "SELECT content FROM record_keptresource WHERE organization_id = %s AND patient_id = %s"
_template = engines["jinja2"].from_string(PAGE).template
_rests: dict[tuple, tuple[int, str]] = {}


def _rows(sql: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _page(title: str, rows: list[tuple], size: int) -> HttpResponse:
    """A page of about `size` bytes: the rows as often as they fit, the rest as text."""
    key = (title, size)
    if key not in _rests:
        base, one = (len(_template.render(title=title, rows=rows, times=n, rest="").encode()) for n in (0, 1))
        times = max((size - base) // max(one - base, 1), 0)
        _rests[key] = times, "x" * max(size - base - times * (one - base), 0)
    times, rest = _rests[key]
    return HttpResponse(_template.render(title=title, rows=rows, times=times, rest=rest))


def episode(request, org: str, pk: str, size: int) -> HttpResponse:
    person = _rows(PERSON, org, pk)[0]
    talk = _rows(TALK, org, pk)
    return _page(" ".join(map(str, person)), _rows(VISITS, org, pk) + talk, size)


def schedule(request, org: str, site: str, start: str, end: str, size: int) -> HttpResponse:
    return _page("Day", _rows(DAY, org, site, start, end), size)


def search(request, org: str, low: str, high: str, size: int) -> HttpResponse:
    return _page("Found", _rows(SEARCH, org, low, high), size)


def stored(request, org: str, pk: str) -> HttpResponse:
    return HttpResponse(_rows(STORED, org, pk)[0][0], content_type="application/fhir+json")


urlpatterns = [
    path("episode/<org>/<pk>/<int:size>", episode),
    path("schedule/<org>/<site>/<start>/<end>/<int:size>", schedule),
    path("search/<org>/<low>/<high>/<int:size>", search),
    path("stored/<org>/<pk>", stored),
]
