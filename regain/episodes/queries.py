"""Reads of episodes: those of a patient, their state, team and diagnoses."""

from __future__ import annotations

from django.db.models import OuterRef, Prefetch, Subquery

from regain.episodes.models import CareTeamMember, Diagnosis, Episode, EpisodeStatus


def episodes(organization):
    """Every episode with its state (`state`) and patient, newest first."""
    latest = EpisodeStatus.objects.of(organization).filter(episode=OuterRef("pk")).order_by("-created_at", "-id")
    return (
        Episode.objects.of(organization).annotate(state=Subquery(latest.values("status")[:1]))
        .select_related("patient", "site").order_by("-opened_on", "-id")
    )  # fmt: skip


def with_team(queryset, organization):
    """The same episodes with `care_team` and `diagnoses` read along, each in one query."""
    team = CareTeamMember.objects.of(organization).select_related("practitioner").order_by("discipline", "role")
    codes = Diagnosis.objects.of(organization).order_by("rank", "code")
    return queryset.prefetch_related(Prefetch("care_team", team), Prefetch("diagnoses", codes))


def on_care_team(member, episode_patient_id, on) -> bool:
    """Whether the member belongs to a care team of this patient on a day."""
    return (
        CareTeamMember.objects.of(member)
        .filter(episode__patient_id=episode_patient_id, practitioner__membership=member, starts_on__lte=on)
        .exclude(ends_on__lt=on).exists()
    )  # fmt: skip


def statuses(organization, episode):
    """The series of states with who and why, oldest first."""
    return (
        EpisodeStatus.objects.of(organization)
        .filter(episode=episode)
        .select_related("created_by__user")
        .order_by("created_at", "id")
    )
