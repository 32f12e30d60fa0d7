"""Papers of billing as PDFs: the data sheet of a claim, a superbill, a patient's statement."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string

from regain.billing.queries import filing, ledger
from regain.billing.queries.claims import claims
from regain.billing.rules.ledger import Account
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.people.queries import patients
from regain.record.actions import audit

PRINT = Path(__file__).resolve().parents[1] / "static" / "billing" / "print.css"


def printed(template: str, context: dict) -> bytes | None:
    """A template as PDF bytes, or None where WeasyPrint finds no Pango."""
    try:
        from weasyprint import CSS, HTML
    except OSError:
        return None
    return HTML(string=render_to_string(template, context)).write_pdf(
        stylesheets=[CSS(filename=str(PRINT))], pdf_tags=True
    )


def _answer(request: HttpRequest, template: str, context: dict, name: str) -> HttpResponse:
    found = printed(template, {**context, "member": request.member, "now": request.now, "disciplines": disciplines()})
    if found is None:
        return render(request, "billing/pdf_missing.html", status=503)
    answer = HttpResponse(found, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _claim(request: HttpRequest, pk) -> tuple:
    row = get_object_or_404(claims(request.member), pk=pk)
    biller = filing.biller_of(request.member.organization, filing.sending_profile(request.member))
    return row, {
        "claim": row,
        "said": filing.x12_claim(request.member, row, biller),
        "biller": biller,
        "visit": row.charges.all()[0].visit if row.charges.all() else None,
    }


@needs(Permission.BILL)
def sheet(request: HttpRequest, pk) -> HttpResponse:
    """Everything a paper claim form asks for, by the number of its box."""
    row, context = _claim(request, pk)
    audit("claim printed", row, by=request.member, at=request.now, patient=row.patient_id)
    return _answer(request, "billing/sheet_pdf.html", context, f"claim-{row.number}")


@needs(Permission.BILL)
def superbill(request: HttpRequest, pk) -> HttpResponse:
    """What a patient hands in to their own insurer."""
    row, context = _claim(request, pk)
    labels = dict(row.episode.diagnoses.values_list("code", "label"))
    paid = filing.patient_paid(request.member, row)
    audit("superbill printed", row, by=request.member, at=request.now, patient=row.patient_id)
    return _answer(
        request, "billing/superbill_pdf.html", {**context, "labels": labels, "paid": paid}, f"superbill-{row.number}"
    )


@needs(Permission.BILL)
def statement(request: HttpRequest, pk) -> HttpResponse:
    """What a patient owes and how it came about, in plain words."""
    patient = get_object_or_404(patients(request.member), pk=pk)
    rows = [one for one in ledger.running(ledger.entries(request.member, patient)) if one[1]]
    owes = ledger.balances(request.member, patient=patient)[Account.PATIENT]
    audit("statement printed", patient, by=request.member, at=request.now, patient=patient, owes=str(owes))
    context = {
        "patient": patient,
        "rows": rows,
        "owes": max(owes, Decimal(0)),
        "credit": max(-owes, Decimal(0)),
        "sender": filing.sending_profile(request.member),
    }
    return _answer(request, "billing/statement_pdf.html", context, f"statement-{patient.number}")
