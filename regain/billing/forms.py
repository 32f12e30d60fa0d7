"""What a person may submit about a claim."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from regain.billing.rules.modifiers import Modifier
from regain.coverage.rules.codes import codes_of
from regain.reference.facts import rows


class ModifiersForm(forms.Form):
    """The modifiers a person adds to a line; those that follow from rules are not offered."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    given = forms.MultipleChoiceField(
        label="Add to this line",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what the note or a signed notice supports.",
    )

    def __init__(self, *args, offered: Iterable[Modifier] = (), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["given"].choices = [(one.key, f"{one.key}: {one.label}") for one in offered]


DATE = forms.DateInput(attrs={"type": "date"})
MONEY = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})


def _codes() -> list[tuple[str, str]]:
    return [("", "Choose a code"), *((c.code, f"{c.code} {c.label}") for c in codes_of(rows("coverage/codes")).values())]  # fmt: skip


class FeeForm(forms.Form):
    """One line of a payer's fees: what the clinic charges for a unit, and what the payer allows."""

    payer = forms.ChoiceField(label="Payer")
    code = forms.ChoiceField(label="Code", choices=_codes)
    charge = forms.DecimalField(label="Charge for a unit, USD", min_value=0, max_digits=9, decimal_places=2, widget=MONEY)  # fmt: skip
    allowed = forms.DecimalField(label="The payer allows, USD", min_value=0, max_digits=9, decimal_places=2, required=False, widget=MONEY)  # fmt: skip
    starts_on = forms.DateField(label="From", widget=DATE)
    source = forms.CharField(label="Where it stands", max_length=200, help_text="Contract, fee schedule, page.")

    def __init__(self, *args, payers=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payer"].choices = [(str(p.pk), p.name) for p in payers]
