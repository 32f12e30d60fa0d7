"""Reads of outcomes: instruments with their norm tables, scores of an episode, the course of a measure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from django.db.models import Count

from regain.outcomes.models import Examination, Score
from regain.outcomes.rules import Instrument, Scored, change, score
from regain.outcomes.rules.asking import questions
from regain.outcomes.rules.clinic import Result
from regain.outcomes.rules.due import next_due
from regain.outcomes.rules.examined import LETTERS, Kind, Mark
from regain.outcomes.rules.sentence import sentence
from regain.reference.facts import fact, facts
from regain.reference.rules import Fact, Finding
from regain.ui.charts import Course, Level, Point


@cache
def instruments() -> dict[str, Instrument]:
    """Every instrument by key, in the order of their names."""
    found = sorted((Instrument(one) for one in facts("outcomes/measures")), key=lambda one: one.fact.label)
    return {one.key: one for one in found}


@cache
def tables_of(key: str) -> tuple[Fact, ...]:
    """The norm tables of an instrument."""
    return tuple(fact(f"outcomes/norms/{name}") for name in instruments()[key].fact.about["norms"])


def scores(organization):
    """Scores that stand (a corrected one does not), oldest first."""
    return (
        Score.objects.of(organization).filter(corrected_by__isnull=True)
        .select_related("created_by__user").order_by("measure", "taken_on", "created_at", "id")
    )  # fmt: skip


def all_scores(organization):
    """Every score, corrected ones too, with the episode and patient it belongs to."""
    return Score.objects.of(organization).select_related("episode__patient", "corrects", "created_by__user")


@dataclass(frozen=True, slots=True)
class MeasureCourse:
    """One measure in one episode, of one side, joint, pace ...: rows oldest first, the chart, the change since baseline, a sentence for the patient."""

    instrument: Instrument
    rows: tuple[Score, ...]
    chart: Course
    parts: tuple[tuple[str, Course], ...]
    """Charts by result where the instrument has no score of its own."""
    change: Mapping[str, Any] | None
    findings: tuple[Finding, ...]
    sentence: str
    due_on: date | None = None
    """When a goal asks for it again; None where no goal reads it."""

    @property
    def key(self) -> str:
        """The measure."""
        return self.instrument.key

    @property
    def tabled(self) -> bool:
        """Whether it is one of many alike (the angles of a joint) that are read in a table, not a card each."""
        return self.instrument.score["rule"] == "angle"

    @property
    def usual(self) -> str:
        """What is usual, from the chart's own line."""
        return next((level.numbers for level in self.chart.levels if level.kind == "norm"), "")

    @property
    def title(self) -> str:
        """`Grip dynamometry, kg, right`."""
        return self.chart.title

    @property
    def anchor(self) -> str:
        """An id for the page, one a series."""
        return "-".join(filter(None, [self.key, *(re.sub(r"\W+", "-", q) for q in qualifiers(self.rows[-1]))]))


def courses(organization, episode, targets: Mapping[str, Any] | None = None, language: str = "en") -> list[MeasureCourse]:  # fmt: skip
    """The course of each measure taken in an episode, in one query. `targets`: measures that goals read, with the value aimed at (None: none said)."""
    rows = scores(organization).filter(episode=episode)
    aims = targets or {}
    found = [course_of(one[0].measure, one, aims.get(one[0].measure), language) for one in series(rows)]
    return [replace(one, due_on=next_due(one.rows[-1].taken_on)) if one.key in aims else one for one in found]


def series(rows: Iterable[Score]) -> list[tuple[Score, ...]]:
    """Rows that may be compared with one another, each group in the order given."""
    found: dict[tuple[str, ...], list[Score]] = {}
    for row in rows:
        found.setdefault((row.measure, *qualifiers(row)), []).append(row)
    return [tuple(group) for group in found.values()]


def qualifiers(row: Score) -> tuple[str, ...]:
    """What keeps scores of one measure apart: side, joint, pace, version ...; the aid may change within a course."""
    instrument = instruments()[row.measure]
    names = [name for name in instrument.score.get("alike", ()) if name != "aid"]
    given = [row.inputs.get(name, instrument.score.get("defaults", {}).get(name)) for name in names]
    return tuple("" if value is None else str(value) for value in given)


