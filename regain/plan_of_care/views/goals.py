"""Shared goals: add, change, end, rate."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.outcomes.queries import instruments
from regain.plan_of_care import queries
from regain.plan_of_care.actions import planning
from regain.plan_of_care.forms import EndGoalForm, GoalForm, RatingForm
from regain.plan_of_care.views import episode_of, to_plan
from regain.record.actions import Stale
from regain.record.once import once
from regain.reference.rules import Finding


def _measures() -> list[tuple[str, str]]:
    return [(key, one.fact.label) for key, one in instruments().items()]


def _goal(request: HttpRequest, pk, goal):
    """An open goal with its episode."""
    episode = episode_of(request, pk)
    plan = queries.plan_of(request.member, episode)
    row = next((g for g in (plan.goals.all() if plan else ()) if g.pk == goal), None)
    if row is None:
        raise Http404
    return episode, row


@needs(Permission.PLAN)
@once
def add_goal(request: HttpRequest, pk) -> HttpResponse:
    """A shared goal of the episode's plan, with where it stands today."""
    episode = episode_of(request, pk)
    form = GoalForm(request.POST or None, measures=_measures())
    findings: list[Finding] = []
    if form.is_valid():
        plan = planning.open_plan(episode, starts_on=episode.opened_on, by=request.member, at=request.now)
        result = planning.add_goal(plan, **form.fields_of_goal(), by=request.member, at=request.now)
        if not isinstance(result, list):
            planning.rate_goal(result, level=form.cleaned_data["baseline"], on=localdate(request.now), by=request.member, at=request.now)  # fmt: skip
            return to_plan(episode)
        findings = result
    context = {"form": form, "episode": episode, "findings": findings, "goal": None, "conflict": []}
    return render(request, "plan_of_care/goal_form.html", context, status=422 if findings or form.errors else 200)


@needs(Permission.PLAN)
@once
def change_goal(request: HttpRequest, pk, goal) -> HttpResponse:
    """Correct a goal; whoever saves second sees both versions."""
    episode, row = _goal(request, pk, goal)
    form = GoalForm(request.POST or None, measures=_measures(), goal=row)
    findings: list[Finding] = []
    conflict: list[tuple[str, str, str]] = []
    if form.is_valid():
        try:
            result = planning.change_goal(row, version=form.cleaned_data["version"], **form.fields_of_goal(), by=request.member, at=request.now)  # fmt: skip
            if not isinstance(result, list):
                messages.success(request, "The goal is changed. What it said before is kept.")
                return to_plan(episode)
            findings = result
        except Stale as stale:
            conflict = form.differences(stale.theirs)
            data = form.data.copy()
            data["version"] = stale.theirs.version
            form = GoalForm(data, measures=_measures(), goal=stale.theirs)
    context = {"form": form, "episode": episode, "findings": findings, "goal": row, "conflict": conflict}
    status = 409 if conflict else 422 if findings or form.errors else 200
    return render(request, "plan_of_care/goal_form.html", context, status=status)


@needs(Permission.PLAN)
@once
def end_goal(request: HttpRequest, pk, goal) -> HttpResponse:
    """Take a goal off the plan with the reason; nothing is deleted."""
    episode, row = _goal(request, pk, goal)
    form = EndGoalForm(request.POST or None, initial={"version": row.version})
    conflict: list[tuple[str, str, str]] = []
    if form.is_valid():
        try:
            planning.end_goal(row, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], on=localdate(request.now),
                              by=request.member, at=request.now)  # fmt: skip
            return to_plan(episode)
        except Stale as stale:
            conflict = [("Goal", stale.theirs.text, row.text), ("Why", stale.theirs.ended_reason or "still open", form.cleaned_data["reason"])]  # fmt: skip
            data = form.data.copy()
            data["version"] = stale.theirs.version
            form = EndGoalForm(data)
    context = {"form": form, "episode": episode, "goal": row, "conflict": conflict}
    return render(request, "plan_of_care/end_goal.html", context, status=409 if conflict else 422 if form.errors else 200)  # fmt: skip


@needs(Permission.PLAN)
@once
def rate(request: HttpRequest, pk, goal) -> HttpResponse:
    """Rate a goal today, each level in the person's own terms."""
    episode, row = _goal(request, pk, goal)
    form = RatingForm(request.POST or None, goal=row)
    if form.is_valid():
        planning.rate_goal(row, level=form.cleaned_data["level"], note=form.cleaned_data["note"], on=localdate(request.now),
                           by=request.member, at=request.now)  # fmt: skip
        return to_plan(episode)
    context = {"form": form, "episode": episode, "goal": row, "ratings": list(row.ratings.all())}
    return render(request, "plan_of_care/rate.html", context, status=422 if form.errors else 200)
