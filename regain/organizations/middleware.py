"""`request.member` and `request.now`, and what every page is given."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import get_messages
from django.template.backends.utils import csrf_input
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from regain.organizations.models import Membership
from regain.organizations.rules import Permission


def member_of(request) -> Membership | None:
    """The membership the request acts under: the one chosen in the session, else the first."""
    if not request.user.is_authenticated:
        return None
    memberships = getattr(request.user, "active_memberships", [])
    chosen = request.session.get("membership")
    return next((m for m in memberships if str(m.pk) == chosen), memberships[0] if memberships else None)


class MemberMiddleware:
    """Sets `request.member` (lazily) and `request.now`: views read the clock here and pass it down.

    `request.now` is local, so that its day is the one on the clinic's calendar: `access.needs` moves it, and what
    `localdate` and the pages make of any moment, to the member's zone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        timezone.deactivate()  # what another clinic's request left in this thread
        request.now = timezone.localtime()
        request.member = SimpleLazyObject(lambda: member_of(request))
        response = self.get_response(request)
        _stay(request)
        return response


# how often a session in use is written again: a page a second must not write a row a second
STAY_SECONDS = 120
SEEN = "seen"


def _stay(request) -> None:
    """Half an hour without a request ends a session, not half an hour of work."""
    if not request.session.accessed or SEEN not in request.session:
        return
    now = int(request.now.timestamp())
    if now - request.session[SEEN] >= STAY_SECONDS:
        request.session[SEEN] = now


NAV = (
    ("Today", "/today", tuple(Permission)),
    ("Referrals", "/referrals/", (Permission.TAKE_REFERRAL,)),
    ("Patients", "/patients/", (Permission.SEE_CHART,)),
    ("Schedule", "/schedule/", (Permission.SEE_CHART,)),
    ("Plans due", "/plans-due/", (Permission.SEE_CHART,)),
    ("Billing", "/billing/", (Permission.BILL,)),
    ("Team & licenses", "/team/", (Permission.SEE_TEAM,)),
    ("Outcomes", "/outcomes/clinic/", (Permission.MANAGE_CLINIC,)),
    ("Clinic", "/clinic/", (Permission.MANAGE_CLINIC,)),
    ("My plan", "/me/", (Permission.OWN_RECORD,)),
    ("Careers", "/careers/", tuple(Permission)),
)


def navigation(member: Membership | None, path: str) -> list[dict[str, Any]]:
    """The doors a member may open, the one they stand in marked."""
    if not member:
        return []
    staff = not set(member.roles) <= {"patient"}
    return [
        {"label": label, "url": url, "current": path.startswith(url.rstrip("/"))}
        for label, url, permissions in NAV
        if any(map(member.may, permissions)) and (staff or url not in ("/today",)) and not (staff and url == "/me/")
    ]


def page_context(request) -> dict[str, Any]:
    """Names every template may use. `csrf_input` is made once a page: Django's own makes a new one for each form."""
    member = getattr(request, "member", None)
    return {
        "member": member, "now": getattr(request, "now", None), "nav": navigation(member, request.path),
        "messages": get_messages(request), "csrf_input": SimpleLazyObject(lambda: csrf_input(request)),
    }  # fmt: skip
