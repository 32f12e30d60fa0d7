"""What a person may submit about a plan."""

from __future__ import annotations

from decimal import Decimal

from django import forms

DATE = forms.DateInput(attrs={"type": "date"})
NUMBER = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 5})
LEVELS = [
    ("-2", "−2, where it started"),
    ("-1", "−1, less than expected"),
    ("0", "0, what we agree to expect"),
    ("1", "+1, more than expected"),
    ("2", "+2, much more"),
]


class GoalForm(forms.Form):
    """A shared goal with its five levels. With a `goal` it changes that one."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
    text = forms.CharField(
        label="Goal", max_length=300, help_text="What the person does, how well and how often: Make breakfast alone, four mornings of five."
    )  # fmt: skip
    words = forms.CharField(label="In the person's own words", max_length=300, required=False)
    target_on = forms.DateField(label="By", widget=DATE)
    icf = forms.RegexField(
        r"^[bdse]\d{1,5}$", label="ICF code", max_length=10, required=False, help_text="For example d630, preparing meals.",
        error_messages={"invalid": "An ICF code is b, d, s or e and up to five digits, such as d630."},
    )  # fmt: skip
    measure = forms.ChoiceField(label="Measure that shows it", required=False)
    target = forms.DecimalField(label="Target score", required=False, max_digits=12, decimal_places=4)
    baseline = forms.TypedChoiceField(label="Where it stands today", choices=LEVELS[:3], coerce=int, initial="-2", required=False, empty_value=-2)  # fmt: skip

    def __init__(self, *args, measures=(), goal=None, **kwargs):
        if goal is not None:
            kwargs["initial"] = self.initial_of(goal)
        super().__init__(*args, **kwargs)
        if goal is not None:
            del self.fields["baseline"]
        self.fields["measure"].choices = [("", "None"), *measures]
        for key, label in LEVELS:
            self.fields[f"level_{key}"] = forms.CharField(label=label, max_length=200, required=False)

    @staticmethod
    def initial_of(goal) -> dict:
        """A goal as the form shows it."""
        names = ("version", "text", "words", "target_on", "icf", "measure", "target")
        return {name: getattr(goal, name) for name in names} | {f"level_{k}": v for k, v in goal.levels.items()}

    def clean(self):
        data = super().clean()
        if data.get("target") is not None and not data.get("measure"):
            self.add_error("measure", "Choose the measure that the target score is of.")
        said = [key for key, _ in LEVELS if data.get(f"level_{key}", "").strip()]
        if said and len(said) < len(LEVELS):
            for key, _ in LEVELS:
                if key not in said:
                    self.add_error(f"level_{key}", "Say this level too: a goal is scaled on all five.")
        return data

    def levels(self) -> dict[str, str]:
        """The five texts by level."""
        return {key: self.cleaned_data[f"level_{key}"].strip() for key, _ in LEVELS if self.cleaned_data[f"level_{key}"].strip()}  # fmt: skip

    def fields_of_goal(self) -> dict:
        """What the goal's row takes."""
        names = ("text", "words", "icf", "target_on", "measure", "target")
        return {name: self.cleaned_data[name] for name in names} | {"levels": self.levels()}

    def differences(self, theirs) -> list[tuple[str, str, str]]:
        """What is saved now beside what was typed, where they differ."""
        saved, typed = self.initial_of(theirs), self.cleaned_data
        pairs = [(f.label, saved.get(name), typed.get(name)) for name, f in self.fields.items() if name != "version"]
        return [(label, _said(a), _said(b)) for label, a, b in pairs if _said(a) != _said(b)]


def _said(value) -> str:
    return "" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


