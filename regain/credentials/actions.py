"""Writes of credentials: licenses and privileges (a renewal is a new row), supervision, education."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regain.credentials.models import CompactPrivilege, ContinuingEducation, License, Supervision
from regain.organizations.models import Membership
from regain.people.models import Practitioner
from regain.record.actions import add, audit


@transaction.atomic
def add_license(practitioner: Practitioner, *, by: Membership, at: datetime, kind: str, state: str, number: str, issued_on: date, expires_on: date,
                home_state: bool = False, replaces: License | None = None, **details) -> License:  # fmt: skip
    """A license; `replaces` the row it renews or corrects, which stays as it was."""
    row = add(License, by=by, at=at, practitioner=practitioner, kind=kind, state=state, number=number, issued_on=issued_on, expires_on=expires_on,
              home_state=home_state, replaces=replaces, **details)  # fmt: skip
    audit("license recorded", row, by=by, at=at, practitioner=str(practitioner), kind=kind, state=state)
    return row


@transaction.atomic
def add_privilege(practitioner: Practitioner, *, by: Membership, at: datetime, **fields) -> CompactPrivilege:
    """A compact privilege."""
    row = add(CompactPrivilege, by=by, at=at, practitioner=practitioner, **fields)
    audit("privilege recorded", row, by=by, at=at, practitioner=str(practitioner), state=row.state)
    return row


@transaction.atomic
def supervise(
    assistant: Practitioner,
    supervisor: Practitioner,
    *,
    state: str,
    starts_on: date,
    by: Membership,
    at: datetime,
    level: str = "general",
) -> Supervision:
    """An assistant works under a therapist from a day on."""
    row = add(
        Supervision,
        by=by,
        at=at,
        assistant=assistant,
        supervisor=supervisor,
        state=state,
        starts_on=starts_on,
        level=level,
    )
    audit("supervision recorded", row, by=by, at=at, assistant=str(assistant), supervisor=str(supervisor))
    return row


@transaction.atomic
def add_education(practitioner: Practitioner, *, by: Membership, at: datetime, **fields) -> ContinuingEducation:
    """Hours of continuing education."""
    row = add(ContinuingEducation, by=by, at=at, practitioner=practitioner, **fields)
    audit("education recorded", row, by=by, at=at, practitioner=str(practitioner))
    return row
