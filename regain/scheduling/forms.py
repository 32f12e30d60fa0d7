"""What a person may submit about bookings."""

from __future__ import annotations

from django import forms

TIMES = {"": "Any time", "morning": "Mornings, before 12", "afternoon": "Afternoons, from 12"}


class CourseForm(forms.Form):
    """The question: from when, where, at what times, and for each discipline how often, how long. One block a discipline."""

    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    site = forms.ChoiceField(label="Where", required=False)
    times = forms.ChoiceField(label="Times that suit", required=False, choices=list(TIMES.items()))
    same_day = forms.BooleanField(
        label="Prefer one trip: every discipline on the same days", required=False, initial=True
    )

    def __init__(self, *args, disciplines=(), sites=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.disciplines = list(disciplines)
        self.fields["site"].choices = [("", "Any site, near ones first"), *((str(s.pk), s.name) for s in sites)]
        for d in self.disciplines:
            key = d["key"]
            self.fields[f"{key}_per_week"] = forms.IntegerField(
                label="Visits a week, 0 for none", min_value=0, max_value=7
            )
            self.fields[f"{key}_weeks"] = forms.IntegerField(label="Weeks", min_value=1, max_value=26)
            self.fields[f"{key}_minutes"] = forms.IntegerField(label="Minutes", min_value=15, max_value=240)
            self.fields[f"{key}_evaluate"] = forms.BooleanField(label="Starts with an evaluation", required=False)

    def blocks(self) -> list:
        """Each discipline with its bound fields."""
        return [
            (d, [self[f"{d['key']}_{name}"] for name in ("per_week", "weeks", "minutes", "evaluate")])
            for d in self.disciplines
        ]

    def wishes(self) -> list[dict]:
        """What is wanted, by discipline."""
        data = self.cleaned_data
        return [
            {"discipline": d["key"], "per_week": data[f"{d['key']}_per_week"], "weeks": data[f"{d['key']}_weeks"],
             "minutes": data[f"{d['key']}_minutes"], "evaluate": data[f"{d['key']}_evaluate"]}
            for d in self.disciplines if data[f"{d['key']}_per_week"]
        ]  # fmt: skip


class MoveForm(forms.Form):
    """What became of an appointment."""

    to = forms.ChoiceField(choices=[(s, s) for s in ("booked", "checked_in", "completed", "no_show", "cancelled")])
    reason = forms.CharField(max_length=200, required=False)