class EndGoalForm(forms.Form):
    """Why a goal leaves the plan."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Why it ends", max_length=300, help_text="Reached, no longer wanted, replaced by another: in a sentence.")  # fmt: skip


class SectionForm(forms.Form):
    """A discipline's section. A contribution a goal is added for each shared goal; interventions are `InterventionForms`."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    evaluated_on = forms.DateField(label="Evaluated on", widget=DATE)
    starts_on = forms.DateField(label="Treatment starts on", widget=DATE)
    frequency_per_week = forms.IntegerField(label="Visits a week", widget=NUMBER)
    duration_weeks = forms.IntegerField(label="For how many weeks", widget=NUMBER)
    minutes_per_visit = forms.IntegerField(
        label="Minutes a visit", min_value=15, max_value=240, widget=NUMBER,
        error_messages={"min_value": "A visit takes 15 to 240 minutes.", "max_value": "A visit takes 15 to 240 minutes."},
    )  # fmt: skip
    findings = forms.CharField(label="What the evaluation found", widget=forms.Textarea, required=False)

    def __init__(self, *args, goals=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.goals = list(goals)
        for goal in self.goals:
            self.fields[f"goal_{goal.pk}"] = forms.CharField(
                label=f"For “{goal.text}”", widget=forms.Textarea(attrs={"rows": 2}), required=False
            )

    def contributions(self) -> dict:
        """Text by goal."""
        return {goal: self.cleaned_data[f"goal_{goal.pk}"] for goal in self.goals}

    def details(self) -> dict:
        """The section's own fields."""
        names = ("evaluated_on", "starts_on", "frequency_per_week", "duration_weeks", "minutes_per_visit", "findings")
        return {name: self.cleaned_data[name] for name in names}


class InterventionForm(forms.Form):
    """One planned intervention; an empty row is left out."""

    code = forms.ChoiceField(label="Service", required=False)
    label = forms.CharField(label="What", max_length=200, required=False, widget=forms.TextInput(attrs={"placeholder": "In words for this person"}))  # fmt: skip
    minutes = forms.IntegerField(
        label="Minutes", required=False, min_value=1, max_value=240, widget=NUMBER,
        error_messages={"min_value": "Between 1 and 240 minutes.", "max_value": "Between 1 and 240 minutes."},
    )  # fmt: skip

    def __init__(self, *args, codes=(), **kwargs):
        # a row that equals what it was shown with is an answer, not an empty row
        super().__init__(*args, **{**kwargs, "empty_permitted": False})
        self.fields["code"].choices = [("", "–"), *codes]
        known = self.initial.get("code")
        if known and known not in dict(self.fields["code"].choices):
            self.fields["code"].choices.append((known, known))

    def clean(self):
        data = super().clean()
        if (data.get("label") or data.get("minutes")) and not data.get("code"):
            self.add_error("code", "Choose the service.")
        if data.get("code") and not data.get("minutes") and "minutes" not in self.errors:
            self.add_error("minutes", "How many minutes a visit?")
        if data.get("code") and not data.get("label"):
            data["label"] = dict(self.fields["code"].choices).get(data["code"], "").partition(" ")[2][:200] or data["code"]  # fmt: skip
        return data


InterventionForms = forms.formset_factory(InterventionForm, extra=3, max_num=20, absolute_max=40)


def planned(lines) -> list[dict]:
    """The rows of a valid formset that say something."""
    return [{name: row.cleaned_data[name] for name in ("code", "label", "minutes")} for row in lines if row.cleaned_data.get("code")]  # fmt: skip


class RatingForm(forms.Form):
    """Where a goal stands; each level in the person's own terms."""

    level = forms.TypedChoiceField(label="Level today", coerce=int, widget=forms.RadioSelect)
    note = forms.CharField(label="Note", max_length=200, required=False)

    def __init__(self, *args, goal=None, **kwargs):
        super().__init__(*args, **kwargs)
        levels = goal.levels if goal else {}
        self.fields["level"].choices = [(k, f"{label.split(',')[0]}: {levels[k]}" if levels.get(k) else label) for k, label in LEVELS]  # fmt: skip


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
    """One thing to do at home, in words for the person."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
    discipline = forms.ChoiceField(label="From")
    title = forms.CharField(label="What to do", max_length=120, help_text="Plain words: Stand up from a chair.")
    how = forms.CharField(label="How", widget=forms.Textarea(attrs={"rows": 3}), required=False, help_text="As you would say it to the person.")  # fmt: skip
    dose = forms.CharField(label="How much", max_length=120, required=False, help_text="3 sets of 10, rest 1 minute")
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=120, initial=5, widget=NUMBER)
    goal = forms.ChoiceField(label="For goal", required=False)
    picture = forms.ChoiceField(label="Picture", required=False)

    def __init__(self, *args, disciplines=(), goals=(), pictures=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.goals = {str(goal.pk): goal for goal in goals}
        self.fields["discipline"].choices = [(d["key"], d["name"]) for d in disciplines]
        self.fields["goal"].choices = [("", "None"), *((key, goal.text) for key, goal in self.goals.items())]
        self.fields["picture"].choices = [("", "A house"), *((key, label) for key, label in pictures if key != "home")]

    def details(self) -> dict:
        """What the item's row takes."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return data | {"goal": self.goals.get(data["goal"])}


class EquipmentForm(forms.Form):
    """A device."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
    item = forms.CharField(label="Device", max_length=200)
    state = forms.ChoiceField(
        label="State",
        choices=[(s, s.capitalize()) for s in ("recommended", "on trial", "ordered", "in use", "returned")],
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="Size, supplier, who pays, how it is fitted.")  # fmt: skip


class DischargeForm(forms.Form):
    """The joint part of a discharge."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
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
