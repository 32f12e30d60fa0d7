"""The list, the ways in, and whose referral it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import find_patients, patients, possible_doubles
from regain.people.rules import Person
from regain.record.actions import Stale
from regain.record.once import once
from regain.reference.rules import blocks
from regain.referrals import actions, queries
from regain.referrals.forms import (
    FhirForm,
    LetterForm,
    NewPatientForm,
    ProfileForm,
)
from regain.referrals.letters import person_named
from regain.referrals.views.page import stale, the_referral


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
    return render(request, "referrals/new.html", {"known": chosen(request)})


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
                source="letter", text=text or " ", file=file, by=request.member, at=request.now, **form.sent()
            )
            findings = [*findings, *said]
            if made:
                return received(request, made, findings, chosen(request))
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
                return received(request, made, findings)
    return _entry(request, "referrals/fhir.html", form, findings)


@needs(Permission.TAKE_REFERRAL)
@once
def form(request: HttpRequest) -> HttpResponse:
    """A referral told on the telephone, or by the person themselves."""
    entry = ProfileForm(request.member, request.POST or None, initial=_start(request))
    findings = []
    if entry.is_valid():
        made, findings = actions.receive(source=entry.cleaned_data["source"], profile=entry.profile(), by=request.member,
                                         at=request.now, **entry.sent())  # fmt: skip
        if made:
            return received(request, made, findings, chosen(request))
    return _entry(request, "referrals/form.html", entry, findings)


def _start(request: HttpRequest) -> dict[str, Any]:
    """What a new referral's form starts with: today, and the patient from whose page it is taken."""
    start = {"received_on": localdate(request.now)}
    known = chosen(request)
    if known:
        start |= {name: getattr(known, name) for name in ("family", "given", "birth_date", "sex", "phone")}
    return start


def chosen(request: HttpRequest):
    """The patient a referral was started for (`?patient=`), or None."""
    try:
        asked = UUID(request.GET.get("patient") or request.POST.get("patient", ""))
    except ValueError:
        return None
    return get_object_or_404(patients(request.member), pk=asked)


def received(request: HttpRequest, made, findings, known=None) -> HttpResponse:
    messages.success(request, "Referral received and read." + ("" if known else " Now say who it is about."))
    for finding in findings:
        messages.warning(request, " ".join(part for part in (finding.message, finding.try_) if part))
    if known:
        actions.match(made, known, version=made.version, by=request.member, at=request.now)
        return redirect("referrals:referral", pk=made.pk)
    return redirect("referrals:match", pk=made.pk)


def _entry(request: HttpRequest, page: str, form, findings) -> HttpResponse:
    context = {"form": form, "findings": findings, "known": chosen(request)}
    return render(request, page, context, status=422 if request.method == "POST" else 200)


@needs(Permission.TAKE_REFERRAL)
@once
def match(request: HttpRequest, pk) -> HttpResponse:
    """Who is it? Possible doubles with reasons, a search, or a new patient. Nothing is merged silently."""
    found = the_referral(request, pk)
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
                return stale(request, pk)
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
    found = the_referral(request, pk)
    known = get_object_or_404(patients(request.member), pk=patient)
    try:
        actions.match(found, known, version=_version(request), by=request.member, at=request.now)
    except Stale:
        return stale(request, pk)
    messages.success(request, f"Matched to {known}, number {known.number}.")
    return redirect("referrals:referral", pk=pk)


def _version(request: HttpRequest) -> int:
    """The version the page was shown; what is no number matches none."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdigit() else 0
