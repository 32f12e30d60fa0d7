"""What may be submitted of a referral: a letter, a FHIR file, a form, a match, a decision, an episode."""

from __future__ import annotations

import json
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from regain.organizations.queries import disciplines
from regain.people.queries import physicians
from regain.reference.rules import Finding, error, warning
from regain.referrals.fhir import Request, request_of
from regain.referrals.letters import decoded, pdf_text

_BINARY = (
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"MZ",
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"\x1f\x8b",
    b"II*\x00",
    b"MM\x00*",
)
MOST_CHARACTERS = 600_000
"""About 200 full pages; a longer one is read up to here, and that is said (a product rule)."""
_NO_ENTRY = [("", "–")]
ASKING = [("form", "A physician or other referrer"), ("self", "The person, without a referral")]
SEXES = [*_NO_ENTRY, ("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Unknown")]


def real_type(raw: bytes) -> str:
    """`application/pdf`, `text/plain` or empty for what is neither, judged by the bytes and not by the name."""
    if raw.lstrip()[:5] == b"%PDF-":
        return "application/pdf"
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    if raw.startswith(_BINARY) or (b"\x00" in raw[:4096] and not wide):
        return ""
    return "text/plain"


def too_large(size: int) -> Finding | None:
    """The finding for a file beyond the limit."""
    limit = settings.MAX_UPLOAD_BYTES
    if size <= limit:
        return None
    return error("TOO_LARGE", f"The file has {size / 2**20:.1f} MB.", where="file", found=size, expected=f"at most {limit / 2**20:.0f} MB",
                 try_="Send the letter without images or attachments.")  # fmt: skip


