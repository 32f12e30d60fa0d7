"""A form for any instrument, built from its file: one control an answer; item wording never ships, so items are numbered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from django import forms

from regain.outcomes.rules import STATUSES, Instrument
from regain.outcomes.rules.examined import GRADES, LETTERS, Mark
from regain.ui.body import PLACES

PERSON_FIELDS = {
    "tmt": ("education_years",), "moca": ("education_years",), "slums": ("high_school_or_more",),
    "six_mwt": ("height_cm", "weight_kg"), "grip": ("dominant",), "pinch": ("dominant",),
}  # fmt: skip


AIDS = ("none", "cane", "quad cane", "crutches", "walker", "wheeled walker", "rollator", "somebody's arm")
"""Offered while typing a walking aid; any other is taken too. The same words each time keep a course together."""


class ScoreForm(forms.Form):
    """Answers of one instrument, a known total instead, or why there is no number. `inputs()` gives what the rules read."""

    taken_on = forms.DateField(label="Taken on", widget=forms.DateInput(attrs={"type": "date"}))

    AIDS = AIDS

    def __init__(self, instrument: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        self.answers = dict(answers(instrument))
        self.fields.update(self.answers)
        if instrument.has_score and "score" not in self.answers:
            self.fields["score"] = _number("Total already known", help_text="Instead of the answers above.")
        self.fields["status"] = _choice("Not done because", STATUSES)
        self.fields["note"] = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def timed(self) -> list[str]:
        """The controls that a stopwatch can fill, in the order trials are taken."""
        return [self.add_prefix(name) for name in self.answers if name.partition(".")[0].endswith("_s")]

    def taking(self) -> dict[str, Any]:
        """What the protocol fixes: a time that runs out, laps that make the distance, what is counted."""
        return {"countdown_s": None, "laps": None, "counted": None, **self.instrument.fact.about.get("taking", {})}

    def trials(self) -> list[str]:
        """The controls of repeated trials, in order; none where the test is done once."""
        name = self.instrument.score.get("input")
        repeated = self.instrument.score["rule"] in ("trials", "speed", "force")
        return [self.add_prefix(one) for one in self.answers if one.partition(".")[0] == name] if repeated else []

    def protocol(self) -> str:
        """How many trials there are and which of them counts."""
        needed = self.instrument.score.get("needed")
        if not self.trials():
            return ""
        if needed is None:
            return "One trial, or several: the mean counts, and each trial is kept."
        best = " The best is kept beside it." if "best" in self.instrument.results else ""
        return f"{needed} trials: their mean counts.{best}"

    def inputs(self) -> dict[str, Any]:
        """The cleaned answers as the instrument's file names them; what was left empty is left out."""
        nested: dict[str, Any] = {}
        for name in (*self.answers, "score", "status"):
            value = self.cleaned_data.get(name)
            *path, last = name.split(".")
            place = nested
            for step in path:
                place = place.setdefault(step, {})
            place[last] = value if value not in ("", None) else None
        found = {name: _folded(value) for name, value in nested.items()}
        if self.instrument.score["rule"] == "ticks" and found.get("score") is None and not found.get("status"):
            # an unticked statement is an answer: the whole list is given
            name = self.instrument.score["input"]
            found[name] = [bool(one) for one in nested[name].values()]
        return {name: value for name, value in found.items() if value is not None and value is not False}


def _folded(value: Any) -> Any:
    """Numbered answers as a list; None where nothing was answered."""
    if not isinstance(value, dict):
        return value
    inner = {name: _folded(one) for name, one in value.items()}
    if all(one is None or one is False for one in inner.values()):
        return None
    if not all(name.isdigit() for name in inner):
        return {name: one for name, one in inner.items() if one is not None}
    listed = list(inner.values())
    return [one for one in listed if one is not None] if any(isinstance(one, dict) for one in listed) else listed


