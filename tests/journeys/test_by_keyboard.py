"""A repeat-visit note with no mouse: at most fifteen inputs, and nothing to look for. And a menu on a phone that shows where one is."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.xdist_group("journeys")


def focused(page) -> str:
    return page.evaluate("document.activeElement.name || ''")


def test_a_repeat_visit_is_written_and_signed_from_the_keyboard(visitor):
    therapist = visitor().signs_in("marcus")
    page = therapist.opens("/patients/?q=pelletier")
    page.get_by_role("link", name="Pelletier, Ruth").click()
    page.locator("main a[href*='/episode/']").first.click()
    page.wait_for_load_state()
    therapist.opens(f"/visits/episodes/{page.url.rstrip('/').split('/')[-1]}/begin/")
    therapist.clicks("Begin")
    inputs, tabs = 1, 0
    assert focused(page) == "subjective", "typing starts where the cursor stands"
    page.keyboard.type("Walked to the mailbox, no falls.")
    inputs += 1
    while focused(page) != "assessment" and tabs < 20:
        page.keyboard.press("Tab")
        tabs += 1
        if focused(page).endswith(("-dose", "-minutes")):
            page.keyboard.press("Control+A")
            page.keyboard.type("20" if focused(page).endswith("-minutes") else "3 x 10")
            inputs += 1
    page.keyboard.type("Fewer cues for weight shift.")
    page.locator("#tally", has_text="40 min").wait_for()
    page.keyboard.press("Control+Enter")
    inputs += 2
    page.get_by_text("Signed. The note is frozen").wait_for()
    therapist.checks()
    assert (inputs <= 15, tabs <= 10) == (True, True), (inputs, tabs)


def test_the_menu_of_a_phone_is_brought_to_the_page_one_is_on(visitor):
    page = visitor(390).signs_in("desk").opens("/plans-due")
    box = page.locator(".rail [aria-current]").bounding_box()
    assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True)
