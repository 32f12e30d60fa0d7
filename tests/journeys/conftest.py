"""A real server with a freshly seeded demonstration, a real browser, and axe on every page."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.cluster import ON_POSTGRESQL

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
VIOLATIONS = """axe.run(document, {resultTypes: ['violations']}).then(r =>
  r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')))"""
# what a shaky hand has to hit: controls of their own, not links inside a sentence
SMALL = """[...document.querySelectorAll('button, .button, select, input:not([type=hidden], [type=radio], [type=checkbox]), textarea, summary, nav a, .choice, .field.check label, a.act, a.card')]
  .filter(e => { const r = e.getBoundingClientRect(); return !e.classList.contains('sr') && r.width > 1 && r.height > 1 && r.height < 43.5 })
  .map(e => `${e.tagName} ${e.textContent.trim().slice(0, 30)}: ${Math.round(e.getBoundingClientRect().height)} px`)"""
PASSWORD = "regain-demonstration"


@pytest.fixture(scope="session")
def server():
    """The address of a running Regain; seeded through `regain run --seed-only`, served by granian."""
    home = tempfile.mkdtemp(prefix="regain-journeys-")
    environment = {**os.environ, "REGAIN_HOME": home, "PYTHONWARNINGS": "ignore"}
    if ON_POSTGRESQL:
        base, _, query = os.environ["REGAIN_DATABASE_URL"].partition("?")
        name = f"journeys_{os.getpid()}"
        socket_folder = dict(pair.split("=", 1) for pair in query.split("&"))["host"]
        subprocess.run(["createdb", "-h", socket_folder, "-U", "regain", name], check=True)
        environment["REGAIN_DATABASE_URL"] = f"{base.rsplit('/', 1)[0]}/{name}?{query}"
    subprocess.run(
        [sys.executable, "-m", "regain", "run", "--seed-only"], env=environment, check=True, capture_output=True
    )
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1", "--blocking-threads", "1",
               "--log-level", "error", "regain.config.wsgi:application"]  # fmt: skip
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(port)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)
    shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def _wait_for(port: int) -> None:
    for _ in range(150):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError("the server did not start")


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium; without one the tests fail and say so."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "no chromium here; on Debian: apt-get install chromium"
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=found, args=FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """Somebody at the browser. Every page opened is checked: no error, no sideways scroll, no axe violation, no CSP report."""

    def __init__(self, browser: Browser, server: str, width: int, dark: bool = False, script: bool = True) -> None:
        self.server, self.width, self.script = server, width, script
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
        )
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def signs_in(self, name: str) -> Visitor:
        """By e-mail address and the demonstration's password."""
        self.page.goto(f"{self.server}/account/login/")
        self.page.fill("[name=login]", f"{name}@example.org")
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button.primary")
        return self

    def opens(self, path: str) -> Page:
        """A page, checked."""
        self.errors.clear()
        answer = self.page.goto(path if path.startswith("http") else self.server + path)
        assert answer.status < 400, f"{path} answered {answer.status}"
        self.checks()
        return self.page

    def checks(self) -> None:
        """The page as it stands."""
        here = self.page.url
        assert self.errors == [], f"{here}: {self.errors}"
        if not self.script:
            return
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, f"{here} scrolls sideways"
        assert self.page.evaluate(SMALL) == [], f"{here} has targets lower than 44 px"
        self.page.evaluate(AXE)
        found = self.page.evaluate(VIOLATIONS)
        assert found == [], f"{here}: {found}"

    def clicks(self, name: str, role: str = "button", exact: bool = False) -> None:
        """A button or link by its words; the page that follows is checked."""
        self.errors.clear()
        self.page.get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        self.checks()

    def fills(self, **fields: str) -> None:
        """Fields by name."""
        for name, value in fields.items():
            self.page.fill(f"[name='{name}']", value)


@pytest.fixture
def visitor(browser, server):
    """Makes visitors; their windows are closed at the end."""
    made: list[Visitor] = []

    def make(width: int = 1440, dark: bool = False, script: bool = True) -> Visitor:
        made.append(Visitor(browser, server, width, dark, script))
        return made[-1]

    yield make
    for one in made:
        one.page.context.close()