def course_of(key: str, rows: tuple[Score, ...], target: Any = None, language: str = "en") -> MeasureCourse:
    """The course of one measure from its rows, oldest first."""
    instrument = instruments()[key]
    scored = [rescored(row) for row in (rows[0], rows[-1])] if len(rows) > 1 else []
    moved, findings = change(*scored, want=judged_by(instrument)) if scored else (None, ())
    points = [Point(row.taken_on, float(row.score), row.note) for row in rows if row.score is not None]
    levels = _levels(points, moved, target, rows[-1])
    title = ", ".join([instrument.fact.label, *filter(None, _told(rows[-1]))])
    chart = Course(title, rows[-1].unit, points, levels, "up" if instrument.higher_is_better else "down")
    parts = () if instrument.has_score else tuple(_part_charts(instrument, rows))
    said = sentence(instrument, rows, moved, title, language)
    return MeasureCourse(instrument, rows, chart, parts, moved, findings, said)


def _told(row: Score) -> list[str]:
    """The qualifiers worth saying: not those that are as usual."""
    usual = set(instruments()[row.measure].score.get("defaults", {}).values())
    return [one.replace("_", " ") for one in qualifiers(row) if one not in usual]


def judged_by(instrument: Instrument) -> str | None:
    """The result that published changes are on: None for the main score, a part where all are on that one (NDI raw)."""
    found = {str(row["of"]) for kind in ("mdc", "mcid") for row in instrument.rows(kind)}
    return found.pop() if len(found) == 1 and found <= set(instrument.results) - {"score"} else None


def _part_charts(instrument: Instrument, rows: tuple[Score, ...]) -> Iterator[tuple[str, Course]]:
    """A chart for each result that was obtained twice or more; a single one is in the table."""
    for name in instrument.results:
        found = [(row, row.answer["parts"].get(name)) for row in rows]
        points = [Point(row.taken_on, float(value), row.note) for row, value in found if isinstance(value, int | float)]
        if len(points) > 1:
            better = "up" if instrument.higher_is_better else "down"
            yield (
                name,
                Course(f"{instrument.fact.label}: {instrument.label_of(name)}", rows[-1].unit, points, (), better),
            )


def measures_in_use(organization, since: date) -> list[tuple[str, int]]:
    """Measures taken since a day with their number of scores, most used first."""
    used = Score.objects.of(organization).filter(taken_on__gte=since).values("measure").annotate(n=Count("id"))
    return [(row["measure"], row["n"]) for row in used.order_by("-n", "measure")]


def clinic_results(organization, measure: str, since: date) -> list[Result]:
    """One measure over all episodes since a day: first against last, in one query."""
    rows = scores(organization).filter(measure=measure, taken_on__gte=since).select_related("episode")
    ordered = rows.order_by("episode_id", "taken_on", "created_at", "id").iterator(chunk_size=2000)
    return [_result(one) for _, group in groupby(ordered, lambda row: row.episode_id) for one in series(group)]


def _result(rows: tuple[Score, ...]) -> Result:
    first, last = rows[0], rows[-1]
    moved = (
        change(rescored(first), rescored(last), want=judged_by(instruments()[last.measure]))[0]
        if len(rows) > 1
        else None
    )
    about = (last.discipline, last.episode.condition or last.episode.problem)
    return Result(*about, moved["improvement"] if moved else None, moved["verdict"] if moved else None, str(last.episode_id))  # fmt: skip


@cache
def condition_names() -> dict[str, str]:
    """Conditions by key as people call them."""
    return {row["key"]: row["name"] for row in fact("referrals/conditions").values}


def askable(organization, episode) -> list[Score]:
    """The newest entry of each measure that the person can take again on their own phone."""
    newest = {row.measure: row for row in scores(organization).filter(episode=episode)}
    return [row for key, row in newest.items() if questions(instruments()[key], row.inputs)]


def joints() -> dict[str, dict[str, str]]:
    """Every joint with its motions and their usual angle; from the lowest to the highest where the printed sets differ."""
    found: dict[str, dict[str, list[float]]] = {}
    for row in fact("outcomes/norms/rom_normal").values:
        found.setdefault(row["joint"], {}).setdefault(row["motion"], []).append(row["limit"])
    return {joint: {motion: _span(limits) for motion, limits in motions.items()} for joint, motions in found.items()}


def _span(limits: list[float]) -> str:
    low, high = min(limits), max(limits)
    return f"{low:g}°" if low == high else f"{low:g} to {high:g}°"


def examinations(organization, episode, kind: Kind):
    """What was examined of one kind, oldest first."""
    rows = Examination.objects.of(organization).filter(episode=episode, kind=kind)
    return rows.select_related("created_by__user").order_by("taken_on", "created_at", "id")


def last_grades(organization, episode) -> dict[tuple[str, str, str], str]:
    """The newest grade of strength by joint, side and motion."""
    return {(one["joint"], one["side"], one["motion"]): one["grade"] for row in examinations(organization, episode, Kind.STRENGTH) for one in row.found}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grades:
    """The strength of one motion of one side, first against last."""

    joint: str
    motion: str
    side: str
    first: tuple[date, str]
    last: tuple[date, str]


