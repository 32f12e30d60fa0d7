"""The application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regain.config.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Load addresses and disciplines before the first request, and keep what stays for ever out of garbage collection."""
    from django.urls import get_resolver

    from regain.organizations.queries import disciplines

    get_resolver().url_patterns  # noqa: B018
    disciplines()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


_warm()
