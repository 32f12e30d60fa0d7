"""What the whole plan costs the patient: coverage, plan and schedule joined, rated by the same rules as `regain estimate`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
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
from regain.reference.rules import Finding, info
from regain.referrals.queries import decided_disciplines
from regain.scheduling.queries import holidays, next_appointments

# before there is a plan: two visits a week for four weeks, of 45 minutes after an evaluation (product rules, said on the page)
SUPPOSED = {"per_week": 2, "weeks": 4}
MINUTES = 45


@dataclass(slots=True)
class Question:
    """The request of an estimate with what it was made from; `supposed` where there is no plan and nothing booked yet."""

    request: dict[str, Any] | None
    basis: str = ""
    supposed: dict[str, dict[str, int]] = field(default_factory=dict)


@needs(Permission.SEE_COVERAGE)
@once
def estimate(request: HttpRequest, pk) -> HttpResponse:
    """Work the plan out visit by visit; what is kept is what the patient is told."""
    episode = get_object_or_404(episodes(request.member), pk=pk)
    today = request.now.astimezone(ZoneInfo(request.member.organization.time_zone)).date()
    coverage = coverage_on(request.member, episode.patient, today)
    asked = _question(request, episode, coverage, today)
    answer = rate(asked.request) if asked.request else None
    if answer and asked.basis:
        answer["findings"] = [info("CHOICE", asked.basis, source="Regain"), *answer["findings"]]
    if request.method == "POST" and answer and answer["high"] is not None:
        kept = {**answer, "findings": [f.as_json() for f in answer["findings"]]}
        row = keep_estimate(
            episode, coverage=coverage, request=asked.request, answer=kept, by=request.member, at=request.now
        )
        messages.success(request, "The estimate is kept as what the patient is told.")
        return redirect("web:estimate_kept", row.pk)
    return render(
        request, "web/estimate.html", _shown(episode, coverage, answer) | {"supposed": asked.supposed, "kept": None}
    )


@needs(Permission.SEE_COVERAGE)
def estimate_kept(request: HttpRequest, pk) -> HttpResponse:
    """What the patient was told, line by line."""
    row = next((e for e in estimates(request.member).filter(pk=pk)), None)
    if row is None:
        raise Http404
    findings = [Finding.from_json(f) for f in row.answer["findings"]]
    return render(
        request,
        "web/estimate.html",
        _shown(row.episode, row.coverage, {**row.answer, "findings": findings}) | {"supposed": {}, "kept": row},
    )


def _shown(episode, coverage, answer: dict | None) -> dict[str, Any]:
    visits = (
        [{**visit, "on": date.fromisoformat(visit["on"])} for visit in answer["visits"]]
        if answer and answer["high"] is not None
        else []
    )
    left_out = sum(visit["high"] is None for visit in visits)
    return {"episode": episode, "coverage": coverage, "answer": answer, "visits": visits, "left_out": left_out, "disciplines": disciplines(),
            "certainty": profile_on(coverage).certainty}  # fmt: skip


def _question(request: HttpRequest, episode, coverage, today: date) -> Question:
    """From the plan's sections; before there are any, from what is booked; before that, from what is usual."""
    schedule = fees(request.member, coverage.payer, today) if coverage else {}
    plan = plan_of(request.member, episode)
    sections = [s for s in plan.sections.all() if s.interventions] if plan else []
    booked = list(next_appointments(request.member, episode=episode, since=request.now, limit=200))
    if sections:
        return Question(_asked(coverage, _planned(sections, booked, schedule, today)))
    if booked:
        basis = "A first estimate, before the plan is written: the booked visits with each discipline's usual codes. The plan will change it."
        return Question(_asked(coverage, _booked(booked, schedule)), basis)
    supposed = _supposed(request, episode)
    if not any(one["per_week"] for one in supposed.values()):
        return Question(None, supposed=supposed)
    basis = "A first estimate, before the plan is written and before anything is booked: an evaluation, then visits of 45 minutes with each discipline's usual codes."  # fmt: skip
    return Question(_asked(coverage, _usual(supposed, schedule, today)), basis, supposed)


