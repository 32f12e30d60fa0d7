"""What the commands that touch the record share: Django set up, the clinic chosen, progress on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def open_record(migrate: bool = True) -> None:
    """Set Django up and bring the database up to date, or leave it as it is."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regain.config.settings")
    import django

    django.setup()
    if not migrate:
        return
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def progress(items: Iterable[T], label: str, every: int = 200) -> Iterator[T]:
    """The items, with a count on standard error when somebody watches."""
    shown = sys.stderr.isatty()
    number = 0
    for number, item in enumerate(items, 1):
        if shown and number % every == 0:
            print(f"\r{label}: {number:,}", end="", file=sys.stderr, flush=True)
        yield item
    if shown and number >= every:
        print(f"\r{label}: {number:,}", file=sys.stderr)


def clinic(name: str | None):
    """The organization to work in and the membership its own work is done by; SystemExit(2) where it is not clear."""
    from regain.organizations.models import Organization
    from regain.organizations.queries import system_member

    found = list(Organization.objects.order_by("created_at"))
    chosen = [o for o in found if name in (None, o.name, str(o.pk))]
    if len(chosen) != 1:
        names = (
            ", ".join(o.name for o in found)
            or "none yet: `regain run` makes a demonstration, `regain import EXPORT` reads one back"
        )
        print(f"regain: which clinic? Found {names}. Say --clinic NAME.", file=sys.stderr)
        raise SystemExit(2)
    return chosen[0], system_member(chosen[0].pk)
