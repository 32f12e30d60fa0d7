"""A passage cut into sections and sentences, each word keeping its place in the given text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from regain.referrals.rules.values import Passage
from regain.referrals.rules.words import Token, plain, tokens

_HEADING = re.compile(
    r"(?:^|\n)[ \t]*(?:\d{1,2}[.)][ \t]*)?([A-Za-z][A-Za-z /&,'()-]{1,58}?)[ \t]*(?::|(?=\n|$))"
    r"|(?<=[.!?;])[ \t]+([A-Z][A-Z /&,'-]{2,58}):"
)
_BULLET = re.compile(r"[ \t]*(?:[-*•·]|\d{1,2}[.)])[ \t]")
_SHORT_LINE = 55
_LONGEST_RUN = 150  # words and marks: text without full stops is read in stretches, so that work stays linear


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of section: how much its functions and its activities weigh, whether it speaks of now, and of this person."""

    kind: str
    weight: float
    activity_weight: float
    state: str | None = None
    headings: tuple[str, ...] = ()


@dataclass(slots=True)
class Sentence:
    """The content words of one sentence. `commas[i]` counts commas before word i."""

    passage: Passage
    section: Section
    words: list[Token]
    commas: list[int]
    number: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What cutting needs from the facts: section kinds by heading, the kind of unheaded text, abbreviations."""

    by_heading: Mapping[str, Section]
    unheaded: Section
    opening: Section
    listed: Section
    abbreviations: frozenset[str]
    core: frozenset[str]
    short_words: int = 0


def sections(text: str, layout: Layout) -> list[tuple[int, int, Section, bool]]:
    """Start, end, kind of each section, in order, and whether a heading opens it; unknown headings change nothing."""
    cuts: list[tuple[int, int, Section]] = []
    for match in _HEADING.finditer(text):
        name = match.group(1) or match.group(2)
        section = _section_named(name, layout)
        if section is not None:
            cuts.append((match.start(), match.end(), section))
    found: list[tuple[int, int, Section, bool]] = []
    first = cuts[0][0] if cuts else len(text)
    if text[:first].strip():
        found.append((0, first, layout.opening if cuts else layout.unheaded, False))
    for number, (_, after, section) in enumerate(cuts):
        end = cuts[number + 1][0] if number + 1 < len(cuts) else len(text)
        found.append((after, end, section, True))
    if any(piece[2].kind in layout.core for piece in found) and len(text.split()) > layout.short_words:
        return found
    return [_raised(piece) for piece in found]


def _raised(piece: tuple[int, int, Section, bool]) -> tuple[int, int, Section, bool]:
    """History weighs in full where a letter is short, or has nothing else to weigh."""
    start, end, section, headed = piece
    if section.state is None and section.weight:
        section = replace(section, weight=max(1.0, section.weight), activity_weight=max(1.0, section.activity_weight))
    return start, end, section, headed


def _section_named(name: str, layout: Layout) -> Section | None:
    words = " ".join(plain(name).split())
    if words in layout.by_heading:
        return layout.by_heading[words]
    if "/" in words or " and " in words:
        parts = [part.strip() for part in re.split(r"/| and |, ", words)]
        known = [layout.by_heading[part] for part in parts if part in layout.by_heading]
        if known:
            return max(known, key=lambda section: section.weight)
    return None


def sentences(passage: Passage, layout: Layout, stemmer, fillers: frozenset[str], first: int = 0) -> Iterator[Sentence]:  # fmt: skip
    """Every sentence of a passage with at least one content word, numbered from `first`."""
    if passage.kind == "list":
        pieces = [(0, len(passage.text), layout.listed, False)]
    else:
        pieces = sections(passage.text, layout)
    number = first
    for start, end, section, _ in pieces:
        for run in _runs(passage.text, start, end, layout, stemmer):
            sentence = _sentence(passage, section, run, fillers, number)
            if sentence.words:
                yield sentence
                number += 1


def _runs(text: str, start: int, end: int, layout: Layout, stemmer) -> Iterator[list[Token]]:
    """Words and marks of one sentence after another."""
    run: list[Token] = []
    for token in tokens(text, stemmer, start, end):
        if run and (len(run) >= _LONGEST_RUN or _line_ends(text, run[-1].end, token.start)):
            yield run
            run = []
        run.append(token)
        if token.mark and token.raw in ".!?" and _stops(text, run, layout):
            yield run
            run = []
    if run:
        yield run


def _stops(text: str, run: list[Token], layout: Layout) -> bool:
    mark = run[-1]
    if mark.end < len(text) and not text[mark.end].isspace() and text[mark.end] not in "\"')":
        return False
    before = run[-2] if len(run) > 1 else None
    return not (mark.raw == "." and before is not None and plain(before.raw) in layout.abbreviations)


def _line_ends(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    breaks = gap.count("\n")
    if not breaks:
        return False
    if breaks > 1 or "\t" in gap:
        return True
    line = text.rfind("\n", 0, end) + 1
    if _BULLET.match(text, text.rfind("\n", 0, start) + 1):
        return True
    return end - line < _SHORT_LINE and text[start].isupper()


def _sentence(passage: Passage, section: Section, run: list[Token], fillers: frozenset[str], number: int) -> Sentence:
    words: list[Token] = []
    commas: list[int] = []
    seen = 0
    for token in run:
        if token.mark:
            seen += token.raw in ",;•"
        elif token.stem not in fillers:
            words.append(token)
            commas.append(seen)
    return Sentence(passage, section, words, commas, number)
