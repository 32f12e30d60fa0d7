"""What waits to be billed, claims, and what would stop each."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.billing import actions, queries
from regain.billing.forms import ModifiersForm
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.record.actions import Stale, audit
from regain.record.once import once
from regain.reference.rules import Finding, warning

SHOWN = 100


@needs(Permission.BILL)
def worklist(request: HttpRequest) -> HttpResponse:
    """Signed visits without a claim, and the newest claims."""
    waiting, known = queries.unbilled(request.member), queries.claims(request.member)
    context = {
        "unbilled": list(waiting[:SHOWN]),
        "waiting": waiting.count(),
        "claims": list(known[:SHOWN]),
        "known": known.count(),
        "disciplines": disciplines(),
    }
    return render(request, "billing/worklist.html", context)


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
        "claim": row,
        "findings": findings,
        "disciplines": disciplines(),
        "moves": sorted(actions.MOVES[row.state]),
    }
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
