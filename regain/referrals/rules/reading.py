"""What a sentence says: functions, flags and conditions with their state, severity and place.

A cue (negation, history, another person, a hypothetical) acts forwards or backwards inside its sentence, up to its
reach, a breaker such as "but", or a comma that does not continue a list. An activity ("dressing") says nothing by
itself: the nearest frame ("needs help", "independent") decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from regain.referrals.rules.patterns import Hit, Lexicon
from regain.referrals.rules.sentences import Layout, Sentence, sentences
from regain.referrals.rules.values import Mention, Passage, Quote, State
from regain.referrals.rules.words import plain

_PRIORITY = (State.OTHER_PERSON, State.HYPOTHETICAL, State.DENIED, State.PAST, State.NEUTRAL, State.SUSPECTED)
_COMMA_COST = 3
_CUES = ("cue", "frame", "severity", "breaker")
_APART = 6  # sentences: what a letter tells further apart belongs to another matter
_SAFETY = "flags"  # the entries of a profile that answer safety questions
_WIDE = ("flag",)  # in an entry of a profile or a few lines, what is said together belongs together


@dataclass(frozen=True, slots=True)
class Cue:
    """A kind of cue: the state it gives, where it acts, how many words it reaches, how it treats commas."""

    key: str
    state: State | None
    direction: str  # before: acts on what follows; after: on what precedes; both
    reach: int
    commas: str  # stop, list, cross
    owners: tuple[str, ...] = ()  # empty: every kind of mention
    inside: bool = False  # also acts from within a wide match


@dataclass(frozen=True, slots=True)
class Frame:
    """A way of saying how an activity goes: a problem of some severity, or no problem (severity 0)."""

    key: str
    severity: int


@dataclass(frozen=True, slots=True)
class Grammar:
    """All that reading needs besides the lexicon."""

    layout: Layout
    cues: Mapping[str, Cue]
    frames: Mapping[str, Frame]
    severities: Mapping[str, int]
    frame_window: int
    severity_window: int
    joiners: frozenset[str]
    activities: tuple[str, ...]
    able_forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in the passages of one person."""

    mentions: tuple[Mention, ...]
    words: int
    sentences: int
    stems: frozenset[str]

    def of(self, kind: str) -> list[Mention]:
        """Mentions of one kind (`function`, `flag`, `condition`, `clue`, `order`)."""
        return [mention for mention in self.mentions if mention.owner[0] == kind]


def read(passages: Iterable[Passage], lexicon: Lexicon, grammar: Grammar) -> Reading:
    """Read every passage; mentions keep the order of the text."""
    found: list[Mention] = []
    number = words = 0
    seen: set[str] = set()
    listed: list[Sentence] = []
    for passage in passages:
        brief = passage.kind == "list" or len(passage.text.split()) <= grammar.layout.short_words
        for sentence in sentences(passage, grammar.layout, lexicon.stemmer, lexicon.fillers, number):
            number = sentence.number + 1
            words += len(sentence.words)
            seen.update(word.stem for word in sentence.words)
            found.extend(_mentions(sentence, lexicon, grammar, brief))
            if brief and sentence.section.state is None:
                listed.append(sentence)
    found.extend(_across(listed, lexicon, grammar, {m.owner for m in found if m.state is State.AFFIRMED}))
    return Reading(tuple(found), words, number, frozenset(seen))


