"""The day, finding and booking a course, attendance."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.coverage.queries import booking_findings
from regain.credentials.queries import access_of
from regain.credentials.rules import direct_access
from regain.episodes.queries import episodes
from regain.organizations.access import needs
from regain.organizations.queries import disciplines, sites
from regain.organizations.rules import Permission
from regain.people.queries import practitioners
from regain.record.once import once
from regain.reference.rules import Finding
from regain.scheduling import actions, queries
from regain.scheduling.forms import CourseForm, MoveForm
from regain.scheduling.rules.course import Limits, Slot, Wish, book, earliest

# minutes a patient waits between two visits of one day, where that can be had (a product rule)
LONGEST_WAIT = 60


@needs(Permission.SEE_CHART)
def day(request: HttpRequest) -> HttpResponse:
    """A site's day."""
    places = list(sites(request.member))
    chosen = next((s for s in places if str(s.pk) == request.GET.get("site")), places[0] if places else None)
    on = _date(request.GET.get("on")) or request.now.astimezone(ZoneInfo(request.member.organization.time_zone)).date()
    rows = queries.day_rows(request.member, chosen, on) if chosen else []
    context = {
        "sites": places,
        "site": chosen,
        "on": on,
        "before": on - timedelta(1),
        "after": on + timedelta(1),
        "rows": rows,
        "disciplines": disciplines(),
    }
    return render(request, "scheduling/day.html", context)


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


@needs(Permission.BOOK)
@once
def find(request: HttpRequest, pk) -> HttpResponse:
    """Ask for a course for any number of disciplines, see it with what stands beside it, book it."""
    episode = get_object_or_404(episodes(request.member), pk=pk)
    if "visits" in request.POST:
        return _book(request, episode)
    zone = ZoneInfo(episode.site.time_zone)
    today = request.now.astimezone(zone).date()
    known = list(disciplines().values())
    form = CourseForm(request.POST or None, disciplines=known, initial=_initial(request, known, today + timedelta(1)))
    context = {
        "form": form,
        "episode": episode,
        "disciplines": disciplines(),
        "soonest": _soonest(request, episode, today),
        "findings": [],
        "visits": [],
    }
    if request.method == "POST" and form.is_valid():
        context |= _search(request, episode, form, today)
    return render(
        request,
        "scheduling/book.html",
        context,
        status=422 if form.errors or context["findings"] and not context["visits"] else 200,
    )


def _initial(request: HttpRequest, known, first: date) -> dict:
    wanted = request.GET.getlist("discipline") or [d["key"] for d in known]
    start: dict = {"first": first, "same_day": True}
    for d in known:
        start |= {
            f"{d['key']}_per_week": 2 if d["key"] in wanted else 0,
            f"{d['key']}_weeks": 4,
            f"{d['key']}_minutes": 45,
            f"{d['key']}_evaluate": True,
        }
    return start


def _soonest(request: HttpRequest, episode, today: date) -> list:
    """How soon each discipline could start, within six weeks."""
    keys = list(disciplines())
    free = queries.openings(request.member, keys, episode.patient, today + timedelta(1), today + timedelta(weeks=6))
    busy = queries.taken(request.member, today, today + timedelta(weeks=6), patient=episode.patient)
    return [(key, earliest(Wish(key, 1, 6, 45), free, today + timedelta(1), busy)) for key in keys]


def _search(request: HttpRequest, episode, form: CourseForm, today: date) -> dict:
    first = max(form.cleaned_data["first"], today)
    wishes = [Wish(**wish) for wish in form.wishes()]
    if not wishes:
        return {"findings": [], "empty": True}
    last = first + timedelta(weeks=max(w.weeks for w in wishes))
    free = queries.openings(request.member, [w.discipline for w in wishes], episode.patient, first, last)
    busy = queries.taken(request.member, first, last, patient=episode.patient)
    together = form.cleaned_data["same_day"]
    limits = Limits(busy=tuple(busy), same_day=together, max_gap_minutes=LONGEST_WAIT if together else None)
    answer = book(wishes, free, first, limits=limits)
    people = {str(p.pk): p for p in practitioners(request.member)}
    places = {str(s.pk): s for s in sites(request.member)}
    shown = [(v, people[v.practitioner], places[v.site]) for v in answer.visits]
    payload = [
        [v.start.isoformat(), v.end.isoformat(), v.discipline, v.kind, v.practitioner, v.site] for v in answer.visits
    ]
    return {"findings": list(answer.findings), "visits": shown, "beside": _beside(request, episode, answer.visits),
            "payload": dumps({"episode": str(episode.pk), "visits": payload, "wish": form.wishes()}, compress=True)}  # fmt: skip


def _beside(request: HttpRequest, episode, visits) -> list[Finding]:
    """What coverage and state law say of the course; each thing once."""
    found: dict[tuple, Finding] = {}
    for number, visit in enumerate(visits):
        for one in booking_findings(request.member, episode.patient, visit.discipline, visit.day, more=number):
            found.setdefault((one.code, visit.discipline), one)
    for key in {v.discipline for v in visits}:
        for one in direct_access(access_of(queries.care_state(episode.patient, episode.site), key, request.now.date())):
            found.setdefault((one.code, key), one)
    return list(found.values())


def _book(request: HttpRequest, episode) -> HttpResponse:
    try:
        asked = loads(request.POST["visits"], max_age=3600)
    except BadSignature:
        messages.error(request, "The proposal is older than an hour. Look for the course again.")
        return redirect("scheduling:book", episode.pk)
    if asked["episode"] != str(episode.pk):
        raise Http404
    slots = [
        Slot(datetime.fromisoformat(s), datetime.fromisoformat(e), d, kind, who, where)
        for s, e, d, kind, who, where in asked["visits"]
    ]
    result = actions.book_course(
        episode, slots, by=request.member, at=request.now, wish=json.loads(json.dumps({"asked": asked["wish"]}))
    )
    if isinstance(result, list):
        return render(request, "scheduling/refused.html", {"episode": episode, "findings": result}, status=409)
    messages.success(request, f"{len(slots)} visits are booked.")
    return redirect("web:visits", episode.pk)


@needs(Permission.BOOK, Permission.WRITE_NOTE)
@once
def move(request: HttpRequest, pk) -> HttpResponse:
    """Check in, complete, no-show, cancel."""
    appointment = get_object_or_404(queries.appointments(request.member), pk=pk)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        for finding in actions.move_appointment(
            appointment,
            to=form.cleaned_data["to"],
            reason=form.cleaned_data["reason"],
            by=request.member,
            at=request.now,
        ):
            messages.error(request, finding.message)
    local = appointment.starts_at.astimezone(ZoneInfo(appointment.site.time_zone)).date()
    answer = redirect("scheduling:day")
    answer["Location"] += f"?site={appointment.site_id}&on={local}"
    return answer
