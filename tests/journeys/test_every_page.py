"""Every page a role can reach by links: it opens, does not scroll sideways, breaks no policy, and axe finds nothing."""

from __future__ import annotations

import re
from collections import Counter, deque

import pytest

pytestmark = pytest.mark.xdist_group("journeys")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def walk(visitor, most: int = 90) -> int:
    """Follow links breadth first; two pages of each kind are enough."""
    todo, seen, kinds = deque([visitor.page.url]), set(), Counter()
    while todo and len(seen) < most:
        address = todo.popleft().split("#")[0]
        if address in seen or not address.startswith(visitor.server) or "logout" in address:
            continue
        seen.add(address)
        kind = ID.sub("ID", address.split("?")[0])
        kinds[kind] += 1
        if kinds[kind] > 1:
            continue
        if address.endswith((".pdf", "/document/")):
            assert visitor.page.request.get(address).ok, address
            continue
        page = visitor.opens(address)
        todo.extend(page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)"))
    return len(kinds)


@pytest.mark.parametrize(
    ("who", "width", "dark"),
    [
        ("dana", 1440, False),
        ("dana", 390, True),
        ("desk", 390, False),
        ("owner", 1440, True),
        ("biller", 390, False),
        ("ruth", 390, True),
        ("ruth", 1440, False),
    ],
)
def test_every_page_a_role_reaches_is_sound(visitor, who, width, dark):
    assert walk(visitor(width, dark).signs_in(who)) >= {"ruth": 3, "biller": 10}.get(who, 15)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_public_pages_are_sound(visitor, width, dark):
    guest = visitor(width, dark)
    for path in ("/", "/careers/", "/careers/which", "/gallery", "/account/login/", "/account/password/reset/"):
        guest.opens(path)


def test_pages_work_without_script(visitor):
    guest = visitor(390, script=False).signs_in("dana")
    for path in ("/today", "/patients/?q=pelletier", "/schedule/", "/plans-due/", "/team/"):
        guest.opens(path)
    assert guest.opens("/patients/?q=pelletier").get_by_role("link", name="Pelletier, Ruth").count() == 1
