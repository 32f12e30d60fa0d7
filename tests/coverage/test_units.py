"""Published examples of Medicare Claims Processing Manual chapter 5 section 20.2 and the assistant rule, and properties."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.cli.lines import Request
from regain.cli.units import answer
from regain.coverage.rules.units import cms_ways


def ask(*lines, rule="cms", on="2026-06-01"):
    keys = ("discipline", "code", "minutes", "by")
    return answer(
        Request(
            "-:1", {"id": "t", "rule": rule, "on": on, "lines": [dict(zip(keys, line, strict=False)) for line in lines]}
        )
    )


@pytest.mark.parametrize(
    ("rule", "lines", "units", "ways"),
    [
        ("cms", [("PT", "97112", 20), ("PT", "97110", 20)], {"PT:97112": 2, "PT:97110": 1}, 2),
        ("cms", [("PT", "97110", 33), ("PT", "97140", 7)], {"PT:97110": 2, "PT:97140": 1}, 0),
        ("ama", [("PT", "97110", 33), ("PT", "97140", 7)], {"PT:97110": 2, "PT:97140": 0}, 0),
        (
            "cms",
            [("PT", "97112", 7), ("PT", "97110", 7), ("PT", "97140", 7)],
            {"PT:97112": 1, "PT:97110": 0, "PT:97140": 0},
            3,
        ),
        (
            "ama",
            [("PT", "97112", 7), ("PT", "97110", 7), ("PT", "97140", 7)],
            {"PT:97112": 0, "PT:97110": 0, "PT:97140": 0},
            0,
        ),
        (
            "cms",
            [("PT", "97110", 8), ("PT", "97140", 8), ("PT", "97035", 8)],
            {"PT:97110": 1, "PT:97140": 1, "PT:97035": 0},
            3,
        ),
        (
            "ama",
            [("PT", "97110", 8), ("PT", "97140", 8), ("PT", "97035", 8)],
            {"PT:97110": 1, "PT:97140": 1, "PT:97035": 1},
            0,
        ),
        ("cms", [("PT", "97110", 7), ("OT", "97530", 7)], {"PT:97110": 0, "OT:97530": 0}, 0),
        ("cms", [("PT", "97110", 10), ("PT", "97110", 13)], {"PT:97110": 2}, 0),
        ("cms", [("OT", "97165", 55), ("OT", "97535", 8)], {"OT:97165": 1, "OT:97535": 1}, 0),
        ("cms", [("OT", "97129", 15), ("OT", "97130", 23)], {"OT:97129": 1, "OT:97130": 2}, 0),
        ("cms", [("OT", "97550", 15)], {"OT:97550": 0}, 0),
        ("cms", [("OT", "97550", 37)], {"OT:97550": 1}, 0),
        ("cms", [("OT", "97550", 30), ("OT", "97551", 8)], {"OT:97550": 1, "OT:97551": 1}, 0),
        ("cms", [("OT", "96125", 30)], {"OT:96125": 0}, 0),
        ("cms", [("OT", "96125", 31)], {"OT:96125": 1}, 0),
    ],
)
def test_units_follow_the_rule(rule, lines, units, ways):
    reply = ask(*lines, rule=rule)
    assert (reply["units"], len(reply["choices"]), [f.code for f in reply["findings"]]) == (
        units,
        ways,
        ["CHOICE"] if ways else [],
    )


@pytest.mark.parametrize(
    ("lines", "on", "expected"),
    [
        ([("PT", "97110", 10, "PTA"), ("PT", "97110", 5, "PT")], "2026-06-01", [("97110", 1, ["GP", "CQ"])]),
        (
            [("PT", "97110", 12, "PT"), ("PT", "97110", 14, "PTA")],
            "2026-06-01",
            [("97110", 1, ["GP"]), ("97110", 1, ["GP", "CQ"])],
        ),
        (
            [("PT", "97110", 30, "PT"), ("PT", "97110", 23, "PTA")],
            "2026-06-01",
            [("97110", 2, ["GP"]), ("97110", 2, ["GP", "CQ"])],
        ),
        ([("PT", "97110", 30, ["PT", "PTA"])], "2026-06-01", [("97110", 2, ["GP"])]),
        ([("OT", "97530", 26, "OTA")], "2026-06-01", [("97530", 2, ["GO", "CO"])]),
        ([("OT", "97530", 26, "OTA")], "2019-12-31", [("97530", 2, ["GO"])]),
        ([("OT", "97530", 26, "OTA")], "2020-01-01", [("97530", 2, ["GO", "CO"])]),
        # the therapist's eight minutes decide the last unit only from 2022
        ([("PT", "97110", 8, "PT"), ("PT", "97110", 2, "PTA")], "2022-01-01", [("97110", 1, ["GP"])]),
        ([("PT", "97110", 8, "PT"), ("PT", "97110", 2, "PTA")], "2021-12-31", [("97110", 1, ["GP", "CQ"])]),
        # exactly a tenth is no modifier
        ([("PT", "97150", 18, "PT"), ("PT", "97150", 2, "PTA")], "2026-06-01", [("97150", 1, ["GP"])]),
        ([("PT", "97150", 17, "PT"), ("PT", "97150", 2, "PTA")], "2026-06-01", [("97150", 1, ["GP", "CQ"])]),
        ([("SLP", "92507", 40)], "2026-06-01", [("92507", 1, ["GN"])]),
    ],
)
def test_modifiers_follow_person_and_date(lines, on, expected):
    reply = ask(*lines, on=on)
    assert [(line["code"], line["units"], line["modifiers"]) for line in reply["claim_lines"]] == expected


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"lines": [{"discipline": "PT", "code": "00000", "minutes": 20}]}, ["UNKNOWN_CODE"]),
        ({"lines": [{"discipline": "PT", "code": "97110", "minutes": -1}]}, ["BAD_VALUE"]),
        ({"lines": [{"discipline": "PT", "code": "97110", "minutes": 20, "by": "OTA"}]}, ["BAD_VALUE"]),
        ({"lines": []}, ["BAD_VALUE"]),
        ({"rule": "both"}, ["BAD_VALUE"]),
        ({"on": "2026-02-30"}, ["BAD_VALUE"]),
        ({"on": "2025-12-31", "lines": [{"discipline": "PT", "code": "98985", "minutes": 0}]}, ["FACT_NOT_IN_FORCE"]),
    ],
)
def test_bad_requests_answer_with_a_finding_and_nothing_else(change, codes):
    data = {
        "id": "b",
        "rule": "cms",
        "on": "2026-06-01",
        "lines": [{"discipline": "PT", "code": "97110", "minutes": 20}],
        **change,
    }
    reply = answer(Request("-:1", data))
    assert ([f.code for f in reply["findings"]], reply["units"], reply["id"]) == (codes, None, "b")


minutes = st.dictionaries(
    st.sampled_from(["97110", "97112", "97116", "97140", "97530"]), st.integers(0, 120), min_size=1
)


@given(minutes)
def test_cms_units_are_those_of_the_table_and_whole_blocks_are_kept(given_minutes):
    ways = cms_ways(given_minutes)
    assert len({json.dumps(way, sort_keys=True) for way in ways}) == len(ways)
    for way in ways:
        assert sum(way.values()) == (sum(given_minutes.values()) + 7) // 15
        assert all(m // 15 <= way[code] <= -(-m // 15) for code, m in given_minutes.items())


@given(minutes, st.integers(1, 60))
def test_more_minutes_never_make_fewer_units(given_minutes, more):
    before = sum(cms_ways(given_minutes)[0].values())
    code = next(iter(given_minutes))
    assert sum(cms_ways({**given_minutes, code: given_minutes[code] + more})[0].values()) >= before
