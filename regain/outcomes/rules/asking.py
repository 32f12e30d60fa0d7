"""Questions a person answers on their own phone, one a screen: only for forms whose wording is ours or free to show.

What is asked follows the last time: the same time frame, the same activities in the person's own words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regain.outcomes.rules.instrument import Instrument

SAYS = {
    "en": {"of": "Question {n} of {all}", "next": "Next", "done": "Send my answers", "back": "Back", "read": "Read aloud",
           "thanks": "Thank you. Your therapist sees your answers before the next visit.",
           "for": "You answer for {name}. Choose what {name} would say.", "scale": "{lowest}: {low}. {highest}: {high}.",
           "title": "Before your visit", "last": "last answered {day}", "today": "Answered today. Thank you.",
           "nothing": "Nothing to answer now", "why": "Your therapist asks the first time, at a visit. After that you can answer here.",
           "plan": "Back to my plan", "later": "You can stop here. Your answers so far are kept.", "leave": "Answer later"},
    "es": {"of": "Pregunta {n} de {all}", "next": "Siguiente", "done": "Enviar mis respuestas", "back": "Atrás", "read": "Leer en voz alta",
           "thanks": "Gracias. Su terapeuta verá sus respuestas antes de la próxima visita.",
           "for": "Usted responde por {name}. Elija lo que diría {name}.", "scale": "{lowest}: {low}. {highest}: {high}.",
           "title": "Antes de su visita", "last": "última respuesta: {day}", "today": "Respondido hoy. Gracias.",
           "nothing": "Nada que responder ahora", "why": "Su terapeuta pregunta la primera vez, en una visita. Después puede responder aquí.",
           "plan": "Volver a mi plan", "later": "Puede parar aquí. Sus respuestas se guardan.", "leave": "Responder más tarde"},
}  # fmt: skip
"""The words around a question."""


@dataclass(frozen=True, slots=True)
class Question:
    """One screen: a number from `lowest` to `highest`, with what each end means."""

    text: str
    low: str
    high: str
    lowest: int
    highest: int


def can_ask(instrument: Instrument) -> bool:
    """Whether the file brings words to ask with, and its licence lets them be shown."""
    return bool(instrument.fact.about.get("ask")) and instrument.fact.about["licence"]["ship_item_text"]


def questions(instrument: Instrument, last: Mapping[str, Any], language: str = "en") -> list[Question]:
    """The screens of a form; none where there is nothing to repeat.

    `last` are the inputs of the newest entry; a language without words falls to English, which says so by itself.
    """
    if not can_ask(instrument):
        return []
    words = instrument.fact.about["ask"].get(language, instrument.fact.about["ask"]["en"])
    score = instrument.score
    if score.get("list"):
        low, high = score["levels"]
        labels = [row["label"] for row in last.get(score["list"], ())]
        return [Question(words["text"].format(label=label), words["low"], words["high"], low, high) for label in labels]
    when = words["when"][last.get("timeframe", "now")]
    return [Question(words["text"].format(when=when), words["low"], words["high"], score["at_least"], score["at_most"])]


def answered(instrument: Instrument, last: Mapping[str, Any], answers: Sequence[int]) -> dict[str, Any]:
    """The inputs that the answers make, in the order of the questions."""
    score = instrument.score
    if score.get("list"):
        rating = score["ratings"][0]
        rows = zip(last[score["list"]], answers, strict=True)
        return {score["list"]: [{"label": row["label"], rating: value} for row, value in rows]}
    return {score["input"]: answers[0], "timeframe": last.get("timeframe", "now")}
