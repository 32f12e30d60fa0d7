"""Pages of outcomes: the measures of an episode, recording one, correcting one."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate

from regain.credentials.queries import discipline_of_kind
from regain.episodes.queries import episodes, readable_episode
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.outcomes import actions, queries
from regain.outcomes.forms import COLUMNS, SIDES, BodyForm, MotionForm, ScoreForm
from regain.outcomes.rules.asking import SAYS, answered, questions
from regain.outcomes.rules.clinic import SMALLEST, by_group
from regain.outcomes.rules.examined import LETTERS, Kind
from regain.people.queries import caregiver_of, own_patients, practitioner_of
from regain.record.actions import audit
from regain.record.once import once
from regain.ui.body import PLACES


@needs(Permission.SEE_CHART)
def episode(request: HttpRequest, pk) -> HttpResponse:
    """Every measure of an episode: its course, what changed, and what it means."""
    found = readable_episode(request.member, pk, request.now)
    audit("outcomes seen", found, by=request.member, at=request.now, patient=found.patient_id)
    context = {"episode": found, "courses": queries.courses(request.member, found), "examined": queries.examined(request.member, found), "places": PLACES, "back": request.path,
               "may_record": request.member.may(Permission.WRITE_NOTE)}  # fmt: skip
    return render(request, "outcomes/episode.html", context)


@needs(Permission.WRITE_NOTE)
def choose(request: HttpRequest, pk) -> HttpResponse:
    """Which measure to take: those taken before first, then all by group."""
    found = readable_episode(request.member, pk, request.now)
    context = choices(request.member, found, request.GET.get("q", ""))
    return render(request, "outcomes/choose.html", context | {"back": _back(request, found), "visit": None})


def choices(member, found, words: str) -> dict:
    """What the page that offers every measure shows, from an episode or from a note."""
    taken = list(dict.fromkeys(row.measure for row in queries.scores(member).filter(episode=found)))
    said = words.strip().casefold()
    listed = [one for one in queries.instruments().values() if said in f"{one.key} {one.fact.label} {one.fact.about['abbr']} {one.fact.about['construct']}".casefold()]  # fmt: skip
    return {"episode": found, "before": [queries.instruments()[key] for key in taken], "instruments": listed, "q": words,
            "disciplines": disciplines()}  # fmt: skip


@needs(Permission.WRITE_NOTE)
@once
def record(request: HttpRequest, pk, measure: str) -> HttpResponse:
    """Take one measure. `next` leads back to the note it was asked from."""
    return _entry(request, readable_episode(request.member, pk, request.now), measure)


@needs(Permission.WRITE_NOTE)
@once
def correct(request: HttpRequest, pk) -> HttpResponse:
    """Correct a score by a new row; the old one is kept."""
    old = get_object_or_404(queries.all_scores(request.member), pk=pk)
    return _entry(request, readable_episode(request.member, old.episode_id, request.now), old.measure, old)


@needs(Permission.MANAGE_CLINIC, Permission.WRITE_NOTE)
def clinic(request: HttpRequest) -> HttpResponse:
    """How the clinic's episodes change on one measure over the past year, by discipline and condition."""
    today = localdate(request.now)
    since = today - timedelta(days=365)
    used = queries.measures_in_use(request.member, since)
    measure = request.GET.get("measure") or (used[0][0] if used else "")
    if measure and measure not in queries.instruments():
        raise Http404(f"No instrument {measure!r}.")
    rows = by_group(queries.clinic_results(request.member, measure, since)) if measure else []
    audit("clinic outcomes seen", None, by=request.member, at=request.now, measure=measure)
    context = {"rows": rows, "used": used, "instruments": queries.instruments(), "measure": measure, "since": since,
               "smallest": SMALLEST, "disciplines": disciplines(), "conditions": queries.condition_names()}  # fmt: skip
    return render(request, "outcomes/clinic.html", context)


@needs(Permission.WRITE_NOTE)
@once
def motion(request: HttpRequest, pk, joint: str) -> HttpResponse:
    """Motion and strength of one joint: both sides, active and passive, last time and the usual angle beside today's."""
    found = readable_episode(request.member, pk, request.now)
    usual = queries.joints().get(joint)
    if usual is None:
        raise Http404(f"No joint {joint!r}.")
    form = MotionForm(joint, list(usual), request.POST or None, initial={"taken_on": localdate(request.now)})
    findings: list = []
    if form.is_valid():
        kept, findings = actions.record_joint(episode=found, angles=form.entries(), grades=form.grades(), taken_on=form.cleaned_data["taken_on"],
                                              by=request.member, at=request.now, discipline=own_discipline(request.member))  # fmt: skip
        if kept:
            messages.success(request, f"{kept} {'value' if kept == 1 else 'values'} of the {joint} recorded.")
            return redirect(_back(request, found))
    context = {"episode": found, "joint": joint, "joints": list(queries.joints()), "usual": usual, "form": form, "findings": findings,
               "sides": SIDES, "columns": COLUMNS, "last": queries.last_motions(request.member, found, joint), "grades": queries.last_grades(request.member, found), "back": _back(request, found)}  # fmt: skip
    return render(request, "outcomes/motion.html", context, status=422 if request.method == "POST" else 200)


