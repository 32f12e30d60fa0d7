"""What a person may submit about coverage."""

from __future__ import annotations

from decimal import Decimal

from django import forms

DATE = forms.DateInput(attrs={"type": "date"})
MONEY = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})


class CoverageForm(forms.Form):
    """A coverage as the front desk reads it from the card and the payer."""

    payer = forms.ChoiceField(label="Payer")
    member_id = forms.CharField(label="Member number", max_length=40)
    group_number = forms.CharField(label="Group number", max_length=40, required=False)
    starts_on = forms.DateField(label="From", widget=DATE)
    ends_on = forms.DateField(label="To", widget=DATE, required=False)
    checked_on = forms.DateField(label="Benefits checked on", widget=DATE, required=False)
    deductible_remaining = forms.DecimalField(label="Deductible left, USD", min_value=0, required=False, widget=MONEY)
    coinsurance_percent = forms.DecimalField(label="Coinsurance, percent", min_value=0, max_value=100, required=False)
    copay = forms.DecimalField(label="Copay, USD", min_value=0, required=False, widget=MONEY)
    copay_per = forms.ChoiceField(
        label="Copay is paid", choices=[("discipline_day", "for each discipline and day"), ("day", "once a day")]
    )
    out_of_pocket_remaining = forms.DecimalField(
        label="Left until the yearly maximum, USD", min_value=0, required=False, widget=MONEY
    )
    limit_count = forms.IntegerField(label="Visits allowed a year", min_value=0, required=False)
    limit_used = forms.IntegerField(label="Used already, here or elsewhere", min_value=0, required=False)
    limit_by = forms.ChoiceField(
        label="The limit counts",
        choices=[
            ("visit", "visits"),
            ("discipline_day", "each discipline and day"),
            ("day", "days"),
            ("unit", "units"),
        ],
    )

    def __init__(self, *args, payers=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payer"].choices = [(str(p.pk), p.name) for p in payers]

    def terms(self, disciplines: list[str]) -> dict:
        """The terms of the estimate contract; what was left empty is left out."""
        data = self.cleaned_data
        found = {
            name: _plain(data[name])
            for name in ("deductible_remaining", "copay", "out_of_pocket_remaining")
            if data[name] is not None
        }
        if data["coinsurance_percent"] is not None:
            found["coinsurance"] = _plain(data["coinsurance_percent"] / 100)
        if data["copay"] is not None:
            found["copay_per"] = data["copay_per"]
        if data["limit_count"] is not None:
            found["limits"] = [
                {
                    "count": data["limit_count"],
                    "used": data["limit_used"] or 0,
                    "over": disciplines,
                    "by": data["limit_by"],
                }
            ]
        return found


def _plain(amount: Decimal) -> float:
    return float(amount)


YES_NO = [("", "as the profile says"), ("yes", "yes"), ("no", "no")]


class PayerForm(forms.Form):
    """A payer the clinic bills: a profile to start from, and what this payer does differently."""

    name = forms.CharField(label="Name", max_length=200)
    profile = forms.ChoiceField(label="Profile", help_text="What is left empty below is as the profile says.")
    payer_id = forms.CharField(label="Payer number for electronic claims", max_length=20, required=False)
    unit_rule = forms.ChoiceField(label="Minutes become units by", required=False)
    authorization = forms.ChoiceField(
        label="Authorization",
        required=False,
        choices=[
            ("", "as the profile says"),
            ("no", "not wanted"),
            ("often", "often wanted"),
            ("always", "always wanted"),
        ],
    )
    referral_required = forms.ChoiceField(label="Referral wanted", required=False, choices=YES_NO)
    timely_filing_days = forms.IntegerField(label="Days to file a claim", min_value=1, max_value=1000, required=False)

    def __init__(self, *args, profiles=(), unit_rules=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = [(p.key, p.label) for p in profiles]
        self.fields["unit_rule"].choices = [("", "as the profile says"), *unit_rules]

    def settings(self) -> dict:
        """What replaces the profile; what was left empty is left out."""
        data = {name: self.cleaned_data[name] for name in ("unit_rule", "authorization", "timely_filing_days")}
        asked = self.cleaned_data["referral_required"]
        return {name: value for name, value in data.items() if value} | (
            {"referral_required": asked == "yes"} if asked else {}
        )


class AuthorizationForm(forms.Form):
    """A payer's approval."""

    number = forms.CharField(label="Number", max_length=60)
    disciplines = forms.MultipleChoiceField(
        label="For",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked means every discipline.",
    )
    visits = forms.IntegerField(label="Visits", min_value=1, required=False)
    units = forms.IntegerField(label="Units", min_value=1, required=False)
    starts_on = forms.DateField(label="From", widget=DATE)
    ends_on = forms.DateField(label="To", widget=DATE)

    def __init__(self, *args, disciplines=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["disciplines"].choices = [(d["key"], d["name"]) for d in disciplines]
