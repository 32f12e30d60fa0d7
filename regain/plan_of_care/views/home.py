"""Equipment and the home list."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.plan_of_care.actions import home
from regain.plan_of_care.forms import EquipmentForm, HomeItemForm
from regain.plan_of_care.views import episode_of
from regain.record.once import once


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@once
def add_home_item(request: HttpRequest, pk) -> HttpResponse:
    """Put something on the home list."""
    episode = episode_of(request, pk)
    form = HomeItemForm(request.POST or None, disciplines=disciplines().values())
    if request.method == "POST" and form.is_valid():
        home.add_home_item(
            episode, starts_on=localdate(request.now), by=request.member, at=request.now, **form.cleaned_data
        )
        return redirect("web:home_programme", episode.pk)
    return render(
        request, "plan_of_care/home_form.html", {"form": form, "episode": episode, "title": "Add to the home list"}
    )


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@once
def add_equipment(request: HttpRequest, pk) -> HttpResponse:
    """Note a device."""
    episode = episode_of(request, pk)
    form = EquipmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        home.add_equipment(episode, on=localdate(request.now), by=request.member, at=request.now, **form.cleaned_data)
        return redirect("web:home_programme", episode.pk)
    return render(request, "plan_of_care/home_form.html", {"form": form, "episode": episode, "title": "Add a device"})
