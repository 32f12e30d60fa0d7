"""Pages that join rooms: the front door, Today, patients, the episode and its tabs, what is due, the patient's own pages."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from functools import wraps
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localdate

from regain.coverage.queries import authorizations, coverages, estimates
from regain.credentials.queries import discipline_of_kind
from regain.episodes.actions import say_to_team
from regain.episodes.queries import diagnoses, episodes, on_care_team, one_episode
from regain.organizations.access import needs, public
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.outcomes.queries import courses, examined, instruments
from regain.people.queries import find_patients, may_open, own_patients, patients, practitioner_of
from regain.plan_of_care.actions.home import log_home
from regain.plan_of_care.queries import (
    certified_through,
    equipment,
    home_days,
    home_items,
    is_signed_by_physician,
    open_links,
    plan_of,
)
from regain.record.actions import audit_view
from regain.record.once import once
from regain.record.queries import audit_lines
from regain.referrals.queries import next_step, open_referrals, referrals
from regain.scheduling.queries import next_appointments
from regain.ui.body import PLACES
from regain.ui.jinja import address
from regain.visits.queries import signed_evaluation, whole_visits
from regain.web import queries
from regain.web.story import KINDS, care_path, head, story


@public
def front(request: HttpRequest) -> HttpResponse:
    """The front door for everyone."""
    return render(request, "web/front.html", {"disciplines": disciplines()})


@public
def referrers(request: HttpRequest) -> HttpResponse:
    """What somebody who refers wants to know."""
    return render(request, "web/referrers.html")


@needs(*Permission)
def today(request: HttpRequest) -> HttpResponse:
    """What waits for the person who signed in, by role."""
    member = request.member
    if not member.may(Permission.SEE_CHART):
        return redirect("web:me" if member.may(Permission.OWN_RECORD) else "web:front")
    zone = ZoneInfo(member.organization.time_zone)
    day = request.now.astimezone(zone).date()
    context = {
        "day": day, "zone": member.organization.time_zone, "appointments": queries.todays_appointments(member, request.now, zone),
        "notes": list(queries.unsigned_notes(member)[:10]) if member.may(Permission.WRITE_NOTE) else [],
        "referrals": [(row, next_step(row)) for row in open_referrals(member)[:10]] if member.may(Permission.TAKE_REFERRAL) else [],
        "due": [d for d in queries.plans_due(member, day) if d.finding.severity != "info"][:8] if member.may(Permission.SEE_CHART) else [],
        "licenses": queries.expiring_licenses(member, day) if member.may(Permission.SEE_TEAM) else [], "disciplines": disciplines(),
    }  # fmt: skip
    return render(request, "web/today.html", context)


@needs(Permission.SEE_CHART)
def patient_list(request: HttpRequest) -> HttpResponse:
    """Search by name, birth date or number; newest first without words."""
    words = request.GET.get("q", "")
    rows = list(find_patients(request.member, words))
    template = "web/_patients.html" if request.htmx and not request.htmx.boosted else "web/patients.html"
    care = defaultdict(list)
    for row in episodes(request.member).filter(patient__in=[p.pk for p in rows], state__in=("active", "on_hold")):
        care[row.patient_id].append(row)
    return render(request, template, {"rows": rows, "q": words, "care": care})


@needs(Permission.SEE_CHART)
def patient(request: HttpRequest, pk) -> HttpResponse:
    """A person: details, episodes, coverage."""
    row = get_object_or_404(patients(request.member), pk=pk)
    stopped = _glass(request, row)
    if stopped:
        return stopped
    audit_view("patient seen", row, by=request.member, at=request.now, patient=row)
    taken = referrals(request.member).filter(patient=row)[:20]
    context = {"patient": row, "episodes": list(episodes(request.member).filter(patient=row)), "disciplines": disciplines(),
               "referrals": [(found, next_step(found)) for found in taken],
               "next": list(next_appointments(request.member, patient=row, since=request.now, limit=8)), "coverages": list(coverages(request.member, row)),
               "seen": audit_lines(request.member, patient_id=row.pk)[:5]}  # fmt: skip
    return render(request, "web/patient.html", context)


def _glass(request: HttpRequest, row) -> HttpResponse | None:
    """A restricted chart leads to the page that asks for a reason."""
    if not row.restricted:
        return None
    team = on_care_team(request.member, row.pk, localdate(request.now))
    return None if may_open(request.member, row, request.now, team) else redirect("people:break_glass", row.pk)


TABS = (("Story", "web:episode"), ("Plan of care", "web:plan"), ("Visits", "web:visits"), ("Outcomes", "web:outcomes"),
        ("Home programme", "web:home_programme"), ("Cost & coverage", "web:cost"), ("Team talk", "web:talk"))  # fmt: skip


def episode_page(view):
    """Opens an episode's page: scoped, glass checked, the view audited, tabs ready."""

    @wraps(view)
    def opened(request: HttpRequest, pk, *args, **kwargs) -> HttpResponse:
        row = one_episode(request.member, pk)
        if row is None:
            raise Http404
        stopped = _glass(request, row.patient)
        if stopped:
            return stopped
        if request.method == "GET":
            audit_view("episode seen", row, by=request.member, at=request.now, patient=row.patient_id)
        here = request.resolver_match.view_name
        above = head(request.member, row, request.now)
        tabs = [{"label": label, "url": address(name, row.pk), "current": name == here} for label, name in TABS]
        return view(
            request,
            row,
            {
                "episode": row,
                "patient": row.patient,
                "tabs": tabs,
                "steps": _steps(request, row, above["reached"]),
                "disciplines": disciplines(),
                "diagnoses": SimpleLazyObject(lambda: list(diagnoses(request.member, row))),
                "today": localdate(request.now),
                **above,
            },
            *args,
            **kwargs,
        )

    return opened


