"""The day, finding and booking a course, attendance."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.signing import BadSignature, dumps, loads
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.coverage.queries import booking_findings
from regain.credentials.queries import access_of, discipline_of_kind
from regain.credentials.rules import direct_access
from regain.episodes.queries import care_team_of, episodes
from regain.organizations.access import needs
from regain.organizations.queries import disciplines, sites
from regain.organizations.rules import Permission
from regain.people.queries import practitioners
from regain.record.once import once
from regain.reference.facts import fact
from regain.reference.rules import Finding, error
from regain.referrals.queries import decided_disciplines, ordered_in_writing
from regain.scheduling import actions, queries
from regain.scheduling.forms import CourseForm, MoveForm
from regain.scheduling.rules.course import Limits, Slot, Wish, book, candidates
from regain.scheduling.rules.finding import who_could
from regain.scheduling.rules.free_time import Span

# minutes a patient waits between two visits of one day, where that can be had (a product rule)
LONGEST_WAIT = 60
# the solver's deterministic seconds one question may take; a month of two disciplines takes a quarter of one
EFFORT = 5.0
DONE = {
    "booked": "booked again",
    "checked_in": "checked in",
    "completed": "visit completed",
    "no_show": "noted as a no-show",
    "cancelled": "cancelled",
}


@needs(Permission.SEE_CHART)
def day(request: HttpRequest) -> HttpResponse:
    """A day of every site, or of one: who works, whom they see, who came."""
    places = list(sites(request.member))
    chosen = next((s for s in places if str(s.pk) == request.GET.get("site")), None)
    today = request.now.astimezone(ZoneInfo(request.member.organization.time_zone)).date()
    on = _date(request.GET.get("on")) or today
    shown = [chosen] if chosen else places
    rows = queries.day_rows(request.member, shown, on)
    people = _by_person(rows, list(queries.hours_on(request.member, shown, on)) if shown else [])
    context = {
        "sites": places, "site": chosen, "on": on, "today": today, "before": on - timedelta(1), "after": on + timedelta(1),
        "rows": rows, "days": _busiest(shown, people), "disciplines": disciplines(),
        "closed": next((v["label"] for v in fact("scheduling/holidays").values if v["on"] == on), ""),
        "may_move": request.member.may(Permission.BOOK) or request.member.may(Permission.WRITE_NOTE),
    }  # fmt: skip
    return render(request, "scheduling/day.html", context)


def _busiest(shown, people) -> list[tuple]:
    """Each site with who has appointments and who has hours only, the busiest first."""
    found = [(place, [p for p in people[place.pk] if p["rows"]], [p for p in people[place.pk] if not p["rows"]])
             for place in shown if people.get(place.pk)]  # fmt: skip
    return sorted(found, key=lambda one: -sum(p["booked"] for p in one[1]))


def _by_person(rows, hours) -> dict:
    """By site: each practitioner with the hours and appointments of the day, by name."""
    found: dict = defaultdict(dict)

    def mine(site, key, name, family, profession) -> dict:
        start = {"who": name, "family": family, "hours": [], "rows": [], "discipline": discipline_of_kind(profession)}
        return found[site].setdefault(key, start)

    for one in hours:
        who = one.practitioner
        mine(one.site_id, who.pk, str(who), who.family, who.profession)["hours"].append(one)
    for row in rows:
        mine(row["site"], row["who"], row["practitioner"], row["family"], row["profession"])["rows"].append(row)
    for people in found.values():
        for one in people.values():
            one["booked"] = sum(row["state"] not in queries.GONE for row in one["rows"])
    return {site: sorted(people.values(), key=lambda p: (not p["rows"], p["family"])) for site, people in found.items()}


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
    places = list(sites(request.member))
    form = CourseForm(
        request.POST or None,
        disciplines=known,
        sites=places,
        initial=_initial(request, episode, known, today + timedelta(1)),
    )
    context = {"form": form, "episode": episode, "disciplines": disciplines(), "findings": [], "visits": [],
               "places": {str(s.pk): s for s in places}, "people": {str(p.pk): p for p in practitioners(request.member)}}  # fmt: skip
    if request.method == "POST" and form.is_valid():
        context |= _search(request, episode, form, today, places)
    context["who_could"] = _who_could(request, episode, today)
    return render(
        request,
        "scheduling/book.html",
        context,
        status=422 if form.errors or context["findings"] and not context["visits"] else 200,
    )


def _initial(request: HttpRequest, episode, known, first: date) -> dict:
    """Two visits a week for three weeks of what was decided, or what the address asks (`?PT_per_week=1&PT_weeks=8`)."""
    wanted = (
        request.GET.getlist("discipline") or decided_disciplines(request.member, episode) or [d["key"] for d in known]
    )
    done = queries.evaluated(request.member, episode)
    start: dict = {"first": first, "same_day": True}
    for d in known:
        key = d["key"]
        start |= {
            f"{key}_per_week": 2 if key in wanted else 0,
            f"{key}_weeks": 3,
            f"{key}_minutes": 45,
            f"{key}_evaluate": key not in done,
        }
    asked = {name: value for name, value in request.GET.items() if name in start and value.isdigit()}
    return start | asked


def _who_could(request: HttpRequest, episode, today: date) -> list:
    """By discipline, everybody who could see the patient, with how soon within six weeks."""
    keys = list(disciplines())
    first, last = today + timedelta(1), today + timedelta(weeks=6)
    free = queries.openings(request.member, keys, episode.patient, first, last)
    busy = queries.taken(request.member, today, last, patient=episode.patient)
    return [(key, who_could(free, Wish(key, 1, 6, 45), first, busy)) for key in keys]


def _search(request: HttpRequest, episode, form: CourseForm, today: date, places) -> dict:
    first = max(form.cleaned_data["first"], today)
    # whoever is on the care team knows the patient and comes first
    team = frozenset(str(pk) for pk in care_team_of(request.member, episode))
    wishes = [Wish(**wish, known=team) for wish in form.wishes()]
    if not wishes:
        return {"findings": [], "empty": True}
    last = first + timedelta(weeks=max(w.weeks for w in wishes))
    chosen = [p for p in places if str(p.pk) == form.cleaned_data["site"]] or None
    free = queries.openings(request.member, [w.discipline for w in wishes], episode.patient, first, last, chosen)
    busy = queries.taken(request.member, first, last, patient=episode.patient)
    together = form.cleaned_data["same_day"]
    suits = _suits(form.cleaned_data["times"], first, last, ZoneInfo(episode.site.time_zone))
    limits = Limits(
        busy=tuple(busy), preferred=suits, same_day=together, max_gap_minutes=LONGEST_WAIT if together else None
    )
    answer = book(wishes, free, first, limits=limits, effort=EFFORT)
    payload = [
        [v.start.isoformat(), v.end.isoformat(), v.discipline, v.kind, v.practitioner, v.site] for v in answer.visits
    ]
    weeks = [(week + 1, list(some)) for week, some in groupby(answer.visits, key=lambda v: (v.day - first).days // 7)]
    return {"findings": list(answer.findings), "visits": answer.visits, "weeks": weeks, "days": len({v.day for v in answer.visits}),
            "beside": _beside(request, episode, answer.visits),
            "payload": dumps({"episode": str(episode.pk), "visits": payload, "wish": form.wishes()}, compress=True)}  # fmt: skip


def _suits(times: str, first: date, last: date, zone: ZoneInfo) -> tuple[Span, ...]:
    """The half days that suit the patient; none where any time does."""
    if not times:
        return ()
    hours = (0, 12) if times == "morning" else (12, 23)
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return tuple(Span(*(datetime.combine(on, time(hour), zone) for hour in hours)) for on in days)


def _beside(request: HttpRequest, episode, visits) -> list[Finding]:
    """What coverage and state law say of the course; each thing once."""
    found: dict[tuple, Finding] = {}
    for number, visit in enumerate(visits):
        for one in booking_findings(request.member, episode.patient, visit.discipline, visit.day, more=number):
            found.setdefault((one.code, visit.discipline), one)
    order = ordered_in_writing(request.member, episode)
    for key in sorted({v.discipline for v in visits}):
        if order is not None and (not order or key in order):
            continue
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
    messages.success(
        request,
        f"{len(slots)} visits are booked. Next: estimate the cost, and start each evaluation's note on its day.",
    )
    return redirect("web:visits", episode.pk)


@needs(Permission.BOOK, Permission.WRITE_NOTE)
@once
def move(request: HttpRequest, pk) -> HttpResponse:
    """Check in, complete, no-show, cancel."""
    appointment = get_object_or_404(queries.appointments(request.member), pk=pk)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        findings = actions.move_appointment(
            appointment, to=to, reason=form.cleaned_data["reason"], by=request.member, at=request.now
        )
        for finding in findings:
            messages.error(request, " ".join(part for part in (finding.message, finding.try_) if part))
        if not findings:
            messages.success(request, f"{appointment.patient}: {DONE[to]}.")
    return _to_day(request, appointment)


def _to_day(request: HttpRequest, appointment) -> HttpResponse:
    """Back to Today, or to the day of an appointment at the site that was looked at."""
    if request.POST.get("back") == "today":
        return redirect("web:today")
    local = appointment.starts_at.astimezone(ZoneInfo(appointment.site.time_zone)).date()
    answer = redirect("scheduling:day")
    site = request.POST.get("site", "") or request.GET.get("site", "")
    answer["Location"] += f"?on={local}" + (f"&site={appointment.site_id}" if site == str(appointment.site_id) else "")
    return answer


@needs(Permission.BOOK)
@once
def reschedule(request: HttpRequest, pk) -> HttpResponse:
    """Another time for a booked appointment: free times of two weeks, the same person first."""
    row = get_object_or_404(queries.appointments(request.member), pk=pk)
    zone = ZoneInfo(row.site.time_zone)
    today = request.now.astimezone(zone).date()
    first = max(_date(request.GET.get("from")) or row.starts_at.astimezone(zone).date(), today)
    slots = _other_times(request, row, first)
    findings: list[Finding] = []
    if request.method == "POST":
        chosen = next((s for s in slots if _token(s) == request.POST.get("slot")), None)
        findings = [error("TIME_TAKEN", "That time is no longer free.", try_="Choose another one.")]
        if chosen:
            findings = _put(request, row, chosen)
        if not findings:
            return _to_day(request, row)
    people = {str(p.pk): p for p in practitioners(request.member)}
    places = {str(s.pk): s for s in sites(request.member)}
    ranked = sorted(
        slots,
        key=lambda s: (s.practitioner != str(row.practitioner_id), s.cost, s.practitioner, s.day, s.site, s.start),
    )
    groups = [(people[who], [(on, places[site], [(s, _token(s)) for s in times]) for (on, site), times in groupby(some, key=lambda s: (s.day, s.site))])
              for who, some in groupby(ranked, key=lambda s: s.practitioner)]  # fmt: skip
    context = {"appointment": row, "groups": groups, "findings": findings, "first": first, "later": first + timedelta(weeks=2),
               "before": first - timedelta(weeks=2) if first > today else None, "disciplines": disciplines()}  # fmt: skip
    return render(request, "scheduling/reschedule.html", context, status=422 if findings else 200)


def _other_times(request: HttpRequest, row, first: date) -> list[Slot]:
    """Free times of the same length on the half hour, of everybody who may do the same."""
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    kind = "evaluation" if row.kind in ("evaluation", "re_evaluation") else "treatment"
    wish = Wish(row.discipline, 1, 2, minutes, minutes, evaluate=kind == "evaluation")
    last = first + timedelta(weeks=2)
    free = queries.openings(request.member, [row.discipline], row.patient, first, last)
    busy = queries.taken(request.member, first, last, patient=row.patient)
    able = [s for s in candidates(wish, free, first, busy) if s.kind == kind and s.start > request.now]
    return [s for s in able if s.start.minute % 30 == 0]


def _token(slot: Slot) -> str:
    return f"{slot.start.isoformat()}|{slot.practitioner}|{slot.site}"


def _put(request: HttpRequest, row, chosen: Slot) -> list[Finding]:
    person = practitioners(request.member).get(pk=chosen.practitioner)
    place = sites(request.member).get(pk=chosen.site)
    result = actions.reschedule(
        row, person, place, starts_at=chosen.start, ends_at=chosen.end, by=request.member, at=request.now
    )
    if isinstance(result, list):
        return result
    at = chosen.start
    messages.success(
        request, f"{row.patient} now comes on {at:%a} {at.day} {at:%b} at {at.hour}:{at:%M}, to {person} in {place}."
    )
    return []
