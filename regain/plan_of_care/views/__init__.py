"""Pages of the plan: `goals`, `sections`, `certifying` and `home`; here, what they share."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from regain.episodes.queries import episodes


def episode_of(request: HttpRequest, pk):
    """An episode of the member's organization."""
    return get_object_or_404(episodes(request.member), pk=pk)


def to_plan(episode) -> HttpResponse:
    """Back to the plan of care."""
    return redirect("web:plan", episode.pk)
