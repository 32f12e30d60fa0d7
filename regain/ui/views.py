"""Error pages in the house style, and the gallery of components."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token did not match: cookies are off, or the page was open for too long."""
    return render(request, "ui/403_csrf.html", status=403)
