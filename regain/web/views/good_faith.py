"""The Good Faith Estimate as a PDF, from an estimate that was kept for somebody who pays themselves."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localdate

from regain.coverage.queries import estimates
from regain.coverage.rules.codes import codes_of
from regain.coverage.rules.good_faith import Due, GoodFaith, Provider, check, due, items_of
from regain.episodes.models import Episode
from regain.organizations.access import needs
from regain.organizations.models import Membership
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.record.actions import audit
from regain.reference.facts import fact, rows
from regain.reference.rules import blocks
from regain.scheduling.queries import appointments, holidays
from regain.web.views.discharge import PRINT


@needs(Permission.SEE_COVERAGE)
def good_faith(request: HttpRequest, pk) -> HttpResponse:
    """The PDF, or the page that says what it lacks."""
    row = estimates(request.member).filter(pk=pk, coverage=None).first()
    if row is None:
        raise Http404
    booked = list(
        appointments(request.member)
        .filter(episode=row.episode)
        .select_related("practitioner", "site")
        .order_by("starts_at")
    )
    said = _said(request.member, row, booked)
    rule = {value["key"]: value for value in fact("coverage/good_faith").on(localdate(row.created_at))}
    findings = check(said, rule["recurring"]["months"]) if rule else []
    context = {"row": row, "episode": row.episode, "said": said, "rule": rule, "due": _due(row, booked, rule), "disciplines": disciplines(),
               "labels": {code.code: code.label for code in codes_of(rows("coverage/codes")).values()}, "member": request.member, "now": request.now}  # fmt: skip
    if blocks(findings) or not rule:
        return render(request, "web/good_faith_missing.html", {**context, "findings": findings}, status=422)
    try:
        from weasyprint import CSS, HTML
    except OSError:
        return render(request, "web/pdf_missing.html", status=503)
    found = HTML(string=render_to_string("web/good_faith_pdf.html", context)).write_pdf(
        stylesheets=[CSS(filename=str(PRINT))], pdf_tags=True
    )
    audit(
        "good faith estimate printed",
        row,
        by=request.member,
        at=request.now,
        patient=row.episode.patient_id,
        total=str(said.total),
    )
    answer = HttpResponse(found, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="good-faith-estimate-{row.episode.number}.pdf"'
    return answer


def _said(member: Membership, row, booked) -> GoodFaith:
    episode: Episode = row.episode
    visits = [visit for visit in row.answer["visits"] if visit["high"] is not None]
    days = sorted(date.fromisoformat(visit["on"]) for visit in visits) or [localdate(row.created_at)]
    codes = tuple(f"{d.code} {d.label}" for d in episode.diagnoses.order_by("rank", "code"))
    patient = episode.patient
    return GoodFaith(f"{patient.given} {patient.family}", patient.birth_date, episode.problem, codes, days[0], days[-1], items_of(visits), _providers(member, episode, booked))  # fmt: skip


def _providers(member: Membership, episode: Episode, booked) -> tuple[Provider, ...]:
    """Everybody who is booked to give the care; the clinic itself while nobody is."""
    clinic = member.organization

    def place(site) -> str:
        return (
            ", ".join(part for part in (site.address, site.city, site.state, site.postal_code) if part)
            if site.address
            else ""
        )

    people = {
        a.practitioner_id: Provider(str(a.practitioner), a.practitioner.npi or clinic.npi, clinic.tax_id, place(a.site))
        for a in booked
    }
    return tuple(people.values()) or (Provider(clinic.name, clinic.npi, clinic.tax_id, place(episode.site)),)


def _due(row, booked, rule) -> Due | None:
    """From when the first visit was booked, else from the day the estimate was asked for."""
    given = localdate(row.created_at)
    if not booked:
        return due(rule.values(), asked_on=given, closed=holidays(given, given.replace(year=given.year + 1)))
    first = booked[0]
    scheduled, on = localdate(min(a.created_at for a in booked)), localdate(first.starts_at)
    return due(rule.values(), scheduled_on=scheduled, first_on=on, closed=holidays(scheduled, max(on, scheduled)))
