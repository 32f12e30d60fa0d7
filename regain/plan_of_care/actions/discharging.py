"""The joint end of an episode: each discipline writes and signs its own part."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from regain.credentials.queries import findings_for
from regain.episodes.actions import move_episode
from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.people.models import Practitioner
from regain.plan_of_care.models import Discharge, DischargeSection, Section
from regain.record.actions import add, audit, change, sign
from regain.reference.rules import Finding, blocks, error


@transaction.atomic
def start_discharge(
    episode: Episode, *, on: date, reason: str, by: Membership, at: datetime, destination: str = "", advice: str = ""
) -> Discharge | list[Finding]:
    """The discharge of an episode, with an unsigned part for every discipline that has a signed section."""
    if on < episode.opened_on:
        return [error("ENDS_BEFORE_START", f"The discharge on {on} lies before the episode was opened ({episode.opened_on}).", where="on", found=str(on),
                      expected=f"from {episode.opened_on}", try_="Check the date.")]  # fmt: skip
    sections = (
        Section.objects.of(by)
        .filter(
            Q(replaced_by__isnull=True) | Q(replaced_by__signed_at__isnull=True),
            plan__episode=episode,
            signed_at__isnull=False,
        )
        .distinct()
        .order_by("discipline")
    )
    if not sections:
        return [
            error(
                "NOTHING_TO_DISCHARGE",
                "No discipline has signed a section of this plan.",
                try_="Cancel the episode instead, with the reason.",
            )
        ]
    known = Discharge.objects.of(by).filter(episode=episode).first()
    if known:
        return change(
            known, version=known.version, by=by, at=at, on=on, reason=reason, destination=destination, advice=advice
        )
    discharge = add(
        Discharge, by=by, at=at, episode=episode, on=on, reason=reason, destination=destination, advice=advice
    )
    for section in sections:
        add(DischargeSection, by=by, at=at, discharge=discharge, discipline=section.discipline, author=section.author)
    audit("discharge started", discharge, by=by, at=at, patient=episode.patient_id, reason=reason)
    return discharge


@transaction.atomic
def write_part(part: DischargeSection, *, version: int, text: str, by: Membership, at: datetime) -> DischargeSection:
    """A discipline's words; raises Stale or Signed."""
    changed = change(part, version=version, by=by, at=at, text=text.strip())
    audit(
        "discharge part written",
        changed,
        by=by,
        at=at,
        patient=part.discharge.episode.patient_id,
        discipline=part.discipline,
    )
    return changed


@transaction.atomic
def sign_part(
    part: DischargeSection, *, practitioner: Practitioner | None, by: Membership, at: datetime
) -> list[Finding]:
    """Sign a part; the last signature finishes the episode."""
    if practitioner is None:
        return [error("NOT_A_PRACTITIONER", "Only a practitioner signs a discharge.", try_="Sign in as the therapist.")]
    episode = part.discharge.episode
    findings = findings_for(by, "discharge", practitioner, part.discipline, episode.site.state, localdate(at))
    if not part.text.strip():
        findings.append(
            error(
                "NO_TEXT",
                f"The {part.discipline} part is empty.",
                where="text",
                try_="Say what was reached and what comes next.",
            )
        )
    if blocks(findings):
        return findings
    sign(part, by=by, at=at, signature=str(practitioner))
    audit("discharge part signed", part, by=by, at=at, patient=episode.patient_id, discipline=part.discipline)
    if not DischargeSection.objects.of(by).filter(discharge=part.discharge, signed_at__isnull=True).exists():
        findings += move_episode(episode, to="finished", by=by, at=at, reason=part.discharge.reason)
    return findings
