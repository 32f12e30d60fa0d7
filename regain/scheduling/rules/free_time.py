"""When somebody is free: weekly hours in the site's own time, less appointments and time off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

GRID = timedelta(minutes=15)
"""Appointments start on the quarter hour (a product rule)."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one moment to a later one; the end does not belong to it."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError(f"a span needs moments with a zone, found {self.start} to {self.end}")
        if self.end.astimezone(UTC) <= self.start.astimezone(UTC):
            raise ValueError(f"a span ends after it starts, found {self.start} to {self.end}")

    def overlaps(self, other: Span) -> bool:
        """Whether they share a moment; touching ends do not."""
        return self.start < other.end and other.start < self.end

    def utc(self) -> Span:
        """The same span in UTC, where an hour is always an hour."""
        return Span(self.start.astimezone(UTC), self.end.astimezone(UTC))

    def local(self, zone: tzinfo | None) -> Span:
        """The same span in a zone's time, so that its date is the day there."""
        return Span(self.start.astimezone(zone), self.end.astimezone(zone))


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours of one person at one site, in the site's local time; `weekday` 0 is Monday."""

    weekday: int
    start: time
    end: time
    zone: str
    from_on: date
    to_on: date | None = None

    def on(self, day: date) -> Span | None:
        """The hours of a day, or None. On the days clocks change the local times stay, so the length may not.

        A time the clock skips is read as the moment it jumps over (02:30 becomes 03:30); hours of nothing are None.
        """
        if day.weekday() != self.weekday or day < self.from_on or (self.to_on and day > self.to_on):
            return None
        zone = ZoneInfo(self.zone)
        start, end = (datetime.combine(day, at, zone).astimezone(UTC) for at in (self.start, self.end))
        return Span(start, end).local(zone) if start < end else None

    @property
    def one_day(self) -> bool:
        """Hours given for a single day: they count on a holiday too."""
        return self.from_on == self.to_on


def free(hours: Iterable[Hours], busy: Sequence[Span], first: date, last: date, holidays: frozenset[date] = frozenset()) -> list[Span]:  # fmt: skip
    """Free spans from the first day to the last, in order, each in its site's time.

    On a holiday only hours given for that very day count.
    """
    found: list[Span] = []
    hours = list(hours)
    taken = sorted(b.utc() for b in busy)
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        for one in hours:
            span = one.on(day)
            if span and (day not in holidays or one.one_day):
                found += [left.local(span.start.tzinfo) for left in subtract(span.utc(), taken)]
    return sorted(found)


def subtract(span: Span, busy: Iterable[Span]) -> list[Span]:
    """What is left of a span."""
    left, start = [], span.start
    for taken in sorted(b for b in busy if b.overlaps(span)):
        if taken.start > start:
            left.append(Span(start, taken.start))
        start = max(start, taken.end)
    if start < span.end:
        left.append(Span(start, span.end))
    return left


def starts(span: Span, minutes: int) -> list[datetime]:
    """Every quarter hour at which a visit of so many minutes fits in the span, in the span's zone."""
    length, whole = timedelta(minutes=minutes), span.utc()
    past = timedelta(minutes=whole.start.minute % 15, seconds=whole.start.second, microseconds=whole.start.microsecond)
    at, found = whole.start + (GRID - past if past else timedelta()), []
    while at + length <= whole.end:
        found.append(at.astimezone(span.start.tzinfo))
        at += GRID
    return found


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance.

    >>> round(distance_km(43.66, -70.26, 43.91, -69.82))
    45
    """
    a = (
        sin(radians(lat2 - lat1) / 2) ** 2
        + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    )
    return 2 * 6371.0 * asin(sqrt(a))
