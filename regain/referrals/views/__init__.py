"""Pages of referrals: the list, three ways in, matching, the recommendation, the decision, the episode."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.queries import disciplines, sites
from regain.organizations.rules import Permission
from regain.people.queries import find_patients, patients, possible_doubles
from regain.people.rules import Person
from regain.record.actions import Stale, audit
from regain.record.once import once
from regain.reference.rules import blocks
from regain.referrals import actions, queries
from regain.referrals.forms import (
    AnswerForm,
    AskForm,
    DecisionForm,
    EpisodeForm,
    FhirForm,
    LetterForm,
    NewPatientForm,
    ProfileForm,
)
from regain.referrals.letters import person_named

_READ_MEANWHILE = "The referral was read again meanwhile. Look at the new recommendation, then decide."
_CHANGED = "Somebody else changed this referral first. Nothing was lost: look at it again, then repeat your step."


@needs(Permission.SEE_CHART)
def index(request: HttpRequest) -> HttpResponse:
    """The referrals that wait, urgent ones first, or all of them."""
    everything = request.GET.get("all") == "1"
    found = queries.referrals(request.member) if everything else queries.open_referrals(request.member)
    listed = list(found[:200])
    context = {"referrals": [(row, queries.next_step(row)) for row in listed], "everything": everything, "disciplines": disciplines(),
               "today": localdate(request.now),
               "may_take": request.member.may(Permission.TAKE_REFERRAL)}  # fmt: skip
    return render(request, "referrals/index.html", context)


@needs(Permission.TAKE_REFERRAL)
def new(request: HttpRequest) -> HttpResponse:
    """The ways a referral comes in."""
    return render(request, "referrals/new.html", {"known": _chosen(request)})


@needs(Permission.TAKE_REFERRAL)
@once
def letter(request: HttpRequest) -> HttpResponse:
    """A letter as a file or pasted; what cannot be read is refused with the reason and what was typed stays."""
    form = LetterForm(request.member, request.POST or None, request.FILES or None, initial=_start(request))
    findings = []
    if form.is_valid():
        text, file, findings = form.letter()
        if not blocks(findings):
            made, said = actions.receive(
                source="letter", text=text or " ", file=file, by=request.member, at=request.now, **_sent(form)
            )
            findings = [*findings, *said]
            if made:
                return _received(request, made, findings, _chosen(request))
    return _entry(request, "referrals/letter.html", form, findings)


@needs(Permission.TAKE_REFERRAL)
@once
def fhir(request: HttpRequest) -> HttpResponse:
    """A FHIR Bundle or ServiceRequest."""
    form = FhirForm(request.POST or None, request.FILES or None, initial={"received_on": localdate(request.now)})
    findings = []
    if form.is_valid():
        asked, file = form.request()
        findings = list(asked.findings)
        if not blocks(findings):
            named = dict(zip(("family", "given", "npi"), asked.referrer, strict=True))
            made, said = actions.receive(
                source="fhir", text=asked.text, file=file, received_on=form.cleaned_data["received_on"], referrer_named=named,
                family=asked.family, given=asked.given, birth_date=asked.birth_date, sex=asked.sex, phone=asked.phone,
                state=asked.state, signed_on=asked.signed_on, by=request.member, at=request.now,
            )  # fmt: skip
            findings += said
            if made:
                return _received(request, made, findings)
    return _entry(request, "referrals/fhir.html", form, findings)


@needs(Permission.TAKE_REFERRAL)
@once
def form(request: HttpRequest) -> HttpResponse:
    """A referral told on the telephone, or by the person themselves."""
    entry = ProfileForm(request.member, request.POST or None, initial=_start(request))
    findings = []
    if entry.is_valid():
        made, findings = actions.receive(source=entry.cleaned_data["source"], profile=entry.profile(), by=request.member,
                                         at=request.now, **_sent(entry))  # fmt: skip
        if made:
            return _received(request, made, findings, _chosen(request))
    return _entry(request, "referrals/form.html", entry, findings)


def _start(request: HttpRequest) -> dict[str, Any]:
    """What a new referral's form starts with: today, and the patient from whose page it is taken."""
    start = {"received_on": localdate(request.now)}
    known = _chosen(request)
    if known:
        start |= {name: getattr(known, name) for name in ("family", "given", "birth_date", "sex", "phone")}
    return start


def _chosen(request: HttpRequest):
    """The patient a referral was started for (`?patient=`), or None."""
    try:
        asked = UUID(request.GET.get("patient", ""))
    except ValueError:
        return None
    return get_object_or_404(patients(request.member), pk=asked)


def _sent(form) -> dict[str, Any]:
    """What every way of referring shares, as the action takes it; a referrer who is not in the list yet is a name."""
    data = form.cleaned_data
    named = {"family": data["referrer_family"], "given": data["referrer_given"], "npi": data["referrer_npi"]}
    return {**form.person(), "received_on": data["received_on"], "signed_on": data["signed_on"], "ordered": data["ordered"],
            "referrer": data["referrer"], "referrer_named": None if data["referrer"] else named}  # fmt: skip


