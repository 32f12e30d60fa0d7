"""A claim on its own: made a file, sent on to a second payer, corrected or taken back at the payer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.billing.actions import sending
from regain.billing.forms import ReplaceForm
from regain.billing.models import OutgoingFile
from regain.billing.queries import filing
from regain.billing.queries.claims import claims
from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.record.actions import audit
from regain.record.once import once
from regain.reference.rules import Finding


@needs(Permission.BILL)
@once
def file(request: HttpRequest, pk) -> HttpResponse:
    """What keeps the claim out of a file, and its file; `second` sends it on to the second payer."""
    claim = get_object_or_404(claims(request.member), pk=pk)
    stopped: list[Finding] = []
    if request.method == "POST":
        made, stopped = _made(request, claim)
        if made:
            messages.success(request, f"File {made.control} for {made.receiver} is made.")
            return redirect("billing:sent", made.pk)
    biller = filing.biller_of(request.member.organization, filing.sending_profile(request.member))
    audit("claim seen", claim, by=request.member, at=request.now, patient=claim.patient_id)
    context = {
        "claim": claim, "stopped": stopped, "findings": filing.file_findings(request.member, claim, biller) if claim.coverage else [],
        "files": list(filing.files_of(request.member, claim)), "second": filing.second_payer(request.member, claim),
        "answer": filing.last_answer(request.member, claim), "correctable": claim.state in sending.CORRECTABLE,
        "corrections": list(claims(request.member).filter(corrects=claim)),
    }  # fmt: skip
    return render(request, "billing/claim_file.html", context, status=422 if stopped else 200)


def _made(request: HttpRequest, claim) -> tuple[OutgoingFile | None, list[Finding]]:
    if request.POST.get("to") == "second":
        result = sending.send_on(claim, by=request.member, at=request.now)
        return (None, result) if isinstance(result, list) else (result, [])
    files, left = sending.send([claim], by=request.member, at=request.now)
    return (files[0] if files else None), [finding for _, found in left for finding in found]


@needs(Permission.BILL)
@once
def replace(request: HttpRequest, pk) -> HttpResponse:
    """Draft a correction or void of a claim the payer has."""
    claim = get_object_or_404(claims(request.member), pk=pk)
    form = ReplaceForm(
        request.POST or None,
        initial={"frequency": "7", "payer_claim_number": filing.payer_number(request.member, claim)},
    )
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        result = sending.replace_claim(claim, by=request.member, at=request.now, **form.cleaned_data)
        if not isinstance(result, list):
            messages.success(request, f"Claim {result.number} is drafted. Look at it, make it ready, and send it.")
            return redirect("billing:claim", result.pk)
        findings = result
    return render(
        request,
        "billing/replace.html",
        {"claim": claim, "form": form, "findings": findings},
        status=422 if findings or form.errors else 200,
    )
