"""Outcome measures as pure rules: score an entry, compare two, say what the numbers mean and on whose authority."""

from regain.outcomes.rules.change import change
from regain.outcomes.rules.instrument import STATUSES, Instrument, Outcome
from regain.outcomes.rules.person import PERSON_KEYS, Person, completed_years
from regain.outcomes.rules.scoring import SHAPES, Scored, score

__all__ = [
    "PERSON_KEYS",
    "SHAPES",
    "STATUSES",
    "Instrument",
    "Outcome",
    "Person",
    "Scored",
    "change",
    "completed_years",
    "score",
]
