"""A section on its way to approval: sent, signed or returned through the physician's link, agreed by telephone."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from regain.organizations.models import Membership
from regain.people.models import Practitioner
from regain.plan_of_care.models import Certification, Plan, Section, SigningLink
from regain.plan_of_care.queries import hash_token
from regain.plan_of_care.rules import Course, certification_due
from regain.record.actions import add, audit
from regain.reference.rules import Finding, error

LINK_LASTS = timedelta(days=30)


@transaction.atomic
def send_for_certification(
    plan: Plan, physician: Practitioner, *, by: Membership, at: datetime
) -> tuple[str, list[Finding]]:
    """Send every signed section to a physician; returns the link's token (shown once, only its hash is kept) and findings."""
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
    section: Section, physician: Practitioner, *, on: date, by: Membership, at: datetime, rule
) -> Certification:
    """The physician agreed by telephone; the signature is due within 14 days."""
    through = certification_due(
        Course(section.discipline, section.evaluated_on, duration_weeks=section.duration_weeks), rule
    ).through_on
    row = add(
        Certification, by=by, at=at, section=section, kind="verbal", on=on, physician=physician, through_on=through
    )
    audit("verbal order", row, by=by, at=at, patient=section.plan.episode.patient_id)
    return row


@transaction.atomic
def answer_link(
    link: SigningLink, *, section: Section, agree: bool, signature: str, comment: str, at: datetime, rule
) -> list[Finding]:
    """The physician signs or returns one section through the link, without an account. Audited under their name."""
    if section.plan_id != link.plan_id or not section.signed_at:
        return [
            error("NOT_IN_PLAN", "This section does not belong to the plan you were sent.", try_="Open the link again.")
        ]
    if Certification.objects.of(link.organization).filter(section=section, kind="signed").exists():
        # a form sent twice, or two links to one plan: the first signature stands
        return [
            error(
                "ALREADY_CERTIFIED",
                f"The {section.discipline} section is signed already.",
                where="section",
                try_="Nothing is left to do for it; call the clinic to change the plan.",
            )
        ]
    if agree and len(signature.strip()) < 3:
        return [
            error(
                "SIGNATURE_MISSING",
                "Type your name to sign.",
                where="signature",
                found=signature,
                expected="your full name",
                try_="First and family name, as on your orders.",
            )
        ]
    if not agree and not comment.strip():
        return [error("COMMENT_MISSING", "Say what should change.", where="comment", try_="One sentence is enough.")]
    through = certification_due(
        Course(section.discipline, section.evaluated_on, duration_weeks=section.duration_weeks), rule
    ).through_on
    row = Certification.objects.create(
        organization_id=link.organization_id, created_at=at, created_by=None, section=section, kind="signed" if agree else "returned", on=localdate(at),
        physician=link.physician, signature=signature.strip() if agree else "", through_on=through if agree else None, comment=comment.strip(),
        section_hash=section.signed_hash,
    )  # fmt: skip
    audit("section certified" if agree else "section returned", row, by=None, at=at, organization=link.organization_id,
          patient=link.plan.episode.patient_id, label=f"{link.physician} through a signing link", discipline=section.discipline)  # fmt: skip
    return []


@transaction.atomic
def open_link(link: SigningLink, *, at: datetime) -> None:
    """Note that the link was opened."""
    if link.opened_at is None:
        link.opened_at = at
        link.save(update_fields=["opened_at"])
    audit("plan opened through link", link.plan, by=None, at=at, organization=link.organization_id, patient=link.plan.episode.patient_id,
          label=f"{link.physician} through a signing link")  # fmt: skip
