"""Two organizations never see each other: every address with an id answers 404 to the other one, whatever the role."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from regain.organizations.models import Membership, User
from regain.organizations.rules import Role
from tests.factories import make_clinic
from tests.test_care_path import walk


def addresses(namespace: str = "", patterns=None):
    """Every named address of ours that takes ids, as (name, number of ids, other arguments)."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(
                f"{pattern.namespace}:" if getattr(pattern, "namespace", None) else namespace, pattern.url_patterns
            )
        elif pattern.callback.__module__.startswith("regain."):
            found = pattern.pattern.converters
            if any(type(c).__name__ == "UUIDConverter" for c in found.values()) and "kind" not in found:
                yield f"{namespace}{pattern.name}", {name: type(c).__name__ for name, c in found.items()}


@pytest.fixture
def stranger(db):
    """Somebody who may do everything, in another organization."""
    clinic = make_clinic("Saco Rehab")
    user = User.objects.create_user("stranger@example.org", name="Stranger")
    Membership.objects.create(
        organization=clinic.organization, user=user, roles=[r for r in Role if r not in (Role.SYSTEM, Role.REFERRER)]
    )
    client = Client()
    client.force_login(user, backend="regain.organizations.backends.MemberBackend")
    return client


def test_no_address_opens_another_organizations_rows(clinic, stranger):
    walk(clinic, "PT")
    ids = [row.pk for model in apps.get_models() if model.__module__.startswith("regain.") and hasattr(model, "organization_id")
           for row in model._default_manager.filter(organization=clinic.organization).order_by("-pk")[:2]]  # fmt: skip
    tried, opened = 0, []
    for name, kinds in addresses():
        for pk in ids:
            try:
                path = reverse(name, kwargs={k: pk if kind == "UUIDConverter" else "PT" for k, kind in kinds.items()})
            except NoReverseMatch:
                continue
            tried += 1
            for answer in (stranger.get(path, follow=True), stranger.post(path, follow=True)):
                if answer.status_code not in (403, 404, 405):
                    opened.append((name, answer.status_code))
    assert tried > 200
    assert opened == []
