"""What an owner may submit about the clinic, its sites and its members."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms

from regain.organizations.rules import Role

ZONES = sorted(zone for zone in available_timezones() if zone.startswith(("America/", "Pacific/", "US/")))
PLACES = [("11", "Office"), ("12", "Patient's home"), ("10", "Telehealth in the patient's home"), ("22", "Hospital, outpatient"), ("62", "Outpatient rehabilitation facility"), ("03", "School")]  # fmt: skip
STAFF = [(role.value, role.label) for role in Role if role not in (Role.SYSTEM, Role.PATIENT)]


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


class ClinicForm(forms.Form):
    """The organization as it stands on claims."""

    name = forms.CharField(label="Name", max_length=200)
    npi = forms.CharField(label="NPI of the clinic", max_length=20, required=False, help_text="Ten digits.")
    tax_id = forms.CharField(label="Tax number", max_length=20, required=False, help_text="Nine digits.")
    taxonomy = forms.CharField(label="Taxonomy code", max_length=10, required=False, help_text="Such as 261QR0400X, a rehabilitation clinic.")  # fmt: skip
    phone = forms.CharField(label="Telephone", max_length=30, required=False)
    time_zone = forms.ChoiceField(label="Time zone", choices=[(zone, zone.replace("_", " ")) for zone in ZONES])
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, valid_npi=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.valid_npi = valid_npi

    def clean_npi(self) -> str:
        npi = self.cleaned_data["npi"].strip()
        if npi and self.valid_npi and not self.valid_npi(npi):
            raise forms.ValidationError(f"{npi} is no NPI: ten digits are expected, and the last one checks the others.")  # fmt: skip
        return npi

    def clean_tax_id(self) -> str:
        given = self.cleaned_data["tax_id"].strip()
        if given and len(_digits(given)) != 9:
            raise forms.ValidationError(f"{given} has {len(_digits(given))} digits; a tax number has nine.")
        return _digits(given)


class SiteForm(forms.Form):
    """A place where care is given. Its state decides which license is needed there."""

    name = forms.CharField(label="Name", max_length=200)
    address = forms.CharField(label="Street", max_length=200, required=False)
    city = forms.CharField(label="City", max_length=100, required=False)
    state = forms.ChoiceField(label="State")
    postal_code = forms.RegexField(r"^\d{5}(-\d{4})?$", label="ZIP code", required=False, error_messages={"invalid": "Five digits are expected, such as 04101."})  # fmt: skip
    phone = forms.CharField(label="Telephone", max_length=30, required=False)
    place_of_service = forms.ChoiceField(label="Kind of place", choices=PLACES)
    time_zone = forms.ChoiceField(label="Time zone", choices=[(zone, zone.replace("_", " ")) for zone in ZONES])
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def __init__(self, *args, states=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = list(states)


class MemberForm(forms.Form):
    """Somebody who signs in, and as what."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="E-mail address", max_length=254, help_text="The person signs in with it.")
    roles = forms.MultipleChoiceField(label="Works here as", choices=STAFF, widget=forms.CheckboxSelectMultiple)


class RolesForm(forms.Form):
    """What a member is here, and whether the sign-in still opens this clinic."""

    roles = forms.MultipleChoiceField(label="Works here as", choices=STAFF, widget=forms.CheckboxSelectMultiple)
    active = forms.BooleanField(label="The sign-in opens this clinic", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
