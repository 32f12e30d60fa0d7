"""The gallery of components, and the page for a form whose token did not match."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regain.ui import gallery as samples


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, with made-up content."""
    context = {
        "disciplines": samples.DISCIPLINES, "sample_findings": samples.FINDINGS, "up": samples.UP, "down": samples.DOWN,
        "one": samples.ONE, "events": samples.EVENTS, "form": samples.SampleForm(), "sent": samples.SampleForm({}), "gallery_sources": samples.SOURCES, "gallery_tabs": samples.TABS,
    }  # fmt: skip
    return render(request, "ui/gallery.html", context)


gallery.permissions = ()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token did not match: cookies are off, or the page was open for too long."""
    return render(request, "ui/403_csrf.html", status=403)


csrf_failure.permissions = ()
