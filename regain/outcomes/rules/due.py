"""When a measure that a goal reads is to be taken again."""

from __future__ import annotations

from datetime import date, timedelta

EVERY_DAYS = 14
"""Days after which a measure that a goal reads is asked for again (product rule)."""


def next_due(taken_on: date, every: int = EVERY_DAYS) -> date:
    """The day it is asked for again.

    >>> next_due(date(2026, 11, 10))
    datetime.date(2026, 11, 24)
    """
    return taken_on + timedelta(every)
