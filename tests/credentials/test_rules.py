from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.credentials.queries import access_of, acts, compact_states
from regain.credentials.rules import (
    DisciplineKinds,
    Held,
    LicenseHeld,
    PrivilegeHeld,
    SupervisionHeld,
    direct_access,
    expiry,
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
        ({"held": [licensed(state="NH")]}, ["NO_LICENSE_IN_STATE"]),
        ({"held": [licensed(end=ON)]}, []),
        ({"held": [licensed(end=ON - timedelta(1))]}, ["LICENSE_EXPIRED"]),
        ({"held": [licensed(start=ON)]}, []),
        ({"held": [licensed(start=ON + timedelta(1))]}, ["LICENSE_NOT_YET"]),
        ({"held": [licensed(withdrawn_on=ON)]}, ["LICENSE_WITHDRAWN"]),
        ({"held": [licensed(withdrawn_on=ON + timedelta(1))]}, []),
        ({"held": [licensed(state="NH")], "privileges": [PRIVILEGE]}, []),
        (
            {"held": [licensed(state="NH", end=ON - timedelta(1))], "privileges": [PRIVILEGE]},
            ["HOME_LICENSE_NOT_IN_FORCE"],
        ),
        (
            {"held": [licensed(state="NH")], "privileges": [PRIVILEGE], "members": frozenset({"ME"})},
            ["NOT_A_COMPACT_STATE"],
        ),
        (
            {"held": [licensed(state="NH")], "privileges": [PRIVILEGE], "on": date(2027, 1, 2)},
            ["PRIVILEGE_NOT_IN_FORCE"],
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
        ({"held": [licensed("PTA")], "supervision": [supervised(licensed(state="NH"))]}, ["SUPERVISOR_NOT_LICENSED"]),
        (
            {"held": [licensed("PTA")], "supervision": [supervised(licensed(state="NH"), privileges=[PRIVILEGE])]},
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
