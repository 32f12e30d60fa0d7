"""What a person may submit about an episode."""

import re

from django import forms


class DiagnosisForm(forms.Form):
    """An ICD-10-CM code."""

    code = forms.CharField(label="ICD-10-CM code", max_length=10, help_text="With its dot: I69.354")
    label = forms.CharField(label="In words", max_length=200)
    onset_on = forms.DateField(label="Since", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip().upper()
        if not re.fullmatch(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?", code):
            raise forms.ValidationError(
                f"{code} is no ICD-10-CM code; expected a letter, two characters, a dot and up to four more, such as I69.354."
            )
        return code
