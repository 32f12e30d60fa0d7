"""To the physician and back: send, the page behind the link, withdraw it, a verbal order."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from regain.organizations.access import needs, public
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import physicians
from regain.plan_of_care import queries
from regain.plan_of_care.actions import certifying
from regain.plan_of_care.forms import CertifyForm, SendForm, VerbalForm
from regain.plan_of_care.views import episode_of, section_of, to_plan
from regain.record.once import once
from regain.reference.rules import Finding
from regain.referrals.actions import named_referrer
from regain.referrals.queries import referrals


def _usual(request: HttpRequest, episode, people: list) -> str:
    """Whom to ask first: who referred the person, else the only physician known here."""
    last = referrals(request.member).filter(episode=episode, referrer__isnull=False).first()
    return str(last.referrer_id) if last else str(people[0].pk) if len(people) == 1 else ""


@needs(Permission.PLAN, Permission.TAKE_REFERRAL)
@once
def send(request: HttpRequest, pk) -> HttpResponse:
    """Send the plan to a physician; the link is shown once, to be passed on."""
    episode = episode_of(request, pk)
    people = list(physicians(request.member))
    form = SendForm(request.POST or None, physicians=people, initial={"physician": _usual(request, episode, people)})
    plan = queries.plan_of(request.member, episode)
    if plan is None:
        return to_plan(episode)
    findings: list[Finding] = []
    if form.is_valid():
        physician = next((p for p in people if str(p.pk) == form.cleaned_data["physician"]), None) or named_referrer(
            **form.named(), by=request.member, at=request.now
        )
        token, findings = certifying.send_for_certification(plan, physician, by=request.member, at=request.now)
        if token:
            link = request.build_absolute_uri(reverse("plan_of_care:certify", args=[token]))
            page = render(request, "plan_of_care/sent.html", {"episode": episode, "link": link, "physician": physician})
            return _kept_nowhere(page)
    waiting = [s for s in plan.sections.all() if s.signed_at and not queries.is_signed_by_physician(s)]
    context = {"form": form, "episode": episode, "findings": findings, "waiting": waiting, "disciplines": disciplines()}
    return render(request, "plan_of_care/send.html", context, status=422 if findings or form.errors else 200)


def _kept_nowhere(answer: HttpResponse) -> HttpResponse:
    """Pages that hold a link or what it opens stay out of caches and search machines."""
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@public
def certify(request: HttpRequest, token: str) -> HttpResponse:
    """The physician's page: reads the plan, signs or returns each section. The token is the key; no account."""
    return _kept_nowhere(_certify(request, token))


def _certify(request: HttpRequest, token: str) -> HttpResponse:
    link = queries.link_with(token)
    if link is None or link.expires_at <= request.now:
        return render(request, "plan_of_care/link_ended.html", status=410)
    sections = queries.sections_of(link)
    if link.closed_at:
        answered = [s for s in sections if s.answer]
        template = "plan_of_care/link_answered.html" if answered else "plan_of_care/link_ended.html"
        return render(request, template, {"sections": answered, "disciplines": disciplines(), "link": link}, status=200 if answered else 410)  # fmt: skip
    form = CertifyForm(request.POST or None)
    findings: list[Finding] = []
    if form.is_valid():
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
    plan = queries.plan_of(link.organization, link.plan.episode)
    context = {"link": link, "plan": plan, "sections": sections, "findings": findings, "episode": link.plan.episode, "patient": link.plan.episode.patient,
               "disciplines": disciplines(), "typed": form.data if findings else {}}  # fmt: skip
    return render(request, "plan_of_care/certify.html", context, status=422 if findings or form.errors else 200)


@needs(Permission.PLAN, Permission.TAKE_REFERRAL)
@require_POST
@once
def withdraw(request: HttpRequest, pk) -> HttpResponse:
    """End a link before its day."""
    link = queries.link(request.member, pk)
    if link is None:
        raise Http404
    certifying.withdraw_link(link, by=request.member, at=request.now)
    messages.success(request, f"The link of {link.physician} opens nothing any more.")
    return to_plan(link.plan.episode)


@needs(Permission.PLAN)
@once
def verbal(request: HttpRequest, pk) -> HttpResponse:
    """The physician agreed by telephone."""
    section, episode = section_of(request, pk)
    people = list(physicians(request.member))
    form = VerbalForm(request.POST or None, physicians=people, initial={"physician": _usual(request, episode, people), "on": localdate(request.now)})  # fmt: skip
    rule = queries.rule_for(request.member, episode.patient, section.evaluated_on)
    findings: list[Finding] = []
    if form.is_valid():
        physician = next(p for p in people if str(p.pk) == form.cleaned_data["physician"])
        findings = certifying.note_verbal_order(section, physician, on=form.cleaned_data["on"], by=request.member, at=request.now, rule=rule)  # fmt: skip
        if not findings:
            messages.success(request, "The verbal order is noted.")
            return to_plan(episode)
    context = {"form": form, "episode": episode, "findings": findings, "section": section, "rule": rule,
               "discipline": disciplines()[section.discipline]}  # fmt: skip
    return render(request, "plan_of_care/verbal.html", context, status=422 if findings or form.errors else 200)
