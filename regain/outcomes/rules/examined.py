"""What is examined without an instrument: muscle strength by grade, and marks on a body chart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from regain.reference.rules import Finding, error

GRADES = ("0", "1", "2-", "2", "2+", "3-", "3", "3+", "4-", "4", "4+", "5")
"""Grades of manual muscle testing, weakest first (Medical Research Council, with plus and minus; recalled)."""


class Kind(StrEnum):
    """What one entry holds."""

    STRENGTH = "strength"
    BODY = "body"


class Mark(StrEnum):
    """What is felt at a place of the body chart."""

    PAIN = "pain"
    NUMB = "numb"
    TINGLING = "tingling"
    BURNING = "burning"


LETTERS = {Mark.PAIN: "P", Mark.NUMB: "N", Mark.TINGLING: "T", Mark.BURNING: "B"}
"""What stands in the drawing, so that colour alone says nothing."""


def check_grades(rows: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Each grade is one of the scale.

    >>> [f.message for f in check_grades([{"side": "left", "joint": "knee", "motion": "flexion", "grade": "6"}])]
    ["Left knee flexion is graded '6'."]
    """
    return [
        error("BAD_VALUE", f"{row['side'].capitalize()} {row['joint']} {row['motion']} is graded {row['grade']!r}.", where="grade", found=row["grade"],
              expected="0 to 5, with + or -", try_="Write a grade such as 3, 4- or 4+.")
        for row in rows if row["grade"] not in GRADES
    ]  # fmt: skip


def check_marks(rows: Iterable[Mapping[str, Any]], regions: Collection[str]) -> list[Finding]:
    """Each mark is of a known place and kind, with how strong it is from 0 to 10 or not said."""
    found = []
    for row in rows:
        level = row.get("level")
        if row["region"] not in regions:
            found.append(error("BAD_VALUE", f"No place {row['region']!r} on the body chart.", where="region", found=row["region"]))  # fmt: skip
        elif row["mark"] not in set(Mark):
            found.append(error("BAD_VALUE", f"{row['mark']!r} is nothing the chart shows.", where=row["region"], found=row["mark"],
                               expected=", ".join(Mark)))  # fmt: skip
        elif level is not None and level not in range(11):
            found.append(error("OUT_OF_RANGE", f"How strong it is runs from 0 to 10; found {level}.", where=row["region"], found=level,
                               expected="0-10", try_="Ask again on a scale from 0 to 10."))  # fmt: skip
    return found
