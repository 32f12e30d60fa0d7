"""The clinic: sites and members, for its owner."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regain.organizations import queries
from regain.organizations.access import needs
from regain.organizations.rules import Permission, Role


@needs(Permission.MANAGE_CLINIC)
def clinic(request: HttpRequest) -> HttpResponse:
    """Sites, and who works here as what."""
    context = {
        "sites": list(queries.sites(request.member)),
        "organization": request.member.organization,
        "members": [(m, [Role(r).label for r in m.roles]) for m in queries.everyone(request.member)],
    }
    return render(request, "organizations/clinic.html", context)
