"""What a person may submit about a plan."""

from __future__ import annotations

from django import forms

DATE = forms.DateInput(attrs={"type": "date"})
LEVELS = [
    ("-2", "−2, where it started"),
    ("-1", "−1, less than expected"),
    ("0", "0, what we agree to expect"),
    ("1", "+1, more than expected"),
    ("2", "+2, much more"),
]


class GoalForm(forms.Form):
    """A shared goal with its five levels."""

    text = forms.CharField(
        label="Goal", max_length=300, help_text="Something the person does, with a measure and a date."
    )
    words = forms.CharField(label="In the person's own words", max_length=300, required=False)
    icf = forms.CharField(
        label="ICF code", max_length=10, required=False, help_text="For example d630, preparing meals."
    )
    target_on = forms.DateField(label="By", widget=DATE)
    measure = forms.CharField(
        label="Measure", max_length=60, required=False, help_text="The key of an instrument, for example tug."
    )
    target = forms.DecimalField(label="Target score", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, label in LEVELS:
            self.fields[f"level_{key}"] = forms.CharField(label=label, max_length=200, required=False)

    def levels(self) -> dict[str, str]:
        """The five texts by level."""
        return {key: self.cleaned_data[f"level_{key}"] for key, _ in LEVELS if self.cleaned_data[f"level_{key}"]}


class SectionForm(forms.Form):
    """A discipline's section. A contribution a goal is added for each shared goal."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    evaluated_on = forms.DateField(label="Evaluated on", widget=DATE)
    starts_on = forms.DateField(label="Treatment starts on", widget=DATE)
    frequency_per_week = forms.IntegerField(label="Visits a week")
    duration_weeks = forms.IntegerField(label="For how many weeks")
    minutes_per_visit = forms.IntegerField(label="Minutes a visit", min_value=15, max_value=240)
    findings = forms.CharField(label="What the evaluation found", widget=forms.Textarea, required=False)
    interventions = forms.CharField(
        label="Interventions",
        widget=forms.Textarea,
        required=False,
        help_text="One a line: code, minutes, words. For example: 97530 20 Kitchen tasks, one-handed",
    )

    def __init__(self, *args, goals=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.goals = list(goals)
        for goal in self.goals:
            self.fields[f"goal_{goal.pk}"] = forms.CharField(
                label=f"For “{goal.text}”", widget=forms.Textarea, required=False
            )

    def clean_interventions(self) -> list[dict]:
        return [_intervention(line) for line in self.cleaned_data["interventions"].splitlines() if line.strip()]

    def contributions(self) -> dict:
        """Text by goal."""
        return {goal: self.cleaned_data[f"goal_{goal.pk}"] for goal in self.goals}

    def details(self) -> dict:
        """The section's own fields."""
        return {
            name: self.cleaned_data[name]
            for name in (
                "evaluated_on",
                "starts_on",
                "frequency_per_week",
                "duration_weeks",
                "minutes_per_visit",
                "findings",
                "interventions",
            )
        }


def _intervention(line: str) -> dict:
    parts = line.split(maxsplit=2)
    if len(parts) < 3 or not parts[1].isdigit():
        raise forms.ValidationError(f"“{line}” is not code, minutes, words; for example: 97530 20 Kitchen tasks")
    return {"code": parts[0].upper(), "minutes": int(parts[1]), "label": parts[2]}


class RatingForm(forms.Form):
    """Where a goal stands."""

    level = forms.TypedChoiceField(label="Level today", choices=LEVELS, coerce=int)
    note = forms.CharField(label="Note", max_length=200, required=False)


class SendForm(forms.Form):
    """To whom the plan goes: somebody known here, or a name."""

    physician = forms.ChoiceField(label="Physician", required=False)
    given = forms.CharField(label="Given name", max_length=100, required=False)
    family = forms.CharField(label="Family name", max_length=100, required=False)
    npi = forms.RegexField(
        r"^\d{10}$", label="NPI", required=False, error_messages={"invalid": "An NPI has ten digits."}
    )

    def __init__(self, *args, physicians=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["physician"].choices = [
            *((str(p.pk), str(p)) for p in physicians),
            ("", "Somebody else, named below"),
        ]

    def clean(self):
        data = super().clean()
        if not data.get("physician") and not (data.get("family", "").strip() and data.get("given", "").strip()):
            self.add_error("family", "Choose a physician, or enter given and family name.")
        return data

    def named(self) -> dict[str, str]:
        """The somebody else."""
        return {name: self.cleaned_data[name] for name in ("given", "family", "npi")}


class VerbalForm(forms.Form):
    """A telephone agreement."""

    physician = forms.ChoiceField(label="Who agreed")
    on = forms.DateField(label="On", widget=DATE)

    def __init__(self, *args, physicians=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["physician"].choices = [(str(p.pk), str(p)) for p in physicians]


class CertifyForm(forms.Form):
    """The physician's answer for one section."""

    section = forms.UUIDField(widget=forms.HiddenInput)
    signature = forms.CharField(label="Type your full name to sign", max_length=200, required=False)
    comment = forms.CharField(label="Or say what should change", widget=forms.Textarea, required=False)


class HomeItemForm(forms.Form):
    """One thing to do at home."""

    discipline = forms.ChoiceField(label="From")
    title = forms.CharField(label="What to do", max_length=120, help_text="Plain words: Stand up from a chair.")
    how = forms.CharField(label="How", widget=forms.Textarea, required=False)
    dose = forms.CharField(label="How much", max_length=120, required=False, help_text="3 sets of 10, rest 1 minute")
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=120, initial=5)

    def __init__(self, *args, disciplines=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["discipline"].choices = [(d["key"], d["name"]) for d in disciplines]


class EquipmentForm(forms.Form):
    """A device."""

    item = forms.CharField(label="Device", max_length=200)
    state = forms.ChoiceField(
        label="State",
        choices=[(s, s.capitalize()) for s in ("recommended", "on trial", "ordered", "in use", "returned")],
    )


class DischargeForm(forms.Form):
    """The joint part of a discharge."""

    on = forms.DateField(label="Discharged on", widget=DATE)
    reason = forms.ChoiceField(
        label="Why",
        choices=[
            (r, r.capitalize())
            for r in ("goals reached", "plateau", "patient's wish", "medical change", "moved away", "benefits ended")
        ],
    )
    destination = forms.CharField(label="Where the person goes from here", max_length=200, required=False)
    advice = forms.CharField(label="What to watch and whom to call", widget=forms.Textarea, required=False)


class PartForm(forms.Form):
    """A discipline's part of the discharge."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label="Course, what was reached, what comes next", widget=forms.Textarea)
