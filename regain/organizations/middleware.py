"""`request.member` and `request.now`, and what every page is given."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from regain.organizations.models import Membership


def member_of(request) -> Membership | None:
    """The membership the request acts under: the one chosen in the session, else the first."""
    if not request.user.is_authenticated:
        return None
    memberships = getattr(request.user, "active_memberships", [])
    chosen = request.session.get("membership")
    return next((m for m in memberships if str(m.pk) == chosen), memberships[0] if memberships else None)


class MemberMiddleware:
    """Sets `request.member` (lazily) and `request.now`: views read the clock here and pass it down."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.now = timezone.now()
        request.member = SimpleLazyObject(lambda: member_of(request))
        return self.get_response(request)


def page_context(request) -> dict[str, Any]:
    """Names every template may use."""
    return {"member": getattr(request, "member", None), "now": getattr(request, "now", None)}