@needs(Permission.WRITE_NOTE)
@once
def body(request: HttpRequest, pk) -> HttpResponse:
    """The body chart: what is felt where, in a drawing and in a list that say the same."""
    found = readable_episode(request.member, pk, request.now)
    before = queries.examinations(request.member, found, Kind.BODY).last()
    was = {one["region"]: one for one in before.found} if before else {}
    initial = {key: one["mark"] for key, one in was.items()} | {
        f"{key}-level": one["level"] for key, one in was.items()
    }
    form = BodyForm(request.POST or None, initial={"taken_on": localdate(request.now)} | initial)
    findings: list = []
    if form.is_valid():
        row, findings = actions.record_examination(episode=found, kind=Kind.BODY, found=form.marks(), taken_on=form.cleaned_data["taken_on"],
                                                   by=request.member, at=request.now, discipline=own_discipline(request.member), note=form.cleaned_data["note"])  # fmt: skip
        if row:
            messages.success(request, "Body chart recorded.")
            return redirect(_back(request, found))
    context = {"episode": found, "form": form, "findings": findings, "before": before, "was": was, "back": _back(request, found),
               "places": PLACES, "letters": LETTERS}  # fmt: skip
    return render(request, "outcomes/body.html", context, status=422 if request.method == "POST" else 200)


def _back(request: HttpRequest, found) -> str:
    """Where the page was asked from, if that is ours; else the outcomes of the episode."""
    asked = request.GET.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}):
        return asked
    return reverse("outcomes:episode", args=[found.pk])


def own_discipline(member) -> str:
    """The discipline of who takes a measure; nothing for somebody who is no practitioner."""
    me = practitioner_of(member)
    return (discipline_of_kind(me.profession) or "") if me else ""


def _entry(request: HttpRequest, found, measure: str, old=None) -> HttpResponse:
    if measure not in queries.instruments():
        raise Http404(f"No instrument {measure!r}.")
    instrument = queries.instruments()[measure]
    initial = {"taken_on": old.taken_on if old else localdate(request.now)}
    form = ScoreForm(instrument, request.POST or None, initial=initial)
    findings = []
    if form.is_valid():
        row, findings = actions.record_score(
            episode=found, measure=measure, inputs=form.inputs(), taken_on=form.cleaned_data["taken_on"], by=request.member,
            at=request.now, discipline=own_discipline(request.member), note=form.cleaned_data["note"], corrects=old,
        )  # fmt: skip
        if row:
            messages.success(
                request,
                f"{instrument.fact.label}: {row.display or 'recorded'} {row.unit if row.score is not None else ''}".strip(),
            )
            return redirect(_back(request, found))
    context = {"episode": found, "instrument": instrument, "form": form, "findings": findings, "old": old, "back": _back(request, found),
               "last": queries.scores(request.member).filter(episode=found, measure=measure).last()}  # fmt: skip
    return render(request, "outcomes/record.html", context, status=422 if request.method == "POST" else 200)


@needs(Permission.OWN_RECORD)
@once
def ask(request: HttpRequest, pk, measure: str) -> HttpResponse:
    """A measure on the person's own phone, one question a screen. Answers wait in the session: leaving loses nothing."""
    found = get_object_or_404(own_episodes(request), pk=pk)
    last = next((row for row in queries.askable(request.member, found) if row.measure == measure), None)
    if last is None:
        raise Http404(f"{measure} is not asked here.")
    instrument = queries.instruments()[measure]
    language = _language(request, found.patient)
    asked = questions(instrument, last.inputs, language)
    kept = f"ask:{found.pk}:{measure}:{last.pk}"
    given = _given(request, kept, asked)
    helper = caregiver_of(request.member, found.patient)
    if len(given) == len(asked):
        del request.session[kept]
        by_whom = f"Answered on the phone by {helper.name}, {helper.relation}" if helper else "Answered on the phone"
        row, findings = actions.record_score(episode=found, measure=measure, inputs=answered(instrument, last.inputs, given), taken_on=localdate(request.now),
                                             by=request.member, at=request.now, discipline=last.discipline, note=by_whom)  # fmt: skip
        messages.success(request, SAYS[language]["thanks"] if row else findings[0].message)
        return redirect("outcomes:mine")
    if request.method == "POST":
        return redirect(request.path)
    context = {"episode": found, "question": asked[len(given)], "n": len(given) + 1, "all": len(asked), "says": SAYS[language], "helper": helper,
               "lang": language, "other": _other(language), "measure": measure, "instrument": instrument}  # fmt: skip
    return render(request, "outcomes/ask.html", context)


def _given(request: HttpRequest, kept: str, asked) -> list[int]:
    """The answers so far, with the one just sent or without the one taken back."""
    given = list(request.session.get(kept, ()))
    answer = request.POST.get("answer", "")
    if "back" in request.POST:
        given = given[:-1]
    elif answer.isdecimal() and asked[len(given)].lowest <= int(answer) <= asked[len(given)].highest:
        given.append(int(answer))
    request.session[kept] = given
    return given


def _language(request: HttpRequest, patient) -> str:
    """The language chosen on the page, else the person's own, else English."""
    if request.GET.get("lang") in SAYS:
        request.session["ask-language"] = request.GET["lang"]
    chosen = request.session.get("ask-language") or (patient.language if patient else "")
    return chosen if chosen in SAYS else "en"


def _other(language: str) -> tuple[str, str]:
    """The other language and how it calls itself."""
    return ("en", "English") if language == "es" else ("es", "Español")


@needs(Permission.OWN_RECORD)
def mine(request: HttpRequest) -> HttpResponse:
    """What a person, or who cares for them, can answer before the next visit."""
    today = localdate(request.now)
    rows = [(episode, queries.askable(request.member, episode)) for episode in own_episodes(request)]
    language = _language(request, rows[0][0].patient if rows else None)
    context = {"rows": rows, "instruments": queries.instruments(), "today": today, "says": SAYS[language], "lang": language,
               "other": _other(language)}  # fmt: skip
    return render(request, "outcomes/mine.html", context)


def own_episodes(request: HttpRequest):
    """The active episodes of the people whose pages this member opens."""
    people = own_patients(request.member, localdate(request.now))
    return episodes(request.member).filter(patient__in=people, state="active")
