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
class Lean:
    """Parts and the whole from -1 (OT) to 1 (PT), the words for it, and how like therapists' the interests are."""

    parts: Mapping[str, float]
    lean: float
    band: str
    fit_to_both: float | None


def part(block: Block) -> float:
    """One block's lean: each answer against the mean of the block, so that answering everything high says nothing."""
    mean = sum(block.answers) / len(block.answers)
    total = sum((a - mean) / 2 * d for a, d in zip(block.answers, block.difference, strict=True))
    return max(-1.0, min(1.0, total / sum(abs(d) for d in block.difference)))


def lean(
    blocks: Mapping[str, Block], tasks: Sequence[int], task_weight: float, profiles: Sequence[Sequence[float]]
) -> Lean:
    """The whole. `tasks`: 1 for the PT choice, -1 for the OT one, 0 for neither."""
    parts = {name: part(block) for name, block in blocks.items()} | {"tasks": sum(tasks) / len(tasks)}
    whole = sum(blocks[name].weight * parts[name] for name in blocks) + task_weight * parts["tasks"]
    return Lean(
        {k: round(v, 4) for k, v in parts.items()},
        round(whole, 4),
        band(whole),
        fit(blocks["interests"].answers, profiles),
    )


def band(whole: float) -> str:
    """The words: up to 0.1 no clear lean, up to 0.3 slight, else clear."""
    size = round(abs(whole), 10)
    if size <= 0.1:
        return "no clear lean"
    return f"{'slight' if size <= 0.3 else 'clear'} toward {'PT' if whole > 0 else 'OT'}"


def fit(answers: Sequence[float], profiles: Sequence[Sequence[float]]) -> float | None:
    """Correlation of the interests with the mean of the two professions'; None where all answers are equal."""
    mean = [sum(values) / len(values) for values in zip(*profiles, strict=True)]
    a, b = _centred(answers), _centred(mean)
    spread = sqrt(sum(x * x for x in a)) * sqrt(sum(x * x for x in b))
    return None if spread == 0 else round(sum(x * y for x, y in zip(a, b, strict=True)) / spread, 4)


def _centred(values: Sequence[float]) -> list[float]:
    middle = sum(values) / len(values)
    return [v - middle for v in values]
