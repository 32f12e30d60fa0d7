"""The self-check: questions for everyone, no account. Answers travel in the form; nothing is kept until somebody sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate

from regain.organizations.access import public
from regain.organizations.queries import disciplines, every_site, system_member
from regain.reference.facts import fact
from regain.reference.rules import blocks
from regain.referrals.actions import receive
from regain.referrals.queries import known, sources, with_key
from regain.referrals.rules import FlagItem, FlagState, profile_of, recommend
from regain.web.forms import STEPS, SendForm
from regain.web.rules import Answers, age_fits, means, profile, told
from regain.web.views.therapies import access_in, sentences, states

ORDER = tuple(STEPS)
TITLES = {"about": "About you", "signs": "First, is it safe to start?", "doing": "What is hard to do?", "moving": "What is hard to move?",
          "story": "What happened?"}  # fmt: skip
SENT_AN_HOUR = 5
_HOUR = 3600


def rows_of():
    return fact("web/self_check").latest()


@dataclass(frozen=True, slots=True)
class Way:
    """How the questions are asked: in public by oneself, or by a member of staff (`staff`); where, on which page, and what answers."""

    address: str
    page: str
    answer: Callable[[HttpRequest, Answers], HttpResponse]
    staff: bool = False


@public
def check(request: HttpRequest) -> HttpResponse:
    """The questions for everyone."""
    return walk(request, Way("web:self_check", "web/self_check.html", _result))


def walk(request: HttpRequest, way: Way) -> HttpResponse:
    """One step a screen; the last one leads to the answer."""
    if request.method != "POST":
        return _step(request, way, "about", Answers(known().scoring.adult_from), None)
    here = request.POST.get("step", "")
    here = here if here in ORDER else "about"
    answers = answers_of(request)
    if request.POST.get("go") == "back":
        return _step(request, way, ORDER[max(0, ORDER.index(here) - 1)], answers, request.POST)
    if request.POST.get("go") == "open":
        return _step(request, way, here, answers, request.POST)
    form = STEPS[here](rows_of(), answers, states(), request.POST)
    if not form.is_valid():
        return _step(request, way, here, answers, request.POST, form)
    if here == "signs" and request.POST.get("go") != "on":
        stop = _urgent(answers)
        if stop:
            return _step(request, way, here, answers, request.POST, stop=stop)
    if here == ORDER[-1]:
        return way.answer(request, answers)
    return _step(request, way, ORDER[ORDER.index(here) + 1], answers, request.POST)


def answers_of(request: HttpRequest) -> Answers:
    """What every step said so far, as far as it makes sense; a step checks its own fields again."""
    sent = request.POST
    age = sent.get("age", "")
    levels = {row["key"]: int(sent[row["key"]]) for row in rows_of()
              if row["kind"] in ("doing", "moving") and sent.get(row["key"], "") in ("0", "1", "2", "3", "4")}  # fmt: skip
    return Answers(
        known().scoring.adult_from,
        age=int(age) if age.isdecimal() and len(age) < 4 else None,
        age_unit="months" if sent.get("age_unit") == "months" else "years",
        whom=sent.get("whom", "self"), state=sent.get("state", ""), background=frozenset(sent.getlist("background")),
        signs=tuple(sent.getlist("signs")), levels=levels, cause=sent.get("cause", ""), since=sent.get("since", ""),
        words=sent.get("words", "")[:2000], wish=sent.get("wish", "")[:500],
    )  # fmt: skip


def _step(request: HttpRequest, way: Way, here: str, answers: Answers, sent, form=None, stop=()) -> HttpResponse:
    initial = (
        {"whom": "self", "age_unit": "years", "state": "", **_kept(sent)}
        if sent
        else {"whom": "self", "age_unit": "years"}
    )
    form = form or STEPS[here](rows_of(), answers, states(), initial=initial)
    own = set(form.fields) | {"step", "go", "csrfmiddlewaretoken"}
    carried = [(key, value) for key in (sent or {}) if key not in own for value in sent.getlist(key)]
    if way.staff and not sent and request.GET.get("patient"):
        carried.append(("patient", request.GET["patient"]))
    context = {
        "form": form, "here": here, "number": ORDER.index(here) + 1, "of": len(ORDER), "title": _title(here, answers, way), "carried": carried,
        "way": way, "stop": stop, "sources": sources(), "whom": answers.whom, "refused": form.is_bound,
    }  # fmt: skip
    return render(request, way.page, context, status=422 if form.is_bound else 200)


def _kept(sent) -> dict:
    many = {"signs", "background"}
    return {key: sent.getlist(key) if key in many else sent.get(key) for key in sent}


def _title(here: str, answers: Answers, way: Way) -> str:
    return "About the person" if here == "about" and (way.staff or answers.whom != "self") else TITLES[here]


def recommended(answers: Answers):
    read, findings = profile_of({"profile": profile(rows_of(), answers)}, known())
    return None if read is None else recommend(read, known(), findings)


def warned(said, answers: Answers) -> list[FlagItem]:
    """Danger signs to act on: those that fired, and each one ticked as true now, whatever older illness might explain it."""
    ticked = {row["flag"] for row in rows_of() if row["key"] in answers.signs}
    return [f for f in said.flags if f.state is FlagState.FIRED or (f.id in ticked and f.state is FlagState.ASKED)] if said else []  # fmt: skip


def _urgent(answers: Answers) -> list[FlagItem]:
    """Danger signs that cannot wait for the end of the questions."""
    said = recommended(answers) if answers.signs else None
    return [flag for flag in warned(said, answers) if flag.action.overrides]


def heard(request: HttpRequest, answers: Answers, own: Iterable[str]) -> dict[str, Any]:
    """What an answer page shows of the answers and of what the rule says; `own` are the fields of the page's own form."""
    rows, said = rows_of(), recommended(answers)
    fired = warned(said, answers)
    skipped = {"step", "go", "once", "csrfmiddlewaretoken", *own}
    return {
        "answers": answers, "told": told(rows, answers), "said": said, "disciplines": disciplines(), "sources": sources(),
        "fired": fired, "first": any(f.action.overrides for f in fired),
        "cause": next((row["ask"] for row in rows if row["key"] == answers.cause), ""),
        "carried": [(key, value) for key in request.POST if key not in skipped for value in request.POST.getlist(key)],
    }  # fmt: skip


