"""When somebody is free: weekly hours in the site's own time, less appointments and time off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
        if self.end <= self.start:
            raise ValueError(f"a span ends after it starts, found {self.start} to {self.end}")

    def overlaps(self, other: Span) -> bool:
        """Whether they share a moment; touching ends do not."""
        return self.start < other.end and other.start < self.end


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
        """The hours of a day, or None. On the days clocks change the local times stay, so the length may not."""
        if day.weekday() != self.weekday or day < self.from_on or (self.to_on and day > self.to_on):
            return None
        zone = ZoneInfo(self.zone)
        return Span(datetime.combine(day, self.start, zone), datetime.combine(day, self.end, zone))


def free(hours: Iterable[Hours], busy: Sequence[Span], first: date, last: date) -> list[Span]:
    """Free spans from the first day to the last, in order."""
    found: list[Span] = []
    hours = list(hours)
    for number in range((last - first).days + 1):
        day = first + timedelta(number)
        for one in hours:
            span = one.on(day)
            if span:
                found += subtract(span, busy)
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
    """Every quarter hour at which a visit of so many minutes fits in the span."""
    length = timedelta(minutes=minutes)
    offset = timedelta(
        minutes=-span.start.minute % 15, seconds=-span.start.second, microseconds=-span.start.microsecond
    )
    at, found = span.start + offset, []
    while at + length <= span.end:
        if at >= span.start:
            found.append(at)
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
