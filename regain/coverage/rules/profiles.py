"""What a payer asks for and how it pays: its kind's defaults, its profile's, its own settings, the last one said counts."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Profile:
    """A payer profile. `said` holds every term by name; `own` the names that the payer's own settings replace."""

    key: str
    kind: str
    label: str
    example: bool
    certainty: str
    said: Mapping[str, Any]
    own: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Any:
        return self.said[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A term, or a default where nothing is said of it."""
        return self.said.get(name, default)

    @property
    def terms(self) -> dict[str, Any]:
        """What a patient's coverage under it starts from, in the words of the estimate."""
        return {name: self.said[name] for name in TERMS if name in self.said}


TERMS = (
    "deductible_remaining",
    "deductible_applies",
    "coinsurance",
    "copay",
    "copay_per",
    "out_of_pocket_remaining",
    "limits",
)


def profile_of(
    key: str, kinds: Iterable[Any], profiles: Iterable[Any], settings: Mapping[str, Any] | None = None
) -> Profile:
    """The profile of a key: a row of `coverage/payer_profiles` over its kind's row, or a kind's row alone."""
    row = next((value for value in profiles if value["key"] == key), None)
    kind = next(value for value in kinds if value["key"] == (row["kind"] if row else key))
    own = {name: value for name, value in (settings or {}).items() if value not in (None, "")}
    said = ChainMap(own, dict(row.data) if row else {}, dict(kind.data))
    shown = row or kind
    return Profile(key, kind["key"], shown["label"], shown["example"], str(shown.certainty), said, frozenset(own))
