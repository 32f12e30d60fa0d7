"""Names, and whether two records may be the same person. Never merges: it only says what to look at."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

_MARKS = re.compile(r"[^\w]+")


def folded(name: str) -> str:
    """A name for comparing and searching: case, accents, hyphens and apostrophes do not matter; scripts are kept.

    >>> folded("Renée O'Neil-Štefan"), folded("محمد")
    ('renee oneil stefan', 'محمد')
    """
    name = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = "".join(c for c in name if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return " ".join(_MARKS.sub(" ", bare).split())


def search_name(family: str, given: str) -> str:
    """The folded `family given` that the index holds."""
    return f"{folded(family)} {folded(given)}"


@dataclass(frozen=True, slots=True)
class Person:
    """What matching looks at. `names` are (family, given), the current one first."""

    id: str
    names: tuple[tuple[str, str], ...]
    birth_date: date | None
    sex: str = ""
    phone: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A record that may be the same person, how strongly (0-1) and why."""

    id: str
    strength: float
    reasons: tuple[str, ...]


def likeness(new: Person, known: Person) -> Likeness | None:
    """How alike two records are, or None. Same birth date and family name alone is a twin as often as a double."""
    name, why = _name_likeness(new, known)
    birth, why_birth = _birth_likeness(new.birth_date, known.birth_date)
    reasons = [reason for reason in (why, why_birth) if reason]
    strength = 0.55 * name + 0.35 * birth
    if new.phone and _digits(new.phone) == _digits(known.phone):
        strength += 0.10
        reasons.append("same telephone")
    if new.sex and known.sex and new.sex != known.sex:
        strength -= 0.15
        reasons.append("different sex")
    if name < 0.5 or birth < 0.5 or strength < 0.6:
        return None
    return Likeness(known.id, round(min(strength, 1.0), 2), tuple(reasons))


def _name_likeness(new: Person, known: Person) -> tuple[float, str]:
    best, why = 0.0, ""
    for position, (family, given) in enumerate(known.names):
        for other_family, other_given in new.names:
            value, reason = _one_name(folded(other_family), folded(other_given), folded(family), folded(given))
            if value > best:
                best, why = value, reason + (" (a former or other name)" if position else "")
    return best, why


def _one_name(family: str, given: str, other_family: str, other_given: str) -> tuple[float, str]:
    same_family, same_given = family == other_family, given == other_given
    if same_family and same_given:
        return 1.0, "same name"
    if (family, given) == (other_given, other_family):
        return 0.9, "family and given name exchanged"
    family_part = set(family.split()) & set(other_family.split())
    given_part = given.split()[:1] == other_given.split()[:1] or _one_edit(given, other_given) or given[:1] == other_given[:1] and min(len(given), len(other_given)) == 1  # fmt: skip
    if (same_given or given_part) and (same_family or family_part or _one_edit(family, other_family)):
        return 0.85, "nearly the same name"
    if same_family:
        return 0.5, "same family name, another given name: perhaps a twin or a relative"
    if same_given:
        return 0.5, "same given name, another family name: perhaps a changed name"
    return 0.0, ""


def _birth_likeness(new: date | None, known: date | None) -> tuple[float, str]:
    if new is None or known is None:
        return 0.5, "birth date not given"
    if new == known:
        return 1.0, "same birth date"
    parts = (new.year == known.year) + (new.month == known.month) + (new.day == known.day)
    if (new.year, new.month, new.day) == (known.year, known.day, known.month):
        return 0.8, "day and month of birth exchanged"
    if parts == 2 or _one_edit(f"{new:%Y%m%d}", f"{known:%Y%m%d}"):
        return 0.7, "birth date differs in one place"
    return 0.0, ""


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter was added, dropped, changed, or two neighbours exchanged."""
    if one == other or min(len(one), len(other)) < 3:
        return False
    if len(one) > len(other):
        one, other = other, one
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) != len(other):
        return len(other) - len(one) == 1 and one[start:] == other[start + 1 :]
    swapped = one[:start] + one[start + 1 : start + 2] + one[start : start + 1] + one[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or swapped == other


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)[-10:]


def npi_is_valid(npi: str) -> bool:
    """Ten digits, first 1 or 2, Luhn over 80840 and the number.

    >>> npi_is_valid("1234567893"), npi_is_valid("1234567890"), npi_is_valid("0234567893")
    (True, False, False)
    """
    if len(npi) != 10 or not npi.isascii() or not npi.isdigit() or npi[0] not in "12":
        return False
    digits = [int(d) for d in "80840" + npi]
    doubled = [d if n % 2 else d * 2 - 9 * (d > 4) for n, d in enumerate(reversed(digits), 1)]
    return sum(doubled) % 10 == 0
