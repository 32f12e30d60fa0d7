"""Writes of credentials: licenses and privileges (a renewal is a new row), supervision, education."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from regain.credentials.models import CompactPrivilege, ContinuingEducation, License, Supervision
from regain.credentials.queries import compact_at_issue, discipline_of_kind, findings_for, held_by, level_of_kind
from regain.credentials.rules import Level, PrivilegeHeld, check_privilege
from regain.organizations.models import Membership
from regain.people.models import Practitioner
from regain.record.actions import add, audit, change
from regain.reference.rules import Finding, blocks, error


@transaction.atomic
def add_license(practitioner: Practitioner, *, by: Membership, at: datetime, kind: str, state: str, number: str, issued_on: date, expires_on: date,
                home_state: bool = False, replaces: License | None = None, **details) -> License:  # fmt: skip
    """A license; `replaces` the row it renews or corrects, which stays as it was."""
    row = add(License, by=by, at=at, practitioner=practitioner, kind=kind, state=state, number=number, issued_on=issued_on, expires_on=expires_on,
              home_state=home_state, replaces=replaces, **details)  # fmt: skip
    audit("license recorded", row, by=by, at=at, practitioner=str(practitioner), kind=kind, state=state)
    return row


@transaction.atomic
def withdraw_license(
    license: License, *, withdrawn_on: date, reason: str, by: Membership, at: datetime
) -> License | list[Finding]:
    """A license suspended, surrendered or entered in error from a day on: a new row says so, the old one stays."""
    if not reason.strip():
        return [error("REASON_MISSING", "Say why the license no longer counts.", where="reason", try_="Suspended by the board, surrendered, entered in error.")]  # fmt: skip
    if withdrawn_on < license.issued_on:
        return [error("WITHDRAWN_BEFORE_ISSUE", f"The license was issued on {license.issued_on:%-d %b %Y}, later than that day.", where="withdrawn_on",
                      found=str(withdrawn_on), expected=f"{license.issued_on} or later", try_="Enter the day it was issued if it never counted.")]  # fmt: skip
    row = add(License, by=by, at=at, practitioner=license.practitioner, kind=license.kind, state=license.state, number=license.number, issued_on=license.issued_on,
              expires_on=license.expires_on, home_state=license.home_state, replaces=license, withdrawn_on=withdrawn_on, reason=reason.strip())  # fmt: skip
    audit(
        "license withdrawn",
        row,
        by=by,
        at=at,
        practitioner=str(license.practitioner),
        kind=license.kind,
        state=license.state,
    )
    return row


@transaction.atomic
def add_privilege(practitioner: Practitioner, *, by: Membership, at: datetime, kind: str, home_state: str, state: str, issued_on: date, expires_on: date,
                  **details) -> CompactPrivilege | list[Finding]:  # fmt: skip
    """A compact privilege; one that nobody could have issued is refused."""
    held = held_by(by, [practitioner])[practitioner.pk]
    asked = PrivilegeHeld(kind, home_state, state, issued_on, expires_on)
    findings = check_privilege(asked, held, compact_at_issue(kind, issued_on, localdate(at)))
    if blocks(findings):
        return findings
    row = add(CompactPrivilege, by=by, at=at, practitioner=practitioner, kind=kind, home_state=home_state, state=state, issued_on=issued_on,
              expires_on=expires_on, **details)  # fmt: skip
    audit("privilege recorded", row, by=by, at=at, practitioner=str(practitioner), state=row.state)
    return row


@transaction.atomic
def supervise(assistant: Practitioner, supervisor: Practitioner, *, state: str, starts_on: date, by: Membership, at: datetime,
              level: str = "general") -> Supervision | list[Finding]:  # fmt: skip
    """An assistant works under a therapist of the same discipline from a day on."""
    discipline = discipline_of_kind(assistant.profession)
    if discipline is None or level_of_kind(assistant.profession) is not Level.ASSISTANT:
        return [
            error(
                "NOT_AN_ASSISTANT",
                f"{assistant} is no assistant: only assistants work under supervision.",
                where="assistant",
            )
        ]
    if discipline_of_kind(supervisor.profession) != discipline:
        return [error("OTHER_DISCIPLINE", f"{supervisor} is no {discipline}: an assistant is supervised within the own discipline.", where="supervisor",
                      found=supervisor.profession, try_=f"Choose a {discipline} therapist.")]  # fmt: skip
    findings = findings_for(by, "supervise", supervisor, discipline, state, starts_on)
    if blocks(findings):
        return findings
    row = add(Supervision, by=by, at=at, assistant=assistant, supervisor=supervisor, state=state, starts_on=starts_on, level=level)  # fmt: skip
    audit("supervision recorded", row, by=by, at=at, assistant=str(assistant), supervisor=str(supervisor))
    return row


@transaction.atomic
def end_supervision(
    row: Supervision, *, ends_on: date, version: int, by: Membership, at: datetime
) -> Supervision | list[Finding]:
    """The last day of an arrangement."""
    if ends_on < row.starts_on:
        return [error("ENDS_BEFORE_START", f"The supervision began on {row.starts_on:%-d %b %Y}.", where="ends_on", found=str(ends_on),
                      expected=f"{row.starts_on} or later", try_="Check the day.")]  # fmt: skip
    saved = change(row, version=version, by=by, at=at, ends_on=ends_on)
    audit("supervision ended", saved, by=by, at=at, assistant=str(row.assistant), supervisor=str(row.supervisor))
    return saved


@transaction.atomic
def add_education(practitioner: Practitioner, *, by: Membership, at: datetime, **fields) -> ContinuingEducation:
    """Hours of continuing education."""
    row = add(ContinuingEducation, by=by, at=at, practitioner=practitioner, **fields)
    audit("education recorded", row, by=by, at=at, practitioner=str(practitioner))
    return row
