from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.credentials.queries import (
    access_of,
    acts,
    compact_of,
    compact_states,
    jurisdictions,
    known_of_state,
    renewal_of,
)
from regain.credentials.rules import (
    Compact,
    DisciplineKinds,
    Held,
    LicenseHeld,
    PrivilegeHeld,
    Renewal,
    SupervisionHeld,
    check_privilege,
    direct_access,
    expiry,
    learning,
    may,
)

ON = date(2026, 11, 24)
PT = DisciplineKinds("PT", {"therapist": "PT", "assistant": "PTA"})
OT = DisciplineKinds("OT", {"therapist": "OT", "assistant": "OTA"})


def licensed(kind="PT", state="ME", start=date(2024, 1, 1), end=date(2028, 3, 31), **more):
    return LicenseHeld(kind, state, start, end, "88214", **more)


def ask(
    act="treatment",
    held=(),
    privileges=(),
    supervision=(),
    discipline=PT,
    state="ME",
    on=ON,
    members=frozenset({"ME", "NH"}),
):
    person = Held("Robin", tuple(held), tuple(privileges), tuple(supervision))
    return [f.code for f in may(acts()[act], person, discipline, state, on, members)]


PRIVILEGE = PrivilegeHeld("PT", "NH", "ME", date(2025, 1, 1), date(2027, 1, 1))


def supervised(*licenses, start=date(2026, 1, 1), end=None, privileges=()):
    return SupervisionHeld("ME", start, end, Held("Marcus", licenses, privileges))


SUPERVISED = supervised(licensed("PT"), licensed("OT"))


@pytest.mark.parametrize(
    ("question", "codes"),
    [
        ({"held": [licensed()]}, []),
        ({"held": [licensed()], "act": "evaluation"}, []),
        ({"held": [licensed()], "state": ""}, ["STATE_UNKNOWN"]),
        ({"held": []}, ["NO_LICENSE"]),
        ({"held": [licensed("OT")]}, ["NO_LICENSE"]),
        ({"held": [licensed(state="VT")]}, ["NO_LICENSE_IN_STATE"]),
        ({"held": [licensed(end=ON)]}, []),
        ({"held": [licensed(end=ON - timedelta(1))]}, ["LICENSE_EXPIRED"]),
        ({"held": [licensed(start=ON)]}, []),
        ({"held": [licensed(start=ON + timedelta(1))]}, ["LICENSE_NOT_YET"]),
        ({"held": [licensed(withdrawn_on=ON)]}, ["LICENSE_WITHDRAWN"]),
        ({"held": [licensed(withdrawn_on=ON + timedelta(1))]}, []),
        ({"held": [licensed(state="NH", home_state=True)], "privileges": [PRIVILEGE]}, []),
        (
            {"held": [licensed(state="NH", home_state=True, end=ON - timedelta(1))], "privileges": [PRIVILEGE]},
            ["HOME_LICENSE_NOT_IN_FORCE"],
        ),
        (
            {"held": [licensed(state="NH", home_state=True)], "privileges": [PRIVILEGE], "members": frozenset({"ME"})},
            ["NOT_A_COMPACT_STATE"],
        ),
        (
            {"held": [licensed(state="NH", home_state=True)], "privileges": [PRIVILEGE], "on": date(2027, 1, 2)},
            ["PRIVILEGE_NOT_IN_FORCE"],
        ),
        ({"held": [licensed(state="NH", home_state=True)], "privileges": [PRIVILEGE], "on": date(2027, 1, 1)}, []),
        ({"held": [licensed(state="NH", home_state=True)], "privileges": [PRIVILEGE], "on": date(2025, 1, 1)}, []),
        (
            {"held": [licensed(state="NH", home_state=True)], "privileges": [PRIVILEGE], "on": date(2024, 12, 31)},
            ["PRIVILEGE_NOT_IN_FORCE"],
        ),
        ({"held": [licensed(state="NH", home_state=True, end=ON)], "privileges": [PRIVILEGE]}, []),
        ({"held": [licensed(state="NH")], "privileges": [PRIVILEGE]}, ["HOME_STATE_NOT_MARKED"]),
        (
            {"held": [licensed(state="NH", home_state=True, withdrawn_on=ON)], "privileges": [PRIVILEGE]},
            ["HOME_LICENSE_NOT_IN_FORCE"],
        ),
        (
            {"held": [licensed("PTA", state="NH", home_state=True)], "privileges": [PRIVILEGE]},
            ["HOME_LICENSE_NOT_IN_FORCE"],
        ),
        ({"held": [licensed("PTA")], "supervision": [SUPERVISED]}, []),
        ({"held": [licensed("PTA")]}, ["NO_SUPERVISOR"]),
        ({"held": [licensed("PTA")], "supervision": [supervised(licensed(), start=ON, end=ON)]}, []),
        (
            {"held": [licensed("PTA")], "supervision": [supervised(licensed(), end=ON - timedelta(1))]},
            ["NO_SUPERVISOR"],
        ),
        ({"held": [licensed("PTA")], "supervision": [supervised()]}, ["SUPERVISOR_NOT_LICENSED"]),
        ({"held": [licensed("PTA")], "supervision": [supervised(licensed(end=ON))]}, []),
        (
            {"held": [licensed("PTA")], "supervision": [supervised(licensed(end=ON - timedelta(1)))]},
            ["SUPERVISOR_NOT_LICENSED"],
        ),
        (
            {"held": [licensed("PTA")], "supervision": [supervised(licensed(withdrawn_on=ON))]},
            ["SUPERVISOR_NOT_LICENSED"],
        ),
        ({"held": [licensed("PTA")], "supervision": [supervised(licensed("OT"))]}, ["SUPERVISOR_NOT_LICENSED"]),
        ({"held": [licensed("PTA")], "supervision": [supervised(licensed("PTA"))]}, ["SUPERVISOR_NOT_LICENSED"]),
        (
            {"held": [licensed("PTA")], "supervision": [supervised(licensed(state="NH", home_state=True))]},
            ["SUPERVISOR_NOT_LICENSED"],
        ),
        (
            {
                "held": [licensed("PTA")],
                "supervision": [supervised(licensed(state="NH", home_state=True), privileges=[PRIVILEGE])],
            },
            [],
        ),
        ({"held": [licensed("PTA")], "supervision": [supervised(), supervised(licensed())]}, []),
        ({"held": [licensed("PTA")], "supervision": [SUPERVISED], "act": "evaluation"}, ["NOT_IN_SCOPE"]),
        ({"held": [licensed("PTA")], "supervision": [SUPERVISED], "act": "plan"}, ["NOT_IN_SCOPE"]),
        ({"held": [licensed("OTA")], "supervision": [SUPERVISED], "act": "treatment", "discipline": OT}, []),
    ],
)
def test_may_says_yes_or_the_true_reason(question, codes):
    assert ask(**question) == codes


