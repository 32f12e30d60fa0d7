"""One plain sentence about a course, for the patient: from fields, by templates. Reading age 12; no share of people.

What improving means on this test (`You stand up faster than {then}`) is in the instrument's file, under `[says.en]` and
`[says.es]`; what holds for every test is here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from regain.outcomes.rules.change import DECLINED, IMPROVED, NO_VALUE, REAL, WITHIN_ERROR
from regain.outcomes.rules.entry import exact
from regain.outcomes.rules.instrument import Instrument, shown

COMMON: dict[str, dict[str, Any]] = {
    "en": {
        "between": "{how}: {first} then, {last} now.",
        "single": "{name}: {last} {on}.",
        "unlike": "It was done in another way than {then}, so the two are not compared.",
        "was_status": "{then} there was no result.",
        IMPROVED: "That is a change people notice.",
        DECLINED: "People notice a change of this size. Talk about it at your next visit.",
        REAL: "That is a real change: more than the test itself can be off by.",
        WITHIN_ERROR: "The difference is too small to be sure of.",
        NO_VALUE: "How large a change counts on this test is not known yet.",
        "up": "Under {limit} is below average for your age.",
        "down": "Over {limit} is above average for your age.",
        "unable": "{name}: you could not do this test {on}.",
        "discontinued": "{name}: the test was stopped before its end {on}.",
        "untestable": "{name}: the test gave no result {on}.",
        "not_administered": "{name}: this test was not done {on}.",
        "nothing": "{name}: no number {on}.",
        "part": "{label} {last}",
        "part_was": "{label} {last} (was {first})",
        "parts": "{name} {on}: {told}. {better}",
        "higher": "Higher is better.",
        "lower": "Lower is better.",
        "units": {"points": "points", "%": "of 100", "deg": "°", "marking": "", "t-scale points": "points",
                  "standard score": "points", "T or scaled": "points", "blocks/min": "blocks a minute",
                  "stands/30 s": "times", "pegs or parts": "pegs", "lb or kg": ""},
        "words": {},
    },
    "es": {
        "between": "{how}: {first} entonces, {last} ahora.",
        "single": "{name}: {last} {on}.",
        "unlike": "Se hizo de otra manera que {then}; por eso no se comparan.",
        "was_status": "{then} no hubo resultado.",
        IMPROVED: "Es un cambio que se nota.",
        DECLINED: "Un cambio así se nota. Hable de ello en su próxima visita.",
        REAL: "Es un cambio real: mayor que el error de la prueba.",
        WITHIN_ERROR: "La diferencia es demasiado pequeña para estar seguros.",
        NO_VALUE: "Aún no se sabe qué cambio cuenta en esta prueba.",
        "up": "Menos de {limit} está por debajo del promedio para su edad.",
        "down": "Más de {limit} está por encima del promedio para su edad.",
        "unable": "{name}: no pudo hacer esta prueba {on}.",
        "discontinued": "{name}: la prueba se detuvo antes del final {on}.",
        "untestable": "{name}: la prueba no dio resultado {on}.",
        "not_administered": "{name}: esta prueba no se hizo {on}.",
        "nothing": "{name}: sin número {on}.",
        "part": "{label} {last}",
        "part_was": "{label} {last} (antes {first})",
        "parts": "{name} {on}: {told}. {better}",
        "higher": "Más alto es mejor.",
        "lower": "Más bajo es mejor.",
        "units": {"points": "puntos", "%": "de 100", "deg": "°", "marking": "", "t-scale points": "puntos",
                  "standard score": "puntos", "T or scaled": "puntos", "blocks/min": "bloques por minuto",
                  "stands/30 s": "veces", "pegs or parts": "piezas", "lb or kg": ""},
        "words": {"left": "izquierda", "right": "derecha", "active": "activo", "passive": "pasivo"},
    },
}  # fmt: skip
MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}


class Row(Protocol):
    """What a stored score must tell."""

    taken_on: date
    display: str
    unit: str
    score: Any
    status: str
    inputs: Mapping[str, Any]
    answer: Mapping[str, Any]


def sentence(instrument: Instrument, rows: Sequence[Row], moved: Mapping[str, Any] | None, title: str = "", language: str = "en") -> str:  # fmt: skip
    """What a patient reads: first against last, what it means, and the limit for their age where one is printed."""
    say = COMMON[language if language in COMMON else "en"]
    first, last = rows[0], rows[-1]
    told = {"name": title or instrument.fact.label, "on": on_day(last.taken_on, language),
            "then": then(first.taken_on, last.taken_on, language), "last": result(last, say), "first": result(first, say)}  # fmt: skip
    if last.score is None and last.status:
        return say[last.status].format(**told)
    if last.score is None:
        return _parts(instrument, first if len(rows) > 1 else None, last, say, told)
    parts = [*_change(instrument, rows, moved, told, say, language), _norm(instrument, last, say, language)]
    return " ".join(part for part in parts if part)


def _change(instrument: Instrument, rows: Sequence[Row], moved: Mapping[str, Any] | None, told: Mapping[str, Any], say: Mapping[str, Any], language: str) -> list[str]:  # fmt: skip
    """How it was and is, and what that means; without a comparison only how it is."""
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return [say["single"].format(**told)]
    if first.score is None:
        before = say["was_status"].format(**told)
        return [before[:1].upper() + before[1:], say["single"].format(**told)]
    if moved is None or moved["improvement"] is None:
        return [say["single"].format(**told), say["unlike"].format(**told)]
    gain, verdict = moved["improvement"], moved["verdict"]
    way = "same" if not gain or verdict == WITHIN_ERROR else "better" if gain > 0 else "worse"
    how = _filled(_says(instrument, language)[way], told, last, say)
    meaning = _meaning(moved, say) if gain else ""
    return [say["between"].format(**{**told, "how": how}), meaning]


def _meaning(moved: Mapping[str, Any], say: Mapping[str, Any]) -> str:
    """What the verdict says; where only the error of the test was studied, nobody knows what people notice."""
    verdict = moved["verdict"]
    noticed = any(row["applies"] for row in moved.get("mcid", ())) or "mcid" not in moved
    return say[REAL] if verdict in (IMPROVED, DECLINED) and not noticed else say.get(verdict, "")


def _says(instrument: Instrument, language: str) -> Mapping[str, str]:
    """The instrument's own words; a file without them (an instrument just added) is spoken of by its name."""
    says = instrument.fact.about.get("says", {})
    return says.get(language) or says.get("en") or {
        "better": "{name} is better than {then}", "worse": "{name} is worse than {then}", "same": "{name} is about the same as {then}"}  # fmt: skip