def _result(request: HttpRequest, answers: Answers, send: SendForm | None = None, status: int = 200) -> HttpResponse:
    rows = rows_of()
    context = heard(request, answers, SendForm.base_fields)
    said, today = context["said"], localdate(request.now)
    context |= {
        "means": {key: means(rows, answers, key) for key in disciplines()}, "need": known().scoring.need_structured,
        "why": {key: _why(said, context["told"], key) for key in disciplines()},
        "access": access_in(answers.state, today), "texts": sentences("en"), "state": dict(states()).get(answers.state, ""),
        "questions": [row["ask"] for row in rows if row["kind"] == "question" and (row["key"] != "question-both" or (said and len(said.disciplines) > 1))],
        "send": send or SendForm(every_site(), initial={"key": uuid4()}), "day": today,
    }  # fmt: skip
    return render(request, "web/self_check_result.html", context, status=status)


def _why(said, given, discipline: str) -> list[str]:
    """What counted for a discipline, in the words of the questions or the person's own, strongest first; the diagnosis stands apart."""
    if said is None:
        return []
    asked = {one.icf: one.what for one in given}
    counted = sorted(
        (f for f in said.functions if f.counted and f.points[discipline] > 0), key=lambda f: -f.points[discipline]
    )
    own = [f for f in counted if f.code in asked or f.quote.where.startswith("problems")]
    return list(dict.fromkeys(asked.get(f.code) or f"“{f.quote.text}”" for f in own))


@public
def send(request: HttpRequest) -> HttpResponse:
    """The answers become a self-referral of the clinic that was chosen. Sent twice, it arrives once."""
    if request.method != "POST":
        return redirect("web:self_check")
    answers = answers_of(request)
    form = SendForm(every_site(), request.POST)
    if not form.is_valid():
        return _result(request, answers, form, status=422)
    data = form.cleaned_data
    if not age_fits(answers, data["birth_date"], localdate(request.now)):
        form.add_error("birth_date", age_words(answers))
        return _result(request, answers, form, status=422)
    by = system_member(data["site"].organization_id)
    if with_key(by, data["key"]) is None:
        if _too_many(request):
            form.add_error(
                None,
                "Many answers came from this connection in the last hour. Please wait a little, or call the clinic.",
            )
            return _result(request, answers, form, status=429)
        made, findings = receive(
            source="self", profile=profile(rows_of(), answers), received_on=localdate(request.now), key=data["key"], given=data["given"],
            family=data["family"], birth_date=data["birth_date"], phone=data["phone"], state=answers.state, wish=answers.wish, by=by, at=request.now,
        )  # fmt: skip
        if made is None or blocks(findings):
            for found in findings:
                form.add_error(None, f"{found.message} {found.try_ or ''}")
            return _result(request, answers, form, status=422)
    messages.success(request, f"Your answers are with {data['site']}. They will call {data['phone']}.")
    return redirect("web:self_check_sent")


def age_words(answers: Answers) -> str:
    """Said beside a birth date that does not fit the answered age."""
    return f"This does not fit the age you gave, {answers.age} {answers.age_unit}. Please correct one of the two."


def _too_many(request: HttpRequest) -> bool:
    key = f"self-check-sent:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, _HOUR)
    return cache.incr(key) > SENT_AN_HOUR


@public
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "web/self_check_sent.html")
