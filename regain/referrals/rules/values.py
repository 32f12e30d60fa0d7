"""The words and values of a recommendation."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from regain.reference.rules import Finding


class State(StrEnum):
    """What a letter says about a function or a flag, here and now, about this person."""

    AFFIRMED = "affirmed"
    SUSPECTED = "suspected"
    DENIED = "denied"
    PAST = "past"
    HYPOTHETICAL = "hypothetical"
    OTHER_PERSON = "other person"
    NEUTRAL = "neutral"


class FlagState(StrEnum):
    """What became of a red flag: it fired, it needs a question, or it was ruled out."""

    FIRED = "fired"
    ASKED = "asked"
    DENIED = "denied"


class Urgency(StrEnum):
    """How soon, strongest first."""

    EMERGENCY = "emergency"
    SAME_DAY = "same_day"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"

    @property
    def overrides(self) -> bool:
        """Whether a fired flag of this action sends to a physician first."""
        return self in (Urgency.EMERGENCY, Urgency.SAME_DAY, Urgency.URGENT)


URGENCIES = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Passage:
    """One given text: its name in answers (`text`, `problems[2]`), its words, and how its bare nouns are read.

    `kind` is `letter` (sections, bare activities are neutral) or `list` (a bare activity is a problem).
    """

    name: str
    text: str
    kind: str = "letter"


@dataclass(frozen=True, slots=True)
class Coded:
    """A problem given as a code: `{"icf": "d540", "severity": 3}`."""

    name: str
    code: str
    severity: int


@dataclass(frozen=True, slots=True)
class Profile:
    """All that is known of one person: passages, coded problems, age in years, setting, structured or letter."""

    passages: tuple[Passage, ...] = ()
    coded: tuple[Coded, ...] = ()
    age_years: float | None = None
    setting: str | None = None
    structured: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """Given words and where they stand."""

    text: str
    where: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mention:
    """One function, flag or condition met in a passage. `severity` is an ICF qualifier 0-4; `weight` its section's."""

    owner: tuple[str, ...]
    quote: Quote
    state: State
    severity: int | None
    section: str
    weight: float
    sentence: int
    bare: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """One function of the answer, with what it adds to each discipline."""

    code: str
    label: str
    severity: int
    negated: bool
    counted: bool
    points: dict[str, float]
    quote: Quote
    source: str
    certainty: str
    because: str
    state: str

    def as_json(self) -> dict[str, Any]:
        """The shape of the contract."""
        return {
            "icf": self.code, "label": self.label, "severity": self.severity, "negated": self.negated,
            "counted": self.counted, "points": self.points, "text": self.quote.text, "in": self.quote.where,
            "start": self.quote.start, "end": self.quote.end, "source": self.source, "certainty": self.certainty,
            "because": self.because, "state": self.state,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class FlagItem:
    """One red flag of the answer: its state, what to do, and the words it rests on."""

    id: str
    name: str
    state: FlagState
    action: Urgency
    do: str
    question: str
    quote: Quote
    source: str
    certainty: str

    def as_json(self) -> dict[str, Any]:
        """The shape of the contract."""
        return {
            "id": self.id, "name": self.name, "state": str(self.state), "action": str(self.action), "do": self.do,
            "text": self.quote.text, "in": self.quote.where, "start": self.quote.start, "end": self.quote.end,
            "source": self.source, "certainty": self.certainty,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ConditionItem:
    """The condition that fits best, and what it adds."""

    id: str
    name: str
    points: dict[str, float]
    both: bool
    quote: Quote
    source: str
    certainty: str
    course: str
    focus: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """The condition with its typical course and what each discipline would work on."""
        return {
            "id": self.id, "name": self.name, "points": self.points, "text": self.quote.text, "in": self.quote.where,
            "start": self.quote.start, "end": self.quote.end, "source": self.source, "certainty": self.certainty,
            "usual_course": self.course, "focus": self.focus,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """A therapy order found in the letter: reported, never obeyed."""

    discipline: str
    quote: Quote

    def as_json(self) -> dict[str, Any]:
        """The shape of the contract."""
        return {"discipline": self.discipline, "text": self.quote.text, "in": self.quote.where,
                "start": self.quote.start, "end": self.quote.end}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a discipline is asked for, or not, with sources."""

    discipline: str
    because: str
    cites: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The shape of the contract."""
        return {"discipline": self.discipline, "because": self.because, "cites": list(self.cites)}


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The whole answer. `disciplines` leads; `recommendation` is the word for it, or `physician_first`."""

    recommendation: str
    disciplines: tuple[str, ...]
    urgency: Urgency
    confidence: str
    points: dict[str, float]
    functions: tuple[FunctionItem, ...]
    flags: tuple[FlagItem, ...]
    condition: ConditionItem | None
    reasons: tuple[Reason, ...]
    orders: tuple[Order, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]
    version: str
    facts: dict[str, str]
    findings: tuple[Finding, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The shape of the contract, without the id."""
        return {
            "recommendation": self.recommendation, "disciplines": list(self.disciplines),
            "urgency": str(self.urgency), "confidence": self.confidence, "points": self.points,
            "functions": [item.as_json() for item in self.functions],
            "flags": [item.as_json() for item in self.flags],
            "condition": self.condition and self.condition.as_json(),
            "reasons": [item.as_json() for item in self.reasons],
            "orders": [item.as_json() for item in self.orders],
            "questions": list(self.questions), "notes": list(self.notes),
            "version": self.version, "facts": self.facts,
            "findings": [finding.as_json() for finding in self.findings],
        }  # fmt: skip