def _asked(coverage, days: dict[date, list[dict]]) -> dict[str, Any]:
    terms = {"kind": coverage.payer.kind if coverage else "self_pay", **(coverage.terms if coverage else {})}
    visits = [{"on": str(on), "lines": lines} for on, lines in sorted(days.items())]
    return {"coverage": terms, "used": coverage.used if coverage else {}, "visits": visits}


def _planned(sections, booked, schedule, today: date) -> dict[date, list[dict]]:
    """Booked dates where there are some, else dates from the frequency."""
    days: dict[date, list[dict]] = {}
    for section in sections:
        likely = _dates(max(section.starts_on, today), section.frequency_per_week, section.duration_weeks)
        dates = [_day(a) for a in booked if a.discipline == section.discipline] or [
            on for on in likely if on <= section.ends_on
        ]
        for on in dates:
            lines = [
                _line(section.discipline, one["code"], one["minutes"], schedule, on) for one in section.interventions
            ]
            days.setdefault(on, []).extend(lines)
    return days


def _booked(booked, schedule) -> dict[date, list[dict]]:
    days: dict[date, list[dict]] = {}
    for row in booked:
        minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
        days.setdefault(_day(row), []).append(_usual_line(row.discipline, row.kind, minutes, schedule, _day(row)))
    return days


def _usual(supposed: dict[str, dict[str, int]], schedule, today: date) -> dict[date, list[dict]]:
    days: dict[date, list[dict]] = {}
    for key, one in supposed.items():
        dates = _dates(today + timedelta(days=1), one["per_week"], one["weeks"]) if one["per_week"] else []
        for number, on in enumerate(dates):
            days.setdefault(on, []).append(
                _usual_line(key, "treatment" if number else "evaluation", MINUTES, schedule, on)
            )
    return days


def _supposed(request: HttpRequest, episode) -> dict[str, dict[str, int]]:
    """How often and how long, by discipline: as the page was asked, else the usual for what a therapist decided."""
    decided = decided_disciplines(request.member, episode) or list(disciplines())
    most = {"per_week": 7, "weeks": 26}
    return {key: {name: _number(request.GET.get(f"{key}_{name}"), usual if key in decided or name == "weeks" else 0, most[name])
                  for name, usual in SUPPOSED.items()} for key in disciplines()}  # fmt: skip


def _number(text: str | None, usual: int, most: int) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() else usual


def _day(row) -> date:
    return row.starts_at.astimezone(ZoneInfo(row.site.time_zone)).date()


def _dates(start: date, per_week: int, weeks: int) -> list[date]:
    """Dates as the frequency says, spread over the working week; a closed day's visit comes on the next open one."""
    gap = max(5 // per_week, 1)
    closed = holidays(start, start + timedelta(weeks=weeks + 1))
    return [
        _open_day(start + timedelta(weeks=week, days=gap * n), closed) for week in range(weeks) for n in range(per_week)
    ]


def _open_day(on: date, closed: frozenset[date]) -> date:
    while on.weekday() > 4 or on in closed:
        on += timedelta(days=1)
    return on


def _usual_line(discipline: str, kind: str, minutes: int, schedule, on: date) -> dict:
    """An evaluation counts once; a treatment is the discipline's first usual code for the whole time."""
    usual = disciplines()[discipline]
    if kind == "evaluation":
        return _line(discipline, usual["evaluation_codes"][0], 0, schedule, on)
    return _line(discipline, usual["treatment_codes"][0], minutes, schedule, on)


def _line(discipline: str, code: str, minutes: int, schedule, on: date) -> dict:
    """A code with its price: the payer's schedule, else the invented example, which the page says."""
    units = max((minutes + 7) // 15, 1)
    known = schedule.get(code)
    price = {}
    if known is not None and known.allowed is not None:
        price = {"allowed": float(known.allowed * units)}
    elif known is not None:
        price = {name: float(getattr(known, name) or 0) for name in ("work", "pe", "mp")}
    elif (example := example_schedule().on(on, code)) is not None:
        price = dict(zip(("work", "pe", "mp"), map(float, example.parts), strict=True))
    return {"discipline": discipline, "code": code, "units": units, **price}
