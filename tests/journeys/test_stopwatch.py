"""The stopwatch, its laps and its counter in a real browser: by keys, by touch, over a lock and a reload."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from regain.outcomes.forms import ScoreForm
from regain.outcomes.queries import instruments
from tests.factories import ON

SCRIPT = "regain/ui/static/ui/stopwatch.js"


@pytest.fixture
def opened(browser):
    """Opens the page of a measure at an address of its own; the clock is the test's."""
    context = browser.new_context(has_touch=True)
    yield lambda key: _open(context, key)
    context.close()


def _open(context, key):
    form = ScoreForm(instruments()[key], initial={"taken_on": ON})
    card = render_to_string("outcomes/_stopwatch.html", {"form": form, "instrument": instruments()[key]})
    body = card.replace("/static/ui/stopwatch.js", "/stopwatch.js") + f"<form>{form.as_div()}</form>"
    page = context.new_page()
    page.clock.install(time=1_790_000_000)
    with open(SCRIPT, encoding="utf-8") as file:
        script = file.read()
    page.route("**/*", lambda route: route.fulfill(content_type="text/javascript", body=script) if "stopwatch" in route.request.url
               else route.fulfill(content_type="text/html", body=f"<!doctype html><title>x</title>{body}"))  # fmt: skip
    page.goto("http://measure.test/take")
    page.clock.pause_at(1_790_000_100)
    return page


def test_it_runs_on_while_the_phone_is_locked_and_after_a_reload(opened):
    page = opened("tug")
    page.get_by_role("button", name="Start").tap()
    page.clock.fast_forward(9_000)
    page.get_by_role("button", name="Lap").tap()
    page.reload()
    page.clock.fast_forward(3_400)
    assert page.locator("[data-laps] li").all_inner_texts() == ["9.0 s, this one 9.0 s"]
    page.get_by_role("button", name="Stop").tap()
    assert page.locator('[name="trials_s.0"]').input_value() == "12.4"
    page.reload()
    assert page.locator('[name="trials_s.0"]').input_value() == "12.4"


def test_keys_start_stop_and_lap_and_fill_the_next_trial(opened):
    page = opened("tug")
    page.get_by_role("button", name="Start").focus()
    for seconds in (11, 12):
        page.keyboard.press("s")
        page.clock.fast_forward(seconds * 1000 - 1000)
        page.keyboard.press("l")
        page.clock.fast_forward(1000)
        page.keyboard.press("s")
    assert [page.locator(f'[name="trials_s.{n}"]').input_value() for n in range(3)] == ["11", "12", ""]
    assert "12 seconds put into Trial 2" in page.locator("[data-said]").inner_text()


def test_six_minutes_run_out_and_laps_make_the_distance(opened):
    page = opened("six_mwt")
    page.get_by_label("One lap, m").fill("30")
    page.get_by_role("button", name="Start").click()
    for _ in range(12):
        page.get_by_role("button", name="One more").click()
    page.get_by_role("button", name="Take one back").click()
    page.get_by_label("Past the last lap, m").fill("12.5")
    assert page.locator('[name="distance_m"]').input_value() == "342.5"
    page.clock.fast_forward(200_000)
    assert page.locator("[data-face]").inner_text() == "2:40"
    page.clock.fast_forward(170_000)
    assert "Time was up 10 seconds ago" in page.locator("[data-said]").inner_text()
    assert page.get_by_role("button", name="Start").is_visible()
