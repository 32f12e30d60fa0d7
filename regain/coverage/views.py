"""Coverage entered, authorizations, the estimate of the whole plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.coverage import actions, queries
from regain.coverage.forms import AuthorizationForm, CoverageForm, PayerForm
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
    chosen = next((payer for payer in known if str(payer.pk) == request.GET.get("payer")), None)
    start = {"starts_on": request.now.date().replace(month=1, day=1), "checked_on": request.now.date()}
    form = CoverageForm(request.POST or None, payers=known, initial={**start, **(_usual(chosen) if chosen else {})})
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
        {
            "form": form,
            "patient": patient,
            "findings": findings,
            "title": "Add a coverage",
            "none": not known,
            "payers": known,
            "chosen": queries.profile(chosen) if chosen else None,
        },
        status=422 if findings or form.errors else 200,
    )


def _usual(payer) -> dict:
    """What a coverage by this payer usually says, to be corrected from the patient's card."""
    terms = queries.profile(payer).terms
    limit = next(iter(terms.get("limits", ())), {})
    percent = {"coinsurance_percent": terms["coinsurance"] * 100} if "coinsurance" in terms else {}
    copay = {"copay": terms["copay"]} if isinstance(terms.get("copay"), (int, float)) else {}
    same = {
        name: terms[name] for name in ("deductible_remaining", "copay_per", "out_of_pocket_remaining") if name in terms
    }
    return {
        "payer": str(payer.pk),
        **same,
        **copay,
        **percent,
        **{f"limit_{name}": limit[name] for name in ("count", "used", "by") if name in limit},
    }


@needs(Permission.EDIT_COVERAGE, Permission.BILL)
def payers(request: HttpRequest) -> HttpResponse:
    """The payers the clinic bills, with what each asks for."""
    rows = [(payer, queries.profile(payer)) for payer in queries.payers(request.member)]
    return render(request, "coverage/payers.html", {"rows": rows, "unit_rules": queries.unit_rule_labels()})


@needs(Permission.EDIT_COVERAGE)
@once
def add_payer(request: HttpRequest) -> HttpResponse:
    """A payer, from a profile."""
    profiles = queries.profiles()
    form = PayerForm(request.POST or None, profiles=profiles, unit_rules=queries.unit_rule_labels().items())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if queries.payers(request.member).filter(name__iexact=data["name"]).exists():
            form.add_error("name", "A payer of this name is there already. Use that one, or say the plan's name too.")
        else:
            kind = next(profile.kind for profile in profiles if profile.key == data["profile"])
            actions.add_payer(by=request.member, at=request.now, name=data["name"], kind=kind, profile=data["profile"], payer_id=data["payer_id"],
                              settings=form.settings())  # fmt: skip
            messages.success(request, f"{data['name']} is added.")
            return redirect("coverage:payers")
    context = {"form": form, "profiles": profiles, "unit_rules": queries.unit_rule_labels()}
    return render(request, "coverage/payer.html", context, status=422 if form.errors else 200)


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
