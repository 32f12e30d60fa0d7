"""What a person uses and does at home: equipment, the home list, and the days it was done."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regain.episodes.models import Episode
from regain.organizations.models import Membership
from regain.plan_of_care.models import Equipment, HomeItem, HomeLog
from regain.record.actions import add, audit, change


@transaction.atomic
def add_equipment(episode: Episode, *, item: str, on: date, by: Membership, at: datetime, **details) -> Equipment:
    """A device tried, ordered or in use."""
    row = add(Equipment, by=by, at=at, episode=episode, item=item, on=on, **details)
    audit("equipment added", row, by=by, at=at, patient=episode.patient_id, item=item)
    return row


@transaction.atomic
def change_equipment(row: Equipment, *, version: int, by: Membership, at: datetime, **fields) -> Equipment:
    """Another state, or a correction; raises Stale. What it was is kept."""
    changed = change(row, version=version, by=by, at=at, **fields)
    audit("equipment changed", changed, by=by, at=at, patient=row.episode.patient_id, state=changed.state)
    return changed


@transaction.atomic
def change_home_item(item: HomeItem, *, version: int, by: Membership, at: datetime, **fields) -> HomeItem:
    """Another dose or other words; raises Stale. What it was is kept."""
    changed = change(item, version=version, by=by, at=at, **fields)
    audit("home item changed", changed, by=by, at=at, patient=item.episode.patient_id, title=changed.title)
    return changed


@transaction.atomic
def add_home_item(
    episode: Episode, *, discipline: str, title: str, starts_on: date, by: Membership, at: datetime, **details
) -> HomeItem:
    """One thing to do at home."""
    row = add(
        HomeItem, by=by, at=at, episode=episode, discipline=discipline, title=title, starts_on=starts_on, **details
    )
    audit("home item added", row, by=by, at=at, patient=episode.patient_id, title=title)
    return row


@transaction.atomic
def end_home_item(item: HomeItem, *, version: int, ends_on: date, by: Membership, at: datetime) -> HomeItem:
    """Take an item off the list from the next day on."""
    changed = change(item, version=version, by=by, at=at, ends_on=ends_on)
    audit("home item ended", changed, by=by, at=at, patient=item.episode.patient_id)
    return changed


@transaction.atomic
def log_home(item: HomeItem, *, on: date, by: Membership, at: datetime, note: str = "") -> HomeLog:
    """The person did it; saying so twice on a day counts once."""
    known = HomeLog.objects.of(by).filter(item=item, on=on).first()
    if known:
        return known
    row = add(HomeLog, by=by, at=at, item=item, on=on, note=note)
    audit("home item done", row, by=by, at=at, patient=item.episode.patient_id)
    return row
