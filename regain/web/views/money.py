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
from regain.reference.facts import fact
from regain.reference.rules import Finding, info
from regain.referrals.queries import decided_disciplines
from regain.scheduling.queries import holidays, next_appointments
from regain.visits.queries import billing_rules, code_list

# before there is a plan: two visits a week for four weeks, of 45 minutes after an evaluation (product rules, said on the page)
SUPPOSED = {"per_week": 2, "weeks": 4}
MINUTES = 45


@dataclass(slots=True)
class Question:
    """The request of an estimate with what it was made from; `supposed` where there is no plan and nothing booked yet."""

    request: dict[str, Any] | None
    basis: str = ""
    supposed: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prices:
    """How a payer counts units and what it allows: its own schedule, else the invented example, which the page says."""

    rule: str
    schedule: dict[str, Any]

    def units(self, discipline: str, minutes: list[tuple[str, int]]) -> dict[str, int]:
        """Units of one visit by code, counted as the payer counts; at least one where minutes are few."""
        done = [Done(discipline, code, spent) for code, spent in minutes if code in code_list()]
        rule = unit_rule_of(fact("coverage/unit_rules").latest(), self.rule)
        counted = count(done, rule, code_list(), billing_rules(), None)
        units = {key.partition(":")[2]: n for key, n in counted.units.items() if n}
        return units or ({done[0].code: 1} if done else {})

    def lines(self, discipline: str, minutes: list[tuple[str, int]], on: date) -> list[dict]:
        """A visit's lines with their prices."""
        return [
            {"discipline": discipline, "code": code, "units": n, **self._price(code, n, on)}
            for code, n in self.units(discipline, minutes).items()
        ]

    def _price(self, code: str, units: int, on: date) -> dict[str, float]:
        known = self.schedule.get(code)
        if known is not None and known.allowed is not None:
            return {"allowed": float(known.allowed * units)}
        if known is not None:
            return {name: float(getattr(known, name) or 0) for name in ("work", "pe", "mp")}
        example = example_schedule().on(on, code)
        return dict(zip(("work", "pe", "mp"), map(float, example.parts), strict=True)) if example is not None else {}


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
    days = len({visit["on"] for visit in visits if visit["high"] is not None})
    return {"episode": episode, "coverage": coverage, "answer": answer, "visits": visits, "left_out": left_out, "days": days, "disciplines": disciplines(),
            "certainty": profile_on(coverage).certainty}  # fmt: skip


def _question(request: HttpRequest, episode, coverage, today: date) -> Question:
    """From the plan's sections; before there are any, from what is booked; before that, from what is usual."""
    prices = Prices(unit_rule(coverage), fees(request.member, coverage.payer, today) if coverage else {})
    plan = plan_of(request.member, episode)
    sections = [s for s in plan.sections.all() if s.interventions] if plan else []
    booked = list(next_appointments(request.member, episode=episode, since=request.now, limit=200))
    if sections:
        return Question(_asked(coverage, _planned(sections, booked, prices, today)))
    if booked:
        basis = "A first estimate, before the plan is written: the booked visits with each discipline's usual codes. The plan will change it."
        return Question(_asked(coverage, _booked(booked, prices)), basis)
    supposed = _supposed(request, episode)
    if not any(one["per_week"] for one in supposed.values()):
        return Question(None, supposed=supposed)
    basis = "A first estimate, before the plan is written and before anything is booked: an evaluation, then visits of 45 minutes with each discipline's usual codes."  # fmt: skip
    return Question(_asked(coverage, _usual(supposed, prices, today)), basis, supposed)


def _asked(coverage, planned: list[tuple[date, list[dict]]]) -> dict[str, Any]:
    terms = {"kind": coverage.payer.kind if coverage else "self_pay", **(coverage.terms if coverage else {})}
    visits = [{"on": str(on), "lines": lines} for on, lines in sorted(planned, key=lambda visit: visit[0])]
    return {"coverage": terms, "used": coverage.used if coverage else {}, "visits": visits}


def _planned(sections, booked, prices: Prices, today: date) -> list[tuple[date, list[dict]]]:
    """Booked dates where there are some, else dates from the frequency."""
    planned = []
    for section in sections:
        likely = _dates(max(section.starts_on, today), section.frequency_per_week, section.duration_weeks)
        dates = [_day(a) for a in booked if a.discipline == section.discipline] or [
            on for on in likely if on <= section.ends_on
        ]
        minutes = [(one["code"], one["minutes"]) for one in section.interventions]
        planned += [(on, prices.lines(section.discipline, minutes, on)) for on in dates]
    return planned


def _booked(booked, prices: Prices) -> list[tuple[date, list[dict]]]:
    planned = []
    for row in booked:
        minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
        planned.append(
            (_day(row), prices.lines(row.discipline, _usual_codes(row.discipline, row.kind, minutes), _day(row)))
        )
    return planned


def _usual(supposed: dict[str, dict[str, int]], prices: Prices, today: date) -> list[tuple[date, list[dict]]]:
    planned = []
    for key, one in supposed.items():
        dates = _dates(today + timedelta(days=1), one["per_week"], one["weeks"]) if one["per_week"] else []
        for number, on in enumerate(dates):
            codes = _usual_codes(key, "treatment" if number else "evaluation", MINUTES)
            planned.append((on, prices.lines(key, codes, on)))
    return planned


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


def _usual_codes(discipline: str, kind: str, minutes: int) -> list[tuple[str, int]]:
    """An evaluation counts once; a treatment is the discipline's first usual code for the whole time."""
    usual = disciplines()[discipline]
    return [(usual["evaluation_codes" if kind == "evaluation" else "treatment_codes"][0], minutes)]
