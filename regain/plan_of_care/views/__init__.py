"""Pages of the plan: `goals`, `sections`, `certifying` and `home`; here, what they share."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from regain.episodes.queries import readable_episode
from regain.plan_of_care import queries
from regain.record.actions import audit_view


def episode_of(request: HttpRequest, pk):
    """An episode of the member's organization whose chart they may open; looking at it is audited."""
    episode = readable_episode(request.member, pk, request.now)
    if request.method == "GET":
        audit_view("plan seen", episode, by=request.member, at=request.now, patient=episode.patient_id)
    return episode


def section_of(request: HttpRequest, pk):
    """A section with its episode, current or replaced."""
    section = queries.section(request.member, pk)
    if section is None:
        raise Http404
    return section, episode_of(request, section.plan.episode_id)


def to_plan(episode) -> HttpResponse:
    """Back to the plan of care."""
    return redirect("web:plan", episode.pk)
