"""Claim files: what is ready to go, what went out, what came back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from regain.billing.actions import receiving, sending
from regain.billing.forms import AnswerForm, SendingForm
from regain.billing.queries import filing
from regain.organizations.access import needs
from regain.organizations.rules import Permission
from regain.record.actions import Stale, audit
from regain.record.once import once
from regain.reference.rules import Finding

SHOWN = 25
LINES = 200


@needs(Permission.BILL)
@once
def index(request: HttpRequest) -> HttpResponse:
    """Claims ready to go, with what keeps any from going; files that went out and came back."""
    member = request.member
    left: list = []
    if request.method == "POST":
        chosen = filing.ready_claims(member).filter(pk__in=_ids(request))
        files, left = sending.send(list(chosen), by=member, at=request.now)
        for file in files:
            messages.success(request, f"File {file.control} for {file.receiver} is made.")
        if len(files) == 1 and not left:
            return redirect("billing:sent", files[0].pk)
        if files and not left:
            return redirect("billing:files")
        if not files and not left:
            messages.error(request, "Nothing was chosen: tick the claims that should go.")
            return redirect("billing:files")
    ready = filing.ready_claims(member)
    context = {
        "ready": list(ready[:SHOWN]), "waiting": ready.count(), "left": left, "profile": filing.sending_profile(member), "form": AnswerForm(),
        "outgoing": list(filing.outgoing(member)[:SHOWN]), "out_count": filing.outgoing(member).count(),
        "incoming": list(filing.incoming(member)[:SHOWN]), "in_count": filing.incoming(member).count(), "findings": [],
    }  # fmt: skip
    return render(request, "billing/files.html", context, status=422 if left else 200)


def _ids(request: HttpRequest) -> list[str]:
    """The claims that were ticked; what is no id is no claim."""
    return [
        value for value in request.POST.getlist("claim") if len(value) == 36 and set(value) <= set("0123456789abcdef-")
    ]


@needs(Permission.BILL)
@once
def answer(request: HttpRequest) -> HttpResponse:
    """A file that came back: read whole or refused whole."""
    form = AnswerForm(request.POST or None, request.FILES or None)
    findings: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        result = receiving.receive(
            upload.read(receiving.LARGEST + 1), name=upload.name, by=request.member, at=request.now
        )
        if not isinstance(result, list):
            messages.success(request, f"The {result.kind} is read.")
            return redirect("billing:came", result.pk)
        findings = result
    return render(
        request,
        "billing/answer.html",
        {"form": form, "findings": findings},
        status=422 if findings or form.errors else 200,
    )


@needs(Permission.BILL)
@once
def sender(request: HttpRequest) -> HttpResponse:
    """How claims are sent: who the clinic is to payers, and where files go."""
    known = filing.sending_profile(request.member)
    form = SendingForm(request.POST or None, initial=_start(request, known))
    conflict = []
    if request.method == "POST" and form.is_valid():
        try:
            sending.set_sending_profile(
                version=form.cleaned_data["version"], by=request.member, at=request.now, **form.details()
            )
        except Stale as stale:
            conflict = [
                (form.fields[name].label, getattr(stale.theirs, name), value) for name, value in stale.yours.items()
            ]
            form = SendingForm({**form.cleaned_data, "version": stale.theirs.version})
        else:
            messages.success(request, "How claims are sent is saved.")
            return redirect("billing:files")
    organization = request.member.organization
    context = {"form": form, "conflict": conflict, "organization": organization}
    return render(request, "billing/sender.html", context, status=422 if conflict or form.errors else 200)


def _start(request: HttpRequest, known) -> dict:
    """What is saved, else what the clinic is called and where its first site is."""
    if known is not None:
        return {name: getattr(known, name) for name in SendingForm.base_fields}
    organization = request.member.organization
    site = organization.sites.order_by("name").first()
    where = {name: getattr(site, name) for name in ("address", "city", "state", "postal_code")} if site else {}
    return {
        "name": organization.name,
        "phone": organization.phone or (site.phone if site else ""),
        "contact": str(request.member),
        **where,
    }


@needs(Permission.BILL)
def sent(request: HttpRequest, pk) -> HttpResponse:
    """A file that went out: the claims in it and what became of it."""
    row = get_object_or_404(filing.outgoing(request.member), pk=pk)
    audit("claim file seen", row, by=request.member, at=request.now)
    return render(
        request,
        "billing/sent.html",
        {
            "file": row,
            "rows": list(filing.claims_in(request.member, row)),
            "steps": list(row.statuses.order_by("created_at")),
        },
    )


@needs(Permission.BILL)
def download(request: HttpRequest, pk) -> HttpResponse:
    """The file itself, as it was made."""
    row = get_object_or_404(filing.outgoing(request.member), pk=pk)
    audit("claim file downloaded", row, by=request.member, at=request.now)
    answer = HttpResponse(bytes(row.document.content), content_type="application/edi-x12")
    answer["Content-Disposition"] = f'attachment; filename="{row.document.name}"'
    return answer


@needs(Permission.BILL)
def came(request: HttpRequest, pk) -> HttpResponse:
    """A file that came back: what it said, line by line, and what was done."""
    row = get_object_or_404(filing.incoming(request.member), pk=pk)
    audit("answer seen", row, by=request.member, at=request.now)
    # what somebody has to look at comes first
    lines = sorted(row.said, key=lambda line: line["tone"] == "good")
    context = {
        "file": row,
        "payments": list(row.remittances.order_by("created_at")),
        "lines": lines[:LINES],
        "count": len(lines),
    }
    return render(request, "billing/came.html", context)