def _filled(template: str, told: Mapping[str, Any], row: Row, say: Mapping[str, Any]) -> str:
    """A template with what the entry was taken of (side, joint ...); what is not known leaves no gap."""
    names = re.findall(r"\{(\w+)\}", template)
    known = {name: row.inputs.get(name) or "" for name in names if name not in told}
    words = {name: say["words"].get(value, str(value).replace("_", " ")) for name, value in known.items()}
    text = " ".join(template.format(**{**words, **told}).split())
    return re.sub(r" ?\([\s,]*\)", "", re.sub(r",\s*(?=[,)])", "", re.sub(r"\(\s*,\s*", "(", text)))


def _parts(
    instrument: Instrument, first: Row | None, last: Row, say: Mapping[str, Any], told: Mapping[str, Any]
) -> str:
    """Results of an instrument that has no single score, each against the first time."""
    before = first.answer.get("parts", {}) if first else {}
    found = []
    for name, value in last.answer.get("parts", {}).items():
        if name in instrument.results and isinstance(value, int | float):
            was, label = before.get(name), instrument.label_of(name)
            numbers = {
                "label": label,
                "last": f"{value:g}",
                "first": f"{was:g}" if isinstance(was, int | float) else "",
            }
            found.append(say["part_was" if numbers["first"] else "part"].format(**numbers))
    better = say["higher" if instrument.higher_is_better else "lower"]
    return say["parts"].format(**{**told, "told": ", ".join(found), "better": better}) if found else say["nothing"].format(**told)  # fmt: skip


def _norm(instrument: Instrument, last: Row, say: Mapping[str, Any], language: str) -> str:
    """The printed limit for the person's age; a mean is never read as a limit."""
    for norm in last.answer.get("norms", ()):
        limit = norm.get("limit", norm.get("low" if instrument.higher_is_better else "high"))
        if limit is None or norm.get("of") != "score" or "worse" not in norm:
            continue
        way = "up" if instrument.higher_is_better else "down"
        return _says(instrument, language).get("limit", say[way]).format(limit=_with_unit(f"{limit:g}", last.unit, say))
    return ""


def result(row: Row, say: Mapping[str, Any]) -> str:
    """The number with its unit as people say it: `18.2 s`, `64 of 100`, `110°`; nothing for a row without a number."""
    if row.score is None:
        return ""
    return _with_unit(row.display or shown(exact(float(row.score))), row.unit, say)


def _with_unit(number: str, unit: str, say: Mapping[str, Any]) -> str:
    word = say["units"].get(unit, unit)
    return f"{number}{'' if word == '°' else ' '}{word}".strip()


def on_day(day: date, language: str = "en") -> str:
    """`on 24 November`, `el 24 de noviembre`."""
    month = MONTHS.get(language, MONTHS["en"])[day.month - 1]
    return f"el {day.day} de {month}" if language == "es" else f"on {day.day} {month}"


def then(first: date, last: date, language: str = "en") -> str:
    """When the first one was, as people say it: the month, with the year where it is another, the day in the same month.

    >>> then(date(2026, 10, 12), date(2026, 11, 24)), then(date(2025, 10, 12), date(2026, 11, 24))
    ('in October', 'in October 2025')
    >>> then(date(2026, 11, 2), date(2026, 11, 24)), then(date(2026, 10, 12), date(2026, 11, 24), "es")
    ('on 2 November', 'en octubre')
    """
    if (first.year, first.month) == (last.year, last.month):
        return on_day(first, language)
    word = "en" if language == "es" else "in"
    month = MONTHS.get(language, MONTHS["en"])[first.month - 1]
    year = "" if first.year == last.year else f" de {first.year}" if language == "es" else f" {first.year}"
    return f"{word} {month}{year}"