def _across(listed: list[Sentence], lexicon: Lexicon, grammar: Grammar, known: set[tuple[str, ...]]) -> Iterator[Mention]:  # fmt: skip
    """Red flags whose parts stand in different entries of a profile, or sentences of a few lines: they belong together."""
    present: dict[int, tuple[_Clues, Hit]] = {}
    for sentence in listed:
        spans = lexicon.spans(sentence.words)
        heard = lexicon.scan(sentence.words)
        clues = _Clues(sentence, _longest([h for h in heard if h.owner[0] in _CUES]), grammar)
        masks = [h for h in heard if h.owner[0] == "mask"]
        for atom, places in spans.items():
            hits = [
                Hit(("flag",), first, last, "") for first, last in places
                if not any(mask.first <= first and last <= mask.last for mask in masks)
            ]  # fmt: skip
            said = next((hit for hit in hits if clues.mention(hit).state is State.AFFIRMED), None)
            if said is not None:
                present.setdefault(atom, (clues, said))
    for parts, owner, pattern in lexicon.joints(present):
        places = [present[part] for part in parts]
        entries = {clues.sentence.number for clues, _ in places}
        answers = all(clues.sentence.passage.kind == "list" for clues, _ in places)
        told_apart = len(entries) > 1 and (answers or max(entries) - min(entries) <= _APART)
        if owner[0] == "flag" and owner not in known and told_apart:
            known = {*known, owner}
            clues, hit = places[0]
            yield clues.mention(Hit(owner, hit.first, hit.last, pattern))


def _mentions(sentence: Sentence, lexicon: Lexicon, grammar: Grammar, brief: bool) -> list[Mention]:
    hits = lexicon.scan(sentence.words, _WIDE if brief else ())
    cues = _longest([hit for hit in hits if hit.owner[0] in _CUES])
    clues = _Clues(sentence, cues, grammar)
    content = [hit for hit in hits if hit.owner[0] not in _CUES]
    return _settled([clues.mention(hit) for hit in _outermost(content) if not clues.blocked(hit)])


def _settled(mentions: list[Mention]) -> list[Mention]:
    """A bare activity is no problem of its own where its entry says something else ("shoulder hurts since painting")."""
    said = any(m.owner[0] == "function" and not m.bare and m.state is not State.NEUTRAL for m in mentions)
    if not said:
        return mentions
    return [replace(m, state=State.NEUTRAL) if m.bare and m.state is State.AFFIRMED else m for m in mentions]


