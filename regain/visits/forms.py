"""The note and its interventions, an amendment, and which note to begin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import formset_factory

from regain.visits.rules import LONGEST, Kind, Line

MINUTES = {
    "invalid": "Minutes are a whole number, such as 15.",
    "min_value": "%(show_value)s minutes: less than nothing. Leave it empty for what was not given.",
    "max_value": "%(show_value)s minutes is longer than a visit lasts (up to %(limit_value)s). Look for a digit too many.",
}
SMALL = {"inputmode": "numeric", "autocomplete": "off", "size": 5}


class NoteForm(forms.Form):
    """What a note says in words. `version` is the one the page was shown at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    subjective = forms.CharField(
        label="How is the person today?", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    objective = forms.CharField(
        label="What you saw and measured", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    assessment = forms.CharField(
        label="What skill it took and how it went", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_steps = forms.CharField(label="Next time", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    total_minutes = forms.IntegerField(label="Total minutes", required=False, min_value=0, max_value=LONGEST, error_messages=MINUTES,
                                       help_text="Empty: the sum of the interventions.", widget=forms.TextInput(attrs=SMALL))  # fmt: skip
    together_minutes = forms.IntegerField(label="Minutes together with another discipline", required=False, min_value=0, max_value=LONGEST, error_messages=MINUTES,
                                          help_text="They count once: above, enter only those that count for you.", widget=forms.TextInput(attrs=SMALL))  # fmt: skip
    kind = forms.ChoiceField(
        label="Kind of note", choices=[(k.value, k.value.replace("_", " ").capitalize()) for k in Kind]
    )


class LineForm(forms.Form):
    """One intervention. A row without code and minutes is empty and left out."""

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    code = forms.ChoiceField(label="Service", required=False)
    label = forms.CharField(label="What", required=False, max_length=200)
    dose = forms.CharField(
        label="Today", required=False, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off", "size": 10})
    )
    minutes = forms.IntegerField(
        label="Minutes",
        required=False,
        min_value=0,
        max_value=LONGEST,
        error_messages=MINUTES,
        widget=forms.TextInput(attrs=SMALL),
    )
    goal = forms.ChoiceField(label="For goal", required=False)

    def __init__(self, *args: Any, codes: Any = (), goals: Any = (), **kwargs: Any) -> None:
        # a row that equals what it was shown with is an answer, not an empty row
        super().__init__(*args, **{**kwargs, "empty_permitted": False})
        self.fields["code"].choices = [("", "–"), *codes]
        self.fields["goal"].choices = [("", "–"), *goals]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("minutes") and not data.get("code"):
            self.add_error("code", "Choose the service these minutes were used for.")
        if data.get("code") and not data.get("label"):
            known = dict(self.fields["code"].choices).get(data["code"], "")
            data["label"] = known.partition(" ")[2][:200] or data["code"]
        return data


LineForms = formset_factory(LineForm, extra=2, max_num=30, absolute_max=40)


def filled(lines: Any) -> list[dict[str, Any]]:
    """The rows of a valid formset that say something."""
    return [row.cleaned_data for row in lines if row.cleaned_data.get("code")]


def as_lines(rows: list[dict[str, Any]]) -> list[Line]:
    """Typed rows as rule values."""
    return [
        Line(row["code"], row.get("label") or row["code"], row.get("minutes") or 0, row.get("dose") or "")
        for row in rows
    ]


class StartForm(forms.Form):
    """Which note to begin."""

    discipline = forms.ChoiceField(label="Discipline", widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label="Kind of note", choices=[(k.value, k.value.replace("_", " ").capitalize()) for k in Kind]
    )
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, disciplines: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discipline"].choices = disciplines


class AmendForm(forms.Form):
    """An addition to a signed note."""

    text = forms.CharField(label="What is right", widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 2}))
