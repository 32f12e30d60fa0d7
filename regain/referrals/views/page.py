"""One referral: words, reasons, recommendation; decision, questions to the referrer, episode."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.queries import disciplines, sites
from regain.organizations.rules import Permission
from regain.record.actions import Stale, audit
from regain.record.once import once
from regain.referrals import actions, queries
from regain.referrals.forms import (
    AnswerForm,
    AskForm,
    DecisionForm,
    EpisodeForm,
)

_READ_MEANWHILE = "The referral was read again meanwhile. Look at the new recommendation, then decide."
_CHANGED = "Somebody else changed this referral first. Nothing was lost: look at it again, then repeat your step."


def stale(request: HttpRequest, pk) -> HttpResponse:
    messages.error(request, _CHANGED)
    return redirect("referrals:referral", pk=pk)


def the_referral(request: HttpRequest, pk):
    found = queries.referral(request.member, pk)
    if found is None:
        raise Http404(f"No referral {pk}.")
    return found


@needs(Permission.SEE_CHART)
def referral(request: HttpRequest, pk) -> HttpResponse:
    """The words with their evidence beside the recommendation and its reasons."""
    found = the_referral(request, pk)
    audit("referral seen", found, by=request.member, at=request.now, patient=found.patient_id)
    return _page(request, found)


def _page(request: HttpRequest, found, *, form=None, findings=(), episode_form=None, ask_form=None) -> HttpResponse:
    said = next(iter(found.recommendations.all()), None)
    decision = queries.decision_of(found)
    evidence = queries.evidence(said.answer) if said else []
    heard = queries.heard_before(found, said)
    texts = [
        (_title(where, heard), queries.pieces(text, where, evidence))
        for where, text in queries.given_texts(found, heard)
    ]
    start = {
        "problem": found.profile.get("diagnosis", "") or _condition(said),
        "wish": found.wish,
        "version": found.version,
    }
    context = {
        "referral": found, "said": said, "decision": decision, "evidence": evidence, "texts": texts, "findings": findings,
        "disciplines": disciplines(), "form": form or DecisionForm(initial={"disciplines": said.disciplines if said else []}),
        "episode_form": episode_form or EpisodeForm(sites(request.member), initial=start),
        "steps": _steps(found, decision, request.member),
        "ask_form": ask_form or AskForm(initial=_to_ask(found, said)), "cited": queries.cited(said.answer) if said else {},
        "happened": _happened(found), "may_decide": request.member.may(Permission.DECIDE_REFERRAL), "may_take": request.member.may(Permission.TAKE_REFERRAL),
    }  # fmt: skip
    status = 422 if form or episode_form or ask_form else 200
    return render(request, "referrals/referral.html", context, status=status)


_TITLES = {
    "diagnosis": "Diagnosis or reason",
    "problems[0]": "What has become hard",
    "flags[0]": "Warning signs asked about",
}


def _title(where: str, heard) -> str:
    """What stands above a text of the referral; the letter itself and the lines of a list need nothing."""
    if not where.startswith("answers"):
        return _TITLES.get(where, "")
    answer = heard[int(where[8:-1])]
    return f"Answer of {answer.answered_by}, {answer.answered_on:%d %b %Y}"


def _to_ask(found, said) -> dict[str, str]:
    """The first words of a question to the referrer."""
    return {
        "addressee": str(found.referrer or ""),
        "text": queries.questions_to_ask(said.answer) if said else "",
    }


def _happened(found) -> list[dict[str, Any]]:
    """States, questions and answers of a referral, newest first."""
    rows = [(s, s.status, s.reason, None) for s in found.statuses.all()]
    for q in found.questions.all():
        rows.append((q, "Asked the referrer", q.text, q.pk))
        rows += [(a, f"{a.answered_by} answered", a.text, q.pk) for a in q.answers.all()]
    rows.sort(key=lambda row: (row[0].created_at, row[0].pk), reverse=True)
    return [{"row": row, "label": label, "text": text, "question": pk} for row, label, text, pk in rows]


def _steps(found, decision, member) -> list[dict[str, Any]]:
    """Where a referral stands on its way into care, and where each open step is done."""
    here = reverse("referrals:referral", args=[found.pk])
    done = [True, bool(found.patient_id), bool(decision), bool(found.episode_id)]
    labels = [
        ("Received and read",) * 2,
        ("Say who it is", "Person known"),
        ("Decide", "Decided"),
        ("Open the episode", "Episode open"),
    ]
    links = [here, reverse("referrals:match", args=[found.pk]), f"{here}#decide", f"{here}#episode"]
    may = [
        True,
        member.may(Permission.TAKE_REFERRAL),
        member.may(Permission.DECIDE_REFERRAL),
        member.may(Permission.TAKE_REFERRAL),
    ]
    now = done.index(False) if False in done else len(done)
    return [
        {"label": label[done[n]], "done": done[n], "now": n == now, "url": links[n] if may[n] and n == now else ""}
        for n, label in enumerate(labels)
    ]


def _condition(said) -> str:
    return ((said.answer.get("condition") or {}) if said else {}).get("name", "")


@needs(Permission.DECIDE_REFERRAL)
@once
def decide(request: HttpRequest, pk) -> HttpResponse:
    """Accept or set other disciplines with a reason, in one step."""
    found = the_referral(request, pk)
    if request.method != "POST":
        return redirect("referrals:referral", pk=pk)
    said = next(iter(found.recommendations.all()))
    if request.POST.get("reading", str(said.pk)) != str(said.pk):
        messages.error(request, _READ_MEANWHILE)
        return redirect("referrals:referral", pk=pk)
    form = DecisionForm({"disciplines": said.disciplines} if "accept" in request.POST else request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    made, findings = actions.decide(said, disciplines=form.cleaned_data["disciplines"], reason=form.cleaned_data["reason"],
                                    by=request.member, at=request.now)  # fmt: skip
    if made is None:
        return _page(request, found, form=form, findings=findings)
    messages.success(
        request,
        "Decision kept. " + ("Next: open the episode." if made.disciplines else "Tell the person and the referrer."),
    )
    return redirect("referrals:referral", pk=pk)


@needs(Permission.TAKE_REFERRAL)
@once
def read_again(request: HttpRequest, pk) -> HttpResponse:
    """Read the referral again with the rule and facts of today; the earlier reading stays."""
    found = the_referral(request, pk)
    if request.method == "POST":
        actions.read_referral(found, by=request.member, at=request.now)
        messages.success(request, "Read again with today's rule and facts.")
    return redirect("referrals:referral", pk=pk)


@needs(Permission.TAKE_REFERRAL)
@once
def ask(request: HttpRequest, pk) -> HttpResponse:
    """Keep a question to the referrer; it can be printed or faxed at once."""
    found = the_referral(request, pk)
    if request.method != "POST":
        return redirect("referrals:referral", pk=pk)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, found, ask_form=form)
    made = actions.ask_referrer(found, by=request.member, at=request.now, **form.cleaned_data)
    messages.success(request, "Question kept. Print or fax it, and enter the answer when it comes.")
    return redirect("referrals:question", pk=made.pk)


@needs(Permission.SEE_CHART)
@once
def question(request: HttpRequest, pk) -> HttpResponse:
    """A question as a page to print or fax, and the place where its answer is entered."""
    found = queries.question(request.member, pk)
    if found is None:
        raise Http404(f"No question {pk}.")
    may_answer = request.member.may(Permission.TAKE_REFERRAL)
    start = {"answered_by": found.addressee, "answered_on": localdate(request.now)}
    form, findings = AnswerForm(request.POST if request.method == "POST" and may_answer else None, initial=start), []
    if form.is_valid():
        made, findings = actions.answer_question(found, by=request.member, at=request.now, **form.cleaned_data)
        if made:
            messages.success(request, "Answer kept, and the referral read again with it.")
            return redirect("referrals:referral", pk=found.referral_id)
    if request.method != "POST":
        audit("question seen", found, by=request.member, at=request.now, patient=found.referral.patient_id)
    context = {
        "question": found,
        "referral": found.referral,
        "form": form,
        "findings": findings,
        "may_answer": may_answer,
    }
    return render(request, "referrals/question.html", context, status=422 if form.is_bound else 200)


@needs(Permission.TAKE_REFERRAL)
@once
def begin(request: HttpRequest, pk) -> HttpResponse:
    """Open the episode."""
    found = the_referral(request, pk)
    if request.method != "POST":
        return redirect("referrals:referral", pk=pk)
    form = EpisodeForm(sites(request.member), request.POST)
    if not form.is_valid():
        return _page(request, found, episode_form=form)
    data = form.cleaned_data
    try:
        made, findings = actions.begin_episode(found, version=data["version"], site=data["site"], problem=data["problem"],
                                               wish=data["wish"], opened_on=localdate(request.now), by=request.member, at=request.now)  # fmt: skip
    except Stale:
        return stale(request, pk)
    if made is None:
        return _page(request, found, episode_form=form, findings=findings)
    messages.success(request, f"Episode {made.number} opened.")
    return redirect("web:episode", pk=made.pk)


@needs(Permission.SEE_CHART)
def document(request: HttpRequest, pk) -> HttpResponse:
    """The file as it came, as a download: outside content is never shown as a page of ours."""
    file = queries.document(request.member, pk)
    if file is None:
        raise Http404("This referral came without a file.")
    audit("document seen", file, by=request.member, at=request.now)
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response
