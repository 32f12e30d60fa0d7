"""No address of the house shows or changes anything of another organization, whatever id stands in it."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.urls import get_resolver

from regain.billing.models import RemittedClaim
from regain.billing.queries.claims import unbilled
from regain.billing.queries.filing import unmatched
from regain.episodes.models import Episode
from regain.organizations.models import Membership, Organization, Site
from regain.organizations.queries import system_member
from regain.organizations.rules import Role
from regain.people.models import Patient
from regain.plan_of_care.models import Discharge
from regain.record.models import Entry
from regain.referrals.actions import ask_referrer
from regain.referrals.models import Referral
from regain.visits.models import Visit
from regain.web.demonstration.seed import seed
from tests import factories

TODAY = date(2026, 11, 24)
OTHERS = {"kind": "Patient", "discipline": "OT", "measure": "grip", "key": "grip", "slug": "grip", "joint": "knee"}
# addresses that carry an unguessable token instead of a sign-in
BY_TOKEN = {"plan_of_care:certify"}
# a bare visit of this address leads to the referral's own page, which looks the id up and answers 404
LEADS_ELSEWHERE = {"referrals:match_known"}
# closed at home to staff, or without a row in the demonstration: other tests open them
NOT_FOR_STAFF = {"outcomes:ask", "web:did_it", "web:me_of", "web:my_plan"}
WITHOUT_A_ROW = {"referrals:document", "web:estimate_kept", "web:good_faith"}


def addresses(patterns, namespace="", prefix=""):
    """Every named address of our own that takes an id: name, template and its converters."""
    for pattern in patterns:
        part = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, getattr(pattern, "namespace", None) or namespace, part)
        elif pattern.callback.__module__.startswith("regain."):
            converters = {name: type(c).__name__ for name, c in pattern.pattern.converters.items()}
            name = f"{namespace}:{pattern.name}"
            if "UUIDConverter" in converters.values() and name not in BY_TOKEN:
                yield name, part, converters


ADDRESSES = sorted(addresses(get_resolver().url_patterns))


def filled(part, converters, pk):
    """The address with `pk` in the place of each id."""
    for name, kind in converters.items():
        value = str(pk) if kind == "UUIDConverter" else OTHERS[name]
        for form in ("uuid", "str", "slug"):
            part = part.replace(f"<{form}:{name}>", value)
    return "/" + part


@pytest.fixture
def demonstration(db):
    """The demonstration clinic, every stage of care: its organization and a few ids of each kind of row."""
    seed(TODAY, say=lambda text: None)
    organization = Organization.objects.get()
    ask_referrer(Referral.objects.of(organization).order_by("pk").first(), text="Can she climb stairs?", addressee="Amara Singh, MD",
                 by=system_member(organization), at=factories.AT)  # fmt: skip
    models = [m for m in apps.get_models() if issubclass(m, Entry)]
    ids = {m: list(m.objects.of(organization).order_by("pk").values_list("pk", flat=True)[:2]) for m in models}
    # some pages exist only once an episode has ended, or until a visit is billed
    ids[Episode].append(Discharge.objects.of(organization).order_by("pk").values_list("episode", flat=True).first())
    ids[Visit].append(unbilled(organization).first().pk)
    ids[RemittedClaim].append(unmatched(organization).first().pk)
    # the first membership is the house's own, which no page opens
    ids |= {
        m: list(m.objects.of(organization).order_by("-pk").values_list("pk", flat=True)[:2]) for m in (Site, Membership)
    }
    return organization, {m: found for m, found in ids.items() if found}


def signed_in(client, organization, *roles):
    member = factories.make_member(organization, roles[0], f"All of {organization.name}")
    Membership.objects.filter(pk=member.pk).update(roles=list(roles))
    client.force_login(member.user)
    client.raise_request_exception = False
    return member


def counted():
    """How many rows every table of ours holds."""
    return {m.__name__: m._default_manager.count() for m in apps.get_models() if m.__module__.startswith("regain.")}


def opener(client, name, part, converters, ids):
    """The kind of row whose id opens an address at home, those of its own room first; None where none does."""
    room = name.split(":")[0]
    for model in sorted(ids, key=lambda m: m._meta.app_label != room):
        if any(client.get(filled(part, converters, pk)).status_code != 404 for pk in ids[model]):
            return model
    return None


def test_an_id_opens_its_page_at_home_and_nothing_from_elsewhere(demonstration, client):
    """At home first: otherwise the rest would pass on a house that answers 404 to everything."""
    organization, ids = demonstration
    signed_in(client, organization, *[role.value for role in Role])
    alone = [(n, p, c) for n, p, c in ADDRESSES if list(c.values()).count("UUIDConverter") == 1]
    opens = {n: opener(client, n, p, c, ids) for n, p, c in alone if n not in NOT_FOR_STAFF | WITHOUT_A_ROW}
    assert [name for name, model in opens.items() if model is None] == []

    stranger = factories.make_clinic("Saco Rehab").organization
    signed_in(client, stranger, *[role.value for role in Role])
    before = counted()
    wrong = []
    for name, part, converters in ADDRESSES:
        for model in kinds_to_try(name, opens.get(name), ids):
            answers = as_a_stranger(client, name, filled(part, converters, ids[model][0]))
            # 405: the address takes the other method only, and looked at nothing
            if not set(answers) <= {404, 405} or answers == (405, 405):
                wrong.append((name, model.__name__, answers))
    assert wrong == []
    assert counted() == before


def kinds_to_try(name, opens, ids):
    """What opens the address at home, its room's own kinds, the person and the episode; every kind where that is not known."""
    if opens is None:
        return list(ids)
    room = name.split(":")[0]
    return [m for m in ids if m in (opens, Patient, Episode) or m._meta.app_label == room]


def as_a_stranger(client, name, address):
    seen, sent = client.get(address).status_code, client.post(address).status_code
    if name in LEADS_ELSEWHERE and seen == 302:
        seen = client.get(address, follow=True).status_code
    return seen, sent


def test_the_address_of_a_certification_gives_nothing_to_a_guess(demonstration, client):
    _, ids = demonstration
    assert {client.get(f"/plan/certify/{rows[0]}").status_code for rows in ids.values()} <= {404, 410}
