"""Reads of plans: the plan of an episode with everything on it, what is due, the home list, the discharge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from regain.coverage.queries import coverage_on, in_force, profile_on
from regain.plan_of_care.models import (
    Certification,
    Contribution,
    Discharge,
    DischargeSection,
    Equipment,
    Goal,
    GoalRating,
    HomeItem,
    HomeLog,
    Plan,
    Section,
    SigningLink,
)
from regain.plan_of_care.rules import CertificationRule, Course, certification_rule_of
from regain.reference.facts import fact

STANDING = Q(replaced_by__isnull=True) | Q(replaced_by__signed_at__isnull=True)
STANDING_OF_SECTION = Q(section__replaced_by__isnull=True) | Q(section__replaced_by__signed_at__isnull=True)


def plan_of(organization, episode) -> Plan | None:
    """The plan with goals (ratings, contributions) and current sections (certifications), in six queries."""
    ratings = GoalRating.objects.of(organization).order_by("on", "created_at")
    contributions = (
        Contribution.objects.of(organization).filter(STANDING_OF_SECTION).select_related("section").distinct()
    )
    goals = Goal.objects.of(organization).filter(ended_on__isnull=True).order_by("rank", "created_at").prefetch_related(
        Prefetch("ratings", ratings), Prefetch("contributions", contributions)
    )  # fmt: skip
    return Plan.objects.of(organization).filter(episode=episode).prefetch_related(
        Prefetch("goals", goals), Prefetch("sections", current_sections(organization))
    ).first()  # fmt: skip


def current_sections(organization):
    """Sections that no signed one replaces (a signed section stands while its successor is a draft), drafts last."""
    steps = Certification.objects.of(organization).select_related("physician").order_by("on", "created_at")
    reworded = (
        Contribution.objects.of(organization)
        .filter(section=OuterRef("pk"), section__signed_at__isnull=False, goal__ended_on__isnull=True)
        .exclude(goal_text=F("goal__text"))
    )
    return (
        Section.objects.of(organization).filter(STANDING).distinct().annotate(is_reworded=Exists(reworded)).select_related("author", "plan__episode__patient", "plan__episode__site")
        .prefetch_related(Prefetch("certifications", steps)).order_by("discipline", "created_at")
    )  # fmt: skip


def section(organization, section_id) -> Section | None:
    """One section with what it says for each goal, current or replaced."""
    said = Contribution.objects.of(organization).select_related("goal").order_by("goal__rank", "goal__created_at")
    steps = Certification.objects.of(organization).order_by("on", "created_at")
    return (
        Section.objects.of(organization).select_related("plan__episode__patient", "plan__episode__site", "author")
        .prefetch_related(Prefetch("contributions", said), Prefetch("certifications", steps)).filter(pk=section_id).first()
    )  # fmt: skip


def section_in_force(organization, episode, discipline: str, on: date) -> Section | None:
    """The signed section a treatment on a day is given under."""
    return (
        Section.objects.of(organization).filter(plan__episode=episode, discipline=discipline, signed_at__isnull=False, starts_on__lte=on, ends_on__gte=on)
        .order_by("-starts_on", "-created_at").first()
    )  # fmt: skip


def rule_for(organization, patient, on: date, known: dict | None = None) -> CertificationRule:
    """What the patient's payer asks for on the day of the evaluation. `known`: `coverages_of` many patients, for a list."""
    coverage = in_force(known.get(patient.pk, ()), on) if known is not None else coverage_on(organization, patient, on)
    return certification_rule_of(fact("plan_of_care/certification").on(on), profile_on(coverage)["certification"])


def course_of(
    row: Section, visits: Iterable[tuple[date, str]], order_signed_on: date | None, ordered: Iterable[str], today: date
) -> Course:
    """A section and what happened to it, as a rule value."""
    steps = {step.kind: step.on for step in row.certifications.all()}
    return Course(row.discipline, row.evaluated_on, today, order_signed_on, tuple(ordered), steps.get("sent"), steps.get("verbal"),
                  steps.get("signed"), row.duration_weeks, tuple(visits))  # fmt: skip