def _longest(hits: list[Hit]) -> list[Hit]:
    """Cues without those that lie inside a longer one ("no" inside "no longer")."""
    return [
        hit for hit in hits
        if not any(o is not hit and o.first <= hit.first and hit.last <= o.last
                   and o.last - o.first > hit.last - hit.first for o in hits)
    ]  # fmt: skip


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Functions and conditions without those strictly inside a longer one ("pain" in "knee pain", "stroke" in "mini stroke")."""
    solid = [hit for hit in hits if hit.owner[0] in ("function", "activity", "mask") and " + " not in hit.pattern]
    named = [hit for hit in hits if hit.owner[0] == "condition" and " + " not in hit.pattern]
    kept = []
    for hit in hits:
        inside = hit.owner[0] in ("function", "activity", "condition", "flag") and any(
            o is not hit and o.first <= hit.first and hit.last <= o.last and o.last - o.first > hit.last - hit.first
            and (hit.owner[0] in ("function", "activity") or o.owner[0] == "mask")
            for o in solid
        )  # fmt: skip
        masked = any(
            o.owner[0] == "mask" and o is not hit and o.first <= hit.first and hit.last <= o.last for o in solid
        )
        part = hit.owner[0] == "condition" and any(
            o.owner != hit.owner and o.first <= hit.first and hit.last <= o.last and o.last - o.first > hit.last - hit.first
            for o in named
        )  # fmt: skip
        if not inside and not masked and not part and hit.owner[0] != "mask":
            kept.append(hit)
    return kept


@dataclass(slots=True)
class _Clues:
    """The cues of one sentence, asked about one hit at a time."""

    sentence: Sentence
    cues: list[Hit]
    grammar: Grammar

    def blocked(self, hit: Hit) -> bool:
        """Whether a one-word hit is only part of a cue ("independent")."""
        return any(cue.owner[0] == "cue" and cue.first <= hit.first and hit.last < cue.last for cue in self.cues)

    def mention(self, hit: Hit) -> Mention:
        """The hit with its state, severity, section and exact words."""
        state, first, last, severity, bare = self._state(hit)
        words = self.sentence.words
        start, end = words[first].start, words[last].end
        passage = self.sentence.passage
        owner = ("function", *hit.owner[1:]) if hit.owner[0] == "activity" else hit.owner
        return Mention(owner, Quote(passage.text[start:end], passage.name, start, end), state, severity,
                       self.sentence.section.kind, self._weight(owner), self.sentence.number, bare, hit.pattern)  # fmt: skip

    def _weight(self, owner: tuple[str, ...]) -> float:
        """What the section weighs: what a person can or cannot do counts where a symptom in passing does not."""
        section = self.sentence.section
        if len(owner) < 2:
            return section.weight
        return section.activity_weight if owner[1].startswith(self.grammar.activities) else section.weight

    def _state(self, hit: Hit) -> tuple[State, int, int, int | None, bool]:
        severity = self._severity(hit)
        section_state = self.sentence.section.state
        if hit.owner[0] == "activity":
            state, first, last, framed, bare = self._activity(hit)
            severity = severity if severity is not None else framed
        else:
            state, first, last, bare = self._cued(hit), hit.first, hit.last, False
        if section_state and (state in (State.AFFIRMED, State.SUSPECTED, State.NEUTRAL)):
            state = State(section_state)
        return state, first, last, severity, bare

    def _cued(self, hit: Hit) -> State:
        states = set()
        for cue in self.cues:
            if cue.owner[0] == "cue":
                rule = self.grammar.cues[cue.owner[1]]
                if rule.state and self._acts(cue, rule, hit):
                    states.add(rule.state)
            elif cue.owner[0] == "frame" and self._eases(cue, hit):
                states.add(State.DENIED)
        return next((state for state in _PRIORITY if state in states), State.AFFIRMED)

    def _eases(self, frame: Hit, hit: Hit) -> bool:
        """Whether "without help" stands inside a wide match ("stairs without help")."""
        inside = hit.first <= frame.first and frame.last <= hit.last and " + " in hit.pattern
        return inside and frame.last > frame.first and self.grammar.frames[frame.owner[1]].severity == 0

    def _acts(self, cue: Hit, rule: Cue, hit: Hit) -> bool:
        if rule.owners and hit.owner[0] not in rule.owners:
            return False
        if cue.last < hit.first and rule.direction in ("before", "both"):
            return self._reaches(cue.last, hit.first, rule)
        if cue.first > hit.last and rule.direction in ("after", "both"):
            return self._reaches(hit.last, cue.first, rule)
        inside = hit.first < cue.first and cue.last < hit.last
        return rule.inside and " + " in hit.pattern and inside  # "leg, no swelling"

    def _reaches(self, left: int, right: int, rule: Cue) -> bool:
        if right - left - 1 > rule.reach:
            return False
        if any(b.owner[0] == "breaker" and left < b.first and b.last < right for b in self.cues):
            return False
        commas = self.sentence.commas[right] - self.sentence.commas[left]
        if not commas or rule.commas == "cross":
            return True
        return rule.commas == "list" and self._is_list(left, right)

    def _is_list(self, left: int, right: int) -> bool:
        """Whether commas after `left` join a list ("no fever, chills or weight loss")."""
        words = self.sentence.words
        end = next((b.first for b in self.cues if b.owner[0] == "breaker" and b.first > left), len(words))
        return any(words[at].stem in self.grammar.joiners for at in range(max(left + 1, 0), end))

    def _severity(self, hit: Hit) -> int | None:
        """The nearest severity word beside the hit, without a comma between."""
        best: tuple[int, int] | None = None
        for cue in self.cues:
            if cue.owner[0] != "severity" or not (cue.last < hit.first or cue.first > hit.last):
                continue
            left, right = (cue.last, hit.first) if cue.last < hit.first else (hit.last, cue.first)
            gap = right - left - 1
            if gap > self.grammar.severity_window or self.sentence.commas[right] != self.sentence.commas[left]:
                continue
            if best is None or gap < best[0]:
                best = (gap, self.grammar.severities[cue.owner[1]])
        return best[1] if best else None

    def _activity(self, hit: Hit) -> tuple[State, int, int, int | None, bool]:
        """State of an activity by its nearest frame; a bare one is a problem only in a list of problems."""
        state = self._cued(hit)
        if state in (State.OTHER_PERSON, State.HYPOTHETICAL, State.PAST, State.NEUTRAL):
            return state, hit.first, hit.last, None, False
        frame = self._nearest_frame(hit)
        if frame is not None:
            severity = self.grammar.frames[frame.owner[1]].severity
            if self._flipped(frame):
                severity = 0 if severity else 2
            first, last = min(frame.first, hit.first), max(frame.last, hit.last)
            if severity:
                return (State.SUSPECTED if state is State.SUSPECTED else State.AFFIRMED), first, last, severity, False
            return State.DENIED, first, last, 0, False
        if state is State.DENIED:
            if self._plainly_not(hit):
                return State.AFFIRMED, hit.first - 1, hit.last, None, False
            return State.DENIED, hit.first, hit.last, None, False
        if self.sentence.passage.kind == "list" and not self._says_able(hit):
            return State.AFFIRMED, hit.first, hit.last, None, True
        return State.NEUTRAL, hit.first, hit.last, None, True

    def _says_able(self, hit: Hit) -> bool:
        """Whether a bare activity is what the person does ("runs 5k"), or an answer to a safety question."""
        raw = plain(self.sentence.words[hit.first].raw)
        return raw in self.grammar.able_forms or self.sentence.passage.name.startswith(_SAFETY)

    def _nearest_frame(self, hit: Hit) -> Hit | None:
        """The frame that says how the activity goes; "alone" after it says nothing where "cannot" stands before."""
        best: tuple[int, Hit] | None = None
        for cue in self.cues:
            if cue.owner[0] != "frame" or not (cue.last < hit.first or cue.first > hit.last):
                continue
            left, right = (cue.last, hit.first) if cue.last < hit.first else (hit.last, cue.first)
            if any(b.owner[0] == "breaker" and left < b.first and b.last < right for b in self.cues):
                continue
            cost = right - left - 1 + _COMMA_COST * (self.sentence.commas[right] - self.sentence.commas[left])
            if cue.first > hit.last:
                cost += 1
            if right - left - 1 <= self.grammar.frame_window and (best is None or cost < best[0]):
                best = (cost, cue)
        chosen = best[1] if best else None
        if chosen is not None and chosen.first > hit.last and not self.grammar.frames[chosen.owner[1]].severity:
            return self._trouble_before(hit) or chosen
        return chosen

    def _trouble_before(self, hit: Hit) -> Hit | None:
        """A frame of trouble right before the activity, in the same clause."""
        for cue in self.cues:
            if cue.owner[0] == "frame" and self.grammar.frames[cue.owner[1]].severity and cue.last < hit.first:
                near = hit.first - cue.last - 1 <= self.grammar.severity_window
                if near and self.sentence.commas[hit.first] == self.sentence.commas[cue.last]:
                    return cue
        return None

    def _flipped(self, frame: Hit) -> bool:
        """Whether a negation turns the frame ("no difficulty", "not independent")."""
        turns = set()  # places, since one word may be a cue of several kinds
        for cue in self.cues:
            if cue.owner[0] == "cue":
                rule = self.grammar.cues[cue.owner[1]]
                if rule.state is State.DENIED and rule.direction in ("before", "both"):
                    near = Cue(rule.key, rule.state, "before", min(rule.reach, 12), rule.commas)
                    limit = near.reach if rule.commas == "cross" else 3
                    gap = frame.first - cue.last - 1
                    if 0 <= gap <= limit and self._reaches(cue.last, frame.first, near):
                        turns.add(cue.first)
        return len(turns) % 2 == 1

    def _plainly_not(self, hit: Hit) -> bool:
        """Whether "not" stands right before the activity ("does not walk", "not yet sitting")."""
        return any(cue.owner == ("cue", "not") and 0 <= hit.first - cue.last - 1 <= 1 for cue in self.cues)
