"""Writes of the plan: goals, sections and their signatures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from regain.credentials.queries import findings_for
from regain.episodes.actions import join_care_team
from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.people.models import Practitioner
from regain.plan_of_care.models import (
    Contribution,
    Goal,
    GoalRating,
    Plan,
    Section,
)
from regain.record.actions import Signed, add, audit, change, sign
from regain.reference.rules import Finding, blocks, error, warning
from regain.scheduling.queries import care_state


@transaction.atomic
def open_plan(episode: Episode, *, starts_on: date, by: Membership, at: datetime) -> Plan:
    """The plan of an episode: the one it has, or a new one."""
    known = Plan.objects.of(by).filter(episode=episode).first()
    if known:
        return known
    plan = add(Plan, by=by, at=at, episode=episode, starts_on=starts_on)
    audit("plan opened", plan, by=by, at=at, patient=episode.patient_id)
    return plan


@transaction.atomic
def add_goal(plan: Plan, *, text: str, target_on: date, by: Membership, at: datetime, levels: Mapping[str, str] | None = None, **details) -> Goal | list[Finding]:  # fmt: skip
    """A shared participation goal."""
    findings = _check_goal(plan, target_on)
    if findings:
        return findings
    goal = add(
        Goal, by=by, at=at, plan=plan, text=text.strip(), target_on=target_on, levels=dict(levels or {}), **details
    )
    audit("goal added", goal, by=by, at=at, patient=plan.episode.patient_id, text=goal.text)
    return goal


def _check_goal(plan: Plan, target_on: date) -> list[Finding]:
    if target_on >= plan.starts_on:
        return []
    return [error("ENDS_BEFORE_START", f"The goal's date {target_on:%-d %b %Y} lies before the plan starts ({plan.starts_on:%-d %b %Y}).", where="target_on",
                  found=str(target_on), expected=f"from {plan.starts_on}", try_="Choose a later date.")]  # fmt: skip


@transaction.atomic
def change_goal(goal: Goal, *, version: int, by: Membership, at: datetime, **fields) -> Goal | list[Finding]:
    """Correct a goal; raises Stale where somebody was first."""
    findings = _check_goal(goal.plan, fields.get("target_on", goal.target_on))
    if findings:
        return findings
    changed = change(goal, version=version, by=by, at=at, **fields)
    audit("goal changed", changed, by=by, at=at, patient=goal.plan.episode.patient_id, fields=sorted(fields))
    return changed


@transaction.atomic
def end_goal(goal: Goal, *, version: int, reason: str, on: date, by: Membership, at: datetime) -> Goal:
    """Take a goal off the plan; it stays in the record with the reason. Raises Stale."""
    ended = change(goal, version=version, by=by, at=at, ended_on=on, ended_reason=reason.strip())
    audit("goal ended", ended, by=by, at=at, patient=goal.plan.episode.patient_id, reason=reason.strip())
    return ended


@transaction.atomic
def rate_goal(
    goal: Goal, *, level: int, on: date, by: Membership, at: datetime, discipline: str = "", note: str = ""
) -> GoalRating | list[Finding]:
    """Where a goal stands today, from -2 to +2."""
    if not -2 <= level <= 2:
        return [
            error(
                "OUT_OF_RANGE",
                f"{level} is no attainment level.",
                where="level",
                found=level,
                expected="-2 to 2",
                try_="0 is what was agreed to expect.",
            )
        ]
    rating = add(GoalRating, by=by, at=at, goal=goal, level=level, on=on, discipline=discipline, note=note)
    audit("goal rated", rating, by=by, at=at, patient=goal.plan.episode.patient_id, level=level)
    return rating


def check_author(
    author: Practitioner | None, discipline: str, episode: Episode, on: date, by: Membership
) -> list[Finding]:
    """Whether this person may write a section of the discipline; empty when all is well."""
    if author is None:
        return [error("NOT_A_PRACTITIONER", "Only a practitioner writes a section.", try_="Sign in as the therapist who evaluated.")]  # fmt: skip
    found = findings_for(by, "plan", author, discipline, care_state(episode.patient, episode.site), on)
    return [one for one in found if one.severity == "error"]


def check_section(
    *, evaluated_on: date, starts_on: date, duration_weeks: int, frequency_per_week: int
) -> list[Finding]:
    """What is wrong with a section's dates and amounts."""
    findings = []
    if starts_on < evaluated_on:
        findings.append(error("STARTS_BEFORE_EVALUATION", f"Treatment cannot start on {starts_on} before the evaluation on {evaluated_on}.", where="starts_on",
                              found=str(starts_on), expected=f"from {evaluated_on}", try_="The plan is established before treatment.", source="S6"))  # fmt: skip
    if duration_weeks < 1:
        findings.append(
            error(
                "ENDS_BEFORE_START",
                "A section lasts at least one week.",
                where="duration_weeks",
                found=duration_weeks,
                expected="1 or more",
                try_="Enter the weeks.",
            )
        )
    if not 1 <= frequency_per_week <= 7:
        findings.append(
            error(
                "OUT_OF_RANGE",
                "One to seven visits a week.",
                where="frequency_per_week",
                found=frequency_per_week,
                expected="1-7",
                try_="Correct the number.",
            )
        )
    return findings


