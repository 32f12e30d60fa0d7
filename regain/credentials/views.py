"""Team and licenses: who holds what, until when, and what that allows today."""

from __future__ import annotations

from collections import defaultdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.credentials import actions, queries
from regain.credentials.forms import LicenseForm
from regain.credentials.rules import expiry, may
from regain.organizations.access import needs
from regain.organizations.queries import disciplines, sites
from regain.organizations.rules import Permission
from regain.people.queries import practitioners
from regain.record.once import once


@needs(Permission.SEE_TEAM)
def team(request: HttpRequest) -> HttpResponse:
    """Everybody with licenses, privileges, supervision, education, and what they may do at each site's state today."""
    today = request.now.date()
    people = list(practitioners(request.member))
    held = queries.held_by(request.member, people)
    states = sorted({site.state for site in sites(request.member)})
    rows = defaultdict(lambda: {"licenses": [], "privileges": [], "supervision": [], "education": []})
    for row in queries.licenses(request.member):
        rows[row.practitioner_id]["licenses"].append((row, expiry(row.expires_on, today)))
    for row in queries.privileges(request.member):
        rows[row.practitioner_id]["privileges"].append((row, expiry(row.expires_on, today)))
    for row in queries.supervisions(request.member):
        rows[row.assistant_id]["supervision"].append(row)
    for row in queries.education(request.member):
        rows[row.practitioner_id]["education"].append(row)
    shown = [(person, rows[person.pk], _able(person, held[person.pk], states, today)) for person in people]
    return render(request, "credentials/team.html", {"team": shown, "disciplines": disciplines(), "today": today})


def _able(person, held, states, today) -> list[tuple[str, str, list]]:
    """By state: the acts a person may do, and why not the first that they may not."""
    key = queries.discipline_of_kind(person.profession)
    if key is None:
        return []
    found = []
    for state in states:
        answers = {
            act: may(act, held, queries.kinds_of(key), state, today, queries.compact_states(key, today))
            for act in queries.acts().values()
        }
        yes = [act.label for act, findings in answers.items() if not findings]
        no = next((findings for findings in answers.values() if findings), [])
        found.append((state, ", ".join(yes), [] if yes else no))
    return found


@needs(Permission.MANAGE_TEAM)
@once
def add_license(request: HttpRequest, pk) -> HttpResponse:
    """Record a license, or the renewal of one."""
    person = get_object_or_404(practitioners(request.member), pk=pk)
    renews = request.GET.get("renews")
    # compared as text: whatever stands in the address, only a current license of this very person is renewed
    old = next((row for row in queries.licenses(request.member) if row.practitioner_id == person.pk and str(row.pk) == renews), None)  # fmt: skip
    if renews and old is None:
        raise Http404("The license to renew is not a current license of this person.")
    kinds = [kind for d in disciplines().values() for kind in d["license_kinds"].values()]
    start = (
        {"kind": old.kind, "state": old.state, "number": old.number, "home_state": old.home_state}
        if old
        else {"kind": person.profession}
    )
    form = LicenseForm(request.POST or None, kinds=kinds, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.add_license(person, by=request.member, at=request.now, replaces=old, **form.cleaned_data)
        messages.success(request, "The license is recorded.")
        return redirect("credentials:team")
    return render(
        request,
        "credentials/license_form.html",
        {"form": form, "person": person, "old": old},
        status=422 if form.errors else 200,
    )