@given(st.dates(date(2020, 1, 1), date(2032, 1, 1)), st.integers(0, 2000))
def test_a_license_counts_exactly_between_its_dates(on, length):
    held = licensed(start=date(2024, 1, 1), end=date(2024, 1, 1) + timedelta(length))
    assert (ask(held=[held], on=on) == []) == (held.issued_on <= on <= held.expires_on)


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_day_of_expiry_still_counts_and_the_day_after_does_not(days):
    # credentials reference, section 8, case 1
    held = licensed(state="TX", end=date(2026, 11, 30))
    on = date(2026, 11, 30) + timedelta(days)
    assert ask(held=[held], state="TX", on=on) == ([] if days <= 0 else ["LICENSE_EXPIRED"])


def test_a_gap_stays_blocked_after_reinstatement():
    # section 8, case 7: nothing is back-dated
    before, after = licensed(end=date(2026, 11, 30)), licensed(start=date(2027, 1, 15))
    found = [ask(held=[before, after], on=on) for on in (date(2026, 11, 30), date(2026, 12, 20), date(2027, 1, 15))]
    assert [bool(codes) for codes in found] == [False, True, False]


def test_where_the_patient_is_decides():
    # section 8, case 2: on video in UT, then on the CO side of the line
    held = [licensed("OT", state="CO", home_state=True)]
    assert ask(held=held, discipline=OT, state="UT") == ["NO_LICENSE_IN_STATE"]
    assert ask(held=held, discipline=OT, state="CO") == []


HOME = Held("Robin", (licensed(state="NH", home_state=True, end=date(2027, 6, 30)),))
ISSUING = Compact("PT Compact", True, frozenset({"ME", "NH"}))


