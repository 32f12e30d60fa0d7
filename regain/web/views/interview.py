"""The same questions, asked by a member of staff: they end in a referral of this clinic."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.record.once import once
from regain.referrals.actions import receive
from regain.referrals.views.receiving import chosen, received
from regain.web.forms import InterviewForm
from regain.web.rules import Answers, age_fits, profile
from regain.web.views.self_check import Way, age_words, answers_of, heard, rows_of, walk


@needs(Permission.TAKE_REFERRAL)
def interview(request: HttpRequest) -> HttpResponse:
    """One step a screen; nothing is kept before the last page."""
    chosen(request)
    return walk(request, Way("web:interview", "web/interview.html", _answer, staff=True))


def _answer(request: HttpRequest, answers: Answers, form: InterviewForm | None = None, findings=()) -> HttpResponse:
    known = chosen(request)
    start = {"received_on": localdate(request.now)}
    if known:
        start |= {name: getattr(known, name) for name in ("family", "given", "birth_date", "sex", "phone")}
    context = heard(request, answers, InterviewForm.base_fields)
    context |= {"form": form or InterviewForm(request.member, initial=start), "findings": findings, "known": known}
    return render(request, "web/interview_answer.html", context, status=422 if form else 200)


@needs(Permission.TAKE_REFERRAL)
@once
def keep(request: HttpRequest) -> HttpResponse:
    """The answers become a referral of this clinic, read at once."""
    if request.method != "POST":
        return redirect("web:interview")
    answers, form = answers_of(request), InterviewForm(request.member, request.POST)
    if not form.is_valid():
        return _answer(request, answers, form)
    born = form.cleaned_data["birth_date"]
    if born and not age_fits(answers, born, form.cleaned_data["received_on"]):
        form.add_error("birth_date", age_words(answers))
        return _answer(request, answers, form)
    made, findings = receive(source=form.cleaned_data["source"], profile=profile(rows_of(), answers), state=answers.state,
                             wish=answers.wish, by=request.member, at=request.now, **form.sent())  # fmt: skip
    if made is None:
        return _answer(request, answers, form, findings)
    return received(request, made, findings, chosen(request))
