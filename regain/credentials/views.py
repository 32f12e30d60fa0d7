"""Team and licenses: who holds what, until when, and what that allows today."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.credentials import actions, forms, queries
from regain.credentials.rules import Level, expiry, learning, may
from regain.organizations.access import needs
from regain.organizations.queries import disciplines, members, sites
from regain.organizations.rules import Permission
from regain.people.actions import add_practitioner
from regain.people.queries import practitioners
from regain.record.once import once


@needs(Permission.SEE_TEAM)
def team(request: HttpRequest) -> HttpResponse:
    """Everybody with licenses, privileges, supervision, education, and what they may do in each state today."""
    today = request.now.date()
    people = list(practitioners(request.member))
    held = queries.held_by(request.member, people)
    rows = defaultdict(lambda: {"licenses": [], "privileges": [], "supervision": [], "education": []})
    for row in queries.education(request.member):
        rows[row.practitioner_id]["education"].append(row)
    for row in queries.licenses(request.member):
        mine = rows[row.practitioner_id]
        mine["licenses"].append((row, _standing(row, today), _learning(row, mine["education"], today)))
    for row in queries.privileges(request.member):
        rows[row.practitioner_id]["privileges"].append((row, _standing(row, today)))
    for row in queries.supervisions(request.member):
        if row.ends_on is None or row.ends_on >= today:
            rows[row.assistant_id]["supervision"].append(row)
    here = {site.state for site in sites(request.member) if site.state}
    shown = [
        {
            "person": person, "discipline": queries.discipline_of_kind(person.profession), "held": rows[person.pk],
            "assistant": queries.level_of_kind(person.profession) is Level.ASSISTANT,
            "able": _able(person, held[person.pk], here, today), "next": _next_expiry(rows[person.pk]),
        }
        for person in people
    ]  # fmt: skip
    shown.sort(key=lambda one: (one["next"] is not None, one["next"] or today, str(one["person"])))
    context = {"team": shown, "disciplines": disciplines(), "states": queries.jurisdictions(), "today": today}
    return render(request, "credentials/team.html", context)


def _standing(row, today: date):
    """What a license or privilege asks for: withdrawn, expired, soon to expire, or nothing."""
    if row.withdrawn_on and row.withdrawn_on <= today:
        return queries.withdrawn(row)
    return expiry(row.expires_on, today)


def _learning(row, courses, today: date):
    """Hours of continuing education in the period of a license, beside what its state asks for."""
    renewal = queries.renewal_of(row.state, row.kind, today)
    done = [(one.completed_on, float(one.hours)) for one in courses]
    return renewal, learning(queries.as_license(row), done, renewal, today)


def _next_expiry(rows) -> date | None:
    """The soonest end of what still counts; None where nothing is held, which comes first."""
    ends = [row.expires_on for row, *_ in (*rows["licenses"], *rows["privileges"]) if not row.withdrawn_on]
    return min(ends, default=None)


def _able(person, held, here: set[str], today: date) -> list[tuple[str, list[str], list]]:
    """By state: the acts a person may do, and where none, why not. States of sites first, then those somebody holds a license for."""
    key = queries.discipline_of_kind(person.profession)
    if key is None:
        return []
    theirs = {one.state for one in (*held.licenses, *held.privileges)}
    found = []
    for state in (*sorted(here), *sorted(theirs - here)):
        answers = {
            act: may(act, held, queries.kinds_of(key), state, today, queries.compact_states(key, today))
            for act in queries.acts().values()
        }
        yes = [act.label for act, findings in answers.items() if not findings]
        no = next((findings for findings in answers.values() if findings), [])
        found.append((state, yes, [] if yes else no))
    return found


def _person(request: HttpRequest, pk):
    return get_object_or_404(practitioners(request.member), pk=pk)


def _kinds() -> list[str]:
    return [kind for d in disciplines().values() for kind in d["license_kinds"].values()]


def _form(request: HttpRequest, form, person, title: str, submit: str, findings=()) -> HttpResponse:
    context = {"form": form, "person": person, "title": title, "submit": submit, "findings": findings}
    return render(request, "credentials/license_form.html", context, status=422 if request.method == "POST" else 200)


def _done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("credentials:team")


@needs(Permission.MANAGE_TEAM)
@once
def add_person(request: HttpRequest) -> HttpResponse:
    """Somebody new who treats here."""
    taken = {p.membership_id for p in practitioners(request.member)}
    free = [m for m in members(request.member) if m.pk not in taken and {"therapist", "assistant"} & set(m.roles)]
    form = forms.PractitionerForm(request.POST or None, kinds=_kinds(), members=free)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        chosen = data.pop("member")
        member = next((m for m in free if str(m.pk) == chosen), None)
        person = add_practitioner(by=request.member, at=request.now, membership=member, **data)
        messages.success(request, f"{person} is added. Record the license next: nobody is booked without one.")
        return redirect("credentials:add_license", person.pk)
    return _form(request, form, None, "Add a practitioner", "Add")


@needs(Permission.MANAGE_TEAM)
@once
def add_license(request: HttpRequest, pk) -> HttpResponse:
    """Record a license, or the renewal of one."""
    person = _person(request, pk)
    renews = request.GET.get("renews")
    old = _license(request, person, renews) if renews else None
    start = (
        {"kind": old.kind, "state": old.state, "number": old.number, "home_state": old.home_state}
        if old
        else {"kind": person.profession}
    )
    form = forms.LicenseForm(request.POST or None, kinds=_kinds(), initial=start)
    if request.method == "POST" and form.is_valid():
        actions.add_license(person, by=request.member, at=request.now, replaces=old, **form.cleaned_data)
        return _done(request, "The license is recorded.")
    return _form(request, form, person, "Renew a license" if old else "Add a license", "Record")


def _license(request: HttpRequest, person, pk: str):
    # compared as text: whatever stands in the address, only a current license of this very person is meant
    old = next((row for row in queries.licenses(request.member) if row.practitioner_id == person.pk and str(row.pk) == pk), None)  # fmt: skip
    if old is None:
        raise Http404("That is not a current license of this person.")
    return old


@needs(Permission.MANAGE_TEAM)
@once
def withdraw(request: HttpRequest, pk, license) -> HttpResponse:
    """A license that no longer counts."""
    person = _person(request, pk)
    old, findings = _license(request, person, str(license)), []
    form = forms.WithdrawForm(request.POST or None, initial={"withdrawn_on": request.now.date()})
    if request.method == "POST" and form.is_valid():
        result = actions.withdraw_license(old, by=request.member, at=request.now, **form.cleaned_data)
        if not isinstance(result, list):
            return _done(
                request, "The license no longer counts from that day. Look at the schedule for what is booked after it."
            )
        findings = result
    return _form(request, form, person, f"Withdraw license {old.number}", "Withdraw", findings)


@needs(Permission.MANAGE_TEAM)
@once
def add_privilege(request: HttpRequest, pk) -> HttpResponse:
    """Record a compact privilege."""
    person, findings = _person(request, pk), []
    home = next((row for row in queries.licenses(request.member) if row.practitioner_id == person.pk and row.home_state), None)  # fmt: skip
    form = forms.PrivilegeForm(request.POST or None, initial={"home_state": home.state if home else ""})
    if request.method == "POST" and form.is_valid():
        result = actions.add_privilege(person, by=request.member, at=request.now, kind=person.profession, **form.cleaned_data)  # fmt: skip
        if not isinstance(result, list):
            return _done(request, "The privilege is recorded.")
        findings = result
    return _form(request, form, person, "Add a compact privilege", "Record", findings)


@needs(Permission.MANAGE_TEAM)
@once
def add_supervision(request: HttpRequest, pk) -> HttpResponse:
    """Name an assistant's supervisor."""
    person, findings = _person(request, pk), []
    key = queries.discipline_of_kind(person.profession)
    able = [p for p in practitioners(request.member) if p.pk != person.pk and key and queries.kinds_of(key).level_of(p.profession) is Level.THERAPIST]  # fmt: skip
    state = next((site.state for site in sites(request.member)), "")
    form = forms.SupervisionForm(request.POST or None, supervisors=able, initial={"state": state, "starts_on": request.now.date()})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        supervisor = next(p for p in able if str(p.pk) == data["supervisor"])
        result = actions.supervise(person, supervisor, state=data["state"], starts_on=data["starts_on"], by=request.member, at=request.now)  # fmt: skip
        if not isinstance(result, list):
            return _done(request, f"{supervisor} supervises {person}.")
        findings = result
    return _form(request, form, person, "Name a supervisor", "Record", findings)


@needs(Permission.MANAGE_TEAM)
@once
def end_supervision(request: HttpRequest, pk) -> HttpResponse:
    """The last day of an arrangement."""
    row, findings = get_object_or_404(queries.supervisions(request.member), pk=pk), []
    form = forms.EndForm(request.POST or None, initial={"ends_on": request.now.date(), "version": row.version})
    if request.method == "POST" and form.is_valid():
        result = actions.end_supervision(row, by=request.member, at=request.now, **form.cleaned_data)
        if not isinstance(result, list):
            return _done(request, f"{row.supervisor} supervises {row.assistant} until that day.")
        findings = result
    return _form(request, form, row.assistant, f"End the supervision by {row.supervisor}", "End it", findings)


@needs(Permission.MANAGE_TEAM)
@once
def add_education(request: HttpRequest, pk) -> HttpResponse:
    """Record a course."""
    person = _person(request, pk)
    form = forms.EducationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_education(person, by=request.member, at=request.now, **form.cleaned_data)
        return _done(request, "The hours are recorded.")
    return _form(request, form, person, "Record continuing education", "Record")
