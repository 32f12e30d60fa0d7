"""Reads the environment once; nothing else in Regain does."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

HOME = Path(os.environ.get("REGAIN_HOME") or Path(__file__).resolve().parents[2] / "var")
DEMONSTRATION = os.environ.get("REGAIN_MODE", "demonstration") == "demonstration"
HOSTS = [name for name in os.environ.get("REGAIN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if name]
WORKERS = int(os.environ.get("REGAIN_WORKERS", "0")) or min(os.cpu_count() or 1, 4)

_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-64000;",
}


def database(url: str | None = None) -> dict[str, Any]:
    """Django's DATABASES entry for `REGAIN_DATABASE_URL`: `sqlite:///path` or `postgresql://user:pw@host/name`.

    A socket folder goes in the query: `postgresql:///regain?host=/run/postgresql`. Default: `var/regain.sqlite3`.
    """
    url = url or os.environ.get("REGAIN_DATABASE_URL")
    if not url:
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        url = f"sqlite:///{HOME / 'regain.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:]) or ":memory:",
                "OPTIONS": dict(_SQLITE), "CONN_MAX_AGE": None}  # fmt: skip
    if parts.scheme in ("postgres", "postgresql"):
        query = dict(parse_qsl(parts.query))
        return {"ENGINE": "django.db.backends.postgresql", "NAME": parts.path.lstrip("/"),
                "USER": unquote(parts.username or query.get("user", "")), "PASSWORD": unquote(parts.password or ""),
                "HOST": parts.hostname or query.get("host", ""), "PORT": str(parts.port or query.get("port", "")),
                "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True,
                "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5}}  # fmt: skip
    raise ValueError(f"REGAIN_DATABASE_URL is {url!r}; expected sqlite:///path or postgresql://user@host/name")


def secret_key() -> str:
    """`REGAIN_SECRET_KEY`, else a key made once for this installation and kept beside the database."""
    given = os.environ.get("REGAIN_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret-key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return kept.read_text().strip()
