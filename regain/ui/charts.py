"""The course of a measure as an SVG that prints, works in the dark, and says the same in words.

No style attributes and no script: classes of `regain.css` only, so that the strict content security policy holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from markupsafe import Markup, escape

WIDTH, HEIGHT = 440, 260
"""Narrow, so that its words can still be read where the page is a phone."""
LEFT, RIGHT, TOP, BOTTOM = 46, 20, 28, 32


@dataclass(frozen=True, slots=True)
class Point:
    """One score: a day, a value in the measure's unit, and what to call it in the table."""

    on: date
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line or band: the target, what a published change from baseline would reach, what is usual for age.

    >>> Level(15.7, "Real change", "mdc", to=20.7, both=False).text, Level(7.1, "Usual for age", "norm", to=9).text
    ('Real change 15.7', 'Usual for age 7.1 to 9')
    """

    value: float
    label: str
    kind: str = "target"
    """`target`, `mdc`, `mcid` or `norm`: each has its own dash."""
    to: float | None = None
    """The other edge of a band."""
    both: bool = True
    """Whether both edges are said; of a change that begins at the baseline only where it ends."""

    @property
    def text(self) -> str:
        """The words that stand at the line."""
        return f"{self.label} {self.numbers}"

    @property
    def numbers(self) -> str:
        """The edge, or both edges from low to high."""
        if self.to is None or not self.both:
            return _say(self.value)
        low, high = sorted((self.value, self.to))
        return f"{_say(low)} to {_say(high)}"


@dataclass(frozen=True, slots=True)
class Course:
    """What a chart shows. `better` is `up` or `down`; `unit` follows every number in words."""

    title: str
    unit: str
    points: Sequence[Point]
    levels: Sequence[Level] = field(default_factory=tuple)
    better: str = "up"
    low: float | None = None
    high: float | None = None


def chart(course: Course, key: str = "chart") -> Markup:
    """The SVG, with title and description; empty where there is no point."""
    if not course.points:
        return Markup("")
    points = sorted(course.points, key=lambda p: p.on)
    low, high = _range(course)
    x, y = _scale_x(points), lambda value: TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)
    parts = [
        _bands(course, low, high, y),
        _grid(low, high, y),
        _levels(course, y),
        _line(points, x, y),
        _dates(points, x),
        _names(course, points, x, y),
    ]
    return Markup(
        '<svg class="course" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{key}-t {key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{description}</desc>{body}</svg>'
    ).format(w=WIDTH, h=HEIGHT, key=key, title=course.title, description=describe(course), body=Markup("").join(parts))


def describe(course: Course) -> str:
    """The chart in one or two sentences, from the same numbers."""
    points = sorted(course.points, key=lambda p: p.on)
    first, last = points[0], points[-1]
    text = f"{_say(last.value)} {course.unit} on {_date(last.on)}"
    if len(points) > 1:
        text = f"Baseline {_say(first.value)} {course.unit} on {_date(first.on)}, latest " + text
    lines = "; ".join(level.text for level in course.levels)
    return f"{text}. {lines + '. ' if lines else ''}{'Higher' if course.better == 'up' else 'Lower'} is better."


def notes(course: Course) -> list[Point]:
    """The points with a note, in the order of their marks."""
    return [point for point in sorted(course.points, key=lambda p: p.on) if point.note]


def spark(points: Sequence[Point], label: str, target: float | None = None) -> Markup:
    """A small line for a goal card; `label` says in words what it shows."""
    if not points:
        return Markup("")
    values = [p.value for p in points] + ([target] if target is not None else [])
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = 120 / max(len(points) - 1, 1)
    dots = [(round(i * step, 1), round(32 - 26 * (p.value - low) / span, 1)) for i, p in enumerate(points)]
    aim = ""
    if target is not None:
        level = round(32 - 26 * (target - low) / span, 1)
        aim = Markup('<path class="aim" d="M0 {} H120"/>').format(level)
    path = " L".join(f"{x} {y}" for x, y in dots)
    return Markup(
        '<svg viewBox="0 0 120 36" role="img" aria-label="{}"><path class="track" d="M{}"/>{}'
        '<circle class="dot" cx="{}" cy="{}" r="3.5"/></svg>'
    ).format(label, path, aim, dots[-1][0], dots[-1][1])


def _range(course: Course) -> tuple[float, float]:
    values = [p.value for p in course.points] + [level.value for level in course.levels]
    values += [level.to for level in course.levels if level.to is not None and level.both]
    low, high = min(values), max(values)
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1
    low, high = low - room, high + room
    return (max(low, course.low) if course.low is not None else low,
            min(high, course.high) if course.high is not None and course.high > low else high)  # fmt: skip


def _scale_x(points: Sequence[Point]):
    first, last = points[0].on, points[-1].on
    span = max((last - first).days, 1)
    return lambda on: LEFT + 12 + (WIDTH - LEFT - RIGHT - 24) * ((on - first).days / span if last != first else 0.5)


def _grid(low: float, high: float, y) -> Markup:
    ticks = _ticks(low, high)
    return Markup("").join(
        Markup(
            '<path class="grid-line" d="M{} {} H{}"/><text class="tick" x="{}" y="{}" text-anchor="end">{}</text>'
        ).format(LEFT, round(y(t), 1), WIDTH - RIGHT, LEFT - 8, round(y(t) + 4, 1), _say(t))
        for t in ticks
    )


def _ticks(low: float, high: float) -> list[float]:
    raw = (high - low) / 4
    size = 10 ** (len(str(int(raw))) - 1) if raw >= 1 else 10 ** -(len(f"{raw:.10f}".split(".")[1]) - len(f"{raw:.10f}".split(".")[1].lstrip("0")) + 1)  # fmt: skip
    step = next((size * m for m in (1, 2, 5, 10) if size * m >= raw), size * 10)
    first = -(-low // step) * step
    return [round(first + i * step, 6) for i in range(12) if first + i * step <= high]


def _bands(course: Course, low: float, high: float, y) -> Markup:
    """The area of each band, as far as the chart shows it; its edges are the lines."""
    area = Markup('<rect class="band {}" x="{}" y="{}" width="{}" height="{}"/>')
    found = []
    for one in course.levels:
        if one.to is None:
            continue
        bottom, top = (min(max(edge, low), high) for edge in sorted((one.value, one.to)))
        found.append(area.format(one.kind, LEFT, round(y(top), 1), WIDTH - RIGHT - LEFT, round(y(bottom) - y(top), 1)))
    return Markup("").join(found)


def _levels(course: Course, y) -> Markup:
    line = Markup('<path class="level {}" d="M{} {} H{}"/>')
    edges = [(one.kind, edge) for one in course.levels for edge in ((one.value, one.to) if one.both else (one.value,))]
    return Markup("").join(line.format(kind, LEFT, round(y(edge), 1), WIDTH - RIGHT) for kind, edge in edges if edge is not None)  # fmt: skip


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def _names(course: Course, points: Sequence[Point], x, y) -> Markup:
    """The words of each level, where the course and the other words leave room: left or right, above or below its line."""
    track = [(x(p.on), y(p.value)) for p in points]
    taken: list[Box] = [(cx - 16, cy - 26, cx + 16, cy + 6) for cx, cy in (track[0], track[-1])]
    taken += [(cx - 8, cy, cx + 8, cy + 30) for (cx, cy), p in zip(track, points, strict=True) if p.note]
    parts = []
    for level in sorted(course.levels, key=lambda item: item.value):
        text = level.text
        box = max(_places(y(level.value), 7.4 * len(text)), key=lambda one: _room(one, track, taken))
        taken.append(box)
        parts.append(
            Markup('<text class="level-name" x="{}" y="{}">{}</text>').format(round(box[0], 1), round(box[3] - 3, 1), text)
        )  # fmt: skip
    return Markup("").join(parts)


def _places(at: float, wide: float) -> list[Box]:
    starts = (LEFT + 6, WIDTH - RIGHT - wide, (LEFT + WIDTH - RIGHT - wide) / 2)
    return [(left, top, left + wide, top + 15) for left in starts for top in (at - 17, at + 2)]


def _room(box: Box, track: Sequence[tuple[float, float]], taken: Sequence[Box]) -> float:
    """How far a place is from the course; far below nought where it covers other words or leaves the chart."""
    left, top, right, bottom = box
    covers = sum(left < x2 and x1 < right and top < y2 and y1 < bottom for x1, y1, x2, y2 in taken)
    outside = top < 2 or bottom > HEIGHT - BOTTOM
    near = min((_gap(box, a, b) for a, b in pairwise(track)), default=30.0)
    return min(near, 30) - 100 * covers - 100 * outside


def _gap(box: Box, a: tuple[float, float], b: tuple[float, float]) -> float:
    """The smallest distance up or down between a box and a piece of the course, looked at in steps."""
    gaps = [30.0]
    for step in range(25):
        cx, cy = (a[i] + (b[i] - a[i]) * step / 24 for i in (0, 1))
        if box[0] - 6 <= cx <= box[2] + 6:
            gaps.append(max(box[1] - cy, cy - box[3]))
    return min(gaps)


def _line(points: Sequence[Point], x, y) -> Markup:
    spots = [(round(x(p.on), 1), round(y(p.value), 1), p) for p in points]
    lines = Markup("").join(
        Markup('<path class="track" d="M{} {} L{} {}"/>').format(a[0], a[1], b[0], b[1]) for a, b in pairwise(spots)
    )
    dots = Markup("").join(
        Markup('<circle class="dot" cx="{}" cy="{}" r="4.5"><title>{}: {}{}</title></circle>').format(
            cx, cy, _date(p.on), _say(p.value), f", {p.note}" if p.note else ""
        )
        for cx, cy, p in spots
    )
    marks = Markup("").join(
        Markup('<path class="note-mark" d="M{} {} V{}"/><text class="note-mark" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            cx, round(cy + 6, 1), round(cy + 16, 1), cx, round(cy + 29, 1), number)
        for number, (cx, cy, _) in enumerate((spot for spot in spots if spot[2].note), 1)
    )  # fmt: skip
    value = Markup('<text class="value" x="{}" y="{}" text-anchor="middle">{}</text>')
    ends = [spots[0], spots[-1]] if len(spots) > 1 else [spots[0]]
    return (
        lines + dots + marks + Markup("").join(value.format(cx, round(cy - 10, 1), _say(p.value)) for cx, cy, p in ends)
    )


def _dates(points: Sequence[Point], x) -> Markup:
    ends = {points[0].on: "start", points[-1].on: "end"} if points[0].on != points[-1].on else {points[0].on: "middle"}
    return Markup("").join(
        Markup('<text class="tick" x="{}" y="{}" text-anchor="{}">{}</text>').format(
            round(x(on), 1), HEIGHT - 10, anchor, escape(_date(on))
        )
        for on, anchor in ends.items()
    )


def _say(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")


def _date(on: date) -> str:
    return f"{on.day} {on:%b %Y}"
