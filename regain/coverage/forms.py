"""What a person may submit about coverage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django import forms

from regain.reference.facts import fact

DATE = forms.DateInput(attrs={"type": "date"})
MONEY = forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.01"})


def _labels(subject: str) -> list[tuple[str, str]]:
    return [(value["key"], value["label"]) for value in fact(f"coverage/{subject}").latest()]


def _group(data: dict, prefix: str) -> dict:
    """The fields of a group that were filled in, as JSON."""
    found = {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix) and data[name]}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


class WhoseForm(forms.Form):
    """Whose coverage it is, and the injury a liability insurer pays for: what claims need besides the card."""

    relationship = forms.ChoiceField(
        label="Whose coverage is it?", choices=lambda: _labels("relationships"), required=False
    )
    subscriber_given = forms.CharField(label="Their given name", max_length=35, required=False)
    subscriber_family = forms.CharField(label="Their family name", max_length=60, required=False)
    subscriber_birth_date = forms.DateField(label="Their birth date", widget=DATE, required=False)
    subscriber_sex = forms.ChoiceField(
        label="Their sex", choices=[("", "Not said"), ("female", "Female"), ("male", "Male")], required=False
    )
    injury_cause = forms.ChoiceField(
        label="It pays for an injury", choices=lambda: [("", "No"), *_labels("injury_causes")], required=False
    )
    injury_on = forms.DateField(label="Day of the injury", widget=DATE, required=False)
    injury_state = forms.CharField(label="State it happened in", max_length=2, required=False)
    injury_claim_number = forms.CharField(label="The insurer's claim number", max_length=50, required=False)

    FOLDED = (
        ("Somebody else's coverage", ("relationship", "subscriber_given", "subscriber_family", "subscriber_birth_date", "subscriber_sex")),
        ("An injury at work, by car or otherwise", ("injury_cause", "injury_on", "injury_state", "injury_claim_number")),
    )  # fmt: skip

    def folded(self) -> list:
        """The fields few coverages need, in groups; open where something was said or is wrong."""
        groups = [(title, [self[name] for name in names]) for title, names in self.FOLDED]
        return [
            (title, fields, any(f.errors or f.value() not in (None, "", "self") for f in fields))
            for title, fields in groups
        ]

    def clean(self) -> dict:
        """Somebody else's coverage has a name and a birth date; a car accident has a state."""
        data = super().clean()
        if data.get("relationship", "self") not in ("", "self"):
            for name in ("subscriber_given", "subscriber_family", "subscriber_birth_date"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Claims need it where the coverage is not the patient's own.")
        causes = {value["key"]: value["state_needed"] for value in fact("coverage/injury_causes").latest()}
        if causes.get(data.get("injury_cause")) and not data.get("injury_state"):
            self.add_error("injury_state", "A car accident needs the state it happened in.")
        return data

    def whose(self) -> dict:
        """The three columns these fields fill."""
        data = self.cleaned_data
        mine = data["relationship"] in ("", "self")
        subscriber, injury = ({} if mine else _group(data, "subscriber_")), _group(data, "injury_")
        injury |= {"state": injury["state"].upper()} if "state" in injury else {}
        return {
            "relationship": data["relationship"] or "self",
            "subscriber": subscriber,
            "injury": injury if data["injury_cause"] else {},
        }


class CoverageForm(WhoseForm):
    """A coverage as the front desk reads it from the card and the payer. `version` is 0 for a new one."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    payer = forms.ChoiceField(label="Payer")
    member_id = forms.CharField(label="Member number", max_length=40)
    priority = forms.TypedChoiceField(
        label="Pays", coerce=int, choices=[(1, "first"), (2, "second"), (3, "third")], initial=1
    )
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

    limit_over = forms.MultipleChoiceField(
        label="The limit is shared by", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="None ticked means every discipline together.",
    )  # fmt: skip

    SECTIONS = (
        ("Who pays", ("payer", "priority", "member_id", "group_number", "starts_on", "ends_on")),
        ("What the patient pays", ("copay", "copay_per", "coinsurance_percent", "deductible_remaining", "out_of_pocket_remaining", "checked_on")),
        ("Visit limit", ("limit_count", "limit_used", "limit_by")),
    )  # fmt: skip

    def __init__(self, *args, payers=(), disciplines=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payer"].choices = [(str(p.pk), p.name) for p in payers]
        self.fields["limit_over"].choices = [(d["key"], d["name"]) for d in disciplines]
        self.counters = counters(disciplines)
        for name, label in self.counters.items():
            self.fields[f"used_{name}"] = forms.DecimalField(label=label, min_value=0, required=False, widget=MONEY)

    def sections(self) -> list:
        """The fields in groups, each with a heading."""
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    def elsewhere(self) -> list:
        """What other clinics were allowed this year, by counter."""
        return [self[f"used_{name}"] for name in self.counters]

    def used(self) -> dict:
        """Allowed amounts used elsewhere this year, by counter."""
        given = {name: self.cleaned_data[f"used_{name}"] for name in self.counters}
        return {name: _plain(amount) for name, amount in given.items() if amount is not None}

    def clean(self) -> dict:
        data = super().clean()
        count, used = data.get("limit_count"), data.get("limit_used")
        if used and count is None:
            self.add_error(
                "limit_count", f"{used} are used, but of how many? Enter the visits allowed, or clear what is used."
            )
        elif count is not None and used is not None and used > count:
            self.add_error(
                "limit_used", f"{used} used of {count} allowed: expected at most {count}. Check both numbers."
            )
        return data

    def terms(self, before: dict | None = None) -> dict:
        """The terms of the estimate contract; what was left empty is left out. Of `before` stays what this form cannot show."""
        return kept(before or {}) | self._terms(kept(before or {}))

    def _terms(self, before: dict) -> dict:
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
                    "over": data["limit_over"] or [key for key, _ in self.fields["limit_over"].choices],
                    "by": data["limit_by"],
                }
            ]
        if before.get("limits"):
            found["limits"] = found.get("limits", []) + before["limits"]
        return found


SHOWN = ("deductible_remaining", "copay", "copay_per", "out_of_pocket_remaining", "coinsurance", "limits")


def kept(terms: dict) -> dict:
    """What the form has no field for: a copay a discipline, a second limit, terms of other kinds."""
    others = {name: value for name, value in terms.items() if name not in SHOWN}
    if isinstance(terms.get("copay"), dict):
        others |= {name: terms[name] for name in ("copay", "copay_per") if name in terms}
    if len(terms.get("limits", ())) > 1:
        others["limits"] = terms["limits"][1:]
    return others


def counters(disciplines) -> dict[str, str]:
    """The yearly counters of the disciplines, each with what it counts: PT and SLP share one."""
    named: dict[str, list[str]] = {}
    for d in disciplines:
        named.setdefault(d["threshold_counter"], []).append(d["key"])
    return {counter: f"{' and '.join(keys)}, USD" for counter, keys in named.items()}


def written(coverage) -> dict:
    """What the form starts with for a coverage that is known."""
    terms, limit = coverage.terms, next(iter(coverage.terms.get("limits", ())), {})
    names = ("member_id", "group_number", "priority", "starts_on", "ends_on", "checked_on", "version")
    shown = {name: getattr(coverage, name) for name in names} | {"payer": str(coverage.payer_id)}
    terms = terms if not isinstance(terms.get("copay"), dict) else {**terms, "copay": None}
    shown |= {
        name: terms.get(name) for name in ("deductible_remaining", "copay", "copay_per", "out_of_pocket_remaining")
    }
    if terms.get("coinsurance") is not None:
        shown["coinsurance_percent"] = round(terms["coinsurance"] * 100, 4)
    shown |= {
        "limit_count": limit.get("count"),
        "limit_used": limit.get("used"),
        "limit_by": limit.get("by"),
        "limit_over": limit.get("over"),
    }
    shown |= {"relationship": coverage.relationship}
    for group in ("subscriber", "injury"):
        shown |= {f"{group}_{name}": value for name, value in getattr(coverage, group).items()}
    return shown | {f"used_{name}": amount for name, amount in coverage.used.items()}


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