def _received(request: HttpRequest, made, findings, known=None) -> HttpResponse:
    messages.success(request, "Referral received and read." + ("" if known else " Now say who it is about."))
    for finding in findings:
        messages.warning(request, " ".join(part for part in (finding.message, finding.try_) if part))
    if known:
        actions.match(made, known, version=made.version, by=request.member, at=request.now)
        return redirect("referrals:referral", pk=made.pk)
    return redirect("referrals:match", pk=made.pk)


def _entry(request: HttpRequest, page: str, form, findings) -> HttpResponse:
    context = {"form": form, "findings": findings, "known": _chosen(request)}
    return render(request, page, context, status=422 if request.method == "POST" else 200)


@needs(Permission.TAKE_REFERRAL)
@once
def match(request: HttpRequest, pk) -> HttpResponse:
    """Who is it? Possible doubles with reasons, a search, or a new patient. Nothing is merged silently."""
    found = _found(request, pk)
    if found.episode_id or (found.patient_id and request.method == "GET" and not request.GET.get("again")):
        return redirect("referrals:referral", pk=pk)
    form = NewPatientForm(request.POST or None, initial=_person_to_match(found))
    findings, doubles = [], queries.doubles(request.member, found)
    if form.is_valid():
        details = dict(form.cleaned_data)
        doubles = _doubles_of(request, details)
        if not doubles or request.POST.get("different"):
            try:
                matched, findings = actions.match_new(found, version=details.pop("version"), on=localdate(request.now),
                                                      by=request.member, at=request.now, **details)  # fmt: skip
            except Stale:
                return _stale(request, pk)
            if matched:
                messages.success(request, f"Registered {matched.patient}, number {matched.patient.number}.")
                return redirect("referrals:referral", pk=pk)
    words = request.GET.get("q", "").strip()
    context = {
        "referral": found, "form": form, "findings": findings, "doubles": doubles, "q": words, "again": request.GET.get("again", ""),
        "searched": list(find_patients(request.member, words, limit=10)) if words else [],
        "asks": request.method == "POST" and form.is_valid() and bool(doubles), "texts": queries.given_texts(found),
    }  # fmt: skip
    return render(request, "referrals/match.html", context, status=422 if request.method == "POST" else 200)


def _person_to_match(found) -> dict[str, Any]:
    """What the referral says of the person, else what its letter's heading lines say."""
    names = ("family", "given", "birth_date", "sex", "phone", "state", "version")
    start = {name: getattr(found, name) for name in names}
    read = person_named(found.text)
    if not (found.family or found.given):
        start |= {name: read.get(name, "") for name in ("family", "given")}
    return start | {"birth_date": found.birth_date or read.get("birth_date")}


def _doubles_of(request: HttpRequest, details: dict[str, Any]) -> list:
    """Who in the record may be the person as typed."""
    typed = Person(
        "", ((details["family"], details["given"]),), details["birth_date"], details["sex"], details["phone"]
    )
    return possible_doubles(request.member, typed)


@needs(Permission.TAKE_REFERRAL)
@once
def match_known(request: HttpRequest, pk, patient) -> HttpResponse:
    """This is the person."""
    if request.method != "POST":
        return redirect("referrals:match", pk=pk)
    found = _found(request, pk)
    known = get_object_or_404(patients(request.member), pk=patient)
    try:
        actions.match(found, known, version=_version(request), by=request.member, at=request.now)
    except Stale:
        return _stale(request, pk)
    messages.success(request, f"Matched to {known}, number {known.number}.")
    return redirect("referrals:referral", pk=pk)


def _version(request: HttpRequest) -> int:
    """The version the page was shown; what is no number matches none."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdigit() else 0


def _stale(request: HttpRequest, pk) -> HttpResponse:
    messages.error(request, _CHANGED)
    return redirect("referrals:referral", pk=pk)


def _found(request: HttpRequest, pk):
    found = queries.referral(request.member, pk)
    if found is None:
        raise Http404(f"No referral {pk}.")
    return found


@needs(Permission.SEE_CHART)
def referral(request: HttpRequest, pk) -> HttpResponse:
    """The words with their evidence beside the recommendation and its reasons."""
    found = _found(request, pk)
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
    found = _found(request, pk)
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
    found = _found(request, pk)
    if request.method == "POST":
        actions.read_referral(found, by=request.member, at=request.now)
        messages.success(request, "Read again with today's rule and facts.")
    return redirect("referrals:referral", pk=pk)


@needs(Permission.TAKE_REFERRAL)
@once
def ask(request: HttpRequest, pk) -> HttpResponse:
    """Keep a question to the referrer; it can be printed or faxed at once."""
    found = _found(request, pk)
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
    found = _found(request, pk)
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
        return _stale(request, pk)
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
