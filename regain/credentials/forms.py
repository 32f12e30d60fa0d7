"""What an owner may submit about licenses."""

from django import forms

DATE = forms.DateInput(attrs={"type": "date"})


class LicenseForm(forms.Form):
    """A license as printed on the certificate."""

    kind = forms.ChoiceField(label="Kind")
    state = forms.CharField(label="State", max_length=2, help_text="Two letters.")
    number = forms.CharField(label="Number", max_length=40)
    issued_on = forms.DateField(label="From", widget=DATE)
    expires_on = forms.DateField(label="To", widget=DATE)
    home_state = forms.BooleanField(label="License of the home state, which compact privileges rest on", required=False)

    def __init__(self, *args, kinds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, kind) for kind in kinds]

    def clean_state(self) -> str:
        return self.cleaned_data["state"].upper()

    def clean(self):
        data = super().clean()
        if data.get("issued_on") and data.get("expires_on") and data["expires_on"] < data["issued_on"]:
            raise forms.ValidationError(
                f"The license ends on {data['expires_on']} before it starts on {data['issued_on']}; check both dates."
            )
        return data
