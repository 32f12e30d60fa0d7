"""What public pages must never say: that no doctor is needed. Each says where to turn in an emergency or to a clinician."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

NEVER = re.compile(
    r"(no|not|n[o']t)\s+(need|have)\s+(a|any|to see a|to see any)\s+(doctor|physician)|no (doctor|physician) (is )?(needed|necessary|required)"
    r"|without (seeing )?(a|any) (doctor|physician)|need no (doctor|physician)|instead of (a|your) (doctor|physician)"
    r"|no (necesita|hace falta|requiere) (ver |ir )?(a |al )?(un |ningún |el )?médico|sin (ver a un |un )?médico",
    re.IGNORECASE,
)
DENIED = "It never means that you need no doctor."
PAGES = [
    "/",
    "/find-out/",
    "/find-out/sent",
    "/therapies/",
    "/therapies/?state=ME",
    "/terapias/",
    "/terapias/?state=CA",
    "/referrers",
]
NOTHING = {"step": "story", "go": "next", "whom": "self", "age": "64", "age_unit": "years", "none": "on"}
ANSWERS = [
    NOTHING,
    {**NOTHING, "do-dress": "4"},
    {**NOTHING, "move-walk": "4"},
    {**NOTHING, "do-dress": "3", "move-walk": "3"},
]


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.mark.parametrize("said", ["You do not need a doctor.", "No doctor is needed", "You need no doctor", "No necesita un médico", "without seeing a doctor"])  # fmt: skip
def test_the_forbidden_words_are_known(said):
    assert NEVER.search(said)


@pytest.mark.parametrize("page", PAGES)
def test_no_public_page_says_that_no_doctor_is_needed(db, client, page):
    assert NEVER.search(words(client.get(page))) is None


@pytest.mark.parametrize("answers", ANSWERS)
def test_no_answer_says_that_no_doctor_is_needed(db, client, answers):
    said = words(client.post(reverse("web:self_check"), answers))
    assert DENIED in said
    assert NEVER.search(said.replace(DENIED, "")) is None
    assert "A licensed clinician decides" in said


def test_an_answer_is_printed_without_its_forms_and_leads_to_spanish(db, client):
    page = client.post(reverse("web:self_check"), ANSWERS[3]).content.decode()
    assert "data-print" in page
    assert '<section class="card stack screen-only"><h2>Send this to a clinic' in page
    assert 'hreflang="es"' in page
