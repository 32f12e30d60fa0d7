"""The owner's pages that write an audit line: clinic, sites, members, and who saw what."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from regain.credentials.queries import jurisdictions
from regain.organizations import actions, forms, queries
from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.people.queries import patients
from regain.people.rules import npi_is_valid
from regain.record.actions import audit, audit_view
from regain.record.once import once
from regain.record.queries import audit_page
from regain.referrals.queries import decisions_between, readings_between
from regain.web.forms import PeriodForm
from regain.web.queries import audit_words
from regain.web.rules import taken

SHOWN = 50
REASONS = 200


def _form(request: HttpRequest, form, title: str, submit: str, conflict=(), note: str = "") -> HttpResponse:
    context = {"form": form, "title": title, "submit": submit, "conflict": conflict, "note": note}
    status = 409 if conflict else 422 if form.errors else 200
    return render(request, "web/clinic_form.html", context, status=status)


def _start(row, form_class) -> dict:
    return {name: getattr(row, name) for name in form_class.base_fields if hasattr(row, name)}


def _save(request: HttpRequest, form, row, save, said: str, again):
    """Save a form; the response, or the conflict rows and the form at the version that is saved now."""
    data = dict(form.cleaned_data)
    try:
        saved = save(row, version=data.pop("version"), **data)
    except actions.ChangedMeanwhile as stale:
        rows = [
            (form.fields[k].label, getattr(stale.theirs, k), v)
            for k, v in data.items()
            if getattr(stale.theirs, k, v) != v
        ]
        typed = form.data.copy()
        typed["version"] = stale.theirs.version
        fresh = again(typed)
        fresh.is_valid()
        return None, rows or [("", "the same as you typed", "")], fresh
    if isinstance(saved, str):
        form.add_error(None, saved)
        return None, [], form
    audit(said, saved, by=request.member, at=request.now, fields=sorted(data))
    messages.success(request, "Saved.")
    return redirect("organizations:clinic"), [], form


@needs(Permission.MANAGE_CLINIC)
@once
def edit_clinic(request: HttpRequest) -> HttpResponse:
    """The numbers that stand on every claim."""
    row = request.member.organization

    def make(data):
        return forms.ClinicForm(data, initial=_start(row, forms.ClinicForm), valid_npi=npi_is_valid)

    form, conflict = make(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        done, conflict, form = _save(request, form, row, actions.change_organization, "clinic changed", make)
        if done:
            return done
    return _form(request, form, "The clinic", "Save", conflict)


def _states():
    return [(code, f"{name} ({code})") for code, name in jurisdictions().items()]


@needs(Permission.MANAGE_CLINIC)
@once
def add_site(request: HttpRequest) -> HttpResponse:
    """One more place where care is given."""
    start = {"time_zone": request.member.organization.time_zone, "version": 1}
    form = forms.SiteForm(request.POST or None, states=_states(), initial=start)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        data.pop("version")
        site = actions.add_site(request.member.organization, **data)
        audit("site added", site, by=request.member, at=request.now)
        messages.success(request, f"{site} is added.")
        return redirect("organizations:clinic")
    return _form(request, form, "Add a site", "Add")


@needs(Permission.MANAGE_CLINIC)
@once
def edit_site(request: HttpRequest, pk) -> HttpResponse:
    """A site as it is now."""
    row = get_object_or_404(queries.sites(request.member), pk=pk)

    def make(data):
        return forms.SiteForm(data, states=_states(), initial=_start(row, forms.SiteForm))

    form, conflict = make(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        done, conflict, form = _save(request, form, row, actions.change_site, "site changed", make)
        if done:
            return done
    return _form(request, form, f"{row}", "Save", conflict)


@needs(Permission.MANAGE_CLINIC)
@once
def add_member(request: HttpRequest) -> HttpResponse:
    """Somebody who signs in; a new account gets a link to choose a password, shown once."""
    form = forms.MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if any(m.user.email == data["email"].lower() for m in queries.everyone(request.member)):
            form.add_error("email", f"{data['email']} is a member already: change the roles instead.")
        else:
            member = actions.add_member(request.member.organization, **data)
            audit("member added", member, by=request.member, at=request.now, roles=data["roles"])
            return _welcome(request, member)
    return _form(request, form, "Add a member", "Add", note="Accounts are made here, never by strangers. Therapists and assistants also want a license under Team.")  # fmt: skip


def _welcome(request: HttpRequest, member) -> HttpResponse:
    link = ""
    # an address that is known elsewhere keeps its password: a link would hand somebody else's account over
    if not member.user.has_usable_password():
        key = f"{user_pk_to_url_str(member.user)}-{default_token_generator.make_token(member.user)}"
        uid, _, token = key.partition("-")
        link = request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))  # fmt: skip
    return render(request, "web/clinic_welcome.html", {"new": member, "link": link})


@needs(Permission.MANAGE_CLINIC)
@once
def edit_member(request: HttpRequest, pk) -> HttpResponse:
    """Roles, and whether the sign-in opens this clinic."""
    row = get_object_or_404(queries.everyone(request.member), pk=pk)

    def make(data):
        return forms.RolesForm(data, initial=_start(row, forms.RolesForm))

    form, conflict = make(request.POST or None), []
    if request.method == "POST" and form.is_valid():
        done, conflict, form = _save(request, form, row, actions.change_member, "member changed", make)
        if done:
            return done
    return _form(request, form, f"{row}", "Save", conflict)


@needs(Permission.MANAGE_CLINIC)
def who_saw_what(request: HttpRequest) -> HttpResponse:
    """The audit chain as an owner reads it: who, when, what, about whom; newest first."""
    patient = request.GET.get("patient", "")
    who = request.GET.get("who", "")
    people = list(queries.everyone(request.member))
    before = request.GET.get("before", "")
    lines, more = audit_page(
        request.member, patient=patient, by=next((m for m in people if str(m.pk) == who), None),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None, most=SHOWN,
    )  # fmt: skip
    known = {p.pk: p for p in patients(request.member).filter(pk__in={line.patient_id for line in lines if line.patient_id})}  # fmt: skip
    context = {
        "lines": [(line, audit_words(line), known.get(line.patient_id)) for line in lines], "people": people, "who": who,
        "patient": known.get(next((line.patient_id for line in lines), None)) if patient else None, "asked": patient, "more": more,
    }  # fmt: skip
    return render(request, "web/audit.html", context)


@needs(Permission.MANAGE_CLINIC)
def recommendations(request: HttpRequest) -> HttpResponse:
    """How recommendations were taken, by rule version and word: accepted, or changed to what and why."""
    today = request.now.date()
    usual = {"start": today - timedelta(days=365), "end": today}
    form = PeriodForm(request.GET if request.GET else None, initial=usual)
    period = form.cleaned_data if form.is_valid() else usual
    start, end = (
        datetime.combine(day, time(0), request.now.tzinfo)
        for day in (period["start"], period["end"] + timedelta(days=1))
    )
    decisions = list(decisions_between(request.member, start, end))
    changed = [row for row in decisions if row[4]]
    audit_view("overrides seen", None, by=request.member, at=request.now)
    context = {
        "form": form, "rows": taken(readings_between(request.member, start, end), (row[:5] for row in decisions)),
        "changed": changed[:REASONS], "count": len(changed), "period": period,
    }  # fmt: skip
    return render(request, "web/recommendations.html", context, status=422 if form.errors else 200)
