"""CMS's file of procedure pairs: read as it comes, and what a pair says of a day's lines."""

from datetime import date

import pytest

from regain.billing.rules.pairs import (
    BilledLine,
    Indicator,
    Pair,
    Release,
    check_pairs,
    quarter_from,
    quarter_of,
    read_pair,
)

RELEASE = Release("ccipra-v322r0-f1.txt", date(2026, 7, 1), date(2026, 9, 30), "CMS NCCI")
ON = date(2026, 8, 3)


def pair(indicator="1", starts=date(2020, 1, 1), ends=None):
    return Pair("97140", "97530", starts, ends, Indicator(indicator))


def found(*pairs, mine=("97140", "97530"), others=(), on=ON, release=RELEASE):
    lines = [BilledLine(code, tuple(rest)) for code, *rest in (m.split() for m in mine)]
    beside = [BilledLine(code, tuple(rest), "C260000001") for code, *rest in (m.split() for m in others)]
    return [(f.code, str(f.severity)) for f in check_pairs(lines, beside, pairs, on, release)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("97530\t97116\t \t20200101\t20210101\t1 \tMisuse of column two code", Pair("97530", "97116", date(2020, 1, 1), date(2021, 1, 1), Indicator.WITH_MODIFIER)),
        ("97161\t97140\t\t20260101\t*\t0\tMore extensive", Pair("97161", "97140", date(2026, 1, 1), None, Indicator.NEVER)),
        ("G0283\t97014\t*\t19960101\t19960101\t9\t", Pair("G0283", "97014", date(1996, 1, 1), date(1996, 1, 1), Indicator.DELETED)),
        ("Column 1\tColumn 2\t* = in existence\tEffective\tDeletion\tModifier\tRationale", None),
        ("CPT only copyright American Medical Association", None),
        ("", None),
    ],
)  # fmt: skip
def test_rows_are_read_and_headings_passed_over(row, expected):
    assert read_pair(row.split("\t")) == expected


@pytest.mark.parametrize(
    "row",
    ["97530\t97116", "97530\t97116\t\t2020\t*\t1", "97530\t97116\t\t20201341\t*\t1", "97530\t97116\t\t20200101\t*\t7"],
)
def test_a_broken_row_is_said(row):
    with pytest.raises(ValueError, match="expected|month|day"):
        read_pair(row.split("\t"))


def test_the_quarter_comes_from_the_version_or_from_a_day():
    assert quarter_of("ccipra-v320r0-f4.txt") == (date(2026, 1, 1), date(2026, 3, 31))
    assert quarter_of("ccipra-v323r0-f4.txt") == (date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_of("pairs.txt") is None
    assert quarter_from(date(2026, 5, 17)) == (date(2026, 4, 1), date(2026, 6, 30))


@pytest.mark.parametrize(
    ("pairs", "lines", "expected"),
    [
        ([pair()], {}, [("NCCI_PAIR", "warning")]),
        ([pair("0")], {}, [("NCCI_NEVER", "error")]),
        ([pair("0")], {"mine": ("97140", "97530 59")}, [("NCCI_NEVER", "error")]),
        ([pair("9")], {}, []),
        *(([pair()], {"mine": ("97140", f"97530 GP {key}")}, []) for key in ("59", "XE", "XP", "XS", "XU")),
        ([pair()], {"mine": ("97140 59", "97530")}, []),
        ([pair()], {"mine": ("97140",)}, []),
        # the other line stands on the other discipline's claim of the day
        ([pair()], {"mine": ("97530",), "others": ("97140",)}, [("NCCI_PAIR", "warning")]),
        ([pair()], {"mine": ("97116",), "others": ("97140", "97530")}, []),
        ([pair(starts=date(2026, 8, 4))], {}, []),
        ([pair(ends=date(2026, 8, 2))], {}, []),
        ([pair(ends=date(2026, 8, 3))], {}, [("NCCI_PAIR", "warning")]),
        ([], {"release": None}, [("PAIRS_UNKNOWN", "info")]),
        ([pair()], {"on": date(2026, 10, 1)}, [("PAIRS_OF_ANOTHER_QUARTER", "info"), ("NCCI_PAIR", "warning")]),
    ],
)  # fmt: skip
def test_pairs_follow_indicator_modifier_and_date(pairs, lines, expected):
    assert found(*pairs, **lines) == expected
