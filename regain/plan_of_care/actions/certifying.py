"""A section on its way to approval: sent, signed or returned through the physician's link, agreed by telephone."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from regain.episodes.actions import join_care_team
from regain.organizations.models import Membership
from regain.people.models import Practitioner
from regain.plan_of_care.models import Certification, Plan, Section, SigningLink
from regain.plan_of_care.queries import hash_token, open_links, sections_of
from regain.plan_of_care.rules import CertificationRule, Course, certification_due, signs_as
from regain.record.actions import add, audit
from regain.reference.rules import Finding, error

LINK_LASTS = timedelta(days=30)


@transaction.atomic
def send_for_certification(
    plan: Plan, physician: Practitioner, *, by: Membership, at: datetime
) -> tuple[str, list[Finding]]:
    """Send every signed section to a physician; returns the link's token (shown once, only its hash is kept) and findings.

    It takes the place of an earlier link of the same physician.
    """
    sections = [
        s
        for s in plan.sections.filter(
            Q(replaced_by__isnull=True) | Q(replaced_by__signed_at__isnull=True), signed_at__isnull=False
        ).distinct()
        if not s.certifications.filter(kind="signed").exists()
    ]
    if not sections:
        return "", [
            error("NOTHING_TO_SEND", "No signed section waits for certification.", try_="Sign a section first.")
        ]
    for old in open_links(by, plan, at).filter(physician=physician):
        old.closed_at = at
        old.save(update_fields=["closed_at"])
    token = secrets.token_urlsafe(32)
    link = add(
        SigningLink,
        by=by,
        at=at,
        plan=plan,
        physician=physician,
        token_hash=hash_token(token),
        expires_at=at + LINK_LASTS,
    )
    for section in sections:
        add(Certification, by=by, at=at, section=section, kind="sent", on=localdate(at), physician=physician)
    _joins(plan, physician, by, at)
    audit(
        "plan sent",
        link,
        by=by,
        at=at,
        patient=plan.episode.patient_id,
        to=str(physician),
        sections=[s.discipline for s in sections],
    )
    return token, []


@transaction.atomic
def note_verbal_order(
    section: Section, physician: Practitioner, *, on: date, by: Membership, at: datetime, rule: CertificationRule
) -> list[Finding]:
    """The physician agreed by telephone; the signature is due within 14 days."""
    findings = _against_verbal(section, on, at)
    if findings:
        return findings
    row = add(
        Certification, by=by, at=at, section=section, kind="verbal", on=on, physician=physician, through_on=_through(section, rule)
    )  # fmt: skip
    _joins(section.plan, physician, by, at)
    audit("verbal order", row, by=by, at=at, patient=section.plan.episode.patient_id, physician=str(physician))
    return []


def _joins(plan: Plan, physician: Practitioner, by: Membership, at: datetime) -> None:
    """Whoever certifies belongs to the care team: claims name them, and the episode shows whom to call."""
    join_care_team(plan.episode, physician, starts_on=localdate(at), by=by, at=at, role="physician")


def _against_verbal(section: Section, on: date, at: datetime) -> list[Finding]:
    if not section.signed_at:
        return [error("SECTION_UNSIGNED", f"The {section.discipline} section is not signed yet.", try_="Sign it first: a physician agrees to what is signed.")]  # fmt: skip
    if section.certifications.filter(kind__in=("signed", "verbal")).exists():
        return [error("ALREADY_CERTIFIED", f"The {section.discipline} section has the physician's agreement already.", try_="Nothing is left to note.")]  # fmt: skip
    if not section.evaluated_on <= on <= localdate(at):
        return [error("DATE_OUT_OF_RANGE", f"{on:%-d %b %Y} is no day on which this section could be agreed to.", where="on", found=str(on),
                      expected=f"{section.evaluated_on} to {localdate(at)}", try_="Enter the day of the telephone call.")]  # fmt: skip
    return []


def _through(section: Section, rule: CertificationRule) -> date:
    course = Course(section.discipline, section.evaluated_on, duration_weeks=section.duration_weeks)
    return certification_due(course, rule).through_on


@transaction.atomic
def answer_link(
    link: SigningLink, *, section: Section, agree: bool, signature: str, comment: str, at: datetime, rule: CertificationRule
) -> list[Finding]:  # fmt: skip
    """The physician signs or returns one section through the link, without an account. Audited under their name.

    Each section is answered once; the last answer closes the link.
    """
    sent = {one.pk: one for one in sections_of(link)}
    if section.pk not in sent:
        return [
            error("NOT_IN_PLAN", "This section does not belong to the plan you were sent.", try_="Open the link again.")
        ]
    findings = _against_answer(link, sent[section.pk], agree, signature, comment)
    if findings:
        return findings
    row = Certification.objects.create(
        organization_id=link.organization_id, created_at=at, created_by=None, section=section, kind="signed" if agree else "returned",
        on=localdate(at), physician=link.physician, signature=signature.strip() if agree else "", through_on=_through(section, rule) if agree else None,
        comment=comment.strip(), section_hash=section.signed_hash,
    )  # fmt: skip
    audit("section certified" if agree else "section returned", row, by=None, at=at, organization=link.organization_id,
          patient=link.plan.episode.patient_id, label=f"{link.physician} through a signing link", discipline=section.discipline)  # fmt: skip
    if all(one.answer for one in sections_of(link)):
        link.closed_at = at
        link.save(update_fields=["closed_at"])
    return []


def _against_answer(link: SigningLink, section: Section, agree: bool, signature: str, comment: str) -> list[Finding]:
    """`section` carries its `answer` through this link."""
    if section.certifications.filter(kind="signed").exists():
        # a form sent twice, or two links to one plan: the first signature stands
        return [error("ALREADY_CERTIFIED", f"The {section.discipline} section is signed already.", where="section",
                      try_="Nothing is left to do for it; call the clinic to change the plan.")]  # fmt: skip
    if section.answer:
        return [error("ALREADY_RETURNED", f"You returned the {section.discipline} section already.", where="section",
                      try_="The clinic sends you a new version.")]  # fmt: skip
    if agree and len(signature.strip()) < 3:
        return [error("SIGNATURE_MISSING", "Type your name to sign.", where="signature", found=signature, expected=str(link.physician),
                      try_="First and family name, as on your orders.")]  # fmt: skip
    if agree and not signs_as(signature, link.physician.family):
        return [error("SIGNATURE_DIFFERS", f"The plan was sent to {link.physician}.", where="signature", found=signature.strip(), expected=str(link.physician),
                      try_="Where a colleague signs instead, return it with their name: the clinic sends it to them.")]  # fmt: skip
    if not agree and not comment.strip():
        return [error("COMMENT_MISSING", "Say what should change.", where="comment", try_="One sentence is enough.")]
    return []


@transaction.atomic
def open_link(link: SigningLink, *, at: datetime) -> None:
    """Note that the link was opened."""
    if link.opened_at is None:
        link.opened_at = at
        link.save(update_fields=["opened_at"])
    audit("plan opened through link", link.plan, by=None, at=at, organization=link.organization_id, patient=link.plan.episode.patient_id,
          label=f"{link.physician} through a signing link")  # fmt: skip


@transaction.atomic
def withdraw_link(link: SigningLink, *, by: Membership, at: datetime) -> None:
    """End a link before its day: it went to the wrong person, or the plan changes."""
    link.closed_at = at
    link.save(update_fields=["closed_at"])
    audit("signing link withdrawn", link, by=by, at=at, patient=link.plan.episode.patient_id, to=str(link.physician))