@transaction.atomic
def draft_section(
    plan: Plan, *, discipline: str, author: Practitioner, evaluated_on: date, starts_on: date, frequency_per_week: int, duration_weeks: int,
    by: Membership, at: datetime, contributions: Mapping[Goal, str] | None = None, replaces: Section | None = None, **details,
) -> Section | list[Finding]:  # fmt: skip
    """A discipline's section, not signed yet. A change to a signed one is a new draft that replaces it once signed."""
    findings = check_section(
        evaluated_on=evaluated_on,
        starts_on=starts_on,
        duration_weeks=duration_weeks,
        frequency_per_week=frequency_per_week,
    )
    if findings:
        return findings
    section = add(Section, by=by, at=at, plan=plan, discipline=discipline, author=author, evaluated_on=evaluated_on, starts_on=starts_on,
                  ends_on=starts_on + timedelta(weeks=duration_weeks), frequency_per_week=frequency_per_week, duration_weeks=duration_weeks,
                  replaces=replaces, **details)  # fmt: skip
    for goal, text in (contributions or {}).items():
        if text.strip():
            add(Contribution, by=by, at=at, section=section, goal=goal, text=text.strip())
    audit("section drafted", section, by=by, at=at, patient=plan.episode.patient_id, discipline=discipline)
    return section


@transaction.atomic
def change_section(section: Section, *, version: int, by: Membership, at: datetime, contributions: Mapping[Goal, str], **fields) -> Section | list[Finding]:  # fmt: skip
    """Change a draft; raises Stale with both versions, Signed where it is signed."""
    if section.signed_at:
        raise Signed("the section is signed; draft a new one that replaces it")
    findings = check_section(evaluated_on=fields["evaluated_on"], starts_on=fields["starts_on"], duration_weeks=fields["duration_weeks"],
                             frequency_per_week=fields["frequency_per_week"])  # fmt: skip
    if findings:
        return findings
    fields["ends_on"] = fields["starts_on"] + timedelta(weeks=fields["duration_weeks"])
    changed = change(section, version=version, by=by, at=at, **fields)
    known = {c.goal_id: c for c in Contribution.objects.of(by).filter(section=section)}
    for goal, text in contributions.items():
        if goal.pk in known:
            change(known[goal.pk], version=known[goal.pk].version, by=by, at=at, text=text.strip())
        elif text.strip():
            add(Contribution, by=by, at=at, section=changed, goal=goal, text=text.strip())
    audit("section changed", changed, by=by, at=at, patient=section.plan.episode.patient_id)
    return changed


def check_signing(section: Section, by: Membership, practitioner: Practitioner | None, on: date) -> list[Finding]:
    """Findings before a section is signed: who signs, with which license, and whether the plan says what it must."""
    if practitioner is None:
        return [
            error(
                "NOT_A_PRACTITIONER",
                "Only a practitioner signs a section.",
                try_="Sign in as the therapist who established it.",
            )
        ]
    episode = section.plan.episode
    findings = findings_for(by, "plan", practitioner, section.discipline, care_state(episode.patient, episode.site), on)
    if not section.contributions.exists():
        findings.append(
            error(
                "NO_CONTRIBUTION",
                "The section says for no goal what it contributes.",
                where="contributions",
                try_="Write it for at least one shared goal.",
                source="S6",
            )
        )
    for goal in Goal.objects.of(by).filter(contributions__section=section, ended_on__isnull=True):
        if len(goal.levels) < 5:
            findings.append(warning("LEVELS_MISSING", f"“{goal.text}” is not scaled on all five levels yet.", where="levels", found=len(goal.levels),
                                    expected=5, try_="Agree with the person what each level means; progress is rated on it."))  # fmt: skip
    if not section.interventions:
        findings.append(warning("NO_INTERVENTION", "The section names no intervention.", where="interventions",
                                try_="Name the type of service: payers ask for it, and the first note starts from it.", source="S6"))  # fmt: skip
    if not section.findings.strip():
        findings.append(
            warning(
                "NO_FINDINGS",
                "The section does not say what the evaluation found.",
                where="findings",
                try_="Add it before the physician reads it.",
            )
        )
    if not section.plan.episode.diagnoses.exists():
        findings.append(
            error(
                "NO_DIAGNOSIS",
                "The plan has no diagnosis; a plan of care names at least one.",
                where="diagnoses",
                try_="Add the diagnosis to the episode.",
                source="S6",
            )
        )
    return findings


@transaction.atomic
def sign_section(section: Section, *, practitioner: Practitioner | None, by: Membership, at: datetime) -> list[Finding]:
    """Sign a section: from now on the database refuses any change to it. Returns what stood beside; errors save nothing."""
    findings = check_signing(section, by, practitioner, localdate(at))
    if blocks(findings):
        return findings
    for said in Contribution.objects.of(by).filter(section=section).select_related("goal"):
        change(said, version=said.version, by=by, at=at, goal_text=said.goal.text)
    sign(section, by=by, at=at, signature=str(practitioner))
    join_care_team(
        section.plan.episode, practitioner, starts_on=section.starts_on, by=by, at=at, discipline=section.discipline
    )
    audit(
        "section signed", section, by=by, at=at, patient=section.plan.episode.patient_id, discipline=section.discipline
    )
    return findings
