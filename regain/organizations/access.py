"""Who may open a page. Every view is wrapped in `needs` or `public`; a house test looks for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from regain.organizations.rules import Permission

View = Callable[..., HttpResponse]


def needs(*permissions: Permission) -> Callable[[View], View]:
    """The signed-in member must hold one of these; otherwise sign-in, or 403 with the reason."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if not request.member:
                if request.user.is_authenticated:
                    raise PermissionDenied("Your account belongs to no clinic yet. Ask the owner to add you.")
                return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
            if not any(request.member.may(permission) for permission in permissions):
                raise PermissionDenied("Your role does not open this page. Ask the owner of the clinic.")
            timezone.activate(ZoneInfo(request.member.organization.time_zone))
            request.now = timezone.localtime(request.now)
            return view(request, *args, **kwargs)

        guarded.permissions = permissions
        return guarded

    return wrap


def public(view: View) -> View:
    """A page for everyone, or one that checks a token itself."""
    view.permissions = ()
    return view
