"""What the self-check may be sent: one form a step, made from the questions of the fact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from regain.reference.rules import Value
from regain.referrals.forms import ASKING, ReferredForm
from regain.web.rules import Answers, asked

_RADIO, _BOXES = forms.RadioSelect, forms.CheckboxSelectMultiple
MOST_YEARS = 120


def _choices(rows: Iterable[Value]) -> list[tuple[str, str]]:
    return [(row["key"], row["ask"]) for row in rows]


class StepForm(forms.Form):
    """One step. `rows` are the questions of the fact, `answers` what earlier steps said."""

    def __init__(self, rows, answers: Answers, states, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.answers, self.states = rows, answers, states
        self.build()

    def build(self) -> None:
        """Add the fields that depend on the questions."""


class AboutForm(StepForm):
    """Who it is about."""

    whom = forms.ChoiceField(label="Who is this about?", widget=_RADIO)
    age = forms.IntegerField(label="Age", min_value=0, max_value=MOST_YEARS)
    age_unit = forms.ChoiceField(
        label="The age is in", choices=[("years", "Years"), ("months", "Months, for a baby")], widget=_RADIO
    )
    state = forms.ChoiceField(label="State where you live", required=False, help_text="For the rules on referrals.")
    background = forms.MultipleChoiceField(label="Is any of this true?", required=False, widget=_BOXES)

    def build(self) -> None:
        self.fields["whom"].choices = [(key.removeprefix("whom-"), ask) for key, ask in _choices(self._of("whom"))]
        self.fields["state"].choices = [("", "I would rather not say"), *self.states]
        self.fields["background"].choices = [
            (key.removeprefix("bg-"), ask) for key, ask in _choices(self._of("background"))
        ]

    def _of(self, kind: str) -> list[Value]:
        return [row for row in self.rows if row["kind"] == kind]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("age_unit") == "months" and (data.get("age") or 0) > 36:
            self.add_error("age", "Give the age in years from 3 years on.")
        if data.get("whom") == "child" and data.get("age_unit") == "years" and (data.get("age") or 0) > 25:
            self.add_error("age", "This is the child's age. For a grown-up, choose somebody you care for.")
        return data


class SignsForm(StepForm):
    """Danger signs, or none of them: one of the two must be said."""

    signs = forms.MultipleChoiceField(label="Signs", required=False, widget=_BOXES)
    none = forms.BooleanField(label="None of these", required=False)

    def build(self) -> None:
        self.fields["signs"].choices = _choices(asked(self.rows, "sign", self.answers))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        ticked = bool(data.get("signs"))
        if ticked and data.get("none"):
            raise forms.ValidationError("You ticked a sign and also “None of these”. Please keep what is true.")
        if not ticked and not data.get("none"):
            raise forms.ValidationError("Please tick what is true, or “None of these”.")
        return data


class LevelsForm(StepForm):
    """How hard each thing is; what is left out counts as no trouble."""

    kind = ""

    def build(self) -> None:
        levels = [(str(row["severity"]), row["ask"]) for row in self.rows if row["kind"] == "level"]
        for row in asked(self.rows, self.kind, self.answers):
            self.fields[row["key"]] = forms.ChoiceField(
                label=row["ask"], choices=levels, widget=_RADIO, required=False, help_text=row.get("hint") or ""
            )


class DoingForm(LevelsForm):
    """Doing."""

    kind = "doing"


class MovingForm(LevelsForm):
    """Moving."""

    kind = "moving"


class StoryForm(StepForm):
    """What happened, since when, in the person's own words."""

    cause = forms.ChoiceField(label="What did it start with, or what did a doctor call it?", required=False)
    since = forms.ChoiceField(label="When did it start?", required=False, widget=_RADIO)
    words = forms.CharField(
        label="Anything else that has become hard, in your own words", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text="One thing a line. For example: cannot open jars.",
    )  # fmt: skip
    wish = forms.CharField(
        label="What do you want to be able to do again?", required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def build(self) -> None:
        causes = sorted(_choices(asked(self.rows, "cause", self.answers)), key=lambda one: one[1])
        self.fields["cause"].choices = [("", "Something else, or I do not know"), *causes]
        self.fields["since"].choices = _choices(asked(self.rows, "since", self.answers))


STEPS: dict[str, type[StepForm]] = {
    "about": AboutForm,
    "signs": SignsForm,
    "doing": DoingForm,
    "moving": MovingForm,
    "story": StoryForm,
}


class PeriodForm(forms.Form):
    """From which day to which."""

    start = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("start") and data.get("end") and data["start"] > data["end"]:
            self.add_error("end", f"{data['end']:%d %b %Y} is before {data['start']:%d %b %Y}. Choose a later day.")
        return data


class SiteField(forms.ModelChoiceField):
    """A site with the clinic it belongs to."""

    def label_from_instance(self, site) -> str:
        return f"{site.organization}, {site.name}"


class SendForm(forms.Form):
    """Who sends the answers, and where to."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    site = SiteField(label="Clinic", queryset=None, empty_label=None)
    given = forms.CharField(label="Given name", max_length=100)
    family = forms.CharField(label="Family name", max_length=100)
    birth_date = forms.DateField(label="Birth date", widget=forms.DateInput(attrs={"type": "date"}))
    phone = forms.CharField(label="Telephone", max_length=30, help_text="The clinic calls this number.")
    agreed = forms.BooleanField(label="I agree that this clinic receives my answers and keeps them in its record.")

    def __init__(self, sites, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites


class InterviewForm(ReferredForm):
    """Who was asked the questions, and who sent them."""

    source = forms.ChoiceField(label="Who asks for therapy", choices=ASKING, initial="self")
    field_order = ["source"]
