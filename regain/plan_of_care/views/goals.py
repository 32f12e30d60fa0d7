"""Shared goals: add, change, end, rate."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.plan_of_care import queries
from regain.plan_of_care.actions import planning
from regain.plan_of_care.forms import GoalForm, RatingForm
from regain.plan_of_care.views import episode_of, to_plan
from regain.record.once import once
from regain.reference.rules import Finding


@needs(Permission.PLAN)
@once
def add_goal(request: HttpRequest, pk) -> HttpResponse:
    """A shared goal of the episode's plan."""
    episode = episode_of(request, pk)
    form = GoalForm(request.POST or None)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan = planning.open_plan(episode, starts_on=episode.opened_on, by=request.member, at=request.now)
        result = planning.add_goal(plan, text=data["text"], words=data["words"], icf=data["icf"], target_on=data["target_on"], measure=data["measure"],
                                   target=data["target"], levels=form.levels(), by=request.member, at=request.now)  # fmt: skip
        if not isinstance(result, list):
            return to_plan(episode)
        findings = result
    return render(
        request,
        "plan_of_care/goal_form.html",
        {"form": form, "episode": episode, "findings": findings},
        status=422 if findings or form.errors else 200,
    )


@needs(Permission.PLAN)
@once
def rate(request: HttpRequest, pk, goal) -> HttpResponse:
    """Rate a goal today."""
    episode = episode_of(request, pk)
    plan = queries.plan_of(request.member, episode)
    row = next((g for g in (plan.goals.all() if plan else ()) if g.pk == goal), None)
    if row is None:
        raise Http404
    form = RatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        planning.rate_goal(
            row,
            level=form.cleaned_data["level"],
            note=form.cleaned_data["note"],
            on=localdate(request.now),
            by=request.member,
            at=request.now,
        )
        return to_plan(episode)
    return render(request, "plan_of_care/rate.html", {"form": form, "episode": episode, "goal": row})
