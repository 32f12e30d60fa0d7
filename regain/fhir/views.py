"""FHIR R4 over HTTP for who is signed in: what the server can do, read by id, search by patient."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, JsonResponse

from regain import __version__
from regain.fhir import queries
from regain.organizations.access import needs, public
from regain.organizations.rules import Permission
from regain.record.actions import audit_view

MOST = 500
CONTENT = "application/fhir+json"


def _answer(resource: dict, status: int = 200) -> JsonResponse:
    return JsonResponse(resource, status=status, content_type=CONTENT)


def _outcome(status: int, code: str, text: str) -> JsonResponse:
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return _answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)


@public
def metadata(request: HttpRequest) -> JsonResponse:
    """The CapabilityStatement."""
    types = [{"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}],
              "searchParam": [{"name": "patient", "type": "reference"}] if kind in queries.PATIENT else []} for kind in queries.sources()]  # fmt: skip
    return _answer({"resourceType": "CapabilityStatement", "status": "active", "date": request.now.date().isoformat(), "kind": "instance", "fhirVersion": "4.0.1",
                    "format": ["json"], "software": {"name": "Regain", "version": __version__}, "rest": [{"mode": "server", "resource": types}]})  # fmt: skip


@needs(Permission.SEE_CHART)
def read(request: HttpRequest, kind: str, pk) -> JsonResponse:
    """One resource."""
    if kind not in queries.sources():
        return _outcome(404, "not-supported", f"{kind} is not served here; see /fhir/metadata")
    found = queries.read(request.member, kind, pk)
    if found is None:
        return _outcome(404, "not-found", f"{kind}/{pk} is not known here")
    audit_view("resource read", None, by=request.member, at=request.now, resource=f"{kind}/{pk}")
    return _answer(found)


@needs(Permission.SEE_CHART)
def search(request: HttpRequest, kind: str) -> JsonResponse:
    """A searchset of a type, of one patient where `patient` is given."""
    if kind not in queries.sources():
        return _outcome(404, "not-supported", f"{kind} is not served here; see /fhir/metadata")
    unknown = sorted(set(request.GET) - {"patient"})
    if unknown:
        return _outcome(400, "not-supported", f"search by {', '.join(unknown)} is not supported; `patient` is")
    wanted = request.GET.get("patient", "").removeprefix("Patient/")
    try:
        patient = UUID(wanted) if wanted else None
    except ValueError:
        return _outcome(400, "value", f"patient is {wanted!r}; expected the id of a Patient")
    found = queries.search(request.member, kind, patient, MOST)
    audit_view(
        "resources searched", None, by=request.member, at=request.now, patient=patient, resource=kind, found=len(found)
    )
    entries = [
        {"fullUrl": request.build_absolute_uri(f"/fhir/{kind}/{r['id']}"), "resource": r, "search": {"mode": "match"}}
        for r in found
    ]
    return _answer(
        {"resourceType": "Bundle", "type": "searchset", "entry": entries}
        if entries
        else {"resourceType": "Bundle", "type": "searchset"}
    )
