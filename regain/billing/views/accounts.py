"""Patients' accounts: who owes what, payments entered, write-offs, what was wrong taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from regain.billing.actions import ledger as actions
from regain.billing.forms import PaymentForm, WriteOffForm
from regain.billing.queries import ledger
from regain.billing.rules.ledger import Account
from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.people.queries import patients
from regain.record.actions import audit
from regain.record.once import once
from regain.reference.rules import Finding

SHOWN = 50


@needs(Permission.BILL)
def index(request: HttpRequest) -> HttpResponse:
    """Where the clinic's money stands, and which patients owe."""
    found = ledger.balances(request.member)
    context = {
        "rows": ledger.patients_owing(request.member, SHOWN), "count": ledger.owing(request.member).count(),
        "balances": [(account.label, found[account]) for account in Account], "total": sum(found.values()),
    }  # fmt: skip
    return render(request, "billing/accounts.html", context)


@needs(Permission.BILL)
@once
def account(request: HttpRequest, pk) -> HttpResponse:
    """A patient's account: every move, what is owed, a payment or write-off entered."""
    patient = get_object_or_404(patients(request.member), pk=pk)
    today = {"on": localdate(request.now)}
    form, off = PaymentForm(None, initial=today), WriteOffForm(None, initial=today)
    findings: list[Finding] = []
    if request.method == "POST" and request.POST.get("what") == "write_off":
        off = WriteOffForm(request.POST)
        findings, done = _enter(off, actions.write_off, patient, request)
    elif request.method == "POST":
        form = PaymentForm(request.POST)
        findings, done = _enter(form, actions.take_payment, patient, request)
    if request.method == "POST" and done:
        messages.success(request, "It is entered.")
        return redirect("billing:account", patient.pk)
    if request.method != "POST":
        audit("account seen", patient, by=request.member, at=request.now, patient=patient)
    rows = ledger.running(ledger.entries(request.member, patient))
    found = ledger.balances(request.member, patient=patient)
    context = {
        "patient": patient, "rows": rows, "owes": found[Account.PATIENT], "pending": found[Account.PAYER], "form": form, "off": off, "findings": findings,
        "labels": {str(one): one.label for one in Account}, "undone": {row.reverses_id for row, _, _ in rows if row.reverses_id},
    }  # fmt: skip
    return render(request, "billing/account.html", context, status=422 if request.method == "POST" else 200)


def _enter(form, action, patient, request: HttpRequest) -> tuple[list[Finding], bool]:
    if not form.is_valid():
        return [], False
    result = action(patient, by=request.member, at=request.now, **form.cleaned_data)
    return (result, False) if isinstance(result, list) else ([], True)


@needs(Permission.BILL)
@once
def take_back(request: HttpRequest, pk) -> HttpResponse:
    """Take back a payment or write-off that was entered by hand."""
    row = get_object_or_404(ledger.entries(request.member).filter(patient__isnull=False), pk=pk)
    findings: list[Finding] = []
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()
        findings = actions.undo_by_hand(
            row, by=request.member, at=request.now, reason=reason[:200] or "entered by mistake"
        )
        if not findings:
            messages.success(request, "It is taken back; both rows stay on the account.")
            return redirect("billing:account", row.patient_id)
    return render(
        request, "billing/take_back.html", {"row": row, "findings": findings}, status=422 if findings else 200
    )
