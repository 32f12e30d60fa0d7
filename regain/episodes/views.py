"""Diagnoses of an episode."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

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
        since = form.cleaned_data["onset_on"]
        if since and since < episode.patient.birth_date:
            form.add_error(
                "onset_on",
                f"{since:%-d %b %Y} is before the birth on {episode.patient.birth_date:%-d %b %Y}. Check both dates.",
            )
        elif since and since > localdate(request.now):
            form.add_error("onset_on", f"{since:%-d %b %Y} is yet to come. Check the date, or leave it empty.")
        elif form.cleaned_data["code"] in {d.code for d in known}:
            form.add_error("code", f"{form.cleaned_data['code']} is on the episode already.")
        else:
            actions.add_diagnosis(episode, rank=len(known) + 1, by=request.member, at=request.now, **form.cleaned_data)
            return redirect("web:plan", episode.pk)
    return render(
        request, "episodes/diagnosis.html", {"form": form, "episode": episode}, status=422 if form.errors else 200
    )
