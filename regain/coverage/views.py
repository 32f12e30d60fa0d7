"""Coverage entered, authorizations, the estimate of the whole plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.coverage import actions, queries
from regain.coverage.forms import AuthorizationForm, CoverageForm
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import patients
from regain.record.once import once
from regain.reference.rules import Finding


@needs(Permission.EDIT_COVERAGE)
@once
def add(request: HttpRequest, pk) -> HttpResponse:
    """A coverage for a patient."""
    patient = get_object_or_404(patients(request.member), pk=pk)
    known = list(queries.payers(request.member))
    form = CoverageForm(
        request.POST or None,
        payers=known,
        initial={"starts_on": request.now.date().replace(month=1, day=1), "checked_on": request.now.date()},
    )
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        payer = next(p for p in known if str(p.pk) == data["payer"])
        result = actions.add_coverage(patient, payer, by=request.member, at=request.now, member_id=data["member_id"], group_number=data["group_number"],
                                      starts_on=data["starts_on"], ends_on=data["ends_on"], checked_on=data["checked_on"], terms=form.terms(list(disciplines())))  # fmt: skip
        if not isinstance(result, list):
            messages.success(request, "The coverage is saved.")
            return redirect("web:patient", patient.pk)
        findings = result
    return render(
        request,
        "coverage/form.html",
        {"form": form, "patient": patient, "findings": findings, "title": "Add a coverage", "none": not known},
        status=422 if findings or form.errors else 200,
    )


@needs(Permission.EDIT_COVERAGE)
@once
def authorize(request: HttpRequest, pk) -> HttpResponse:
    """An authorization under a coverage."""
    coverage = queries.coverage(request.member, pk)
    if coverage is None:
        raise Http404
    form = AuthorizationForm(request.POST or None, disciplines=disciplines().values())
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        result = actions.add_authorization(coverage, by=request.member, at=request.now, **form.cleaned_data)
        if not isinstance(result, list):
            messages.success(request, "The authorization is saved.")
            return redirect("web:patient", coverage.patient_id)
        findings = result
    return render(
        request,
        "coverage/form.html",
        {
            "form": form,
            "patient": coverage.patient,
            "findings": findings,
            "title": f"Authorization from {coverage.payer}",
            "none": False,
        },
        status=422 if findings or form.errors else 200,
    )
