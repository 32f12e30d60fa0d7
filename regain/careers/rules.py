"""OT or PT as a profession? The open scoring of the questionnaire; a conversation starter, not a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Block:
    """Answers 1-5 to one block, how PT and OT differ on each, and the block's weight."""

    answers: Sequence[float]
    difference: Sequence[float]
    weight: float


@dataclass(frozen=True, slots=True)
class Sides:
    """The professions that the two ends of the line stand for."""

    negative: str
    positive: str


@dataclass(frozen=True, slots=True)
class Move:
    """How far one answer moved the whole: `place` counts the block's answers from 0."""

    block: str
    place: int
    share: float


@dataclass(frozen=True, slots=True)
class Lean:
    """Parts and the whole from -1 to 1, the words for it, how like therapists' the interests are, what moved it most."""

    parts: Mapping[str, float]
    lean: float
    band: str
    fit_to_both: float | None
    fit_band: str | None
    moves: tuple[Move, ...] = ()


def shares(block: Block) -> list[float]:
    """What each answer adds to its block: measured against the block's mean, so that answering everything high says nothing."""
    mean = sum(block.answers) / len(block.answers)
    size = sum(abs(d) for d in block.difference)
    return [(a - mean) / 2 * d / size for a, d in zip(block.answers, block.difference, strict=True)]


def part(block: Block) -> float:
    """One block's lean."""
    return max(-1.0, min(1.0, sum(shares(block))))


def lean(
    blocks: Mapping[str, Block], tasks: Sequence[int], task_weight: float, profiles: Sequence[Sequence[float]], sides: Sides,
) -> Lean:  # fmt: skip
    """The whole. `tasks`: 1 for the choice of the positive side, -1 for the other, 0 for both or neither."""
    parts = {name: part(block) for name, block in blocks.items()} | {"tasks": sum(tasks) / len(tasks)}
    whole = sum(blocks[name].weight * parts[name] for name in blocks) + task_weight * parts["tasks"]
    alike = fit(blocks["interests"].answers, profiles)
    return Lean(
        {k: round(v, 4) for k, v in parts.items()},
        round(whole, 4),
        band(whole, sides),
        alike,
        fit_band(alike),
        moves(blocks, tasks, task_weight),
    )


def moves(blocks: Mapping[str, Block], tasks: Sequence[int], task_weight: float, most: int = 3) -> tuple[Move, ...]:
    """The answers that moved the whole most, largest first; answers that moved nothing are left out."""
    found = [
        Move(name, n, round(block.weight * share, 4))
        for name, block in blocks.items()
        for n, share in enumerate(shares(block))
    ]
    found += [Move("tasks", n, round(task_weight * choice / len(tasks), 4)) for n, choice in enumerate(tasks)]
    return tuple(sorted((m for m in found if m.share), key=lambda m: -abs(m.share))[:most])


def band(whole: float, sides: Sides) -> str:
    """The words: under 0.1 no clear lean, under 0.3 slight, from 0.3 on clear.

    >>> [band(x, Sides("OT", "PT")) for x in (0.0999, 0.1, -0.2999, -0.3)]
    ['no clear lean', 'slight toward PT', 'slight toward OT', 'clear toward OT']
    """
    size = round(abs(whole), 10)
    if size < 0.1:
        return "no clear lean"
    return f"{'slight' if size < 0.3 else 'clear'} toward {sides.positive if whole > 0 else sides.negative}"


def fit_band(alike: float | None) -> str | None:
    """How like therapists' the interests are: `alike` from 0.5, `partly` from 0, `different` below; None where unsaid.

    >>> [fit_band(x) for x in (0.5, 0.4999, 0, -0.0001, None)]
    ['alike', 'partly', 'partly', 'different', None]
    """
    if alike is None:
        return None
    return "alike" if alike >= 0.5 else "partly" if alike >= 0 else "different"


def fit(answers: Sequence[float], profiles: Sequence[Sequence[float]]) -> float | None:
    """Correlation of the interests with the mean of the two professions'; None where all answers are equal."""
    mean = [sum(values) / len(values) for values in zip(*profiles, strict=True)]
    a, b = _centred(answers), _centred(mean)
    spread = sqrt(sum(x * x for x in a)) * sqrt(sum(x * x for x in b))
    return None if spread == 0 else round(sum(x * y for x, y in zip(a, b, strict=True)) / spread, 4)


def _centred(values: Sequence[float]) -> list[float]:
    middle = sum(values) / len(values)
    return [v - middle for v in values]
