"""The joint discharge: written and signed by discipline, shown as one page and one PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.timezone import localdate

from regain.episodes.queries import episodes, with_team
from regain.organizations.access import needs
from regain.organizations.models import Membership
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.outcomes.queries import courses
from regain.people.queries import practitioner_of
from regain.plan_of_care.actions import discharging
from regain.plan_of_care.forms import DischargeForm, PartForm
from regain.plan_of_care.queries import discharge_of, discharge_part, equipment, home_items, plan_of
from regain.record.actions import Stale, audit, audit_view
from regain.record.once import once
from regain.reference.rules import Finding, blocks
from regain.web.queries import visits_of

PRINT = Path(__file__).resolve().parents[1] / "static" / "web" / "print.css"


def _episode(request: HttpRequest, pk):
    row = with_team(episodes(request.member), request.member).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _context(member: Membership, row) -> dict:
    found = discharge_of(member, row)
    plan = plan_of(member, row)
    given = [v for v in visits_of(member, row) if v.signed_at]
    counts = {key: sum(v.discipline == key for v in given) for key in disciplines()}
    return {
        "episode": row, "patient": row.patient, "discharge": found, "plan": plan, "courses": courses(member, row),
        "devices": list(equipment(member, row)), "items": list(home_items(member, row)), "disciplines": disciplines(),
        "counts": {k: n for k, n in counts.items() if n}, "first": given[-1].on if given else None, "last": given[0].on if given else None,
        "parts": list(found.sections.all()) if found else [],
    }  # fmt: skip


@needs(Permission.SEE_CHART)
def summary(request: HttpRequest, pk) -> HttpResponse:
    """One joint summary: goals by discipline, outcomes, equipment, home programme, signatures."""
    row = _episode(request, pk)
    audit_view("discharge seen", row, by=request.member, at=request.now, patient=row.patient_id)
    return render(request, "web/discharge.html", _context(request.member, row))


@needs(Permission.SEE_CHART)
def pdf(request: HttpRequest, pk) -> HttpResponse:
    """The same as a PDF; where the PDF library is missing, the page that names the one command."""
    row = _episode(request, pk)
    if discharge_of(request.member, row) is None:
        raise Http404
    found = printed(request.member, row, request.now)
    if found is None:
        return render(request, "web/pdf_missing.html", status=503)
    audit("discharge printed", row, by=request.member, at=request.now, patient=row.patient_id)
    answer = HttpResponse(found, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="discharge-{row.number}.pdf"'
    return answer


def printed(member: Membership, row, now: datetime) -> bytes | None:
    """The summary as PDF bytes, or None where WeasyPrint finds no Pango."""
    try:
        from weasyprint import CSS, HTML
    except OSError:
        return None
    html = render_to_string("web/discharge_pdf.html", {**_context(member, row), "member": member, "now": now})
    return HTML(string=html).write_pdf(stylesheets=[CSS(filename=str(PRINT))], pdf_tags=True)


@needs(Permission.PLAN)
@once
def start(request: HttpRequest, pk) -> HttpResponse:
    """Begin the discharge, or correct its shared part."""
    row = _episode(request, pk)
    form = DischargeForm(request.POST or None, initial={"on": localdate(request.now)})
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        result = discharging.start_discharge(row, by=request.member, at=request.now, **form.cleaned_data)
        if not isinstance(result, list):
            return redirect("web:discharge", row.pk)
        findings = result
    return render(
        request,
        "web/discharge_start.html",
        {"form": form, "episode": row, "findings": findings},
        status=422 if findings or form.errors else 200,
    )


def _part(request: HttpRequest, pk):
    part = discharge_part(request.member, pk)
    if part is None:
        raise Http404
    return part


@needs(Permission.PLAN)
@once
def write(request: HttpRequest, pk) -> HttpResponse:
    """A discipline's words."""
    part = _part(request, pk)
    form = PartForm(request.POST or None, initial={"version": part.version, "text": part.text})
    conflict = []
    if request.method == "POST" and form.is_valid() and not part.signed_at:
        try:
            discharging.write_part(
                part,
                version=form.cleaned_data["version"],
                text=form.cleaned_data["text"],
                by=request.member,
                at=request.now,
            )
            return redirect("web:discharge", part.discharge.episode_id)
        except Stale as stale:
            conflict = [("Text", stale.theirs.text, form.cleaned_data["text"])]
            data = form.data.copy()
            data["version"] = stale.theirs.version
            form = PartForm(data)
    return render(
        request,
        "web/discharge_write.html",
        {
            "form": form,
            "part": part,
            "episode": part.discharge.episode,
            "conflict": conflict,
            "discipline": disciplines()[part.discipline],
        },
        status=409 if conflict else 200,
    )


@needs(Permission.PLAN)
@once
def sign(request: HttpRequest, pk) -> HttpResponse:
    """Sign a part; the last one finishes the episode."""
    part = _part(request, pk)
    findings: list[Finding] = []
    if request.method == "POST" and not part.signed_at:
        findings = discharging.sign_part(
            part, practitioner=practitioner_of(request.member), by=request.member, at=request.now
        )
    if blocks(findings):
        return render(
            request,
            "web/discharge.html",
            {**_context(request.member, _episode(request, part.discharge.episode_id)), "findings": findings},
            status=422,
        )
    return redirect("web:discharge", part.discharge.episode_id)
