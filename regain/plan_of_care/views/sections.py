"""A discipline's section: draft, change, renew, sign."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from regain.coverage.queries import code_choices
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import practitioner_of
from regain.plan_of_care import queries
from regain.plan_of_care.actions import planning
from regain.plan_of_care.forms import InterventionForms, SectionForm, planned
from regain.plan_of_care.models import Section
from regain.plan_of_care.views import episode_of, section_of, to_plan
from regain.record.actions import Stale
from regain.record.once import once
from regain.reference.rules import Finding, blocks


@needs(Permission.PLAN)
@once
def edit_section(request: HttpRequest, pk, discipline: str) -> HttpResponse:
    """Draft a discipline's section, or change the draft; a signed one gets a successor. `?renew=1` starts it today."""
    episode = episode_of(request, pk)
    if discipline not in disciplines():
        raise Http404
    plan = queries.plan_of(request.member, episode)
    # the newest: a draft that will replace the signed one, where there is one
    known = next((s for s in reversed(list(plan.sections.all()) if plan else []) if s.discipline == discipline), None)
    author = practitioner_of(request.member)
    form, lines = _forms(request, known, plan, discipline, request.POST or None)
    against = planning.check_author(author, discipline, episode, localdate(request.now), request.member)
    findings: list[Finding] = []
    conflict: list[tuple[str, str, str]] = []
    if not against and form.is_valid() and lines.is_valid():
        try:
            result = _save(form, lines, known, plan, episode, discipline, author, request)
            if not isinstance(result, list):
                return to_plan(episode)
            findings = result
        except Stale as stale:
            theirs = queries.section(request.member, stale.theirs.pk)
            conflict = differences(theirs, form, planned(lines))
            data = form.data.copy()
            data["version"] = theirs.version
            form, lines = _forms(request, theirs, plan, discipline, data)
    context = {
        "form": form, "lines": lines, "episode": episode, "discipline": disciplines()[discipline], "findings": findings, "conflict": conflict,
        "against": against, "known": known, "renew": "renew" in request.GET, "wrong": form.errors or (form.is_bound and not lines.is_valid()),
    }  # fmt: skip
    status = 409 if conflict else 422 if findings or context["wrong"] else 200
    return render(request, "plan_of_care/section_form.html", context, status=status)


def _forms(request: HttpRequest, known: Section | None, plan, discipline: str, data):
    form = SectionForm(data, goals=plan.goals.all() if plan else (), initial=_initial(known, request))
    lines = InterventionForms(data, prefix="lines", initial=known.interventions if known else [],
                              form_kwargs={"codes": code_choices(discipline)})  # fmt: skip
    return form, lines


def _save(form, lines, known, plan, episode, discipline, author, request):
    plan = plan or planning.open_plan(episode, starts_on=episode.opened_on, by=request.member, at=request.now)
    details = form.details() | {"interventions": planned(lines)}
    if known and not known.signed_at:
        return planning.change_section(
            known,
            version=form.cleaned_data["version"],
            by=request.member,
            at=request.now,
            contributions=form.contributions(),
            **details,
        )
    return planning.draft_section(plan, discipline=discipline, author=author, by=request.member, at=request.now, contributions=form.contributions(),
                                  replaces=known, **details)  # fmt: skip


NAMES = (
    "version",
    "evaluated_on",
    "starts_on",
    "frequency_per_week",
    "duration_weeks",
    "minutes_per_visit",
    "findings",
)


def _initial(known: Section | None, request: HttpRequest) -> dict:
    today = localdate(request.now)
    if known is None:
        return {"evaluated_on": today, "starts_on": today, "frequency_per_week": 2, "duration_weeks": 8, "minutes_per_visit": 45}  # fmt: skip
    said = {f"goal_{c.goal_id}": c.text for c in known.contributions.all()}
    renewed = {"evaluated_on": today, "starts_on": today} if "renew" in request.GET and known.signed_at else {}
    return {name: getattr(known, name) for name in NAMES} | said | renewed


def differences(theirs: Section, form: SectionForm, lines: list[dict]) -> list[tuple[str, str, str]]:
    """What is saved now beside what was typed, where they differ, in words."""
    said = {c.goal_id: c.text for c in theirs.contributions.all()}
    pairs = [(form.fields[name].label, getattr(theirs, name), form.cleaned_data[name]) for name in NAMES[1:]]
    pairs.append(("Interventions", _as_words(theirs.interventions), _as_words(lines)))
    pairs += [(form.fields[f"goal_{g.pk}"].label, said.get(g.pk, ""), text) for g, text in form.contributions().items()]
    return [(label, str(a), str(b)) for label, a, b in pairs if str(a) != str(b)]


def _as_words(lines: list[dict]) -> str:
    return "; ".join(f"{one['label']} ({one['code']}), {one['minutes']} min" for one in lines) or "none"


@needs(Permission.PLAN)
@once
def sign_section(request: HttpRequest, pk) -> HttpResponse:
    """Findings before the signature, then the signature."""
    section, episode = section_of(request, pk)
    practitioner = practitioner_of(request.member)
    findings = planning.check_signing(section, request.member, practitioner, localdate(request.now))
    if request.method == "POST" and not section.signed_at:
        findings = planning.sign_section(section, practitioner=practitioner, by=request.member, at=request.now)
        if not blocks(findings):
            messages.success(request, f"The {section.discipline} section is signed. Send it to the physician next.")
            return to_plan(episode)
    context = {
        "section": section,
        "episode": episode,
        "findings": findings,
        "blocked": blocks(findings),
        "discipline": disciplines()[section.discipline],
    }
    return render(request, "plan_of_care/sign.html", context, status=422 if request.method == "POST" else 200)
