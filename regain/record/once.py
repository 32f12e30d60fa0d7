"""A form sent twice is done once."""

from __future__ import annotations

from functools import wraps
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect

from regain.record.models import FormToken

FIELD = "once"


def new_token() -> str:
    """The value of a form's hidden `once` field."""
    return str(uuid4())


def once(view):
    """A POST whose `once` token was used before answers with where the first one led, and does nothing.

    The view runs in one transaction with the token: what is not redirected (a form with errors) leaves it unused.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        token = _token(request)
        if token is None or not request.member:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            row = _take(token, request)
            if row is None:
                return HttpResponseRedirect(FormToken.objects.of(request.member).get(pk=token).led_to or request.path)
            response = view(request, *args, **kwargs)
            if response.status_code in (302, 303):
                row.led_to = response["Location"]
                row.save(update_fields=["led_to"])
            else:
                row.delete()
            return response

    return guarded


def _token(request) -> UUID | None:
    if request.method != "POST":
        return None
    try:
        return UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _take(token: UUID, request) -> FormToken | None:
    try:
        with transaction.atomic():
            return FormToken.objects.create(pk=token, organization_id=request.member.organization_id, at=request.now)
    except IntegrityError:
        return None
