"""Reads of people: patients the caller may see, possible doubles, practitioners."""

from __future__ import annotations

import re
from datetime import date, datetime

from django.db.models import Q

from regain.organizations.models import Membership
from regain.people.models import GlassBreak, OtherName, Patient, PatientAccess, Practitioner
from regain.people.rules import Likeness, Person, folded, likeness


def patients(organization):
    """Every patient of the organization, newest first."""
    return Patient.objects.of(organization).order_by("-created_at")


def find_patients(organization, words: str, limit: int = 50):
    """Patients whose name (in any order), number, birth date or former name begins as typed.

    Range reads of an index: `moreau l` finds Lucie Moreau; `1954-03-02` and `03/02/1954` are birth dates.
    """
    typed = words.strip()
    if not typed:
        return patients(organization)[:limit]
    born = _typed_date(typed)
    if born:
        return Patient.objects.of(organization).filter(birth_date=born).order_by("search_name")[:limit]
    name = folded(typed)
    former = OtherName.objects.of(organization).filter(_begins(name)).values("patient_id")
    condition = _begins(name) | Q(number__iexact=typed) | Q(pk__in=former)
    first, _, rest = name.partition(" ")
    if rest:
        # given name first, as people say it: the last word begins a family name
        *given, family = name.split()
        condition |= _begins(family) & Q(search_name__contains=f" {' '.join(given)}")
    known = list(Patient.objects.of(organization).filter(condition).order_by("search_name")[:limit])
    return known or _by_words(organization, name)[:limit]


def _by_words(organization, name: str):
    """Where nothing begins as typed: each word begins some part of the name, such as the second of a double name."""
    found = Patient.objects.of(organization).order_by("search_name")
    words = name.split()
    for word in words:
        found = found.filter(Q(search_name__startswith=word) | Q(search_name__contains=f" {word}"))
    return found if words else found.none()


def _begins(name: str) -> Q:
    return Q(search_name__gte=name, search_name__lt=name + "\U0010ffff")


def _typed_date(typed: str) -> date | None:
    """`1954-03-02`, or `3/2/1954` as Americans write it; None where it is no date."""
    american = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", typed)
    iso = "{2}-{0:0>2}-{1:0>2}".format(*american.groups()) if american else typed
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def possible_doubles(organization, new: Person, limit: int = 5) -> list[tuple[Patient, Likeness]]:
    """Patients who may be the same person, most alike first; looks up by birth date and by parts of names."""
    families = {folded(family) for family, _ in new.names}
    givens = {folded(given) for _, given in new.names}
    near = Q()
    for name in families | givens:
        for word in name.split():
            near |= Q(search_name__gte=word[:3], search_name__lt=word[:3] + "\U0010ffff")
    candidates = Patient.objects.of(organization).filter(
        near | Q(birth_date=new.birth_date) | Q(other_names__search_name__in=[f"{f} {g}" for f, g in _pairs(new)])
    )
    known = candidates.distinct().prefetch_related("other_names")[:500]
    found = [(patient, like) for patient in known if (like := likeness(new, as_person(patient)))]
    return sorted(found, key=lambda pair: -pair[1].strength)[:limit]


def _pairs(new: Person) -> list[tuple[str, str]]:
    return [(folded(family), folded(given)) for family, given in new.names]


def as_person(patient: Patient) -> Person:
    """A row as a rule value."""
    others = tuple((o.family, o.given) for o in patient.other_names.all())
    return Person(str(patient.pk), ((patient.family, patient.given), *others), patient.birth_date, patient.sex,
                  patient.phone, patient.postal_code)  # fmt: skip


def may_open(member: Membership, patient: Patient, at: datetime, on_care_team: bool) -> bool:
    """Whether a restricted chart opens: on the care team, or the glass was broken and it has not ended."""
    if not patient.restricted or on_care_team:
        return True
    return GlassBreak.objects.of(member).filter(patient=patient, membership=member, until__gt=at).exists()


def practitioners(organization):
    """The organization's own active practitioners, by name."""
    return Practitioner.objects.of(organization).filter(active=True, external=False).order_by("family", "given")


def physicians(organization):
    """Referring and certifying practitioners outside, by name."""
    return Practitioner.objects.of(organization).filter(active=True, external=True).order_by("family", "given")


def practitioner_of(member: Membership) -> Practitioner | None:
    """The practitioner a member is, or None (front desk, biller)."""
    return Practitioner.objects.of(member).filter(membership=member, active=True).first()


def own_patients(member: Membership, on: date):
    """The patients whose own pages a patient or caregiver may open."""
    current = (
        PatientAccess.objects.of(member).filter(membership=member).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))
    )
    return Patient.objects.of(member).filter(pk__in=current.values("patient_id")).order_by("given")


def caregiver_of(member: Membership, patient: Patient):
    """The caregiver that this sign-in belongs to, where it opens the patient's pages; None for the patient's own."""
    found = PatientAccess.objects.of(member).filter(membership=member, patient=patient).select_related("caregiver").first()  # fmt: skip
    return found.caregiver if found else None
