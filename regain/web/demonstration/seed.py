"""Seeds the demonstration clinic. Dates follow the day of seeding; all else is fixed."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from regain.coverage.actions import add_fee, add_payer
from regain.credentials.actions import add_education, add_license, add_privilege, supervise
from regain.organizations.actions import add_member, add_site, found_organization
from regain.organizations.queries import disciplines
from regain.people.actions import add_practitioner, give_access
from regain.people.models import Patient
from regain.reference.facts import fact
from regain.scheduling.actions import set_hours
from regain.web.demonstration import money
from regain.web.demonstration.care import Team, tell
from regain.web.demonstration.examined import examine
from regain.web.demonstration.people import DOMAIN, PASSWORD, PATIENTS, PAYERS, PRACTITIONERS, SITES, STAFF, SUPERVISED


def seed(today: date, say=lambda text: print(text, file=sys.stderr)) -> list[tuple[str, str]]:
    """Make the clinic; returns the sign-ins as (address, what they are). All or nothing."""
    with transaction.atomic():
        team = _staff(today)
        money.set_up(team)
        for number, row in enumerate(PATIENTS, 1):
            say(f"  patient {number} of {len(PATIENTS)}: {row['problem']}")
            tell(team, row)
        money.earn(team)
        _open_patient_pages(team)
        examine(team)
    return sign_ins()


def sign_ins() -> list[tuple[str, str]]:
    """Every demonstration sign-in."""
    return [
        (f"{key}@{DOMAIN}", f"{name}, {', '.join(role.replace('_', ' ') for role in roles)}")
        for key, name, roles in STAFF
    ] + [(f"ruth@{DOMAIN}", "Ruth Pelletier, patient")]


def _staff(today: date) -> Team:
    at = datetime.combine(today - timedelta(days=400), time(12), UTC)
    organization, system = found_organization(name="Casco Bay Therapy", at=at, npi="1234567893", tax_id="010000001", taxonomy="261QR0400X",
                                              phone="207 555 0100")  # fmt: skip
    sites = [add_site(organization, **site) for site in SITES]
    members = {
        key: add_member(organization, email=f"{key}@{DOMAIN}", name=name, roles=roles, password=PASSWORD)
        for key, name, roles in STAFF
    }
    people = {}
    for key, given, family, suffix, profession, npi, works in PRACTITIONERS:
        person = add_practitioner(
            by=system,
            at=at,
            given=given,
            family=family,
            suffix=suffix,
            profession=profession,
            npi=npi,
            membership=members[key],
        )
        people[key] = person
        _license(person, profession, today, key, by=system, at=at)
        for place, weekdays in works:
            for weekday in weekdays:
                set_hours(
                    person,
                    sites[place],
                    weekday=weekday,
                    starts_at=time(8),
                    ends_at=time(18),
                    from_on=at.date(),
                    by=system,
                    at=at,
                )
    for assistant, supervisor in SUPERVISED:
        supervise(people[assistant], people[supervisor], state="ME", starts_on=at.date(), by=system, at=at)
    physician = add_practitioner(by=system, at=at, given="Amara", family="Singh", suffix="MD", profession="physician", npi="2000000077", external=True,
                                 phone="207 555 0190")  # fmt: skip
    payers = [add_payer(by=system, at=at, name=name, kind=kind, payer_id=number) for name, kind, number in PAYERS]
    _fees(payers, today, by=system, at=at)
    return Team(members, people, physician, sites, payers, today)


def _fees(payers, today: date, *, by, at) -> None:
    """What the clinic charges and each payer allows: invented, and said so where it stands."""
    used = {code for d in disciplines().values() for code in (*d["evaluation_codes"], d["re_evaluation_code"], *d["treatment_codes"])}  # fmt: skip
    since = date(today.year - 1, 1, 1)
    for payer in payers:
        for value in fact("coverage/example_fees").on(today):
            if value["key"] in used:
                parts = {name: Decimal(str(value[name])) for name in ("work", "pe", "mp")}
                add_fee(payer, by=by, at=at, code=value["key"], starts_on=since, source="Invented for the demonstration clinic", certainty="product rule",
                        charge=sum(parts.values()) * Decimal("1.5"), **parts)  # fmt: skip


def _license(person, profession: str, today: date, key: str, *, by, at) -> None:
    # one license runs out soon, so that the first day shows what that looks like
    expires = today + timedelta(days=41 if key == "sam" else 500)
    state = "NH" if key == "lena" else "ME"
    add_license(person, by=by, at=at, kind=profession, state=state, number=f"{profession}{88200 + len(person.family)}", issued_on=at.date(),
                expires_on=expires, home_state=True)  # fmt: skip
    if state != "ME":
        add_privilege(
            person,
            by=by,
            at=at,
            kind=profession,
            home_state=state,
            state="ME",
            number="C-4471",
            issued_on=at.date(),
            expires_on=expires,
        )
    add_education(
        person,
        by=by,
        at=at,
        title="Falls and balance in older adults",
        provider="State association",
        completed_on=today - timedelta(days=90),
        hours=6,
    )


def _open_patient_pages(team: Team) -> None:
    ruth = Patient.objects.of(team.members["desk"]).get(family="Pelletier")
    member = add_member(
        team.members["desk"].organization,
        email=f"ruth@{DOMAIN}",
        name="Ruth Pelletier",
        roles=["patient"],
        password=PASSWORD,
    )
    give_access(ruth, member, by=team.members["desk"], at=team.at(team.today - timedelta(days=1), 7))