def answers(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    """Every control of an instrument, by the dotted path of its answer."""
    score = instrument.score
    yield from SHAPES[score["rule"]](instrument)
    for name, allowed in score.get("choices", {}).items():
        yield name, _choice(_label(name), allowed, score.get("defaults", {}).get(name))
    for name in score.get("alike", ()):
        if name not in score.get("choices", {}):
            yield name, _words(name)
    for name in instrument.fact.about.get("taking", {}).get("noted", ()):
        words = instrument.fact.about["inputs"][name] == "text"
        yield name, _words(name) if words else _number(LABELS.get(name, _label(name)))
    for name in PERSON_FIELDS.get(instrument.key, ()):
        yield name, _person(name)


def _items(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    score = instrument.score
    named = [row for row in instrument.rows("item") if score.get("named")]
    for row in named:
        yield f"items.{row['name']}", _choice(_label(row["name"]), row["allowed"], number=True)
    if named:
        return
    variants = score.get("variants", {})
    count = score.get("count") or max(row["count"] for key, row in variants.items() if key != "by")
    low, high = score["levels"][0], score["levels"][-1]
    top = high + 1 if score.get("shifted") else high
    for number in range(count):
        if score.get("not_applicable"):
            yield (
                f"items.{number}",
                _choice(f"Item {number + 1}", [*range(low, top + 1), score["not_applicable"]], number=True),
            )
        else:
            yield f"items.{number}", _number(f"Item {number + 1}", low, top)
    for module in score.get("modules", ()):
        for number in range(score["module_count"]):
            yield f"{module}.{number}", _number(f"{_label(module)} {number + 1}", low, high)


def _scales(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    low, high = instrument.score["levels"]
    for row in instrument.rows("scale"):
        for number in range(row["items"]):
            yield f"{row['name']}.{number}", _number(f"{_label(row['name'])} {number + 1}", low, high)


def _ticks(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    score = instrument.score
    for number in range(score["count"]):
        yield f"{score['input']}.{number}", forms.BooleanField(label=f"Statement {number + 1}", required=False)
    yield score["confirm"], forms.BooleanField(label="The person confirmed that nothing else fits", required=False)


def _one(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    score = instrument.score
    yield score["input"], _number(_label(score["input"]), score.get("at_least"), score.get("at_most"))
    for flag in (score.get("zero_when"), score.get("done")):
        if flag:
            yield flag, forms.BooleanField(label=_label(flag), required=False)


def _trials(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    score = instrument.score
    if score.get("distance"):
        yield score["distance"], _number(_label(score["distance"]))
    unit = UNITS.get(score["input"].rpartition("_")[2])
    for number in range(score.get("needed", 3)):
        yield (
            f"{score['input']}.{number}",
            _number(f"Trial {number + 1}" + (f", {unit}" if unit else ""), score.get("at_least"), score.get("at_most")),
        )


def _named(*names: str):
    def fields(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
        rows = [row["name"] for row in instrument.score.get("entries", ())]
        total = instrument.score.get("total_input")
        for name in (*names, *instrument.score.get("parts", ()), *rows, *([total] if total else [])):
            yield name, _number(_label(name))

    return fields


def _ladders(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    for hold in instrument.score["holds"]:
        yield hold["input"], _number(_label(hold["input"]), 0, 10)
    yield "gait_distance_m", _choice("Walk, m", [walk["distance_m"] for walk in instrument.score["gait"]], number=True)
    for name in ("gait_s", "chair_5_s"):
        yield name, NumberOrUnable(label=_label(name), required=False, help_text="Seconds, or: unable.")


def _rated(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    score = instrument.score
    low, high = score["levels"]
    for number in range(score["counts"][1]):
        yield (
            f"{score['list']}.{number}.label",
            forms.CharField(label=f"Activity {number + 1}", required=False, max_length=200),
        )
        for rating in (*score.get("optional", ()), *score["ratings"]):
            yield f"{score['list']}.{number}.{rating}", _number(f"{_label(rating)} {number + 1}", low, high)


def _gates(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    score = instrument.score
    codes = [(row["code"], f"{row['code']} {row['meaning']}") for row in instrument.rows("code")]
    for row in instrument.rows("item"):
        own = score["other_codes"].get(row["name"])
        yield f"items.{row['name']}", _choice(row["label"], [(c, c) for c in own] if own else codes)


def _levels(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    marks = [(str(row["marking"]), f"{row['marking']} ({row['level']})") for row in instrument.rows("level")]
    yield (
        instrument.score["input"],
        _choice("Lightest filament felt", [*marks, (instrument.score["none"], "None felt")]),
    )


def _angle(instrument: Instrument) -> Iterator[tuple[str, forms.Field]]:
    yield "start_deg", _number("Start, degrees", *instrument.score["start"])
    yield "end_deg", _number("End, degrees", *instrument.score["end"])


SHAPES = {
    "sum": _items, "mean": _items, "linear": _items, "percent": _items, "lookup": _items, "scales": _scales, "ticks": _ticks,
    "measurement": _one, "adjusted": _one, "trials": _trials, "speed": _trials, "force": _trials, "angle": _angle,
    "timed_parts": _named(), "levels": _levels, "ladders": _ladders, "entered": _named(), "rated": _rated, "gates": _gates,
}  # fmt: skip


class NumberOrUnable(forms.CharField):
    """Seconds, or the word unable."""

    def clean(self, value: Any) -> Any:
        text = (value or "").strip().casefold()
        if text in ("", "unable"):
            return text
        return forms.FloatField(required=False).clean(text)


def _number(label: str, low: Any = None, high: Any = None, help_text: str = "") -> forms.Field:
    """The rules judge the range, so that the page says what the command line says; the browser shows the keypad."""
    attrs = {"inputmode": "decimal", "size": 6, "autocomplete": "off"}
    hint = help_text or (f"{low} to {high}" if low is not None and high is not None else "")
    return _Plain(label=label, required=False, help_text=hint, widget=forms.TextInput(attrs=attrs))


class _Plain(forms.FloatField):
    """A number as it was written: 3 stays whole."""

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return int(found) if found is not None and found.is_integer() else found


def _choice(label: str, allowed: Any, initial: Any = None, number: bool = False) -> forms.Field:
    pairs = [one if isinstance(one, tuple) else (one, _label(str(one))) for one in allowed]

    def back(value: str) -> Any:
        return next((key for key, _ in pairs if str(key) == value), value)

    choices = [("", "–"), *((str(key), text) for key, text in pairs)]
    if number:
        return forms.TypedChoiceField(label=label, choices=choices, coerce=back, required=False, empty_value=None)
    return forms.ChoiceField(label=label, choices=choices, required=False, initial=initial)


def _words(name: str) -> forms.Field:
    attrs = {"list": "aids", "autocomplete": "off"} if name == "aid" else {}
    return forms.CharField(label=LABELS.get(name, _label(name)), required=False, max_length=100, widget=forms.TextInput(attrs=attrs))  # fmt: skip


def _person(name: str) -> forms.Field:
    if name == "high_school_or_more":
        return forms.TypedChoiceField(label="Finished high school", choices=[("", "–"), ("yes", "Yes"), ("no", "No")],
                                      coerce=lambda value: value == "yes", required=False, empty_value=None)  # fmt: skip
    if name == "dominant":
        return _choice("Dominant hand", ["left", "right"])
    return _number(_label(name))


LABELS = {
    "aid": "Walking aid",
    "site": "Place on the body",
    "stopped_at_min": "Stopped after, minutes",
    "reason": "Why it was stopped",
}
UNITS = {"s": "seconds", "m": "m", "mm": "mm", "ft": "feet", "cm": "cm", "kg": "kg", "deg": "degrees"}


def _label(name: str) -> str:
    *words, last = name.split("_")
    if words and last in UNITS:
        return f"{' '.join(words).capitalize()}, {UNITS[last]}"
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


SIDES = ("left", "right")
COLUMNS = ("active", "passive", "strength")


class MotionForm(forms.Form):
    """Both sides of every motion of a joint: `110`, or `5-110` with the start; an empty cell was not measured."""

    taken_on = forms.DateField(label="Taken on", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, joint: str, motions: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.joint, self.motions = joint, motions
        # a table a column, so that Tab goes straight down it: active left, active right, passive ..., strength ...
        for column, side in product(COLUMNS, SIDES):
            for number, motion in enumerate(motions):
                kind = GradeField if column == "strength" else AngleField
                self.fields[f"{column}-{side}-{number}"] = kind(label=f"{_label(side)} {motion}, {column}", required=False, widget=forms.TextInput(attrs={
                    "size": 7, "autocomplete": "off", "class": "num", "data-down": ""}))  # fmt: skip

    def entries(self) -> list[dict[str, Any]]:
        """One set of inputs a filled angle."""
        return [
            {"joint": self.joint, "mode": mode, "side": side, "motion": motion, **given}
            for mode in ("active", "passive") for side, motion, given in self._filled(mode)
        ]  # fmt: skip

    def grades(self) -> list[dict[str, Any]]:
        """One row a filled grade of strength."""
        return [
            {"joint": self.joint, "side": side, "motion": motion, "grade": given}
            for side, motion, given in self._filled("strength")
        ]

    def _filled(self, column: str) -> Iterator[tuple[str, str, Any]]:
        for side in SIDES:
            for number, motion in enumerate(self.motions):
                if given := self.cleaned_data.get(f"{column}-{side}-{number}"):
                    yield side, motion, given


class GradeField(forms.CharField):
    """A grade of strength, `4-` or `4+`."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().replace("−", "-").replace(" ", "")
        if text and text not in GRADES:
            raise forms.ValidationError("Write a grade from 0 to 5, such as 3, 4- or 4+.")
        return text


class BodyForm(forms.Form):
    """What is felt where: a kind a place, and how strong from 0 to 10."""

    taken_on = forms.DateField(label="Taken on", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in PLACES.values():
            self.fields[place.key] = forms.ChoiceField(label=_label(place.label), required=False, choices=[("", "nothing"), *((m, m) for m in Mark)])  # fmt: skip
            self.fields[f"{place.key}-level"] = forms.IntegerField(label=f"{_label(place.label)}, how strong", required=False, min_value=0, max_value=10,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 3, "autocomplete": "off"}))  # fmt: skip

    def marks(self) -> list[dict[str, Any]]:
        """One row a marked place."""
        return [{"region": key, "mark": str(self.cleaned_data[key]), "level": self.cleaned_data.get(f"{key}-level")} for key in PLACES if self.cleaned_data.get(key)]  # fmt: skip

    def marked(self, view: str) -> bool:
        """Whether anything is marked, or wrong, on one side of the body."""
        return any(
            self[key].value() or self[key].errors or self[f"{key}-level"].errors
            for key, place in PLACES.items()
            if place.view == view
        )

    def letters(self) -> dict[str, str]:
        """The letter at each place that is marked in the form as it stands."""
        return {key: LETTERS[Mark(value)] for key in PLACES if (value := self[key].value()) in set(Mark)}


class AngleField(forms.CharField):
    """`110` or `5-110` (a negative start is hyperextension: `-10-130`) as start and end in degrees."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip().replace("−", "-")
        if not text:
            return None
        found = re.fullmatch(r"(?:(-?\d{1,3})\s*-\s*)?(-?\d{1,3})", text)
        if not found:
            raise forms.ValidationError("Write the end angle, or start and end: 110 or 5-110.")
        start, end = found.groups()
        return {"end_deg": int(end)} | ({"start_deg": int(start)} if start is not None else {})
