"""The states of an episode of care and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class EpisodeState(StrEnum):
    """FHIR EpisodeOfCare's words where it has one."""

    PLANNED = "planned"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    FINISHED = "finished"
    CANCELLED = "cancelled"


MOVES: dict[EpisodeState | None, frozenset[EpisodeState]] = {
    None: frozenset({EpisodeState.PLANNED, EpisodeState.ACTIVE}),
    EpisodeState.PLANNED: frozenset({EpisodeState.ACTIVE, EpisodeState.CANCELLED}),
    EpisodeState.ACTIVE: frozenset({EpisodeState.ON_HOLD, EpisodeState.FINISHED, EpisodeState.CANCELLED}),
    EpisodeState.ON_HOLD: frozenset({EpisodeState.ACTIVE, EpisodeState.FINISHED, EpisodeState.CANCELLED}),
    EpisodeState.FINISHED: frozenset(),
    EpisodeState.CANCELLED: frozenset(),
}


def may_move(now: str | None, to: str) -> bool:
    """Whether an episode may go from one state to another.

    >>> may_move("finished", "active")
    False
    """
    return EpisodeState(to) in MOVES[EpisodeState(now) if now else None]
