"""What an owner may submit about licenses, privileges, supervision and education."""

from django import forms

from regain.credentials.queries import jurisdictions
from regain.people.rules import npi_is_valid

DATE = forms.DateInput(attrs={"type": "date"})


def _states() -> list[tuple[str, str]]:
    return [("", "Choose a state"), *((code, f"{name} ({code})") for code, name in jurisdictions().items())]


class DatedForm(forms.Form):
    """Something that holds between two days."""

    what = "It"

    def clean(self):
        data = super().clean()
        if data.get("issued_on") and data.get("expires_on") and data["expires_on"] < data["issued_on"]:
            raise forms.ValidationError(
                f"{self.what} ends on {data['expires_on']} before it starts on {data['issued_on']}; check both dates."
            )
        return data


class LicenseForm(DatedForm):
    """A license as printed on the certificate."""

    what = "The license"
    kind = forms.ChoiceField(label="Kind")
    state = forms.CharField(label="State", max_length=2, help_text="Two letters.")
    number = forms.CharField(label="Number", max_length=40)
    issued_on = forms.DateField(label="From", widget=DATE)
    expires_on = forms.DateField(label="To", widget=DATE, help_text="The last day it counts.")
    home_state = forms.BooleanField(label="License of the home state, which compact privileges rest on", required=False)

    def __init__(self, *args, kinds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, kind) for kind in kinds]

    def clean_state(self) -> str:
        state = self.cleaned_data["state"].upper()
        if state not in jurisdictions():
            raise forms.ValidationError(f"There is no state {state} here; two letters are expected, such as ME.")
        return state


class PrivilegeForm(DatedForm):
    """A compact privilege as the compact's register shows it."""

    what = "The privilege"
    home_state = forms.ChoiceField(label="Home state", choices=_states, help_text="Where the person lives and is licensed.")  # fmt: skip
    state = forms.ChoiceField(label="Privilege for", choices=_states)
    number = forms.CharField(label="Number", max_length=40)
    issued_on = forms.DateField(label="From", widget=DATE)
    expires_on = forms.DateField(label="To", widget=DATE, help_text="Never later than the home license.")


class SupervisionForm(forms.Form):
    """Who supervises an assistant, where, from when."""

    supervisor = forms.ChoiceField(label="Supervising therapist")
    state = forms.ChoiceField(label="State", choices=_states)
    starts_on = forms.DateField(label="From", widget=DATE)

    def __init__(self, *args, supervisors=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supervisor"].choices = [(str(one.pk), str(one)) for one in supervisors]


class EndForm(forms.Form):
    """The last day of an arrangement."""

    ends_on = forms.DateField(label="Last day", widget=DATE)
    version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """From when a license no longer counts, and why."""

    withdrawn_on = forms.DateField(label="No longer counts from", widget=DATE)
    reason = forms.CharField(label="Why", max_length=300, help_text="Suspended by the board, surrendered, entered in error.")  # fmt: skip


class EducationForm(forms.Form):
    """A course taken."""

    title = forms.CharField(label="Course", max_length=200)
    provider = forms.CharField(label="Provider", max_length=200, required=False)
    topic = forms.CharField(label="Topic", max_length=60, required=False, help_text="Where the state asks for one, such as ethics.")  # fmt: skip
    completed_on = forms.DateField(label="Completed on", widget=DATE)
    hours = forms.DecimalField(label="Hours", min_value=0.25, max_value=200, max_digits=5, decimal_places=2)


class PractitionerForm(forms.Form):
    """Somebody who treats here."""

    given = forms.CharField(label="Given name", max_length=100)
    family = forms.CharField(label="Family name", max_length=100)
    suffix = forms.CharField(label="Letters after the name", max_length=50, required=False, help_text="Such as OTR/L or DPT.")  # fmt: skip
    profession = forms.ChoiceField(label="Licensed as")
    npi = forms.CharField(label="NPI", max_length=20, required=False, help_text="Ten digits. Therapists need one for claims.")  # fmt: skip
    member = forms.ChoiceField(label="Signs in as", required=False)

    def __init__(self, *args, kinds=(), members=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["profession"].choices = [(kind, kind) for kind in kinds]
        self.fields["member"].choices = [("", "Does not sign in"), *((str(m.pk), f"{m.user.name} ({m.user.email})") for m in members)]  # fmt: skip

    def clean_npi(self) -> str:
        npi = self.cleaned_data["npi"].strip()
        if npi and not npi_is_valid(npi):
            raise forms.ValidationError(f"{npi} is no NPI: ten digits are expected, and the last one checks the others.")  # fmt: skip
        return npi
