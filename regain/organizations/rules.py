"""Roles and what each may do: one table, read by every view."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What a person is in an organization; one membership may hold several."""

    OWNER = "owner"
    THERAPIST = "therapist"
    ASSISTANT = "assistant"
    FRONT_DESK = "front_desk"
    BILLER = "biller"
    REFERRER = "referrer"
    PATIENT = "patient"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The role as a person says it."""
        return self.value.replace("_", " ").capitalize()


class Permission(StrEnum):
    """What a view can ask for. What license law asks for is not here but in `credentials.rules`."""

    SEE_CHART = "see_chart"
    EDIT_PATIENT = "edit_patient"
    TAKE_REFERRAL = "take_referral"
    DECIDE_REFERRAL = "decide_referral"
    BOOK = "book"
    PLAN = "plan"
    WRITE_NOTE = "write_note"
    SEE_COVERAGE = "see_coverage"
    EDIT_COVERAGE = "edit_coverage"
    BILL = "bill"
    SEE_TEAM = "see_team"
    MANAGE_TEAM = "manage_team"
    MANAGE_CLINIC = "manage_clinic"
    OWN_RECORD = "own_record"


P = Permission
_CLINICAL = {P.SEE_CHART, P.EDIT_PATIENT, P.TAKE_REFERRAL, P.DECIDE_REFERRAL, P.BOOK, P.PLAN, P.WRITE_NOTE,
             P.SEE_COVERAGE, P.SEE_TEAM}  # fmt: skip
_DESK = {P.SEE_CHART, P.EDIT_PATIENT, P.TAKE_REFERRAL, P.BOOK, P.SEE_COVERAGE, P.EDIT_COVERAGE, P.SEE_TEAM}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(_DESK | {P.BILL, P.MANAGE_TEAM, P.MANAGE_CLINIC}),
    Role.THERAPIST: frozenset(_CLINICAL),
    Role.ASSISTANT: frozenset(_CLINICAL - {P.DECIDE_REFERRAL, P.PLAN}),
    Role.FRONT_DESK: frozenset(_DESK),
    Role.BILLER: frozenset({P.SEE_CHART, P.SEE_COVERAGE, P.EDIT_COVERAGE, P.BILL, P.SEE_TEAM}),
    Role.REFERRER: frozenset(),
    Role.PATIENT: frozenset({P.OWN_RECORD}),
    Role.SYSTEM: frozenset(P),
}


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Everything a person with these roles may do.

    >>> Permission.PLAN in permissions_of(["assistant"])
    False
    """
    return frozenset().union(*(ALLOWED[Role(role)] for role in roles))
