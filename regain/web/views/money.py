"""What the whole plan costs the patient: coverage, plan and schedule joined, rated by the same rules as `regain estimate`."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.cli.estimate import estimate as rate
from regain.cli.fees import example_schedule
from regain.coverage.actions import keep_estimate
from regain.coverage.queries import coverage_on, estimates, fees, profile_on, unit_rule
from regain.coverage.rules.units import Done, count, unit_rule_of
from regain.episodes.queries import episodes
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.plan_of_care.queries import plan_of
from regain.record.once import once
from regain.reference.facts import fact
from regain.reference.rules import Finding
from regain.scheduling.queries import next_appointments
from regain.visits.queries import billing_rules, code_list


@needs(Permission.SEE_COVERAGE)
@once
def estimate(request: HttpRequest, pk) -> HttpResponse:
    """Work the plan out visit by visit; what is kept is what the patient is told."""
    episode = get_object_or_404(episodes(request.member), pk=pk)
    today = request.now.astimezone(ZoneInfo(request.member.organization.time_zone)).date()
    coverage = coverage_on(request.member, episode.patient, today)
    asked, why = _request(request, episode, coverage, today)
    answer = rate(asked) if asked else None
    if request.method == "POST" and answer and answer["high"] is not None:
        kept = {**answer, "findings": [f.as_json() for f in answer["findings"]]}
        row = keep_estimate(episode, coverage=coverage, request=asked, answer=kept, by=request.member, at=request.now)
        return redirect("web:estimate_kept", row.pk)
    context = {"episode": episode, "coverage": coverage, "answer": answer, "days": _days_of(answer), "why": why, "kept": None, "disciplines": disciplines(),
               "certainty": profile_on(coverage).certainty}  # fmt: skip
    return render(request, "web/estimate.html", context)


@needs(Permission.SEE_COVERAGE)
def estimate_kept(request: HttpRequest, pk) -> HttpResponse:
    """What the patient was told, line by line."""
    row = next((e for e in estimates(request.member).filter(pk=pk)), None)
    if row is None:
        raise Http404
    findings = [Finding.from_json(f) for f in row.answer["findings"]]
    context = {"episode": row.episode, "coverage": row.coverage, "answer": {**row.answer, "findings": findings}, "days": _days_of(row.answer), "why": "", "kept": row,
               "disciplines": disciplines(), "certainty": profile_on(row.coverage).certainty}  # fmt: skip
    return render(request, "web/estimate.html", context)


def _days_of(answer: dict | None) -> dict[str, date]:
    """The dates of an answer's visits, by how the answer writes them."""
    return {visit["on"]: date.fromisoformat(visit["on"]) for visit in (answer or {}).get("visits") or ()}


def _request(request: HttpRequest, episode, coverage, today: date) -> tuple[dict | None, str]:
    """The estimate's request from the plan's sections: booked dates where there are some, else dates from the frequency."""
    plan = plan_of(request.member, episode)
    sections = [s for s in plan.sections.all() if s.interventions] if plan else []
    if not sections:
        return (
            None,
            "The plan has no section with interventions yet. Draft a section first: the estimate follows its visits.",
        )
    schedule, rule = fees(request.member, coverage.payer, today) if coverage else {}, unit_rule(coverage)
    booked = list(next_appointments(request.member, episode=episode, since=request.now, limit=100))
    planned: list[tuple[date, list[dict]]] = []
    for section in sections:
        units = _units(section, rule)
        dates = [a.starts_at.date() for a in booked if a.discipline == section.discipline] or _dates(section, today)
        planned += [(on, _lines(section, units, schedule, on)) for on in dates]
    terms = {"kind": coverage.payer.kind if coverage else "self_pay", **(coverage.terms if coverage else {})}
    visits = [{"on": str(on), "lines": lines} for on, lines in sorted(planned, key=lambda visit: visit[0])]
    return {"coverage": terms, "used": coverage.used if coverage else {}, "visits": visits}, ""


def _dates(section, today: date) -> list[date]:
    """Dates as the frequency says, from today on, spread over the working week."""
    start = max(section.starts_on, today)
    gap = max(5 // section.frequency_per_week, 1)
    found = [
        start + timedelta(weeks=week, days=gap * n)
        for week in range(section.duration_weeks)
        for n in range(section.frequency_per_week)
    ]
    return [on for on in found if on <= section.ends_on]


def _units(section, rule: str) -> dict[str, int]:
    """Units of one visit as the section plans it, by code, counted as the payer counts; at least one where minutes are few."""
    done = [
        Done(section.discipline, one["code"], one["minutes"])
        for one in section.interventions
        if one["code"] in code_list()
    ]
    counted = count(done, unit_rule_of(fact("coverage/unit_rules").latest(), rule), code_list(), billing_rules(), None)
    units = {key.partition(":")[2]: n for key, n in counted.units.items() if n}
    return units or ({done[0].code: 1} if done else {})


def _lines(section, units: dict[str, int], schedule, on: date) -> list[dict]:
    """A visit's lines with their prices: the payer's schedule, else the invented example, which the page says."""
    lines = []
    for code, n in units.items():
        known = schedule.get(code)
        price = {}
        if known is not None and known.allowed is not None:
            price = {"allowed": float(known.allowed * n)}
        elif known is not None:
            price = {name: float(getattr(known, name) or 0) for name in ("work", "pe", "mp")}
        elif (example := example_schedule().on(on, code)) is not None:
            price = dict(zip(("work", "pe", "mp"), map(float, example.parts), strict=True))
        lines.append({"discipline": section.discipline, "code": code, "units": n, **price})
    return lines
