"""The career pages: open to everyone, sourced, and honest about what is not known."""

import re

import pytest

from regain.careers import queries

LOW_SOCIAL = {
    **dict(zip((f"interests-{n}-{k}" for n in range(6) for k in range(2)), (n for n in (5, 4, 2, 1, 5, 4) for _ in range(2)), strict=True)),
    **dict(zip((f"values-{n}-0" for n in range(6)), (3, 2, 5, 2, 3, 5), strict=True)),
}  # fmt: skip


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_number_stands_beside_its_year_and_leads_to_its_source(client):
    page = client.get("/careers/").content.decode()
    cited = {int(n) for n in re.findall(r'href="#source-(\d+)"', page)}
    listed = {int(n) for n in re.findall(r'id="source-(\d+)"', page)}
    assert cited == listed == set(range(1, len(queries.numbered_sources()) + 1))
    assert page.count('class="ref"') == sum(len([c for t in topics for c in t["cells"].values() if c])
                                            for group in (["OT", "PT"], ["OTA", "PTA"]) for _, topics in queries.comparison(group))  # fmt: skip


def test_what_was_not_found_is_said_and_invented_pay_is_left_out(client):
    page = text(client.get("/careers/"))
    assert "Not found in a source we could check" in page
    assert "59,004" not in page
    assert "O*NET is a trademark of USDOL/ETA" in page


def test_the_questionnaire_answers_without_an_account_and_stores_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = text(client.get("/careers/which", LOW_SOCIAL))
    assert "Slight lean towards physical therapy" in page
    assert "0.21" in page


def test_low_interest_in_people_is_said_above_the_lean(client):
    page = text(client.get("/careers/which", LOW_SOCIAL))
    assert page.index("quite different from those of therapists") < page.index("Slight lean")


@pytest.mark.parametrize("answers", [{"P1": "0"}, {"interests-0-0": "9", "P1": "x"}])
def test_answers_that_say_nothing_lean_nowhere(client, answers):
    page = text(client.get("/careers/which", answers))
    assert "No clear lean" in page
    assert "What moved it most" not in page


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("", 200, "Choose a state to see"),
        ("TX", 200, "Every 2 years; 30 hours of continuing education."),
        ("nv", 200, "Not known here: ask the state's board."),
        ("ZZ", 404, "There is no state ZZ here."),
    ],
)
def test_the_path_to_a_license_says_what_is_known_of_a_state(client, state, status, words):
    answer = client.get("/careers/license", {"state": state})
    assert (answer.status_code, words in text(answer).replace("&#39;", "'")) == (status, True)
