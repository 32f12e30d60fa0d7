"""Coverage entered and corrected, authorizations."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from regain.coverage import actions, queries
from regain.coverage.forms import AuthorizationForm, CoverageForm, PayerForm, written
from regain.episodes.queries import episodes
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import patients
from regain.record.actions import Stale
from regain.record.once import once
from regain.reference.rules import Finding


@needs(Permission.EDIT_COVERAGE)
@once
def add(request: HttpRequest, pk) -> HttpResponse:
    """A coverage for a patient."""
    patient = get_object_or_404(patients(request.member), pk=pk)
    today = localdate(request.now)
    known = list(queries.payers(request.member))
    chosen = next((payer for payer in known if str(payer.pk) == request.GET.get("payer")), None)
    start = {"starts_on": max(today.replace(month=1, day=1), patient.birth_date), "checked_on": today}
    start |= _usual(chosen) if chosen else {}
    form = _form(request, known, start)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        result = actions.add_coverage(patient, _payer(form, known), by=request.member, at=request.now, **_details(form))
        if not isinstance(result, list):
            messages.success(
                request, f"{result.payer} is saved. Next: the authorization, if the payer wants one, and the estimate."
            )
            return _back(request, patient)
        findings = result
    context = {"form": form, "patient": patient, "findings": findings, "title": "Add a coverage", "no_payer": not known,
               "payers": known, "chosen": queries.profile(chosen) if chosen else None}  # fmt: skip
    return _page(request, context)


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
def correct(request: HttpRequest, pk) -> HttpResponse:
    """Change a coverage; who was second sees both versions and loses nothing."""
    coverage = _coverage(request, pk)
    known = list(queries.payers(request.member))
    form = _form(request, known, written(coverage))
    findings: list[Finding] = []
    conflict = []
    if request.method == "POST" and form.is_valid():
        try:
            result = actions.correct_coverage(coverage, _payer(form, known), version=form.cleaned_data["version"], by=request.member,
                                              at=request.now, **_details(form, coverage.terms))  # fmt: skip
            if not isinstance(result, list):
                messages.success(request, f"{result.payer} is corrected.")
                return _back(request, coverage.patient)
            findings = result
        except Stale as stale:
            conflict = _both(form, queries.coverage(request.member, pk))
            form = _again(request, known, stale.theirs.version)
    context = {"form": form, "patient": coverage.patient, "findings": findings, "title": f"Correct {coverage.payer}",
               "conflict": conflict}  # fmt: skip
    return _page(request, context)


def _form(request: HttpRequest, known, start, data=None) -> CoverageForm:
    return CoverageForm(
        data or request.POST or None, payers=known, disciplines=list(disciplines().values()), initial=start
    )


def _payer(form: CoverageForm, known):
    return next(p for p in known if str(p.pk) == form.cleaned_data["payer"])


def _details(form: CoverageForm, before: dict | None = None) -> dict:
    names = ("member_id", "group_number", "priority", "starts_on", "ends_on", "checked_on")
    said = {name: form.cleaned_data[name] for name in names} | form.whose()
    return said | {"terms": form.terms(before), "used": form.used()}


def _both(form: CoverageForm, theirs) -> list[tuple[str, object, object]]:
    """Each field that differs: what is saved now, what was typed."""
    now = written(theirs)
    return [(field.label, _said(field, now.get(name)), _said(field, form.cleaned_data.get(name))) for name, field in form.fields.items()
            if name != "version" and _said(field, now.get(name)) != _said(field, form.cleaned_data.get(name))]  # fmt: skip


def _said(field, value) -> str:
    """A value as the form shows it."""
    words = {str(key): label for key, label in getattr(field, "choices", ())}
    if isinstance(value, list | tuple):
        return ", ".join(words.get(str(one), str(one)) for one in value) or "–"
    if isinstance(value, int | float) or hasattr(value, "normalize"):
        return words.get(str(value), f"{float(value):g}")
    return "–" if value in (None, "") else words.get(str(value), str(value))


def _again(request: HttpRequest, known, version: int) -> CoverageForm:
    """The same words in the form, at the version that is saved now."""
    data = request.POST.copy()
    data["version"] = version
    again = _form(request, known, None, data)
    again.is_valid()
    return again


def _page(request: HttpRequest, context: dict) -> HttpResponse:
    wrong = context["findings"] or context["form"].errors
    context = {"conflict": [], **context, "back": _episode(request, context["patient"])}
    return render(request, "coverage/form.html", context, status=409 if context["conflict"] else 422 if wrong else 200)


def _episode(request: HttpRequest, patient):
    """The episode from whose cost page the coverage is edited (`?episode=`), or None."""
    try:
        asked = UUID(request.GET.get("episode", ""))
    except ValueError:
        return None
    return episodes(request.member).filter(patient=patient, pk=asked).first()


def _back(request: HttpRequest, patient) -> HttpResponse:
    episode = _episode(request, patient)
    return redirect("web:cost", episode.pk) if episode else redirect("web:patient", patient.pk)


def _coverage(request: HttpRequest, pk):
    coverage = queries.coverage(request.member, pk)
    if coverage is None:
        raise Http404
    return coverage


@needs(Permission.EDIT_COVERAGE)
@once
def authorize(request: HttpRequest, pk) -> HttpResponse:
    """An authorization under a coverage."""
    coverage = _coverage(request, pk)
    form = AuthorizationForm(
        request.POST or None, disciplines=disciplines().values(), initial={"starts_on": localdate(request.now)}
    )
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        result = actions.add_authorization(coverage, by=request.member, at=request.now, **form.cleaned_data)
        if not isinstance(result, list):
            messages.success(request, f"Authorization {result.number} is saved.")
            return _back(request, coverage.patient)
        findings = result
    context = {
        "form": form,
        "patient": coverage.patient,
        "findings": findings,
        "title": f"Authorization from {coverage.payer}",
    }
    return _page(request, context)
