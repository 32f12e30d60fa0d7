"""What a person may submit about a claim."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from regain.billing.rules.modifiers import Modifier


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
