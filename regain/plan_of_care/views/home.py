"""Equipment and the home list: add, change, take off."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from regain.credentials.queries import discipline_of_kind
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import practitioner_of
from regain.plan_of_care import queries
from regain.plan_of_care.actions import home
from regain.plan_of_care.forms import EquipmentForm, HomeItemForm
from regain.plan_of_care.views import episode_of
from regain.record.actions import Stale
from regain.record.once import once
from regain.ui.pictures import PICTURES

ITEM = ("version", "discipline", "title", "how", "dose", "minutes", "goal_id", "picture")
DEVICE = ("version", "item", "state", "note")


def _item_form(request: HttpRequest, episode, data, row=None) -> HomeItemForm:
    plan = queries.plan_of(request.member, episode)
    me = practitioner_of(request.member)
    initial = {"discipline": discipline_of_kind(me.profession) if me else None}
    if row is not None:
        initial = {name.removesuffix("_id"): getattr(row, name) for name in ITEM}
    pictures = [(key, label) for key, (label, _) in PICTURES.items()]
    return HomeItemForm(data, disciplines=disciplines().values(), goals=plan.goals.all() if plan else (), pictures=pictures, initial=initial)  # fmt: skip


def _page(request: HttpRequest, episode, form, title: str, conflict=()) -> HttpResponse:
    context = {"form": form, "episode": episode, "title": title, "conflict": conflict}
    return render(request, "plan_of_care/home_form.html", context, status=409 if conflict else 422 if form.errors else 200)  # fmt: skip


def _lost(form, theirs, typed: dict) -> list[tuple[str, str, str]]:
    """What is saved now beside what was typed, where they differ."""
    pairs = [(str(form.fields[n].label), getattr(theirs, n) or "", v or "") for n, v in typed.items()]
    return [(label, str(a), str(b)) for label, a, b in pairs if str(a) != str(b)]


def _again(form, theirs):
    data = form.data.copy()
    data["version"] = theirs.version
    return data


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@once
def add_home_item(request: HttpRequest, pk) -> HttpResponse:
    """Put something on the home list."""
    episode = episode_of(request, pk)
    form = _item_form(request, episode, request.POST or None)
    if form.is_valid():
        home.add_home_item(episode, starts_on=localdate(request.now), by=request.member, at=request.now, **form.details())  # fmt: skip
        return redirect("web:home_programme", episode.pk)
    return _page(request, episode, form, "Add to the home list")


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@once
def change_home_item(request: HttpRequest, pk) -> HttpResponse:
    """Another dose, other words."""
    row = queries.home_item(request.member, pk)
    if row is None:
        raise Http404
    episode, conflict = episode_of(request, row.episode_id), []
    form = _item_form(request, episode, request.POST or None, row)
    if form.is_valid():
        try:
            home.change_home_item(row, version=form.cleaned_data["version"], by=request.member, at=request.now, **form.details())  # fmt: skip
            return redirect("web:home_programme", episode.pk)
        except Stale as stale:
            conflict = _lost(form, stale.theirs, form.details())
            form = _item_form(request, episode, _again(form, stale.theirs), stale.theirs)
    return _page(request, episode, form, "Change what is done at home", conflict)


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@require_POST
@once
def end_home_item(request: HttpRequest, pk) -> HttpResponse:
    """Take something off the list from tomorrow; what was done stays."""
    row = queries.home_item(request.member, pk)
    if row is None:
        raise Http404
    episode = episode_of(request, row.episode_id)
    home.end_home_item(row, version=row.version, ends_on=max(localdate(request.now), row.starts_on), by=request.member, at=request.now)  # fmt: skip
    return redirect("web:home_programme", episode.pk)


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@once
def add_equipment(request: HttpRequest, pk) -> HttpResponse:
    """Note a device."""
    episode = episode_of(request, pk)
    form = EquipmentForm(request.POST or None)
    if form.is_valid():
        details = {name: form.cleaned_data[name] for name in ("item", "state", "note")}
        home.add_equipment(episode, on=localdate(request.now), by=request.member, at=request.now, **details)
        return redirect("web:home_programme", episode.pk)
    return _page(request, episode, form, "Add a device")


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@once
def change_equipment(request: HttpRequest, pk) -> HttpResponse:
    """Tried, ordered, in use, returned."""
    row = queries.device(request.member, pk)
    if row is None:
        raise Http404
    episode, conflict = episode_of(request, row.episode_id), []
    form = EquipmentForm(request.POST or None, initial={name: getattr(row, name) for name in DEVICE})
    if form.is_valid():
        details = {name: form.cleaned_data[name] for name in ("item", "state", "note")}
        try:
            home.change_equipment(row, version=form.cleaned_data["version"], by=request.member, at=request.now, **details)  # fmt: skip
            return redirect("web:home_programme", episode.pk)
        except Stale as stale:
            conflict = _lost(form, stale.theirs, details)
            form = EquipmentForm(_again(form, stale.theirs))
    return _page(request, episode, form, "Change a device", conflict)
