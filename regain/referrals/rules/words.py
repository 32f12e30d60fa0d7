"""From characters to comparable words: tokens with exact offsets, light stems, one spelling.

Nothing here knows a clinical word; irregular forms, spellings and fillers come from the `lexicon` fact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"\d+(?:\.\d+)?\s?/\s?\d+(?:\.\d+)?(?![\w/])"  # 5/5, 120/80
    r"|\d+(?:\.\d+)?"
    r"|\b[A-Za-z]/[A-Za-z](?![A-Za-z])"  # s/p, w/c, h/o
    r"|\b[Ww]/(?=[\s\w])"  # w/ RW
    r"|[A-Za-z]&[A-Za-z](?![A-Za-z])"  # A&O, E&T
    r"|\b(?:[Cc]an|[Cc]ould) not\b"
    r"|[^\W\d_]+(?:['’`´][^\W\d_]+)*"
    r"|[^\w\s]|_"
)
_WORD = re.compile(r"[\w]")
_VOWELS = frozenset("aeiouy")
_LONG = 6  # letters; shorter words have too many neighbours to guess
_VERY_LONG = 9  # letters; long enough that one vowel for another ("incontinance") can only be a slip
_CENTURIES = ("19", "20")
_YEAR = "<year>"  # any calendar year: a pattern that names one names all


@dataclass(frozen=True, slots=True)
class Token:
    """One word or mark: where it stands, its stem, and its letters as written (for abbreviations)."""

    start: int
    end: int
    stem: str
    raw: str
    mark: bool = False


@dataclass(slots=True)
class Stemmer:
    """Words to stems, the same for patterns and letters. `forms` are irregular ones, `spellings` replaced prefixes."""

    forms: Mapping[str, str]
    spellings: Mapping[str, str]
    numbers: tuple[tuple[float, float, str], ...] = ()
    _known: dict[str, str] = field(default_factory=dict)
    _words: set[str] = field(default_factory=set)
    _skeletons: dict[str, list[str]] = field(default_factory=dict)

    def learn(self, word: str) -> None:
        """Take a word of a fact into the spelling list: a near miss of it is read as this word."""
        word = plain(word)
        if word in self._words:
            return
        self._words.add(word)
        if len(word) >= _LONG and word.isalpha():
            for key in _skeletons(word):
                self._skeletons.setdefault(key, []).append(word)

    def leave(self, words: Iterable[str]) -> None:
        """Words that are right as they are, though near one of the facts ("patent")."""
        self._words.update(plain(word) for word in words)

    def __call__(self, word: str) -> str:
        """The stem of one word as written; cached."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) > 50_000:
                self._known.clear()
            known = self._known[word] = self._stem(plain(word))
        return known

    def number(self, written: str) -> str:
        """The class of a number (any fever temperature), else the number as written."""
        value = float(written)
        return next((stem for low, high, stem in self.numbers if low <= value <= high), written)

    def _spelled(self, word: str) -> str:
        """The word of the facts that this one is a slip of (`sweling`, `siezure`), else the word itself."""
        if len(word) < _LONG - 1 or word in self._words or not word.isalpha():
            return word
        near = (known for key in _skeletons(word) for known in self._skeletons.get(key, ()))
        return next((known for known in near if is_slip(word, known)), word)

    def _stem(self, word: str) -> str:
        if word in self.forms:
            return self.forms[word]
        word = self._spelled(word)
        if word in self.forms:
            return self.forms[word]
        for old, new in self.spellings.items():
            if old in word:
                word = word.replace(old, new)
        return self.forms.get(word) or light_stem(word)


def _skeletons(word: str) -> tuple[str, str]:
    """What two spellings share: the consonants in order without doubles, or the same letters in another order."""
    bones = word[0]
    for letter in word[1:]:
        if letter not in _VOWELS and letter != bones[-1]:
            bones += letter
    return bones, "".join(sorted(word))


def is_slip(written: str, meant: str) -> bool:
    """Whether a letter was doubled, a vowel left out, put in or taken for another, or two neighbours exchanged.

    The first letter must be right.

    >>> is_slip("sweling", "swelling"), is_slip("siezure", "seizure"), is_slip("smelling", "swelling")
    (True, True, False)
    """
    if written[0] != meant[0]:
        return False
    if len(written) == len(meant):
        apart = [at for at in range(len(written)) if written[at] != meant[at]]
        if len(apart) == 1 and len(meant) >= _VERY_LONG:
            return written[apart[0]] in _VOWELS and meant[apart[0]] in _VOWELS
        if len(apart) != 2 or apart[1] - apart[0] != 1:
            return False
        one, two = apart
        return written[one] == meant[two] and written[two] == meant[one]
    short, long = sorted((written, meant), key=len)
    if len(long) - len(short) != 1:
        return False
    at = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if short[at:] != long[at + 1 :]:
        return False
    doubled = long[at] == long[at - 1]
    return doubled or (long[at] in _VOWELS and at < len(long) - 1 and len(short) >= _LONG)


def plain(word: str) -> str:
    """Lower case, straight apostrophes, no accents."""
    word = word.lower().replace("’", "'").replace("`", "'").replace("´", "'")
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def light_stem(word: str) -> str:
    """Plural, -ing, -ed, -ness and a final e or y go; short words stay.

    >>> [light_stem(w) for w in ("dressing", "walked", "dizziness", "dizzy", "toes", "balance")]
    ['dress', 'walk', 'dizzi', 'dizzi', 'toe', 'balanc']
    """
    if word.endswith("'s"):
        word = word[:-2]
    if len(word) <= 3:
        return word
    word = _singular(word)
    if word.endswith("ness") and len(word) > 6:
        word = word[:-4]
    elif word.endswith("ing") and len(word) > 5 and _has_vowel(word[:-3]):
        word = _single(word[:-3])
    elif word.endswith("ed") and len(word) > 4 and _has_vowel(word[:-2]):
        word = _single(word[:-2])
    elif word.endswith("ly") and len(word) > 5:
        word = word[:-2]
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    if word.endswith("y") and len(word) > 3:
        word = word[:-1] + "i"
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _single(word: str) -> str:
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz"
    return word[:-1] if doubled else word


def _has_vowel(word: str) -> bool:
    return any(letter in _VOWELS for letter in word)


def tokens(text: str, stemmer: Stemmer, start: int = 0, end: int | None = None) -> list[Token]:
    """Every word and mark of a stretch of text, with offsets into the whole text."""
    found = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        raw = match.group()
        if _WORD.search(raw) is None:
            found.append(Token(match.start(), match.end(), raw, raw, True))
        elif "/" in raw and raw[0].isdigit():
            found.append(Token(match.start(), match.end(), raw.replace(" ", ""), raw))
        elif len(raw) == 4 and raw.isdigit() and raw[:2] in _CENTURIES:
            found.append(Token(match.start(), match.end(), _YEAR, raw))
        elif raw[0].isdigit() and raw.replace(".", "").isascii() and raw.replace(".", "").isdigit():
            found.append(Token(match.start(), match.end(), stemmer.number(raw), raw))
        else:
            found.append(Token(match.start(), match.end(), stemmer(raw), raw))
    return found


def stems(phrase: str, stemmer: Stemmer, fillers: Iterable[str]) -> tuple[str, ...]:
    """The stems of a phrase of a fact, fillers dropped, as a letter's words are compared."""
    return tuple(t.stem for t in tokens(phrase, stemmer) if not t.mark and t.stem not in fillers)
