"""What waits to be billed, claims, and what would stop each; payers and fees."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.billing.actions import claims as actions
from regain.billing.forms import FeeForm, ModifiersForm
from regain.billing.queries import claims as queries
from regain.coverage import actions as covering
from regain.coverage.queries import all_fees, payers, profile, profile_on
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import find_patients
from regain.record.actions import Stale, audit
from regain.record.once import once
from regain.reference.rules import Finding, warning

SHOWN = 25


@needs(Permission.BILL)
def worklist(request: HttpRequest) -> HttpResponse:
    """Signed visits without a claim, and the claims to work on, the oldest first."""
    waiting, counts = queries.unbilled(request.member), queries.counts(request.member)
    words = request.GET.get("q", "").strip()
    state = request.GET.get("state", "")
    state = state if state in dict(counts) else ""
    page, known = _page(request), queries.work(request.member, state)
    if words:
        people = [patient.pk for patient in find_patients(request.member, words)]
        waiting, known = waiting.filter(patient__in=people), known.filter(patient__in=people)
    rows = list(known[(page - 1) * SHOWN : page * SHOWN + 1])
    context = {
        "unbilled": list(waiting[:SHOWN]), "waiting": waiting.count(), "claims": [(c, _file_by(c)) for c in rows[:SHOWN]], "counts": counts, "state": state,
        "known": known.count() if words else sum(n for name, n in counts if name == state or not state and name not in ("paid", "void")),
        "all": sum(n for _, n in counts), "page": page, "more": len(rows) > SHOWN, "disciplines": disciplines(), "today": request.now.date(), "shown": SHOWN, "q": words,
    }  # fmt: skip
    return render(request, "billing/worklist.html", context)


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def _file_by(claim):
    """The last day a payer takes the claim; None for a patient's bill."""
    days = profile_on(claim.coverage)["timely_filing_days"] if claim.coverage else 0
    return claim.from_on + timedelta(days=days) if days else None


@needs(Permission.BILL)
@once
def draft(request: HttpRequest, pk) -> HttpResponse:
    """Make a signed visit a claim draft."""
    visit = get_object_or_404(queries.unbilled(request.member), pk=pk)
    if request.method != "POST":
        return redirect("billing:worklist")
    result = actions.draft_claim(visit, by=request.member, at=request.now)
    if isinstance(result, list):
        messages.error(request, " ".join(f.message for f in result))
        return redirect("billing:worklist")
    return redirect("billing:claim", result.pk)


@needs(Permission.BILL)
@once
def draft_all(request: HttpRequest) -> HttpResponse:
    """A draft for each visit that is shown as waiting."""
    if request.method == "POST":
        visits = list(queries.unbilled(request.member)[:SHOWN])
        claims, refused = actions.draft_claims(visits, by=request.member, at=request.now)
        say = messages.success if claims else messages.error
        words = f"{len(claims)} claim{'' if len(claims) == 1 else 's'} drafted." if claims else "Nothing was drafted."
        say(request, " ".join([words, *(f.message for f in refused)]))
    return redirect("billing:worklist")


@needs(Permission.BILL)
@once
def claim(request: HttpRequest, pk) -> HttpResponse:
    """A claim: its lines, where each comes from, and what stands against it."""
    row = get_object_or_404(queries.claims(request.member), pk=pk)
    findings = actions.findings_of(row, by=request.member, today=request.now.date())
    if request.method == "POST":
        stopped = (
            actions.move_claim(row, to=request.POST.get("to", ""), by=request.member, at=request.now)
            if request.POST.get("to") in actions.MOVES
            else []
        )
        if not any(f.severity == "error" for f in stopped):
            return redirect("billing:claim", row.pk)
        findings = stopped
    else:
        audit("claim seen", row, by=request.member, at=request.now, patient=row.patient_id)
    context = {
        "claim": row, "findings": findings, "disciplines": disciplines(), "moves": sorted(actions.MOVES[row.state]), "stopped": request.method == "POST",
        "file_by": _file_by(row), "letters": "ABCDEFGHIJKL", **queries.who_stands_on(request.member, row),
    }  # fmt: skip
    return render(request, "billing/claim.html", context, status=422 if request.method == "POST" else 200)


@needs(Permission.BILL)
@once
def modifiers(request: HttpRequest, pk) -> HttpResponse:
    """The modifiers a person adds to a line of a draft."""
    charge = get_object_or_404(queries.charges(request.member).select_related("claim__patient"), pk=pk)
    known = queries.modifiers()
    by_hand = [one for one in known.values() if one.given_by == "person"]
    start = {
        "version": charge.version,
        "given": [key for key in charge.modifiers if key in known and known[key] in by_hand],
    }
    form = ModifiersForm(request.POST or None, offered=by_hand, initial=start)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            findings = actions.set_modifiers(
                charge, given=data["given"], version=data["version"], by=request.member, at=request.now
            )
        except Stale:
            findings = [warning("CHANGED_MEANWHILE", "Somebody else changed this line while you were choosing. Your choice is still ticked.",
                                try_="Look at what is on the line now, then save again.", source="Regain")]  # fmt: skip
            form = ModifiersForm({**start, "given": data["given"]}, offered=by_hand)
        if not findings:
            messages.success(request, f"The modifiers of {charge.code} are saved.")
            return redirect("billing:claim", charge.claim_id)
    kept = [key for key in charge.modifiers if key in known and known[key].given_by == "rule"]
    context = {"charge": charge, "claim": charge.claim, "form": form, "findings": findings, "kept": kept}
    return render(request, "billing/modifiers.html", context, status=422 if findings or form.errors else 200)


@needs(Permission.BILL)
def fees(request: HttpRequest) -> HttpResponse:
    """Payers and the fees that are known of each."""
    known = list(payers(request.member))
    lines = list(all_fees(request.member))
    context = {
        "payers": [(p, profile(p), [line for line in lines if line.payer_id == p.pk]) for p in known],
        "codes": dict(FeeForm.base_fields["code"].choices),
    }
    return render(request, "billing/fees.html", context)


@needs(Permission.BILL)
@once
def add_fee(request: HttpRequest) -> HttpResponse:
    """One line of a payer's fees, with its source."""
    known = list(payers(request.member))
    start = {"payer": request.GET.get("payer"), "code": request.GET.get("code"), "starts_on": request.now.date().replace(month=1, day=1)}  # fmt: skip
    form = FeeForm(request.POST or None, payers=known, initial=start)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        chosen = data.pop("payer")
        payer = next(p for p in known if str(p.pk) == chosen)
        try:
            with transaction.atomic():
                covering.add_fee(payer, by=request.member, at=request.now, certainty="verified", **data)
        except IntegrityError:
            form.add_error("starts_on", f"{payer} has a fee for {data['code']} from that day already; enter the day the new one starts.")  # fmt: skip
        else:
            messages.success(request, f"The fee for {data['code']} is recorded. Drafts made from now on use it.")
            return redirect("billing:fees")
    context = {"form": form, "title": "Enter a fee", "submit": "Record"}
    return render(request, "billing/form.html", context, status=422 if form.errors else 200)
