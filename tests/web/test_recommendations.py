"""The owner sees how recommendations were taken: by rule version and word, with every reason; never another clinic's."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from regain.referrals import actions
from regain.web.rules import Taken, taken
from tests.factories import AT
from tests.referrals.files import LETTER

PAGE = "/clinic/recommendations"
PERIOD = {"start": "2026-11-01", "end": "2026-11-30"}


def words(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def owner(clinic, client):
    client.force_login(clinic.owner.user)
    return client


def decided(clinic, disciplines, reason="", at=AT):
    made, _ = actions.receive(source="letter", received_on=at.date(), text=LETTER, by=clinic.desk, at=at)
    actions.decide(made.recommendations.get(), disciplines=disciplines, reason=reason, by=clinic.member_of("PT"), at=at + timedelta(minutes=5))  # fmt: skip
    return made


def test_only_the_last_decision_of_a_referral_counts():
    readings = [(1, "OT", "1"), (2, "OT", "1"), (3, "both", "2"), (3, "both", "2")]
    decisions = [(3, "both", "2", [], True), (3, "both", "2", ["OT", "PT"], False), (1, "OT", "1", ["PT"], True), (2, "OT", "1", ["OT"], False)]  # fmt: skip
    assert taken(readings, decisions) == [
        Taken("1", "OT", 2, 1, 1, (("PT", 1),)),
        Taken("2", "both", 1, 0, 1, (("no therapy", 1),)),
    ]


def test_nothing_makes_no_row():
    assert taken([], []) == []


def test_the_owner_reads_counts_and_reasons(owner, clinic):
    decided(clinic, ["OT", "PT"])
    decided(clinic, ["PT"], "Bathing solved with a chair")
    made = decided(clinic, [], "Moved away")
    page = owner.get(PAGE, PERIOD)
    version = made.recommendations.get().answer["version"]
    said = words(page)
    assert f"{version} Both 3 1 2 of 3 decided" in said
    assert re.search("PT: 1, no therapy: 1|no therapy: 1, PT: 1", said)
    assert "2 reasons given" in said
    for reason in ("Bathing solved with a chair", "Moved away"):
        assert reason in said
    assert clinic.member_of("PT").user.name in said
    assert "How recommendations were taken" in words(owner.get("/clinic/"))


def test_a_period_leaves_out_what_is_not_in_it(owner, clinic):
    decided(clinic, ["PT"], "Outside", at=AT - timedelta(days=40))
    said = words(owner.get(PAGE, PERIOD))
    assert "Outside" not in said
    assert "No referral was read in this period" in said


@pytest.mark.parametrize(
    ("period", "says"),
    [
        ({"start": "x", "end": "2026-11-30"}, "valid date"),
        ({"start": "2026-11-30", "end": "2026-11-01"}, "is before 30 Nov 2026"),
        ({"start": "2026-11-30"}, "required"),
    ],
)
def test_a_period_that_makes_no_sense_is_said(owner, period, says):
    page = owner.get(PAGE, period)
    assert page.status_code == 422
    assert says in words(page)


def test_only_the_owner_and_only_the_own_clinic(client, clinic, other_clinic):
    decided(clinic, ["PT"], "Private reason")
    client.force_login(clinic.member_of("PT").user)
    assert client.get(PAGE).status_code == 403
    client.force_login(other_clinic.owner.user)
    assert "Private reason" not in words(client.get(PAGE, PERIOD))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_questions_for_any_number(owner, clinic, count, django_assert_max_num_queries):
    for n in range(count):
        decided(clinic, ["PT"], f"Reason {n}")
    owner.get(PAGE, PERIOD)
    with django_assert_max_num_queries(QUERIES):
        owner.get(PAGE, PERIOD)


QUERIES = 9