def _steps(request: HttpRequest, row, reached: set[str]) -> list[dict]:
    """The way from letter to discharge, while the plan is not signed yet; the next step leads to its page."""
    if request.method != "GET" or row.state != "active":
        return []
    path = care_path(reached)
    if all(step["done"] for step in path[:-1]):
        return []
    return [{**step, "url": address(step["to"], row.pk) if step["now"] and step["to"] else ""} for step in path]


@needs(Permission.SEE_CHART)
@episode_page
def episode(request: HttpRequest, row, context) -> HttpResponse:
    """The story: one timeline of everything that happened, or only one kind of it."""
    only = request.GET.get("only", "")
    told = story(request.member, row, request.now, only if only in KINDS else "")
    for event in told["events"]:
        event["url"] = _link(event["to"])
    context |= told | {"kinds": KINDS, "only": only}
    return render(request, "web/episode.html", context)


def _link(to: tuple) -> str:
    try:
        return address(*to) if to else ""
    except NoReverseMatch:
        return ""


@needs(Permission.SEE_CHART)
@episode_page
def plan(request: HttpRequest, row, context) -> HttpResponse:
    """The plan of care: shared goals with a lane a discipline, sections, what is due."""
    found, today = plan_of(request.member, row), localdate(request.now)
    sections, me = list(found.sections.all()) if found else [], practitioner_of(request.member)
    aims = {g.measure: g.target for g in found.goals.all() if g.measure} if found else {}
    own = discipline_of_kind(me.profession) if me else None
    context |= {"plan": found, "sections": sections, "due": queries.plans_due(request.member, today, row), "through": {s.pk: certified_through(s) for s in sections},
                "courses": {c.key: c for c in courses(request.member, row, aims)}, "own": disciplines().get(own), "waiting": [s for s in sections if s.signed_at and not is_signed_by_physician(s)], "revised": {s.replaces_id for s in sections},
                "evaluation": signed_evaluation(request.member, row, own) if own and own not in {s.discipline for s in sections} else None,
                "links": list(open_links(request.member, found, request.now)) if found else [],
                "next": next_appointments(request.member, episode=row, since=request.now, limit=4), "home": home_items(request.member, row, today),
                "days_done": home_days(request.member, row, today - timedelta(days=6), today)}  # fmt: skip
    return render(request, "web/plan.html", context)


@needs(Permission.SEE_CHART)
@episode_page
def visits(request: HttpRequest, row, context) -> HttpResponse:
    """Every visit and its note."""
    context |= {
        "visits": list(whole_visits(request.member).filter(episode=row)),
        "me": practitioner_of(request.member),
        "next": list(next_appointments(request.member, episode=row, since=request.now, limit=50)),
    }
    return render(request, "web/visits.html", context)


@needs(Permission.SEE_CHART)
@episode_page
def outcomes(request: HttpRequest, row, context) -> HttpResponse:
    """Every measure: its course against the goals that read it, and what the change means."""
    found = plan_of(request.member, row)
    aims = {g.measure: g.target for g in found.goals.all() if g.measure} if found else {}
    context |= {
        "courses": courses(request.member, row, aims),
        "examined": examined(request.member, row),
        "places": PLACES,
        "never": [instruments()[key] for key in aims if key in instruments()],
        "may_record": request.member.may(Permission.WRITE_NOTE),
        "back": request.path,
    }
    return render(request, "web/outcomes.html", context)


