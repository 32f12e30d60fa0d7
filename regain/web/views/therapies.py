"""Occupational and physical therapy side by side, for patients, in English and Spanish, with sources."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate

from regain.credentials.queries import access_of
from regain.organizations.access import public
from regain.organizations.queries import disciplines
from regain.reference.facts import fact, facts
from regain.web.rules import access_word


@cache
def states() -> list[tuple[str, str]]:
    """The states whose rules are known of, by name."""
    return sorted(
        ((one.about["state"], one.about["name"]) for one in facts("credentials/jurisdictions")), key=lambda s: s[1]
    )


def access_in(state: str, today) -> list[dict]:
    """What the state's rule says of each discipline, or that it is not known; empty where no state is chosen."""
    if state not in dict(states()):
        return []
    found = [(key, access_of(state, key, today)) for key in disciplines()]
    return [{"discipline": key, "word": access_word(one), "access": one} for key, one in found]


def sentences(language: str) -> dict[str, str]:
    """Every short text of the page by key, in a language."""
    return {row["key"]: row["text"][language] for row in fact("web/therapies").latest() if row.get("text")}


@public
def side_by_side(request: HttpRequest, language: str = "en") -> HttpResponse:
    """The page behind the self-check."""
    known = fact("web/therapies")
    rows = known.latest()
    state = request.GET.get("state", "")
    compared = [key for key in disciplines() if all(key in row.data for row in rows if row["kind"] == "topic")]
    context = {
        "lang": language, "texts": sentences(language), "topics": [row for row in rows if row["kind"] == "topic"],
        "myths": [row for row in rows if row["kind"] == "myth"], "child": next(row for row in rows if row["kind"] == "child"),
        "together": next(row for row in rows if row["kind"] == "together"), "sources": known.sources, "compared": compared,
        "disciplines": disciplines(), "states": states(), "state": state, "access": access_in(state, localdate(request.now)),
    }  # fmt: skip
    return render(request, "web/therapies.html", context)
