"""Goals, sections, signatures, the physician's link, equipment and the home list."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate

from regain.episodes.queries import episodes
from regain.organizations.access import needs, public
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import physicians, practitioner_of
from regain.plan_of_care import queries
from regain.plan_of_care.actions import certifying, home, planning
from regain.plan_of_care.forms import (
    CertifyForm,
    EquipmentForm,
    GoalForm,
    HomeItemForm,
    RatingForm,
    SectionForm,
    SendForm,
)
from regain.plan_of_care.models import Section
from regain.record.actions import Stale
from regain.record.once import once
from regain.reference.rules import Finding, blocks


def _episode(request: HttpRequest, pk):
    return get_object_or_404(episodes(request.member), pk=pk)


def _back(episode) -> HttpResponse:
    return redirect("web:plan", episode.pk)


@needs(Permission.PLAN)
@once
def add_goal(request: HttpRequest, pk) -> HttpResponse:
    """A shared goal of the episode's plan."""
    episode = _episode(request, pk)
    form = GoalForm(request.POST or None)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan = planning.open_plan(episode, starts_on=episode.opened_on, by=request.member, at=request.now)
        result = planning.add_goal(plan, text=data["text"], words=data["words"], icf=data["icf"], target_on=data["target_on"], measure=data["measure"],
                                   target=data["target"], levels=form.levels(), by=request.member, at=request.now)  # fmt: skip
        if not isinstance(result, list):
            return _back(episode)
        findings = result
    return render(
        request,
        "plan_of_care/goal_form.html",
        {"form": form, "episode": episode, "findings": findings},
        status=422 if findings or form.errors else 200,
    )


@needs(Permission.PLAN)
@once
def rate(request: HttpRequest, pk, goal) -> HttpResponse:
    """Rate a goal today."""
    episode = _episode(request, pk)
    plan = queries.plan_of(request.member, episode)
    row = next((g for g in (plan.goals.all() if plan else ()) if g.pk == goal), None)
    if row is None:
        raise Http404
    form = RatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        planning.rate_goal(
            row,
            level=form.cleaned_data["level"],
            note=form.cleaned_data["note"],
            on=localdate(request.now),
            by=request.member,
            at=request.now,
        )
        return _back(episode)
    return render(request, "plan_of_care/rate.html", {"form": form, "episode": episode, "goal": row})


@needs(Permission.PLAN)
@once
def edit_section(request: HttpRequest, pk, discipline: str) -> HttpResponse:
    """Draft a discipline's section, or change the draft; a signed one gets a successor."""
    episode = _episode(request, pk)
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
                return _back(episode)
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
            return _back(section.plan.episode)
    context = {
        "section": section,
        "episode": section.plan.episode,
        "findings": findings,
        "blocked": blocks(findings),
        "discipline": disciplines()[section.discipline],
    }
    return render(request, "plan_of_care/sign.html", context, status=422 if request.method == "POST" else 200)


@needs(Permission.PLAN, Permission.TAKE_REFERRAL)
@once
def send(request: HttpRequest, pk) -> HttpResponse:
    """Send the plan to a physician; the link is shown once, to be passed on."""
    episode = _episode(request, pk)
    people = list(physicians(request.member))
    form = SendForm(request.POST or None, physicians=people)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        physician = next(p for p in people if str(p.pk) == form.cleaned_data["physician"])
        plan = queries.plan_of(request.member, episode)
        if plan is None:
            return _back(episode)
        token, findings = certifying.send_for_certification(plan, physician, by=request.member, at=request.now)
        if token:
            link = request.build_absolute_uri(reverse("plan_of_care:certify", args=[token]))
            return render(request, "plan_of_care/sent.html", {"episode": episode, "link": link, "physician": physician})
    return render(request, "plan_of_care/send.html", {"form": form, "episode": episode, "findings": findings})


@public
def certify(request: HttpRequest, token: str) -> HttpResponse:
    """The physician's page: reads the plan, signs or returns each section. The token is the key; no account."""
    link = queries.link_of(token, request.now)
    if link is None:
        return render(request, "plan_of_care/link_ended.html", status=410)
    findings: list[Finding] = []
    plan = queries.plan_of(link.organization, link.plan.episode)
    sections = [s for s in plan.sections.all() if s.signed_at]
    form = CertifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        section = next((s for s in sections if s.pk == form.cleaned_data["section"]), None)
        if section is None:
            raise Http404
        rule = queries.rule_for(link.organization, link.plan.episode.patient, section.evaluated_on)
        findings = certifying.answer_link(link, section=section, agree="sign" in request.POST, signature=form.cleaned_data["signature"],
                                        comment=form.cleaned_data["comment"], at=request.now, rule=rule)  # fmt: skip
        if not findings:
            return redirect("plan_of_care:certify", token)
    elif request.method == "GET":
        certifying.open_link(link, at=request.now)
    context = {"link": link, "plan": plan, "sections": sections, "findings": findings, "episode": link.plan.episode, "patient": link.plan.episode.patient,
               "disciplines": disciplines(), "typed": form.data if findings else {}}  # fmt: skip
    return render(request, "plan_of_care/certify.html", context, status=422 if findings else 200)


@needs(Permission.PLAN, Permission.WRITE_NOTE)
@once
def add_home_item(request: HttpRequest, pk) -> HttpResponse:
    """Put something on the home list."""
    episode = _episode(request, pk)
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
    episode = _episode(request, pk)
    form = EquipmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        home.add_equipment(episode, on=localdate(request.now), by=request.member, at=request.now, **form.cleaned_data)
        return redirect("web:home_programme", episode.pk)
    return render(request, "plan_of_care/home_form.html", {"form": form, "episode": episode, "title": "Add a device"})