@dataclass(frozen=True, slots=True)
class Examined:
    """What was examined without an instrument in an episode."""

    strength: tuple[Grades, ...]
    body: Examination | None
    """The newest body chart."""
    body_before: Examination | None
    """The first one, where there are two or more."""

    def letters(self, row: Examination) -> dict[str, str]:
        """What the drawing shows of a body chart."""
        return {one["region"]: LETTERS[Mark(one["mark"])] for one in row.found}


def examined(organization, episode) -> Examined:
    """Every motion graded, and the first and newest body chart, in one query."""
    rows = list(Examination.objects.of(organization).filter(episode=episode).order_by("taken_on", "created_at", "id"))
    found: dict[tuple[str, str, str], list[tuple[date, str]]] = {}
    for row in rows:
        for one in row.found if row.kind == Kind.STRENGTH else ():
            found.setdefault((one["joint"], one["motion"], one["side"]), []).append((row.taken_on, one["grade"]))
    charts = [row for row in rows if row.kind == Kind.BODY]
    strength = tuple(Grades(*key, given[0], given[-1]) for key, given in found.items())
    return Examined(strength, charts[-1] if charts else None, charts[0] if len(charts) > 1 else None)


def last_motions(organization, episode, joint: str) -> dict[tuple[str, str, str], Score]:
    """The newest angle by side, motion and mode."""
    rows = scores(organization).filter(episode=episode, measure="goniometry")
    return {
        (r.inputs.get("side", ""), r.inputs.get("motion", ""), r.inputs.get("mode", "")): r
        for r in rows
        if r.inputs.get("joint") == joint
    }


def rescored(row: Score) -> Scored:
    """A stored entry as the rules see it, from its own inputs."""
    return score(instruments()[row.measure], row.inputs)


def _levels(points: list[Point], moved: Mapping[str, Any] | None, target: Any, last: Score) -> tuple[Level, ...]:
    """Target, change bands from the first score, and what is usual for the person, as far as each is known."""
    instrument = instruments()[last.measure]
    found = [Level(float(target), "Target")] if target is not None else []
    if moved and points:
        of = judged_by(instrument) or "score"
        scale = _scale(rescored(last).outcome.results(), of) * (1 if instrument.higher_is_better else -1)
        found += _change_bands(points[0].value, moved, of, scale)
    return (*found, *_usual(instrument, last))


def _scale(results: Mapping[str, Any], of: str) -> float:
    """What turns the result that was studied into the main score: 2 for NDI's raw points in percent; 0 where that is not known."""
    if of == "score":
        return 1.0
    studied, main = results.get(of), results.get("score")
    return float(main / studied) if studied and main else 0.0


def _change_bands(start: float, moved: Mapping[str, Any], of: str, scale: float) -> Iterator[Level]:
    """What may be error of measurement from the baseline on, and from the smallest to the largest change that matters."""
    values = {kind: [row["value"] for row in moved[kind] if row["of"] == of and row["applies"]] for kind in ("mdc", "mcid")}  # fmt: skip
    if values["mdc"] and scale:
        yield Level(round(start + scale * max(values["mdc"]), 2), "Real change", "mdc", to=start, both=False)
    if values["mcid"] and scale:
        edges = [round(start + scale * value, 2) for value in (max(values["mcid"]), min(values["mcid"]))]
        yield Level(edges[0], "Matters to people", "mcid", to=None if edges[0] == edges[1] else edges[1])


def _usual(instrument: Instrument, last: Score) -> Iterator[Level]:
    """The norm for age and sex: a printed limit, a printed range, a mean with one SD either side, or a mean."""
    # a printed range says more than a limit
    for norm in sorted(last.answer.get("norms", ()), key=lambda one: not {"low", "high"} <= one.keys()):
        if norm["of"] != "score":
            continue
        mean, sd = norm.get("mean"), norm.get("sd")
        if norm.get("limit") is not None:
            yield Level(float(norm["limit"]), "Limit for age" if norm.get("worse") is not None and "deficit" not in norm else "Usual", "norm")  # fmt: skip
        elif norm.get("low") is not None and norm.get("high") is not None:
            yield Level(float(norm["low"]), "Usual for age", "norm", to=float(norm["high"]))
        elif norm.get("low" if instrument.higher_is_better else "high") is not None:
            yield Level(float(norm["low" if instrument.higher_is_better else "high"]), "Limit for age", "norm")
        elif mean is not None and sd is not None:
            yield Level(round(mean - sd, 2), "Average for age, 1 SD:", "norm", to=round(mean + sd, 2))
        elif mean is not None:
            yield Level(float(mean), "Average for age", "norm")
        else:
            continue
        return
