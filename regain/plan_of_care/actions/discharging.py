"""The joint end of an episode: each discipline writes and signs its own part."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.timezone import localdate

from regain.credentials.queries import findings_for
from regain.episodes.actions import move_episode
from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.people.models import Practitioner
from regain.plan_of_care.models import Discharge, DischargeSection, Goal, Section
from regain.record.actions import add, audit, change, sign
from regain.reference.rules import Finding, blocks, error, warning
from regain.scheduling.actions import call_off_ahead
from regain.scheduling.queries import care_state, day_of


@transaction.atomic
def start_discharge(
    episode: Episode, *, on: date, reason: str, by: Membership, at: datetime, destination: str = "", advice: str = ""
) -> Discharge | list[Finding]:
    """The discharge of an episode, with an unsigned part for every discipline that has a signed section."""
    findings = _check_day(episode, on)
    if findings:
        return findings
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
        return [error("NOTHING_TO_DISCHARGE", "No discipline has signed a section of this plan.", try_="Cancel the episode instead, with the reason.")]  # fmt: skip
    known = Discharge.objects.of(by).filter(episode=episode).first()
    if known:
        return known
    discharge = add(
        Discharge, by=by, at=at, episode=episode, on=on, reason=reason, destination=destination, advice=advice
    )
    # two sections of one discipline may stand side by side; its part is one
    for section in {one.discipline: one for one in sections}.values():
        add(DischargeSection, by=by, at=at, discharge=discharge, discipline=section.discipline, author=section.author)
    audit("discharge started", discharge, by=by, at=at, patient=episode.patient_id, reason=reason)
    return discharge


def _check_day(episode: Episode, on: date) -> list[Finding]:
    if on >= episode.opened_on:
        return []
    return [error("ENDS_BEFORE_START", f"The discharge on {on:%-d %b %Y} lies before the episode was opened ({episode.opened_on:%-d %b %Y}).", where="on", found=str(on),
                  expected=f"from {episode.opened_on}", try_="Check the date.")]  # fmt: skip


@transaction.atomic
def change_discharge(
    discharge: Discharge, *, version: int, by: Membership, at: datetime, on: date, **fields
) -> Discharge | list[Finding]:
    """Correct what the disciplines share, until the first of them has signed. Raises Stale."""
    signed = discharge.sections.filter(signed_at__isnull=False).first()
    if signed:
        return [error("SIGNED", f"{signed.signature} has signed the {signed.discipline} part: the shared part is what they signed.", where="on",
                      try_="Add what is missing in the part that is not signed yet.")]  # fmt: skip
    findings = _check_day(discharge.episode, on)
    if findings:
        return findings
    changed = change(discharge, version=version, by=by, at=at, on=on, **fields)
    audit("discharge changed", changed, by=by, at=at, patient=discharge.episode.patient_id, reason=changed.reason)
    return changed


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


def _goals_not_rated(episode: Episode, by: Membership) -> list[Finding]:
    """Shared goals that were never rated after their baseline: the summary could not say what was reached."""
    goals = Goal.objects.of(by).filter(plan__episode=episode, ended_on__isnull=True).annotate(times=Count("ratings"))
    return [warning("GOAL_NOT_RATED", f"“{goal.text}” was never rated after its baseline.", where="goals", try_="Rate it, so that the summary says what was reached.")
            for goal in goals.filter(times__lt=2).order_by("rank", "created_at")]  # fmt: skip


@transaction.atomic
def sign_part(
    part: DischargeSection, *, practitioner: Practitioner | None, by: Membership, at: datetime
) -> list[Finding]:
    """Sign a part; the last signature finishes the episode and calls off what is booked after the day of discharge."""
    if practitioner is None:
        return [error("NOT_A_PRACTITIONER", "Only a practitioner signs a discharge.", try_="Sign in as the therapist.")]
    episode = part.discharge.episode
    state = care_state(episode.patient, episode.site)
    findings = findings_for(by, "discharge", practitioner, part.discipline, state, localdate(at))
    findings += _goals_not_rated(episode, by)
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
        over = day_of(episode.site, part.discharge.on)[1]
        call_off_ahead(episode, since=max(at, over), by=by, at=at, reason="Discharged")
    return findings
