"""What the gallery shows: each component with made-up content, in every state."""

from __future__ import annotations

from datetime import date

from django import forms

from regain.reference.rules import Source, error, info, warning
from regain.ui.charts import Course, Level, Point

DISCIPLINES = [
    {"key": "OT", "name": "Occupational therapy", "color": "ot", "shape": "square"},
    {"key": "PT", "name": "Physical therapy", "color": "pt", "shape": "disc"},
    {"key": "SLP", "name": "Speech-language pathology", "color": "plum", "shape": "diamond"},
    {"key": "RT", "name": "Recreational therapy", "color": "slp", "shape": "triangle"},
]
SOURCES = [
    Source("A", "42 CFR 424.24", date(2026, 11, 23), "(c)", "https://www.ecfr.gov/current/title-42/section-424.24"),
    Source("B", "Professional knowledge, not re-checked", date(2026, 11, 23)),
]
TABS = [
    {"label": "Story", "url": "#story", "current": True},
    {"label": "Plan of care", "url": "#plan", "current": False},
]
FINDINGS = [
    error(
        "SECTION_UNSIGNED",
        "The PT section is not signed.",
        try_="Sign it before the visit.",
        source="Benefit Policy Manual 15 §220",
    ),
    warning("GAP", "OT and PT on 1 Dec leave a gap of two hours.", try_="Pair them."),
    info("CHOICE", "Two ways to share the last unit are equal; the longer intervention has it."),
]
UP = Course("Berg Balance Scale", "points", [Point(date(2026, 10, 12), 31), Point(date(2026, 11, 2), 38, "after a cold"), Point(date(2026, 11, 23), 43)],
            [Level(45, "Target"), Level(35.6, "Real change", "mdc", to=31, both=False), Level(36, "Matters to people", "mcid", to=38)])  # fmt: skip
DOWN = Course("Five times sit to stand", "s", [Point(date(2026, 10, 12), 18.2), Point(date(2026, 11, 23), 13.9)],
              [Level(12.6, "Average for age", "norm"), Level(15.9, "Matters to people", "mcid")], better="down")  # fmt: skip
ONE = Course("Grip strength", "kg", [Point(date(2026, 11, 23), 21)])
EVENTS = [
    {
        "at": date(2026, 11, 24),
        "label": "PT visit signed",
        "who": "Marcus Theriault, DPT",
        "text": "Walked to the mailbox.",
        "url": "",
        "discipline": DISCIPLINES[1],
    },
    {
        "at": date(2026, 10, 12),
        "label": "Referral received",
        "who": "Front desk",
        "text": "",
        "url": "",
        "discipline": None,
    },
]


class SampleForm(forms.Form):
    """One of each control; sent empty it shows every error state."""

    name = forms.CharField(label="Name", help_text="As on the insurance card.")
    born = forms.DateField(label="Birth date", widget=forms.DateInput(attrs={"type": "date"}))
    minutes = forms.IntegerField(
        label="Minutes", required=False, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    site = forms.ChoiceField(label="Site", choices=[("p", "Portland"), ("b", "Bath")])
    side = forms.ChoiceField(label="Side", choices=[("l", "Left"), ("r", "Right")], widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label="Days that suit",
        choices=[("0", "Monday"), ("1", "Tuesday")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label="The plan was sent to the physician", required=False)
    words = forms.CharField(label="In your own words", widget=forms.Textarea, required=False)
    letter = forms.FileField(label="Letter", help_text="A text or PDF file up to 20 MB.", required=False)
