"""The small pattern language of the facts, compiled into one trie that reads a sentence in one pass.

`weak grip`        these words in this order (fillers such as `the` are skipped)
`cannot lift|hold` alternatives for a word
`weak + my grip|hand` both in one sentence, in any order, near each other; here `|` parts whole phrases
`@hand`            any phrase of the group `hand` of the lexicon
`=PAD`             exactly these capitals
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from regain.referrals.rules.words import Stemmer, Token, stems

_LEAF = ""
_MOST_EXPANSIONS = 4000

Owner = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One pattern found: whose it is, and the first and last content word of the sentence it covers."""

    owner: Owner
    first: int
    last: int
    pattern: str


@dataclass(slots=True)
class Lexicon:
    """All patterns of all facts, compiled. Build it once, then call `scan` for each sentence."""

    stemmer: Stemmer
    fillers: frozenset[str]
    groups: Mapping[str, Sequence[str]]
    window: int
    _trie: dict[str, Any] = field(default_factory=dict)
    _exact: set[str] = field(default_factory=set)
    _atoms: dict[str, int] = field(default_factory=dict)
    _single: dict[int, list[tuple[Owner, str]]] = field(default_factory=dict)
    _joint: dict[int, list[tuple[tuple[int, ...], Owner, str]]] = field(default_factory=dict)
    _choices: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    _shields: set[int] = field(default_factory=set)
    _masks: set[int] = field(default_factory=set)

    def mask(self, patterns: Iterable[str]) -> None:
        """Let no part of another pattern be found inside these phrases ("bent" in "bent over")."""
        self._masks.update(self._atom(pattern, False) for pattern in patterns)

    def shield(self, patterns: Iterable[str]) -> None:
        """Let no word inside these phrases count by itself ("injury" in "no injury")."""
        self._shields.update(self._atom(pattern, False) for pattern in patterns)

    def add(self, owner: Owner, patterns: Iterable[str]) -> None:
        """Let `owner` be found by any of these patterns."""
        for pattern in patterns:
            pieces = [part.strip() for part in pattern.split(" + ")]
            parts = tuple(self._atom(part, len(pieces) > 1) for part in pieces)
            if len(parts) == 1:
                self._single.setdefault(parts[0], []).append((owner, pattern))
            else:
                self._joint.setdefault(parts[0], []).append((parts, owner, pattern))

    def _atom(self, part: str, joint: bool) -> int:
        """The number of a part; its phrases enter the trie when it is first met."""
        key = ("+" if joint else "") + part
        if key in self._atoms:
            return self._atoms[key]
        number = self._atoms[key] = len(self._atoms)
        choices = part.split("|") if joint else [part]
        for phrase in (phrase for choice in choices for phrase in self._phrases(choice)):
            node = self._trie
            for word in phrase:
                node = node.setdefault(word, {})
            if node is not self._trie:
                found = node.setdefault(_LEAF, [])
                if number not in found:
                    found.append(number)
        return number

    def _phrases(self, part: str) -> Iterator[tuple[str, ...]]:
        """Every sequence of stems that a part stands for."""
        choices = [list(self._word(word)) for word in part.split()]
        count = 1
        for choice in choices:
            count *= max(1, len(choice))
        if count > _MOST_EXPANSIONS:
            raise ValueError(f"pattern {part!r} stands for {count} phrases; split it with ' + '")
        for combination in product(*choices):
            yield tuple(word for words in combination for word in words)

    def _word(self, word: str) -> Iterator[tuple[str, ...]]:
        for choice in word.split("|"):
            known = self._choices.get(choice)
            if known is None:
                known = self._choices[choice] = tuple(self._choice(choice))
            yield from known

    def _choice(self, choice: str) -> Iterator[tuple[str, ...]]:
        if choice.startswith("@"):
            if choice[1:] not in self.groups:
                raise ValueError(f"no group {choice!r} in the lexicon; expected one of {sorted(self.groups)}")
            for phrase in self.groups[choice[1:]]:
                yield from self._phrases(phrase)
        elif choice.startswith("="):
            self._exact.add(choice[1:])
            yield (choice,)
        else:
            self.stemmer.learn(choice)
            yield stems(choice, self.stemmer, self.fillers)

    def spans(self, words: Sequence[Token]) -> dict[int, list[tuple[int, int]]]:
        """Where each part of a pattern stands in one sentence: part number to first and last content word."""
        found: dict[int, list[tuple[int, int]]] = {}
        for first in range(len(words)):
            self._walk(words, first, found)
        shields = [place for atom in found.keys() & self._shields for place in found[atom]]
        return _unshielded(found, shields) if shields else found

    def joints(self, present: Mapping[int, object]) -> Iterator[tuple[tuple[int, ...], Owner, str]]:
        """Patterns of several parts that are all present, wherever they stand."""
        for atom in present:
            for parts, owner, pattern in self._joint.get(atom, ()):
                if all(part in present for part in parts):
                    yield parts, owner, pattern

    def scan(self, words: Sequence[Token], wide: Collection[str] = ()) -> list[Hit]:
        """Every pattern found in the content words of one sentence, in order of place.

        The parts of a pattern stand near each other; those of the kinds in `wide` anywhere in the sentence.
        """
        spans = self.spans(words)
        masks = [place for atom in spans.keys() & self._masks for place in spans[atom]]
        parted = _unmasked(spans, masks) if masks else spans
        hits = [
            Hit(owner, first, last, pattern)
            for atom, places in spans.items()
            for owner, pattern in self._single.get(atom, ())
            for first, last in places
        ]
        for atom in parted:
            for parts, owner, pattern in self._joint.get(atom, ()):
                if all(part in parted for part in parts):
                    reach = len(words) if owner[0] in wide else self.window
                    nearest = self._nearest([parted[part] for part in parts], reach)
                    if nearest:
                        hits.append(Hit(owner, *nearest, pattern))
        return sorted(hits, key=lambda hit: (hit.first, hit.last, hit.owner, hit.pattern))

    def _walk(self, words: Sequence[Token], first: int, spans: dict[int, list[tuple[int, int]]]) -> None:
        nodes = [(self._trie, first)]
        while nodes:
            node, at = nodes.pop()
            for atom in node.get(_LEAF, ()):
                spans.setdefault(atom, []).append((first, at - 1))
            if at == len(words):
                continue
            inner = node.get(words[at].stem)
            if inner is not None:
                nodes.append((inner, at + 1))
            if words[at].raw in self._exact:
                inner = node.get("=" + words[at].raw)
                if inner is not None:
                    nodes.append((inner, at + 1))

    def _nearest(self, places: list[list[tuple[int, int]]], window: int) -> tuple[int, int] | None:
        """The narrowest stretch that holds one place of each part without overlap, if it is near enough."""
        best: tuple[int, int] | None = None
        for combination in product(*(place[:6] for place in places)):
            ordered = sorted(combination)
            if any(ordered[i][1] >= ordered[i + 1][0] for i in range(len(ordered) - 1)):
                continue
            gaps = sum(ordered[i + 1][0] - ordered[i][1] - 1 for i in range(len(ordered) - 1))
            if gaps > window:
                continue
            span = (ordered[0][0], ordered[-1][1])
            if best is None or span[1] - span[0] < best[1] - best[0]:
                best = span
        return best


def _unshielded(found: Mapping[int, list[tuple[int, int]]], shields: Sequence[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:  # fmt: skip
    """The places that do not lie inside a shield after its first word."""
    kept = {}
    for atom, places in found.items():
        open_ = [p for p in places if not any(s[0] < p[0] and p[1] <= s[1] for s in shields)]
        if open_:
            kept[atom] = open_
    return kept


def _unmasked(found: Mapping[int, list[tuple[int, int]]], masks: Sequence[tuple[int, int]]) -> dict[int, list[tuple[int, int]]]:  # fmt: skip
    """The places that do not lie inside a longer mask."""
    kept = {}
    for atom, places in found.items():
        open_ = [p for p in places if not any(m[0] <= p[0] and p[1] <= m[1] and m != p for m in masks)]
        if open_:
            kept[atom] = open_
    return kept
