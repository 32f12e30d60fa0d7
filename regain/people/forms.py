"""What a person may submit about people."""

from django import forms

SEXES = [("", "Not said"), ("female", "Female"), ("male", "Male"), ("other", "Other")]


class PatientForm(forms.Form):
    """A patient's details. `version` is 0 for a new one."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    given = forms.CharField(label="Given name", max_length=100, required=False)
    family = forms.CharField(label="Family name", max_length=100)
    preferred = forms.CharField(label="Likes to be called", max_length=100, required=False)
    birth_date = forms.DateField(label="Birth date", widget=forms.DateInput(attrs={"type": "date"}))
    sex = forms.ChoiceField(label="Sex", choices=SEXES, required=False, help_text="Norms of some measures need it.")
    phone = forms.CharField(
        label="Telephone", max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.EmailField(label="E-mail", required=False)
    address = forms.CharField(label="Address", max_length=200, required=False)
    city = forms.CharField(label="City", max_length=100, required=False)
    state = forms.CharField(
        label="State",
        max_length=2,
        required=False,
        help_text="Two letters. The state where care happens decides which license counts.",
    )
    postal_code = forms.CharField(label="ZIP code", max_length=10, required=False)
    precautions = forms.CharField(
        label="Precautions",
        required=False,
        widget=forms.Textarea,
        help_text="What everyone must know before touching: falls, weight-bearing, heart.",
    )
    restricted = forms.BooleanField(label="Restricted chart: only the care team opens it", required=False)

    SECTIONS = (
        ("Who", ("given", "family", "preferred", "birth_date", "sex")),
        ("Where to reach", ("phone", "email", "address", "city", "state", "postal_code")),
    )

    def sections(self) -> list:
        """The fields in groups, each with a heading."""
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def clean_state(self) -> str:
        state = self.cleaned_data["state"].strip().upper()
        if state and not (state.isascii() and state.isalpha() and len(state) == 2):
            raise forms.ValidationError(
                f"{state} is no state; expected two letters, such as ME. Leave it empty if you do not know."
            )
        return state

    def details(self) -> dict:
        """The fields a record keeps."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


class NameForm(forms.Form):
    """A name the person had, or uses elsewhere."""

    given = forms.CharField(label="Given name", max_length=100, required=False)
    family = forms.CharField(label="Family name", max_length=100)


class CaregiverForm(forms.Form):
    """Someone who helps at home."""

    name = forms.CharField(label="Name", max_length=200)
    relation = forms.CharField(label="Relation", max_length=100, help_text="Daughter, neighbour, parent")
    phone = forms.CharField(
        label="Telephone", max_length=30, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    notes = forms.CharField(label="What helps to know", required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(forms.Form):
    """Why a restricted chart is opened."""

    reason = forms.CharField(label="Why do you need this chart now?", widget=forms.Textarea)