@pytest.mark.parametrize(
    ("changed", "compact", "codes"),
    [
        ({}, ISSUING, []),
        ({"expires_on": date(2027, 6, 30)}, ISSUING, []),
        ({"expires_on": date(2027, 7, 1)}, ISSUING, ["PRIVILEGE_OUTLIVES_LICENSE"]),
        ({"issued_on": date(2024, 1, 1)}, ISSUING, []),
        ({"issued_on": date(2023, 12, 31)}, ISSUING, ["NO_HOME_LICENSE"]),
        ({"home_state": "VT"}, ISSUING, ["NO_HOME_LICENSE", "NOT_A_COMPACT_STATE"]),
        ({"state": "NH"}, ISSUING, ["PRIVILEGE_AT_HOME"]),
        ({}, None, ["NO_COMPACT"]),
        ({}, Compact("OT Compact", False, frozenset({"ME", "NH"})), ["COMPACT_NOT_ISSUING"]),
        ({}, Compact("PT Compact", True, frozenset({"NH"})), ["NOT_A_COMPACT_STATE"]),
    ],
)
def test_a_privilege_that_nobody_could_have_issued_is_refused(changed, compact, codes):
    privilege = PrivilegeHeld(**{"kind": "PT", "home_state": "NH", "state": "ME", "issued_on": date(2025, 1, 1), "expires_on": date(2027, 1, 1)} | changed)  # fmt: skip
    assert [f.code for f in check_privilege(privilege, HOME, compact)] == codes


def test_a_privilege_may_not_rest_on_a_license_that_is_not_the_home_states():
    held = Held("Robin", (licensed(state="NH"),))
    assert [f.code for f in check_privilege(PRIVILEGE, held, ISSUING)] == ["NO_HOME_LICENSE"]


@pytest.mark.parametrize(
    ("on", "issuing"), [(date(2025, 8, 31), None), (date(2025, 9, 1), False), (date(2026, 4, 30), False), (date(2026, 5, 1), True)]
)  # fmt: skip
def test_the_ot_compact_issues_nothing_before_may_2026(on, issuing):
    compact = compact_of("OT", on)
    assert (compact.issuing if compact else None) is issuing


def test_hours_of_the_renewal_period_are_counted_beside_what_the_state_asks_for():
    held = licensed(end=date(2027, 8, 31))
    done = [(date(2025, 8, 31), 4), (date(2025, 9, 1), 6), (date(2026, 11, 24), 2.5), (date(2026, 11, 25), 9)]
    found = learning(held, done, Renewal(2, 20), ON)
    assert (found.since, found.hours, found.missing) == (date(2025, 8, 31), 8.5, 11.5)
    unknown = learning(held, done, Renewal(), ON)
    assert (unknown.since, unknown.hours, unknown.missing) == (held.issued_on, 12.5, None)


def test_every_state_and_the_district_say_what_they_know_with_its_source():
    states = jurisdictions()
    assert (len(states), states["DC"], states["WY"]) == (51, "District of Columbia", "Wyoming")
    for state in states:
        for kind, rows in known_of_state(state, ["OT", "OTA", "PT", "PTA"], ON):
            assert len(rows) >= 2, (state, kind)
            for topic, words, certainty, source in rows:
                assert words.endswith("."), (state, kind, topic, words)
                assert bool(certainty) == bool(source), (state, kind, topic)


def test_what_is_not_known_of_a_state_stays_unknown():
    assert (renewal_of("ME", "OT", ON), renewal_of("ZZ", "PT", ON)) == (Renewal(), Renewal())
    found = dict(known_of_state("ME", ["PT"], ON))["PT"]
    assert found[0][:2] == ("Renewal", "Not known here: ask the state's board.")


def test_compact_membership_is_dated():
    assert "ME" in compact_states("PT", ON)
    assert "ME" not in compact_states("PT", date(2000, 1, 1))


def test_direct_access_says_what_is_known_and_what_is_not():
    assert [f.code for f in direct_access(access_of("ME", "PT", ON))] == ["ACCESS_LIMITED"]
    assert [f.code for f in direct_access(access_of("ME", "OT", ON))] == ["ACCESS_UNKNOWN"]
    assert [f.code for f in direct_access(access_of("ZZ", "PT", ON))] == ["ACCESS_UNKNOWN"]


@pytest.mark.parametrize(("days", "code"), [(-1, "EXPIRED"), (0, "EXPIRES_SOON"), (90, "EXPIRES_SOON"), (91, None)])
def test_expiry_warns_in_the_last_90_days(days, code):
    found = expiry(ON + timedelta(days), ON)
    assert (found.code if found else None) == code
    words = {-1: "Expired on", 0: "Expires today", 90: "Expires in 90 days"}
    assert found is None or found.message.startswith(words[days])


def test_a_finding_writes_a_day_as_the_pages_do():
    assert expiry(date(2026, 12, 5), ON).message == "Expires in 11 days, on 5 Dec 2026."
