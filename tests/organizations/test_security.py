"""Signing in and what every answer carries, as the browser sees it and as production sets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long pass phrase of a test"


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_every_answer_carries_the_header(db, client, header, value):
    assert client.get("/careers/")[header] == value


def test_the_policy_allows_nothing_inline_and_nothing_foreign(db, client):
    policy = dict(part.strip().split(" ", 1) for part in client.get("/careers/")["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


@pytest.fixture
def account(clinic):
    """A therapist who signs in with a password; counters of failed attempts start at none."""
    cache.clear()
    user = clinic.member_of("PT").user
    user.set_password(PASSWORD)
    user.save()
    yield user
    cache.clear()


def sign_in(client, user, password):
    return client.post("/account/login/", {"login": user.email, "password": password})


def test_passwords_are_kept_by_argon2(account):
    assert account.password.startswith("argon2$argon2id$")


def test_a_session_ends_after_half_an_hour_and_with_the_browser(account, client):
    assert sign_in(client, account, PASSWORD)["Location"] == "/today"
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert client.session.get_expire_at_browser_close()
    assert settings.SESSION_COOKIE_AGE == 1800


def test_work_keeps_a_session_alive_and_a_pause_ends_it(account, client, monkeypatch):
    sign_in(client, account, PASSWORD)
    began = timezone.now()
    for minutes in (20, 40, 60):
        monkeypatch.setattr(timezone, "now", lambda minutes=minutes: began + timedelta(minutes=minutes))
        assert client.get("/today").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(minutes=91))
    assert client.get("/today")["Location"].startswith("/account/login/")


def test_guessing_a_password_is_stopped_even_when_the_guess_is_right(account, client):
    for _ in range(5):
        assert sign_in(client, account, "not the password at all").status_code == 200
    assert sign_in(client, account, PASSWORD).status_code != 302
    assert client.get("/today").status_code == 302


def test_a_second_factor_is_offered(account, client):
    sign_in(client, account, PASSWORD)
    page = client.get("/account/2fa/")
    assert (page.status_code, "/account/2fa/totp/activate/" in page.text) == (200, True)
    assert set(settings.MFA_SUPPORTED_TYPES) == {"totp", "webauthn", "recovery_codes"}


def settings_of(mode):
    """What the settings say in a mode, read in a process of its own."""
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
             "SECURE_HSTS_INCLUDE_SUBDOMAINS", "DEBUG"]  # fmt: skip
    program = (f"import json, django; django.setup(); from django.conf import settings as s; "
               f"print(json.dumps([getattr(s, n) for n in {names!r}]))")  # fmt: skip
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "regain.config.settings", "REGAIN_MODE": mode, "REGAIN_SECRET_KEY": "k" * 50}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("production", [True, True, True, 365 * 24 * 3600, True, False]),
        ("demonstration", [False, False, False, 0, False, False]),
        ("anything else", [True, True, True, 365 * 24 * 3600, True, False]),
    ],
)
def test_only_the_demonstration_does_without_https(mode, expected):
    assert settings_of(mode) == expected
