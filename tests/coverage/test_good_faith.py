"""When a Good Faith Estimate is due, what it lists and what it lacks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.coverage.rules.good_faith import (
    Due,
    GoodFaith,
    Item,
    Provider,
    after_business_days,
    business_days_between,
    check,
    due,
    items_of,
)
from regain.reference.facts import fact

RULE = fact("coverage/good_faith").latest()
MONDAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("booked", "first", "asked", "on"),
    [
        (MONDAY, date(2026, 11, 4), None, None),  # two business days ahead: none is required
        (MONDAY, date(2026, 11, 5), None, date(2026, 11, 3)),  # three: one business day after booking
        (MONDAY, date(2026, 11, 13), None, date(2026, 11, 3)),  # nine
        (MONDAY, date(2026, 11, 16), None, date(2026, 11, 5)),  # ten: three business days after booking
        (None, None, date(2026, 11, 6), date(2026, 11, 11)),  # asked on a Friday
        (MONDAY, date(2026, 11, 4), MONDAY, date(2026, 11, 5)),  # too near to need one, but asked for
        (MONDAY, date(2026, 11, 16), date(2026, 10, 29), date(2026, 11, 3)),  # asked for before: the earlier day counts
        (None, None, None, None),
    ],
)
def test_the_due_day_follows_the_table(booked, first, asked, on):
    found = due(RULE, scheduled_on=booked, first_on=first, asked_on=asked)
    assert (found.on if found else None) == on


def test_a_holiday_is_no_business_day():
    closed = {date(2026, 11, 3)}
    assert due(RULE, scheduled_on=MONDAY, first_on=date(2026, 11, 6), closed=closed) == Due(
        date(2026, 11, 4), "the first visit was booked 3 business days ahead"
    )
    assert due(RULE, scheduled_on=MONDAY, first_on=date(2026, 11, 5), closed=closed) is None


@given(st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.integers(0, 40))
def test_counting_business_days_and_adding_them_agree(start, count):
    assert business_days_between(start, after_business_days(start, count)) == count


def test_services_are_listed_by_discipline_and_code_with_their_sum():
    line = {"discipline": "PT", "code": "97110", "per_unit": [40.0, 40.0], "allowed": 80.0}
    visits = [
        {"lines": [line]},
        {"lines": [{**line, "per_unit": [40.0], "allowed": 40.0}, {**line, "discipline": "OT"}]},
        {"lines": None},
    ]
    assert items_of(visits) == (
        Item("PT", "97110", 2, 3, (D("40.00"), D("80.00")), D("120.00")),
        Item("OT", "97110", 1, 2, (D("80.00"),), D("80.00")),
    )


WHO = Provider("Dana Ouellette, OTR/L", "2000000002", "010000001", "12 Harbor Street")
WHOLE = GoodFaith("Sofia Haddad", date(1991, 8, 23), "Dizziness", ("S06.0X0D Concussion",), MONDAY, date(2027, 11, 2), (Item("PT", "97110", 1, 2, (D(80),), D(80)),), (WHO,))  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"items": ()}, ["NOTHING_TO_ESTIMATE"]),
        ({"diagnoses": ()}, ["DIAGNOSIS_MISSING"]),
        ({"providers": (replace(WHO, npi="", place=""),)}, ["PROVIDER_INCOMPLETE"]),
        ({"last_on": date(2027, 11, 3)}, ["TOO_LONG"]),
    ],
)
def test_what_the_estimate_lacks_is_said(changed, codes):
    found = check(replace(WHOLE, **changed), 12)
    assert [f.code for f in found] == codes
    assert all(f.try_ and f.source for f in found)
