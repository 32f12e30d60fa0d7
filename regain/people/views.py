"""Patients: list and search, register with possible doubles shown, correct, break the glass."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.people import actions, queries
from regain.people.forms import CaregiverForm, NameForm, PatientForm, ReasonForm
from regain.people.models import Patient
from regain.people.rules import Person
from regain.record.actions import Stale
from regain.record.once import once
from regain.reference.rules import Finding, blocks


@needs(Permission.TAKE_REFERRAL, Permission.EDIT_PATIENT)
@once
def register(request: HttpRequest) -> HttpResponse:
    """A new patient; records that may be the same person are shown first, never merged."""
    form = PatientForm(request.POST or None)
    findings: list[Finding] = []
    doubles = []
    if request.method == "POST" and form.is_valid():
        data = form.details()
        findings = actions.check_patient(
            birth_date=data["birth_date"], family=data["family"], given=data["given"], on=localdate(request.now)
        )
        new = Person(
            "", ((data["family"], data["given"]),), data["birth_date"], data["sex"], data["phone"], data["postal_code"]
        )
        doubles = [] if request.POST.get("different") else queries.possible_doubles(request.member, new)
        if not blocks(findings) and not doubles:
            patient = actions.register_patient(by=request.member, at=request.now, **data)
            messages.success(request, f"{patient} is registered as {patient.number}.")
            return redirect("web:patient", patient.pk)
    context = {"form": form, "findings": findings, "doubles": doubles, "title": "New patient"}
    return render(
        request, "people/patient_form.html", context, status=422 if findings or doubles or form.errors else 200
    )


@needs(Permission.EDIT_PATIENT)
@once
def correct(request: HttpRequest, pk) -> HttpResponse:
    """Change a patient's details; who was second sees both versions and loses nothing."""
    patient = get_object_or_404(queries.patients(request.member), pk=pk)
    shown = {name: getattr(patient, name) for name in PatientForm.base_fields}
    form = PatientForm(request.POST or None, initial=shown)
    findings: list[Finding] = []
    conflict = []
    if request.method == "POST" and form.is_valid():
        data = form.details()
        findings = actions.check_patient(
            birth_date=data["birth_date"], family=data["family"], given=data["given"], on=localdate(request.now)
        )
        try:
            if not blocks(findings):
                actions.correct_patient(
                    patient, version=form.cleaned_data["version"], by=request.member, at=request.now, **data
                )
                messages.success(request, "The details are saved.")
                return redirect("web:patient", patient.pk)
        except Stale as stale:
            conflict = _both(form, stale)
            form = _again(form, stale.theirs)
    context = {
        "form": form,
        "findings": findings,
        "conflict": conflict,
        "patient": patient,
        "title": f"Correct {patient}",
    }
    wrong = blocks(findings) or form.errors
    return render(request, "people/patient_form.html", context, status=409 if conflict else 422 if wrong else 200)


def _both(form: PatientForm, stale: Stale) -> list[tuple[str, object, object]]:
    return [(form.fields[name].label, getattr(stale.theirs, name), yours) for name, yours in stale.yours.items()
            if name in form.fields and getattr(stale.theirs, name) != yours]  # fmt: skip


def _again(form: PatientForm, theirs: Patient) -> PatientForm:
    """The same words in the form, at the version that is saved now."""
    data = form.data.copy()
    data["version"] = theirs.version
    again = PatientForm(data)
    again.is_valid()
    return again


@needs(Permission.EDIT_PATIENT)
@once
def add_name(request: HttpRequest, pk) -> HttpResponse:
    """A former or other name, by which search finds the person too."""
    return _add(request, pk, NameForm, actions.add_other_name, "Add another name")


@needs(Permission.EDIT_PATIENT)
@once
def add_caregiver(request: HttpRequest, pk) -> HttpResponse:
    """Someone who helps at home."""
    return _add(request, pk, CaregiverForm, actions.add_caregiver, "Add somebody who helps at home")


def _add(request: HttpRequest, pk, kind, action, title: str) -> HttpResponse:
    patient = get_object_or_404(queries.patients(request.member), pk=pk)
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        action(patient, by=request.member, at=request.now, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("web:patient", patient.pk)
    return render(
        request,
        "people/add.html",
        {"form": form, "patient": patient, "title": title},
        status=422 if form.errors else 200,
    )


@needs(Permission.SEE_CHART)
@once
def break_glass(request: HttpRequest, pk) -> HttpResponse:
    """Open a restricted chart, with the reason on record."""
    patient = get_object_or_404(queries.patients(request.member), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.break_glass(patient, reason=form.cleaned_data["reason"], by=request.member, at=request.now)
        return redirect("web:patient", patient.pk)
    return render(
        request,
        "people/break_glass.html",
        {"form": form, "patient": patient},
        status=200 if request.method == "GET" else 422,
    )
