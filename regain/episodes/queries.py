"""Reads of episodes: those of a patient, their state, team and diagnoses."""

from __future__ import annotations

from itertools import islice

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Prefetch, Subquery
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from regain.episodes.models import CareTeamMember, Diagnosis, Episode, EpisodeStatus
from regain.organizations.models import Site
from regain.organizations.queries import columns, lean, row_of
from regain.people.models import Patient
from regain.people.queries import may_open


def episodes(organization):
    """Every episode with its state (`state`) and patient, newest first."""
    latest = EpisodeStatus.objects.of(organization).filter(episode=OuterRef("pk")).order_by("-created_at", "-id")
    return (
        Episode.objects.of(organization).annotate(state=Subquery(latest.values("status")[:1]))
        .select_related("patient", "site").order_by("-opened_on", "-id")
    )  # fmt: skip


# the head of every page of an episode: as a queryset it costs more than the whole story (`make bench`)
_ONE = """SELECT {0}, {1}, {2}, (SELECT t.status FROM episodes_episodestatus t WHERE t.organization_id = e.organization_id AND t.episode_id = e.id
  ORDER BY t.created_at DESC, t.id DESC LIMIT 1) FROM episodes_episode e JOIN people_patient p ON p.id = e.patient_id
  JOIN organizations_site s ON s.id = e.site_id WHERE e.organization_id = %s AND e.id = %s"""


def one_episode(organization, pk) -> Episode | None:
    """An episode as `episodes` gives it, with state, patient and site; None where the organization has none such."""
    sizes = [len(model._meta.concrete_fields) for model in (Episode, Patient, Site)]
    found = lean(_ONE.format(columns(Episode, "e"), columns(Patient, "p"), columns(Site, "s")), getattr(organization, "organization_id", organization), pk)  # fmt: skip
    if not found:
        return None
    parts = iter(found[0])
    episode, patient, site = (
        row_of(m, list(islice(parts, n))) for m, n in zip((Episode, Patient, Site), sizes, strict=True)
    )
    episode.patient, episode.site, episode.state = patient, site, next(parts)
    return episode


def diagnoses(organization, episode):
    """The diagnoses of an episode, the reason for therapy first."""
    return Diagnosis.objects.of(organization).filter(episode=episode).order_by("rank", "code")


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


def care_team_of(organization, episode):
    """The practitioners on the care team of an episode, by id."""
    return (
        CareTeamMember.objects.of(organization)
        .filter(episode=episode, ends_on__isnull=True)
        .values_list("practitioner", flat=True)
    )


def readable_episode(member, pk, at):
    """The episode with its patient for a page: raises Http404 where it is another organization's, PermissionDenied
    where the chart is restricted and the member is neither on a care team nor broke the glass.
    """
    episode = get_object_or_404(episodes(member), pk=pk)
    team = on_care_team(member, episode.patient_id, localdate(at)) if episode.patient.restricted else True
    if not may_open(member, episode.patient, at, team):
        raise PermissionDenied("This chart is restricted. Open it from the patient's page and say why.")
    return episode


def statuses(organization, episode):
    """The series of states with who and why, oldest first."""
    return (
        EpisodeStatus.objects.of(organization)
        .filter(episode=episode)
        .select_related("created_by__user")
        .order_by("created_at", "id")
    )
