"""Pages of web as values. The self-check: which questions apply, the profile the answers make, and what they mean in plain words.

The profile is the one that letters become too, so the one rule of `referrals.rules` decides here as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from regain.credentials.rules import Access
from regain.reference.rules import Value

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person answered. `adult_from` is the fact's age in years; `levels` holds ICF qualifiers 0-4 by question; words
    are as typed.
    """

    adult_from: float
    age: int | None = None
    age_unit: str = "years"
    whom: str = "self"
    state: str = ""
    background: frozenset[str] = frozenset()
    signs: tuple[str, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    cause: str = ""
    since: str = ""
    words: str = ""
    wish: str = ""

    @property
    def years(self) -> float | None:
        """The age in years, or None."""
        if self.age is None:
            return None
        return self.age / _MONTHS if self.age_unit == "months" else float(self.age)

    @property
    def group(self) -> str:
        """`child` below `adult_from` years, else `adult`; an age not given is an adult's unless a parent answers."""
        if self.years is None:
            return "child" if self.whom == "child" else "adult"
        return "child" if self.years < self.adult_from else "adult"


def asked(rows: Iterable[Value], kind: str, answers: Answers) -> list[Value]:
    """The questions of a kind that apply to this person, in order."""
    return [
        row
        for row in rows
        if row["kind"] == kind
        and answers.group in row["who"]
        and (not row.get("when") or answers.background & set(row["when"]))
    ]


def profile(rows: Iterable[Value], answers: Answers) -> dict[str, Any]:
    """The answers as the profile of the contract. A question of another age group, or without trouble, is left out."""
    rows = list(rows)
    known = {row["key"]: row for row in rows}
    made: dict[str, Any] = {"setting": "home"}
    if answers.age is not None:
        made |= {"age": answers.age, "age_unit": answers.age_unit}
    cause, since = known.get(answers.cause), known.get(answers.since)
    if cause:
        made["diagnosis"] = " ".join([cause["words"], *([since["words"]] if since else [])])
    problems: list[Any] = [
        {"icf": row["icf"], "severity": answers.levels[row["key"]]}
        for kind in ("doing", "moving")
        for row in asked(rows, kind, answers)
        if answers.levels.get(row["key"])
    ]
    problems += [line.strip() for line in answers.words.splitlines() if line.strip()]
    flags = [row["words"] for row in asked(rows, "sign", answers) if row["key"] in answers.signs]
    return made | ({"problems": problems} if problems else {}) | ({"flags": flags} if flags else {})


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the person told us, in the words of the question."""

    what: str
    level: str
    severity: int
    icf: str


def told(rows: Iterable[Value], answers: Answers) -> list[Told]:
    """What is hard, hardest first."""
    rows = list(rows)
    words = {row["severity"]: row["ask"] for row in rows if row["kind"] == "level"}
    found = [
        Told(row["ask"], words[answers.levels[row["key"]]], answers.levels[row["key"]], row["icf"])
        for kind in ("doing", "moving")
        for row in asked(rows, kind, answers)
        if answers.levels.get(row["key"])
    ]
    return sorted(found, key=lambda one: -one.severity)


def means(rows: Iterable[Value], answers: Answers, discipline: str) -> list[str]:
    """What a discipline would do about what is hard, hardest first, each once."""
    rows = list(rows)
    found = [
        (answers.levels[row["key"]], row["means"][discipline])
        for kind in ("doing", "moving")
        for row in asked(rows, kind, answers)
        if answers.levels.get(row["key"]) and discipline in (row.get("means") or {})
    ]
    return list(dict.fromkeys(text for _, text in sorted(found, key=lambda one: -one[0])))


def age_fits(answers: Answers, born: date, on: date) -> bool:
    """Whether an answered age and a birth date can belong to one person; a year, or two months of a baby, is no contradiction.

    >>> said = Answers(18, age=64)
    >>> age_fits(said, date(1962, 3, 2), date(2026, 11, 24)), age_fits(said, date(2020, 1, 1), date(2026, 11, 24))
    (True, False)
    """
    if answers.age is None:
        return True
    months = (on.year - born.year) * _MONTHS + on.month - born.month - (on.day < born.day)
    if answers.age_unit == "months":
        return abs(months - answers.age) <= 2
    return abs(months // _MONTHS - answers.age) <= 1


def access_word(access: Access) -> str:
    """Which sentence about referrals is true: `open`, `limits`, `some`, `silent` or `unknown`. Unknown stays unknown.

    >>> access_word(Access("ME", "OT"))
    'unknown'
    >>> access_word(Access("NY", "OT", treat="required_for_some"))
    'some'
    """
    if access.treat in ("required", "required_for_some"):
        return "some"
    if access.treat == "no_statutory_requirement_found":
        return "silent"
    if access.level == "provisional" or access.treat == "not_required_with_triggers":
        return "limits"
    return "open" if access.level == "unrestricted" or access.treat == "not_required" else "unknown"


@dataclass(frozen=True, slots=True)
class Taken:
    """How one recommendation of one rule version was taken: referrals read, accepted as they were, changed and to what."""

    version: str
    word: str
    read: int
    accepted: int
    changed: int
    to: tuple[tuple[str, int], ...]


def taken(readings: Iterable[tuple], decisions: Iterable[tuple]) -> list[Taken]:
    """The tally. Readings are (referral, word, version); decisions (referral, word, version, disciplines, overridden), newest first.

    A referral counts once for a word and version, and only its last decision counts.

    >>> taken([(1, "OT", "7"), (1, "OT", "7")], [(1, "OT", "7", ["OT", "PT"], True), (1, "OT", "7", ["OT"], False)])
    [Taken(version='7', word='OT', read=1, accepted=0, changed=1, to=(('OT and PT', 1),))]
    """
    read: defaultdict[tuple, set] = defaultdict(set)
    for referral, word, version in readings:
        read[version or "", word].add(referral)
    accepted: Counter = Counter()
    changed: defaultdict[tuple, Counter] = defaultdict(Counter)
    counted = set()
    for referral, word, version, disciplines, overridden in decisions:
        if referral in counted:
            continue
        counted.add(referral)
        if overridden:
            changed[version or "", word][" and ".join(disciplines) or "no therapy"] += 1
        else:
            accepted[version or "", word] += 1
    return [
        Taken(*key, len(read[key]), accepted[key], changed[key].total(), tuple(changed[key].most_common()))
        for key in sorted({*read, *accepted, *changed})
    ]
