"""A discipline's section: draft, change, renew, sign."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import practitioner_of
from regain.plan_of_care import queries
from regain.plan_of_care.actions import planning
from regain.plan_of_care.forms import SectionForm
from regain.plan_of_care.models import Section
from regain.plan_of_care.views import episode_of, to_plan
from regain.record.actions import Stale
from regain.record.once import once
from regain.reference.rules import Finding, blocks


@needs(Permission.PLAN)
@once
def edit_section(request: HttpRequest, pk, discipline: str) -> HttpResponse:
    """Draft a discipline's section, or change the draft; a signed one gets a successor."""
    episode = episode_of(request, pk)
    if discipline not in disciplines():
        raise Http404
    plan = queries.plan_of(request.member, episode)
    # the newest: a draft that will replace the signed one, where there is one
    known = next((s for s in reversed(list(plan.sections.all()) if plan else []) if s.discipline == discipline), None)
    author = practitioner_of(request.member)
    form = SectionForm(
        request.POST or None, goals=plan.goals.all() if plan else (), initial=_initial(known, episode, request)
    )
    findings: list[Finding] = []
    conflict = []
    if request.method == "POST" and form.is_valid() and author:
        try:
            result = _save(form, known, plan, episode, discipline, author, request)
            if not isinstance(result, list):
                return to_plan(episode)
            findings = result
        except Stale as stale:
            conflict = [
                (form.fields[n].label, getattr(stale.theirs, n), v)
                for n, v in stale.yours.items()
                if n in form.fields and getattr(stale.theirs, n) != v
            ]
            data = form.data.copy()
            data["version"] = stale.theirs.version
            form = SectionForm(data, goals=plan.goals.all())
            form.is_valid()
    context = {
        "form": form,
        "episode": episode,
        "discipline": disciplines()[discipline],
        "findings": findings,
        "conflict": conflict,
        "author": author,
        "known": known,
    }
    return render(
        request,
        "plan_of_care/section_form.html",
        context,
        status=409 if conflict else 422 if findings or form.errors else 200,
    )


def _save(form, known, plan, episode, discipline, author, request):
    plan = plan or planning.open_plan(episode, starts_on=episode.opened_on, by=request.member, at=request.now)
    if known and not known.signed_at:
        return planning.change_section(
            known,
            version=form.cleaned_data["version"],
            by=request.member,
            at=request.now,
            contributions=form.contributions(),
            **form.details(),
        )
    return planning.draft_section(plan, discipline=discipline, author=author, by=request.member, at=request.now, contributions=form.contributions(),
                                  replaces=known, **form.details())  # fmt: skip


def _initial(known: Section | None, episode, request) -> dict:
    if known is None:
        today = localdate(request.now)
        return {
            "evaluated_on": today,
            "starts_on": today,
            "frequency_per_week": 2,
            "duration_weeks": 8,
            "minutes_per_visit": 45,
        }
    lines = "\n".join(f"{one['code']} {one['minutes']} {one['label']}" for one in known.interventions)
    said = {f"goal_{c.goal_id}": c.text for c in known.contributions.all()}
    names = (
        "version",
        "evaluated_on",
        "starts_on",
        "frequency_per_week",
        "duration_weeks",
        "minutes_per_visit",
        "findings",
    )
    return {name: getattr(known, name) for name in names} | {"interventions": lines} | said


@needs(Permission.PLAN)
@once
def sign_section(request: HttpRequest, pk) -> HttpResponse:
    """Findings before the signature, then the signature."""
    section = queries.section(request.member, pk)
    if section is None:
        raise Http404
    practitioner = practitioner_of(request.member)
    findings = planning.check_signing(section, request.member, practitioner, localdate(request.now))
    if request.method == "POST" and not section.signed_at:
        findings = planning.sign_section(section, practitioner=practitioner, by=request.member, at=request.now)
        if not blocks(findings):
            messages.success(request, f"The {section.discipline} section is signed.")
            return to_plan(section.plan.episode)
    context = {
        "section": section,
        "episode": section.plan.episode,
        "findings": findings,
        "blocked": blocks(findings),
        "discipline": disciplines()[section.discipline],
    }
    return render(request, "plan_of_care/sign.html", context, status=422 if request.method == "POST" else 200)
