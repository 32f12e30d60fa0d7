"""Published examples of Medicare Claims Processing Manual chapter 5 section 20.2 and the assistant rule, and properties."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.cli.lines import Request
from regain.cli.units import answer, code_list
from regain.coverage.rules.codes import Basis
from regain.coverage.rules.units import UnitRule, pooled_ways


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
        ("cms", [("OT", "96125", 90)], {"OT:96125": 1}, 0),
        ("cms", [("OT", "96125", 91)], {"OT:96125": 2}, 0),
        ("cms", [("PT", "97112", 24), ("PT", "97110", 23)], {"PT:97112": 2, "PT:97110": 1}, 0),
        (
            "cms",
            [("PT", "97110", 18), ("PT", "97140", 13), ("PT", "97116", 10), ("PT", "97035", 8)],
            {"PT:97110": 1, "PT:97140": 1, "PT:97116": 1, "PT:97035": 0},
            0,
        ),
        ("cms", [("PT", "97110", 20), ("PT", "97116", 20)], {"PT:97110": 2, "PT:97116": 1}, 2),
        ("cms", [("PT", "97140", 8), ("PT", "97110", 23)], {"PT:97140": 0, "PT:97110": 2}, 2),
        ("cms", [("PT", "97012", 0), ("PT", "97110", 0)], {"PT:97012": 1, "PT:97110": 0}, 0),
        ("cms", [("PT", "97110", 700)], {"PT:97110": 47}, 0),
        ("cms", [("PT", "97545", 60), ("OT", "97545", 61)], {"PT:97545": 0, "OT:97545": 1}, 0),
        ("cms", [("PT", "98979", 9), ("OT", "98979", 10)], {"PT:98979": 0, "OT:98979": 1}, 0),
        ("cms", [("PT", "98980", 39)], {"PT:98980": 1}, 0),
        ("cms", [("SLP", "92607", 75)], {"SLP:92607": 1}, 0),
        ("cms", [("SLP", "92607", 60), ("SLP", "92608", 46)], {"SLP:92607": 1, "SLP:92608": 2}, 0),
        ("ama", [("OT", "97129", 15), ("OT", "97130", 8)], {"OT:97129": 1, "OT:97130": 1}, 0),
        (
            "cms",
            [("PT", "97110", 8), ("OT", "97530", 8), ("SLP", "97129", 7)],
            {"PT:97110": 1, "OT:97530": 1, "SLP:97129": 0},
            0,
        ),
    ],
)
def test_units_follow_the_rule(rule, lines, units, ways):
    reply = ask(*lines, rule=rule)
    assert (reply["units"], len(reply["choices"]), [f.code for f in reply["findings"]]) == (
        units,
        ways,
        ["CHOICE"] if ways else [],
    )


@pytest.mark.parametrize("minutes", range(128))
def test_one_code_earns_the_units_of_the_printed_table(minutes):
    table = [(0, 7), (8, 22), (23, 37), (38, 52), (53, 67), (68, 82), (83, 97), (98, 112), (113, 127)]
    expected = next(units for units, (low, high) in enumerate(table) if low <= minutes <= high)
    for rule in ("cms", "ama"):
        assert ask(("PT", "97110", minutes), rule=rule)["timed_units"] == {"PT": expected}


def test_minutes_of_one_service_are_billed_on_the_code_that_follows():
    reply = ask(("OT", "97129", 45), ("OT", "97550", 38))
    assert (reply["units"], reply["timed_units"], [f.code for f in reply["findings"]]) == (
        {"OT:97129": 1, "OT:97550": 1, "OT:97130": 2, "OT:97551": 1},
        {"OT": 3},
        ["RECODED", "RECODED"],
    )


def test_every_equal_way_is_listed_across_disciplines_the_default_first():
    reply = ask(("PT", "97112", 20), ("PT", "97110", 20), ("OT", "97530", 20), ("OT", "97535", 20))
    assert [list(way.values()) for way in reply["choices"]] == [[2, 1, 2, 1], [2, 1, 1, 2], [1, 2, 2, 1], [1, 2, 1, 2]]
    assert reply["choices"][0] == reply["units"]


def test_ties_of_many_codes_are_counted_and_only_the_first_listed():
    codes = sorted(c.code for c in code_list().values() if c.basis is Basis.TIMED15 and not c.addon_of)
    reply = ask(*(("PT", code, 7) for code in codes))
    assert (len(reply["choices"]), sum(reply["units"].values())) == (1000, (7 * len(codes) + 7) // 15)
    assert "(the first 1000 are listed)" in reply["findings"][0].message


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
        # published scenarios of the final rule of 2022
        (
            [("PT", "97110", 23, "PTA"), ("PT", "97110", 13, "PT"), ("PT", "97140", 30, "PT")],
            "2026-06-01",
            [("97110", 1, ["GP"]), ("97110", 1, ["GP", "CQ"]), ("97140", 2, ["GP"])],
        ),
        (
            [("PT", "97110", 22, "PTA"), ("PT", "97140", 23, "PT")],
            "2026-06-01",
            [("97110", 1, ["GP", "CQ"]), ("97140", 2, ["GP"])],
        ),
        # equal minutes of two codes: the modifier follows the person whose code is billed
        ([("PT", "97110", 8, "PTA"), ("PT", "97140", 8, "PT")], "2026-06-01", [("97110", 1, ["GP", "CQ"])]),
        ([("PT", "97140", 8, "PT"), ("PT", "97110", 8, "PTA")], "2026-06-01", [("97140", 1, ["GP"])]),
        ([("PT", "97110", 7, "PT"), ("PT", "97110", 1, "PTA")], "2026-06-01", [("97110", 1, ["GP", "CQ"])]),
        ([("PT", "97110", 9, "PT"), ("PT", "97110", 1, "PTA")], "2021-06-01", [("97110", 1, ["GP"])]),
        (
            [("OT", "97129", 15, "OT"), ("OT", "97129", 30, "OTA")],
            "2026-06-01",
            [("97129", 1, ["GO"]), ("97130", 2, ["GO", "CO"])],
        ),
        # no minutes, but somebody did it
        ([("PT", "97012", 0, "PTA")], "2026-06-01", [("97012", 1, ["GP", "CQ"])]),
        ([("PT", "97012", None, "PT")], "2026-06-01", [("97012", 1, ["GP"])]),
        # two disciplines at once: the minutes are billed once, where they are entered
        ([("PT", "97530", 30, ["PT", "OT"])], "2026-06-01", [("97530", 2, ["GP"])]),
        ([("PT", "97530", 30, ["PTA", "OT"])], "2026-06-01", [("97530", 2, ["GP", "CQ"])]),
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
        ({"on": "2026-W01-1"}, ["BAD_VALUE"]),
        ({"on": "1999-12-31"}, ["FACT_NOT_IN_FORCE"]),
        ({"on": "2025-12-31", "lines": [{"discipline": "PT", "code": "98985", "minutes": 0}]}, ["FACT_NOT_IN_FORCE"]),
        ({"on": "2023-12-31", "lines": [{"discipline": "PT", "code": "97552", "minutes": 0}]}, ["FACT_NOT_IN_FORCE"]),
        ({"lines": [{"discipline": "OT", "code": "97161", "minutes": 40}]}, ["BAD_VALUE"]),
        *(
            ({"lines": [{"discipline": "PT", "code": "97110", "minutes": minutes}]}, ["BAD_VALUE"])
            for minutes in (None, 7.5, "20", True, 1441, [20], float("inf"))
        ),
        *(
            ({"lines": [{"discipline": "PT", "code": "97110", "minutes": 20, "by": by}]}, ["BAD_VALUE"])
            for by in ("MD", [], ["OT"], ["PT", "MD"], [[]], {})
        ),
        ({"lines": [{"discipline": ["PT"], "code": {}, "minutes": 20}]}, ["BAD_VALUE", "UNKNOWN_CODE"]),
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


CMS = UnitRule("cms", 15, 8, pooled=True)
minutes = st.dictionaries(
    st.sampled_from(["97110", "97112", "97116", "97140", "97530"]), st.integers(0, 120), min_size=1
)


@given(minutes)
def test_cms_units_are_those_of_the_table_and_whole_blocks_are_kept(given_minutes):
    ways = pooled_ways(given_minutes, CMS)
    assert len({json.dumps(way, sort_keys=True) for way in ways}) == len(ways)
    for way in ways:
        assert sum(way.values()) == (sum(given_minutes.values()) + 7) // 15
        assert all(m // 15 <= way[code] <= -(-m // 15) for code, m in given_minutes.items())


@given(minutes, st.integers(1, 60))
def test_more_minutes_never_make_fewer_units(given_minutes, more):
    before = sum(pooled_ways(given_minutes, CMS)[0].values())
    code = next(iter(given_minutes))
    assert sum(pooled_ways({**given_minutes, code: given_minutes[code] + more}, CMS)[0].values()) >= before


day = st.lists(
    st.tuples(st.sampled_from(["PT", "OT"]), st.sampled_from(["97110", "97112", "97140", "97530", "97129", "97012", "97550"]),
              st.integers(0, 70), st.booleans()),
    min_size=1, max_size=8,
)  # fmt: skip


def with_people(lines):
    return [(key, code, minutes, f"{key}A" if assistant else key) for key, code, minutes, assistant in lines]


@given(day, st.sampled_from(["cms", "ama"]))
def test_claim_lines_add_up_to_the_units_and_units_to_the_pool(lines, rule):
    reply = ask(*with_people(lines), rule=rule)
    for way in reply["choices"] or [reply["units"]]:
        assert sum(way.values()) == sum(reply["units"].values())
    billed = {}
    for line in reply["claim_lines"]:
        key = f"{line['discipline']}:{line['code']}"
        billed[key] = billed.get(key, 0) + line["units"]
    assert billed == {key: units for key, units in reply["units"].items() if units}
    if rule == "cms":
        assert reply["timed_units"] == {key: (total + 7) // 15 for key, total in reply["timed_minutes"].items()}


@given(day, st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total_and_no_untied_unit(lines, chance):
    shuffled = chance.sample(lines, len(lines))
    first, second = ask(*with_people(lines)), ask(*with_people(shuffled))
    assert first["timed_units"] == second["timed_units"]
    if not first["choices"]:
        assert first["units"] == second["units"]
