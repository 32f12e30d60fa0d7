"""The joint discharge: written and signed by discipline, shown as one page and one PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.timezone import localdate

from regain.credentials.queries import discipline_of_kind
from regain.episodes.queries import episodes, readable_episode, with_team
from regain.organizations.access import needs
from regain.organizations.models import Membership
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.outcomes.queries import courses
from regain.people.queries import practitioner_of
from regain.plan_of_care.actions import discharging
from regain.plan_of_care.actions.planning import check_author
from regain.plan_of_care.forms import DischargeForm, PartForm
from regain.plan_of_care.queries import discharge_of, discharge_part, equipment, home_items, plan_of
from regain.record.actions import Stale, audit, audit_view
from regain.record.once import once
from regain.reference.rules import Finding, blocks, warning
from regain.scheduling.queries import next_appointments
from regain.web.queries import visits_of

PRINT = Path(__file__).resolve().parents[1] / "static" / "web" / "print.css"


def _episode(request: HttpRequest, pk):
    """The episode with its team, if the chart may be opened."""
    readable_episode(request.member, pk, request.now)
    return with_team(episodes(request.member), request.member).get(pk=pk)


def _context(member: Membership, row) -> dict:
    found, plan, given = discharge_of(member, row), plan_of(member, row), list(visits_of(member, row))
    signed = [v for v in given if v.signed_at]
    me = practitioner_of(member)
    counts = {key: sum(v.discipline == key for v in signed) for key in disciplines()}
    aims = {g.measure: g.target for g in plan.goals.all() if g.measure and g.target is not None} if plan else {}
    return {
        "episode": row, "patient": row.patient, "discharge": found, "plan": plan, "courses": courses(member, row, aims), "aims": aims,
        "devices": list(equipment(member, row)), "items": [i for i in home_items(member, row) if not i.ends_on], "disciplines": disciplines(),
        "counts": {k: n for k, n in counts.items() if n}, "first": signed[-1].on if signed else None, "last": signed[0].on if signed else None,
        "parts": list(found.sections.all()) if found else [], "findings": [], "own": discipline_of_kind(me.profession) if me else None,
        "open_notes": [v for v in given if not v.signed_at],
    }  # fmt: skip


@needs(Permission.SEE_CHART)
def summary(request: HttpRequest, pk) -> HttpResponse:
    """One joint summary: goals by discipline, outcomes, equipment, home programme, signatures."""
    row = _episode(request, pk)
    audit_view("discharge seen", row, by=request.member, at=request.now, patient=row.patient_id)
    context = _context(request.member, row)
    ahead = list(next_appointments(request.member, episode=row, since=request.now, limit=50))
    return render(request, "web/discharge.html", context | {"findings": _left_open(context, ahead)})


def _left_open(context: dict, ahead: list) -> list[Finding]:
    """What would be left behind: notes not signed, visits still booked."""
    if context["episode"].state != "active":
        return []
    found = [warning("NOTE_OPEN", f"{v.practitioner}'s note of {v.on:%-d %b} is not signed.", where="visits", try_="Sign it before the discharge.") for v in context["open_notes"]]  # fmt: skip
    if ahead:
        found.append(warning("BOOKED_AHEAD", f"{len(ahead)} {'visit is' if len(ahead) == 1 else 'visits are'} still booked, the next on {ahead[0].starts_at:%-d %b}.",
                             where="appointments", try_="The last signature calls off what is booked after the day of discharge."))  # fmt: skip
    return found


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
    """Begin the discharge, or correct what the disciplines share until one has signed."""
    row = _episode(request, pk)
    known = discharge_of(request.member, row)
    form = DischargeForm(request.POST or None, initial=_shared(known) if known else {"on": localdate(request.now)})
    findings: list[Finding] = []
    conflict: list[tuple[str, str, str]] = []
    if form.is_valid():
        data = dict(form.cleaned_data)
        version = data.pop("version")
        try:
            result = (
                discharging.change_discharge(known, version=version, by=request.member, at=request.now, **data) if known
                else discharging.start_discharge(row, by=request.member, at=request.now, **data)
            )  # fmt: skip
            if not isinstance(result, list):
                return redirect("web:discharge", row.pk)
            findings = result
        except Stale as stale:
            theirs = _shared(stale.theirs)
            conflict = [(str(form.fields[n].label), str(theirs[n]), str(v)) for n, v in data.items() if theirs[n] != v]
            again = form.data.copy()
            again["version"] = stale.theirs.version
            form = DischargeForm(again)
    context = {"form": form, "episode": row, "findings": findings, "known": known, "conflict": conflict}
    return render(request, "web/discharge_start.html", context, status=409 if conflict else 422 if findings or form.errors else 200)  # fmt: skip


def _shared(known) -> dict:
    return {name: getattr(known, name) for name in ("version", "on", "reason", "destination", "advice")}


def _part(request: HttpRequest, pk):
    """A discipline's part, if the chart may be opened."""
    part = discharge_part(request.member, pk)
    if part is None:
        raise Http404
    readable_episode(request.member, part.discharge.episode_id, request.now)
    return part


@needs(Permission.PLAN)
@once
def write(request: HttpRequest, pk) -> HttpResponse:
    """A discipline's words, by a therapist of that discipline."""
    part = _part(request, pk)
    episode = part.discharge.episode
    form = PartForm(request.POST or None, initial={"version": part.version, "text": part.text})
    against = check_author(practitioner_of(request.member), part.discipline, episode, localdate(request.now), request.member)  # fmt: skip
    conflict = []
    if part.signed_at:
        return redirect("web:discharge", episode.pk)
    if not against and form.is_valid():
        data = form.cleaned_data
        try:
            discharging.write_part(part, version=data["version"], text=data["text"], by=request.member, at=request.now)
            return redirect("web:discharge", episode.pk)
        except Stale as stale:
            conflict = [("Text", stale.theirs.text, data["text"])]
            again = form.data.copy()
            again["version"] = stale.theirs.version
            form = PartForm(again)
    row = _episode(request, episode.pk)
    context = _context(request.member, row) | {"form": form, "part": part, "conflict": conflict, "against": against,
                                               "discipline": disciplines()[part.discipline]}  # fmt: skip
    return render(request, "web/discharge_write.html", context, status=409 if conflict else 422 if form.errors else 200)


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
        row = _episode(request, part.discharge.episode_id)
        return render(request, "web/discharge.html", _context(request.member, row) | {"findings": findings}, status=422)
    return redirect("web:discharge", part.discharge.episode_id)