def certified_through(row: Section) -> date | None:
    """Until when the section is certified, or None."""
    return max(
        (step.through_on for step in row.certifications.all() if step.kind in ("signed", "verbal") and step.through_on),
        default=None,
    )


def is_signed_by_physician(row: Section) -> bool:
    """Whether a physician's signature, not only a telephone call, stands under the section."""
    return any(step.kind == "signed" for step in row.certifications.all())


def link_of(token: str, at: datetime) -> SigningLink | None:
    """The open link a token belongs to."""
    found = link_with(token)
    return found if found and found.expires_at > at and found.closed_at is None else None


def link_with(token: str) -> SigningLink | None:
    """The link a token belongs to, open or not. Looked up by the token's hash, which says the organization: no member is asked."""
    links = SigningLink._default_manager.filter(token_hash=hash_token(token))
    return links.select_related("organization", "physician", "plan__episode__patient", "plan__episode__site").first()


def link(organization, link_id) -> SigningLink | None:
    """One link of the organization."""
    return SigningLink.objects.of(organization).select_related("physician", "plan__episode__patient").filter(pk=link_id).first()  # fmt: skip


def open_links(organization, plan: Plan, at: datetime):
    """Links to a plan that still open, newest first."""
    links = SigningLink.objects.of(organization).filter(plan=plan, closed_at__isnull=True, expires_at__gt=at)
    return links.select_related("physician").order_by("-created_at")


def sections_of(link: SigningLink) -> list[Section]:
    """The sections a link was made for that still stand, each with its `answer` through this physician, or None."""
    sent = Certification.objects.of(link.organization_id).filter(
        kind="sent", created_at=link.created_at, physician=link.physician_id, section__plan=link.plan_id
    )
    found = list(current_sections(link.organization_id).filter(pk__in=sent.values("section_id")))
    for one in found:
        said = [c for c in one.certifications.all() if c.kind in ("signed", "returned") and c.created_at >= link.created_at]  # fmt: skip
        one.answer = said[-1] if said else None
    return found


def hash_token(token: str) -> str:
    """Only this is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def equipment(organization, episode):
    """The episode's devices, newest first."""
    return Equipment.objects.of(organization).filter(episode=episode).order_by("-on", "item")


def home_items(organization, episode, on: date | None = None):
    """The home list, one from every discipline, with the newest day each was done (`last_on`)."""
    last = HomeLog.objects.of(organization).filter(item=OuterRef("pk")).order_by("-on")
    items = (
        HomeItem.objects.of(organization)
        .filter(episode=episode)
        .select_related("goal")
        .annotate(last_on=Subquery(last.values("on")[:1]), times=Count("log"))
    )
    if on:
        items = items.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    return items.order_by("discipline", "title")


def home_item(organization, item_id) -> HomeItem | None:
    """One thing of a home list."""
    return HomeItem.objects.of(organization).select_related("episode__patient", "goal").filter(pk=item_id).first()


def device(organization, device_id) -> Equipment | None:
    """One device."""
    return Equipment.objects.of(organization).select_related("episode__patient").filter(pk=device_id).first()


def home_days(organization, episode, first: date, last: date) -> int:
    """On how many days between two the person did something of the list."""
    return (
        HomeLog.objects.of(organization)
        .filter(item__episode=episode, on__range=(first, last))
        .values("on")
        .distinct()
        .count()
    )


def discharge_of(organization, episode) -> Discharge | None:
    """The joint discharge with its sections."""
    parts = DischargeSection.objects.of(organization).select_related("author").order_by("discipline")
    return (
        Discharge.objects.of(organization).filter(episode=episode).prefetch_related(Prefetch("sections", parts)).first()
    )


def discharge_part(organization, part_id) -> DischargeSection | None:
    """One discipline's part of a discharge."""
    return (
        DischargeSection.objects.of(organization)
        .select_related("discharge__episode__patient", "discharge__episode__site")
        .filter(pk=part_id)
        .first()
    )
