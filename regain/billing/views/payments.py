"""Payments of payers: what each is for, denials and what to do about them, money that is nobody's yet."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.billing.actions import receiving
from regain.billing.forms import MatchForm
from regain.billing.queries import answers, filing
from regain.billing.queries.claims import claims
from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.record.actions import audit
from regain.record.once import once
from regain.reference.rules import Finding, error

SHOWN = 25
CLAIMS = 100


@needs(Permission.BILL)
def index(request: HttpRequest) -> HttpResponse:
    """Money nobody's yet, denials to work on, payments."""
    member = request.member
    loose, denials = filing.unmatched(member), answers.denials(member)
    context = {
        "unmatched": list(loose[:SHOWN]), "loose": loose.count(), "denials": answers.explained(denials[:SHOWN]), "denied": denials.count(),
        "payments": list(filing.remittances(member)[:SHOWN]), "count": filing.remittances(member).count(),
    }  # fmt: skip
    return render(request, "billing/payments.html", context)


@needs(Permission.BILL)
def payment(request: HttpRequest, pk) -> HttpResponse:
    """One payment: every claim and line, why not more was paid, what to do next."""
    row = get_object_or_404(filing.remittances(request.member), pk=pk)
    audit("payment seen", row, by=request.member, at=request.now)
    found = filing.remitted(request.member).filter(remittance=row)
    rows = answers.explained(found[:CLAIMS])
    kept = [(reason, reference, Decimal(amount)) for reason, reference, amount in row.kept_back]
    return render(request, "billing/payment.html", {"payment": row, "rows": rows, "count": found.count(), "kept": kept})


@needs(Permission.BILL)
@once
def match(request: HttpRequest, pk) -> HttpResponse:
    """Say whose unmatched money it is."""
    row = get_object_or_404(filing.unmatched(request.member), pk=pk)
    form = MatchForm(request.POST or None)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["number"]
        claim = claims(request.member).filter(number=number).first()
        if claim is None:
            findings = [error("NO_SUCH_CLAIM", f"No claim is numbered {number}.", where="number", found=number, expected="a claim of this clinic", try_="Copy the number from the claim's page.", source="Regain")]  # fmt: skip
        else:
            findings = receiving.match(row, claim, by=request.member, at=request.now)
        if not findings:
            messages.success(request, f"The money is on claim {number} now.")
            return redirect("billing:payment", row.remittance_id)
    near = answers.likely(request.member, row)
    return render(
        request,
        "billing/match.html",
        {"row": row, "form": form, "findings": findings, "near": near},
        status=422 if findings or form.errors else 200,
    )


@needs(Permission.BILL)
def letter(request: HttpRequest, pk) -> HttpResponse:
    """A letter that answers a denial, to be read, completed and signed by a person."""
    row = get_object_or_404(filing.remitted(request.member).filter(claim__isnull=False), pk=pk)
    drafts = answers.letters(row, request.GET.get("reason", ""))
    audit("denial letter drafted", row, by=request.member, at=request.now, patient=row.claim.patient_id)
    context = {
        "row": row,
        "drafts": drafts,
        "organization": request.member.organization,
        "sender": filing.sending_profile(request.member),
    }
    return render(request, "billing/letter.html", context)