@needs(Permission.SEE_CHART)
@episode_page
def home_programme(request: HttpRequest, row, context) -> HttpResponse:
    """The home list and the devices."""
    today = localdate(request.now)
    items = list(home_items(request.member, row))
    context |= {
        "running": [i for i in items if not i.ends_on or i.ends_on > today],
        "ended": [i for i in items if i.ends_on and i.ends_on <= today],
        "devices": list(equipment(request.member, row)),
        "days_done": home_days(request.member, row, today - timedelta(days=6), today),
    }
    return render(request, "web/home_programme.html", context)


@needs(Permission.SEE_CHART, Permission.SEE_COVERAGE)
@episode_page
def cost(request: HttpRequest, row, context) -> HttpResponse:
    """Coverage, what is left of it, what the plan costs."""
    known = list(coverages(request.member, row.patient))
    context |= {"coverages": known, "left": queries.allowances(request.member, row.patient, known), "authorizations": list(authorizations(request.member, row.patient)),
                "estimates": list(estimates(request.member, row)[:3])}  # fmt: skip
    return render(request, "web/cost.html", context)


@needs(Permission.SEE_CHART)
@once
@episode_page
def talk(request: HttpRequest, row, context) -> HttpResponse:
    """What clinicians tell each other."""
    if request.method == "POST" and request.POST.get("text", "").strip():
        say_to_team(row, text=request.POST["text"], by=request.member, at=request.now)
        return redirect("web:talk", row.pk)
    context |= {"talk": row.messages.select_related("created_by__user").order_by("-created_at")}
    return render(request, "web/talk.html", context)


@needs(Permission.SEE_CHART)
def plans_due(request: HttpRequest) -> HttpResponse:
    """What sections of the plan wait for."""
    due = queries.plans_due(request.member, localdate(request.now))
    by = {
        name: [d for d in due if d.finding.severity == severity]
        for name, severity in (("late", "error"), ("soon", "warning"), ("known", "info"))
    }
    return render(request, "web/plans_due.html", {"due": due, **by, "disciplines": disciplines()})


def _own(request: HttpRequest, pk=None):
    """The patient whose pages are opened: by the patient, or a caregiver."""
    rows = list(own_patients(request.member, localdate(request.now)))
    chosen = next((row for row in rows if pk is None or row.pk == pk), None)
    if chosen is None:
        raise Http404
    return chosen, rows


@needs(Permission.OWN_RECORD)
def me(request: HttpRequest, pk=None) -> HttpResponse:
    """Today at home: the list, the next visits."""
    row, rows = _own(request, pk)
    current = episodes(request.member).filter(patient=row, state__in=("active", "on_hold")).first()
    on = request.now.astimezone(ZoneInfo(request.member.organization.time_zone)).date()
    items = list(home_items(request.member, current, on)) if current else []
    visits = next_appointments(request.member, patient=row, since=request.now, limit=6)
    for visit in visits:
        visit.day = localdate(visit.starts_at, ZoneInfo(visit.site.time_zone))
    audit_view("own page seen", row, by=request.member, at=request.now, patient=row)
    context = {"patient": row, "others": rows, "episode": current, "items": items, "on": on, "minutes": sum(i.minutes for i in items if i.last_on != on),
               "next": visits, "greeting": _greeting(request), "disciplines": disciplines(),
               "days_done": home_days(request.member, current, on - timedelta(days=6), on) if current else 0}  # fmt: skip
    return render(request, "web/me.html", context)


def _greeting(request: HttpRequest) -> str:
    hour = request.now.astimezone(ZoneInfo(request.member.organization.time_zone)).hour
    return "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"


@needs(Permission.OWN_RECORD)
def my_plan(request: HttpRequest, pk) -> HttpResponse:
    """My plan in plain words, and my progress."""
    row, _ = _own(request, pk)
    current = episodes(request.member).filter(patient=row).first()
    found = plan_of(request.member, current) if current else None
    audit_view("own plan seen", row, by=request.member, at=request.now, patient=row)
    devices = [d for d in equipment(request.member, current) if d.state != "returned"] if current else []
    context = {"patient": row, "episode": current, "devices": devices, "plan": found, "sections": [s for s in found.sections.all() if s.signed_at] if found else [],
               "courses": courses(request.member, current, language=row.language) if current else [], "disciplines": disciplines()}  # fmt: skip
    return render(request, "web/my_plan.html", context)


@needs(Permission.OWN_RECORD)
@once
def did_it(request: HttpRequest, item) -> HttpResponse:
    """I did this today."""
    row, _ = _own(request)
    for current in episodes(request.member).filter(
        patient__in=[p.pk for p in own_patients(request.member, localdate(request.now))]
    ):
        found = home_items(request.member, current).filter(pk=item).first()
        if found and request.method == "POST":
            on = request.now.astimezone(ZoneInfo(request.member.organization.time_zone)).date()
            log_home(found, on=on, by=request.member, at=request.now)
            return redirect("web:me_of", current.patient_id)
    raise Http404
