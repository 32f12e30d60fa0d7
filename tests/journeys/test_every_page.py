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
    for path in (
        "/",
        "/find-out/",
        "/therapies/?state=NY",
        "/terapias/",
        "/careers/",
        "/careers/which",
        "/careers/license?state=ME",
        "/referrers",
        "/gallery",
        "/account/login/",
        "/account/password/reset/",
    ):
        guest.opens(path)


def test_pages_work_without_script(visitor):
    guest = visitor(390, script=False).signs_in("dana")
    for path in ("/today", "/patients/?q=pelletier", "/schedule/", "/plans-due/", "/team/"):
        guest.opens(path)
    assert guest.opens("/patients/?q=pelletier").get_by_role("link", name="Pelletier, Ruth").count() == 1


@pytest.mark.parametrize(("width", "dark", "script"), [(1440, True, True), (390, False, True), (390, True, False)])
def test_anyone_finds_out_which_therapy_fits_and_sends_it(visitor, width, dark, script):
    guest = visitor(width, dark, script)
    page = guest.opens("/find-out/")
    page.check("[name=whom][value=self]")
    guest.fills(age="64")
    page.select_option("[name=state]", "ME")
    guest.clicks("Next", exact=True)
    page.check("[name=signs][value=sign-stroke]")
    guest.clicks("Next", exact=True)
    assert page.get_by_role("heading", name="A doctor comes first").count() == 1
    page.uncheck("[name=signs][value=sign-stroke]")
    page.check("[name=none]")
    guest.clicks("Next", exact=True) if page.get_by_role("button", name="Next", exact=True).count() else guest.clicks(
        "go on"
    )
    page.check("[name=do-dress][value='3']")
    guest.clicks("Next", exact=True)
    page.check("[name=move-walk][value='2']")
    guest.clicks("Next", exact=True)
    page.select_option("[name=cause]", "cause-stroke")
    page.check("[name=since][value=since-weeks]")
    guest.clicks("Show what fits")
    assert page.get_by_role("heading", level=1).inner_text() == "Start with both therapies"
    guest.fills(given="Ada", family=f"Lovell {width}{script}", birth_date="1962-03-02", phone="207 555 0100")
    page.check("[name=agreed]")
    guest.clicks("Send to this clinic")
    assert page.get_by_role("heading", level=1).inner_text() == "Thank you. It is on its way"
    desk = visitor(width).signs_in("desk")
    assert desk.opens("/referrals/").get_by_text(f"Lovell {width}{script}").count() >= 1


def test_answers_wait_on_the_device(visitor):
    guest = visitor(390)
    page = guest.opens("/find-out/")
    guest.fills(age="70")
    guest.clicks("Next", exact=True)
    page.check("[name=none]")
    guest.opens("/find-out/")
    guest.clicks("Go on where I stopped")
    assert page.is_checked("[name=none]")
    guest.opens("/find-out/")
    page.click("text=Delete my answers")
    guest.opens("/find-out/")
    assert not page.get_by_text("You have been here before").is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_words_and_reasons_lead_to_each_other(visitor, script):
    guest = visitor(1440, script=script).signs_in("dana")
    page = guest.opens("/referrals/?all=1")
    page.locator("main table a").first.click()
    mark, reason = page.locator("a.evidence").first, page.locator(".reason")
    mark.focus()
    if script:
        assert page.locator("a.evidence.lit").count() >= 1
        assert page.locator(".reason.lit").count() >= 1
        reason.last.hover()
        assert reason.last.evaluate("e => e.classList.contains('lit')")
        assert page.locator("a.evidence.lit").count() >= 1
    page.keyboard.press("Tab")
    mark.focus()
    page.keyboard.press("Enter")
    assert page.locator(".reason:target").count() == 1
    page.locator(".reason:target a").first.click()
    assert page.locator("a.evidence:has(:target), a.evidence:target").count() == 1
