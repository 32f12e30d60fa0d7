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


class SendingForm(forms.Form):
    """What a claim file says of its sender."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    name = forms.CharField(label="Name payers know the clinic by", max_length=60)
    address = forms.CharField(label="Street of the billing address", max_length=55, help_text="A street, not a post-office box: payers refuse a box here.")  # fmt: skip
    city = forms.CharField(label="City", max_length=30)
    state = forms.CharField(label="State", min_length=2, max_length=2)
    postal_code = forms.RegexField(label="ZIP code", regex=r"^\d{5}(-?\d{4})?$", max_length=10, help_text="Nine digits: many payers refuse five.",
                                   error_messages={"invalid": "Enter five or nine digits, such as 04101-2222."})  # fmt: skip
    contact = forms.CharField(label="Whom payers ask", max_length=60)
    phone = forms.RegexField(label="Telephone", regex=r"^(\D*\d){10}\D*$", max_length=30, error_messages={"invalid": "Enter ten digits, such as 207 555 0100."})  # fmt: skip
    submitter_id = forms.CharField(label="Sender number", max_length=15, help_text="The clearinghouse or payer gave it to you when you enrolled.")  # fmt: skip
    receiver_name = forms.CharField(label="Clearinghouse", max_length=60, required=False, help_text="Left empty, each payer gets its own file.")  # fmt: skip
    receiver_id = forms.CharField(label="Number of the clearinghouse", max_length=15, required=False)
    test = forms.BooleanField(label="Only testing: payers read the files and pay nothing", required=False, initial=True)

    def clean_state(self) -> str:
        return self.cleaned_data["state"].upper()

    def clean(self) -> dict:
        data = super().clean()
        if bool(data.get("receiver_name")) != bool(data.get("receiver_id")):
            self.add_error("receiver_id", "A clearinghouse has both a name and a number; give both or neither.")
        return data

    def details(self) -> dict:
        """The fields a record keeps."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


class AnswerForm(forms.Form):
    """A file that came back."""

    file = forms.FileField(label="999, 277CA or 835 file", help_text="As it came from the clearinghouse. It is read whole or not at all.")  # fmt: skip


class ReplaceForm(forms.Form):
    """A correction or void at the payer."""

    frequency = forms.ChoiceField(label="What should the payer do?", widget=forms.RadioSelect,
                                  choices=[("7", "Replace the claim by a corrected one"), ("8", "Take the claim back")])  # fmt: skip
    payer_claim_number = forms.CharField(label="The payer's number of the claim", max_length=50, required=False, help_text="From the remittance or the payer's portal.")  # fmt: skip
    reason = forms.CharField(label="What is corrected, and why", max_length=300)


class MatchForm(forms.Form):
    """Whose money it is."""

    number = forms.CharField(
        label="Claim number", max_length=20, help_text="As on the claim's page, such as C260000012."
    )

    def clean_number(self) -> str:
        return self.cleaned_data["number"].strip().upper()


class PaymentForm(forms.Form):
    """Money a patient gave."""

    amount = forms.DecimalField(label="Amount, USD", min_value=0, max_digits=9, decimal_places=2, widget=MONEY)
    on = forms.DateField(label="Received on", widget=DATE)
    method = forms.ChoiceField(label="How", choices=[("Card", "Card"), ("Cash", "Cash"), ("Check", "Check"), ("Transfer", "Transfer")])  # fmt: skip
    note = forms.CharField(label="Note", max_length=100, required=False)


class WriteOffForm(forms.Form):
    """What is no longer asked of a patient."""

    amount = forms.DecimalField(label="Amount, USD", min_value=0, max_digits=9, decimal_places=2, widget=MONEY)
    on = forms.DateField(label="On", widget=DATE)
    reason = forms.CharField(label="Why", max_length=150, help_text="Hardship, small balance, agreed with the patient.")