class PersonForm(forms.Form):
    """Who the referral is about; all may be completed when the patient is matched."""

    family = forms.CharField(label="Family name", max_length=100, required=False)
    given = forms.CharField(label="Given name", max_length=100, required=False)
    birth_date = forms.DateField(label="Birth date", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(label="Sex", choices=SEXES, required=False)
    phone = forms.CharField(label="Telephone", max_length=30, required=False)

    def person(self) -> dict[str, Any]:
        """The fields of the person, as the action takes them."""
        return {
            name: self.cleaned_data.get(name) or (None if name == "birth_date" else "")
            for name in PersonForm.base_fields
        }


class ReferredForm(PersonForm):
    """A person with who refers and when it came."""

    received_on = forms.DateField(label="Received on", widget=forms.DateInput(attrs={"type": "date"}))
    signed_on = forms.DateField(label="Order signed on", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    referrer = forms.ModelChoiceField(label="Referred by", queryset=None, required=False, empty_label="–")
    referrer_given = forms.CharField(label="Their given name", max_length=100, required=False)
    referrer_family = forms.CharField(label="Their family name", max_length=100, required=False)
    referrer_npi = forms.CharField(
        label="Their NPI", max_length=10, required=False, help_text="Ten digits, where it is known."
    )
    ordered = forms.MultipleChoiceField(label="Ordered in writing", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["referrer"].queryset = physicians(member)
        self.fields["ordered"].choices = [(key, row["name"]) for key, row in disciplines().items()]

    def sent(self) -> dict[str, Any]:
        """What every way of referring shares, as the action takes it; a referrer who is not in the list yet is a name."""
        data = self.cleaned_data
        named = {"family": data["referrer_family"], "given": data["referrer_given"], "npi": data["referrer_npi"]}
        return {**self.person(), "received_on": data["received_on"], "signed_on": data["signed_on"], "ordered": data["ordered"],
                "referrer": data["referrer"], "referrer_named": None if data["referrer"] else named}  # fmt: skip

    def clean_referrer_npi(self) -> str:
        npi = self.cleaned_data["referrer_npi"].strip()
        if npi and not re.fullmatch(r"\d{10}", npi):
            raise forms.ValidationError(f"{npi} is no NPI; expected ten digits. Leave it empty if you do not have it.")
        return npi


class LetterForm(ReferredForm):
    """A letter as a file, or pasted."""

    file = forms.FileField(label="Letter", required=False, help_text="A text or PDF file up to 20 MB.")
    text = forms.CharField(
        label="Or paste the letter", required=False, max_length=2_000_000, widget=forms.Textarea(attrs={"rows": 10})
    )
    field_order = ["file", "text"]

    def letter(self) -> tuple[str, tuple[str, str, bytes] | None, list[Finding]]:
        """The words, the file as it came, and what is wrong; words are empty where an error stands."""
        text, file, found = self._words()
        if len(text) > MOST_CHARACTERS:
            found = [*found, warning("TOO_LONG", f"The letter has {len(text):,} characters; the first {MOST_CHARACTERS:,} were read.", where="text",
                                     found=len(text), expected=f"at most {MOST_CHARACTERS:,} characters", try_="Send the letter without the whole chart.")]  # fmt: skip
        return text[:MOST_CHARACTERS], file, found

    def _words(self) -> tuple[str, tuple[str, str, bytes] | None, list[Finding]]:
        upload: UploadedFile | None = self.cleaned_data.get("file")
        if upload is None:
            return self.cleaned_data["text"], None, []
        refused = too_large(upload.size or 0)
        if refused:
            return "", None, [refused]
        raw = upload.read()
        kind = real_type(raw)
        name = upload.name or "letter"
        if kind == "application/pdf":
            text, found = pdf_text(raw, name)
            return text or "", (name, kind, raw), list(found)
        if kind == "text/plain":
            return decoded(raw).replace("\x00", ""), (name, kind, raw), []
        return "", None, [error("BAD_TYPE", f"{name} is neither text nor PDF.", where="file", found=name, expected="a .txt or .pdf letter",
                                try_="Save or print the letter as PDF and send that.")]  # fmt: skip


class FhirForm(forms.Form):
    """A FHIR request as a file."""

    file = forms.FileField(label="FHIR file", help_text="A Bundle or ServiceRequest, FHIR R4 JSON, up to 20 MB.")
    received_on = forms.DateField(label="Received on", widget=forms.DateInput(attrs={"type": "date"}))

    def request(self) -> tuple[Request, tuple[str, str, bytes]]:
        """What the file asks for, with its findings, and the file as it came."""
        upload: UploadedFile = self.cleaned_data["file"]
        name = upload.name or "request.json"
        refused = too_large(upload.size or 0)
        if refused:
            return Request("", "", "", None, "", "", "", None, ("", "", ""), (refused,)), (
                name,
                "application/fhir+json",
                b"",
            )
        raw = upload.read()
        try:
            resource = json.loads(decoded(raw))
        except (ValueError, RecursionError):
            resource = None
        return request_of(resource), (name, "application/fhir+json", raw)


class ProfileForm(ReferredForm):
    """A referral without a letter: the reason and problems in words, warning signs."""

    source = forms.ChoiceField(label="Who asks", choices=ASKING)
    diagnosis = forms.CharField(label="Diagnosis or reason", max_length=300, required=False)
    problems = forms.CharField(
        label="What has become hard",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One a line: cannot button a shirt",
    )
    flags = forms.CharField(
        label="Warning signs, yes or no",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: no fever; numb when wiping since yesterday",
    )
    setting = forms.ChoiceField(
        label="Where the person is",
        required=False,
        choices=[*_NO_ENTRY, ("home", "At home"), ("hospital", "In hospital"), ("snf", "In a care facility")],
    )
    field_order = ["source", "diagnosis", "problems", "flags", "setting"]

    def profile(self) -> dict[str, Any]:
        """The profile of the contract."""
        data = self.cleaned_data
        lines = {
            key: [line.strip() for line in data[key].splitlines() if line.strip()] for key in ("problems", "flags")
        }
        words = {key: data[key] for key in ("diagnosis", "setting") if data[key]}
        return {**words, **{key: value for key, value in lines.items() if value}}


class NewPatientForm(PersonForm):
    """The person as a new patient: name and birth date are needed now."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.CharField(label="State of residence", max_length=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("family", "birth_date"):
            self.fields[name].required = True

    def clean_state(self) -> str:
        state = self.cleaned_data["state"].strip().upper()
        if state and not (state.isascii() and state.isalpha() and len(state) == 2):
            raise forms.ValidationError(f"{state} is no state; expected two letters, such as ME.")
        return state


class DecisionForm(forms.Form):
    """The disciplines decided on, with the reason where they differ."""

    disciplines = forms.MultipleChoiceField(label="Therapy", required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(
        label="Reason, where it differs from the recommendation",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disciplines"].choices = [(key, row["name"]) for key, row in disciplines().items()]


class AskForm(forms.Form):
    """What is asked of whoever referred."""

    addressee = forms.CharField(label="To", max_length=200, required=False)
    text = forms.CharField(label="Questions", max_length=5000, widget=forms.Textarea(attrs={"rows": 6}),
                           help_text="Prefilled with what could change the recommendation. Change it as you like.")  # fmt: skip


class AnswerForm(forms.Form):
    """What the referrer answered."""

    text = forms.CharField(
        label="The answer, in their words", max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    answered_by = forms.CharField(label="Who answered", max_length=200)
    answered_on = forms.DateField(label="Answered on", widget=forms.DateInput(attrs={"type": "date"}))


class EpisodeForm(forms.Form):
    """What opens an episode."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    problem = forms.CharField(label="Problem", max_length=200)
    site = forms.ModelChoiceField(label="Site", queryset=None, empty_label=None)
    wish = forms.CharField(label="What the person wants back", required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, sites, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites
