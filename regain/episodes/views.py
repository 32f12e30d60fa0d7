"""Diagnoses of an episode."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.episodes import actions, queries
from regain.episodes.forms import DiagnosisForm
from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.record.once import once


@needs(Permission.PLAN, Permission.EDIT_COVERAGE)
@once
def add_diagnosis(request: HttpRequest, pk) -> HttpResponse:
    """A diagnosis; the first one entered is the reason for therapy."""
    episode = get_object_or_404(queries.with_team(queries.episodes(request.member), request.member), pk=pk)
    form = DiagnosisForm(request.POST or None)
    known = list(episode.diagnoses.all())
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["code"] in {d.code for d in known}:
            form.add_error("code", f"{form.cleaned_data['code']} is on the episode already.")
        else:
            actions.add_diagnosis(episode, rank=len(known) + 1, by=request.member, at=request.now, **form.cleaned_data)
            return redirect("web:plan", episode.pk)
    return render(
        request, "episodes/diagnosis.html", {"form": form, "episode": episode}, status=422 if form.errors else 200
    )
