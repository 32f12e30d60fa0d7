"""May this person do this act here on that date? And when does what expire.

The patient's state decides. A compact privilege counts only while it and the home license behind it are in force and both
states are members. What is not known about a state is said, never guessed (credentials reference, sections 1 and 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from regain.reference.rules import Certainty, Finding, error, info, warning


class Level(StrEnum):
    """What a license kind is within its discipline."""

    THERAPIST = "therapist"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class LicenseHeld:
    """A license: both ends of its dates belong to it; withdrawn from `withdrawn_on` on."""

    kind: str
    state: str
    issued_on: date
    expires_on: date
    number: str = ""
    home_state: bool = False
    withdrawn_on: date | None = None

    def in_force_on(self, on: date) -> bool:
        """Whether it may be practised on."""
        return self.issued_on <= on <= self.expires_on and not (self.withdrawn_on and on >= self.withdrawn_on)


@dataclass(frozen=True, slots=True)
class PrivilegeHeld:
    """A compact privilege in `state`, resting on the home license in `home_state`."""

    kind: str
    home_state: str
    state: str
    issued_on: date
    expires_on: date
    withdrawn_on: date | None = None

    def in_force_on(self, on: date) -> bool:
        """Whether the privilege itself stands; the home license is asked apart."""
        return self.issued_on <= on <= self.expires_on and not (self.withdrawn_on and on >= self.withdrawn_on)


@dataclass(frozen=True, slots=True)
class SupervisionHeld:
    """An assistant's arrangement with a therapist in a state, and what that therapist holds: both are asked on the date."""

    state: str
    starts_on: date
    ends_on: date | None
    supervisor: Held

    def in_force_on(self, on: date) -> bool:
        return self.starts_on <= on and (self.ends_on is None or on <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Held:
    """Everything a person holds."""

    name: str
    licenses: Sequence[LicenseHeld] = ()
    privileges: Sequence[PrivilegeHeld] = ()
    supervision: Sequence[SupervisionHeld] = ()


@dataclass(frozen=True, slots=True)
class DisciplineKinds:
    """A discipline and its license kinds by level."""

    key: str
    kinds: Mapping[str, str]

    def level_of(self, kind: str) -> Level | None:
        """The level of a license kind in this discipline, or None where it belongs to another."""
        return next((Level(level) for level, name in self.kinds.items() if name == kind), None)


@dataclass(frozen=True, slots=True)
class Act:
    """An act and the levels that may do it; `supervised` levels need a supervisor."""

    key: str
    label: str
    levels: tuple[str, ...]
    supervised: tuple[str, ...] = ()


def may(act: Act, held: Held, discipline: DisciplineKinds, state: str, on: date, compact_states: frozenset[str] = frozenset()) -> list[Finding]:  # fmt: skip
    """Findings against the act; empty means yes. `compact_states`: members of the discipline's compact on that date."""
    if not state:
        return [error("STATE_UNKNOWN", "The state where care happens is not known, so nobody's license can be checked.",
                      try_="Enter the patient's state or the site's.")]  # fmt: skip
    ours = [one for one in held.licenses if discipline.level_of(one.kind)]
    if not ours and not [p for p in held.privileges if discipline.level_of(p.kind)]:
        return [error("NO_LICENSE", f"{held.name} holds no {discipline.key} license.", expected=f"a license of {' or '.join(discipline.kinds.values())}",
                      try_=f"Choose a {discipline.key} or record the license.")]  # fmt: skip
    standing = _standing(held, discipline, state, on, compact_states)
    if not standing:
        return [_why_not(held, discipline, state, on, compact_states)]
    able = [level for level in standing if level in act.levels]
    if not able:
        return [error("NOT_IN_SCOPE", f"{held.name} is {_a(discipline.kinds[standing[0]])}: that license does not {act.label}.",
                      found=discipline.kinds[standing[0]], expected=" or ".join(discipline.kinds[level] for level in act.levels if level in discipline.kinds),
                      try_=f"Choose a {discipline.kinds['therapist']}.", source="CRED")]  # fmt: skip
    if all(level in act.supervised for level in able):
        return _supervision(held, discipline, state, on, compact_states)
    return []


def _a(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "AEIOU" else f"a {kind}"


def _standing(
    held: Held, discipline: DisciplineKinds, state: str, on: date, compact_states: frozenset[str]
) -> list[Level]:
    """The levels at which the person may practise in the state on the date, therapist first."""
    found = {discipline.level_of(one.kind) for one in held.licenses if one.state == state and one.in_force_on(on)}
    found |= {
        discipline.level_of(p.kind)
        for p in held.privileges
        if p.state == state and _privilege_counts(p, held, on, compact_states)
    }
    return [level for level in Level if level in found]


def _privilege_counts(privilege: PrivilegeHeld, held: Held, on: date, compact_states: frozenset[str]) -> bool:
    home = any(one.home_state and one.in_force_on(on) for one in _behind(privilege, held))
    return privilege.in_force_on(on) and home and {privilege.state, privilege.home_state} <= compact_states


def _behind(privilege: PrivilegeHeld, held: Held) -> list[LicenseHeld]:
    """The licenses of the state and kind that a privilege rests on."""
    return [one for one in held.licenses if one.kind == privilege.kind and one.state == privilege.home_state]


def _why_not(held: Held, discipline: DisciplineKinds, state: str, on: date, compact_states: frozenset[str]) -> Finding:
    """The true reason why nothing stands in this state on this date."""
    privileges = [p for p in held.privileges if p.state == state and discipline.level_of(p.kind)]
    if privileges:
        privilege = privileges[-1]
        if not privilege.in_force_on(on):
            return error("PRIVILEGE_NOT_IN_FORCE", f"{held.name}'s compact privilege in {state} is not in force on {on:%-d %b %Y} ({privilege.issued_on} to {privilege.expires_on}).",
                         try_="Renew the privilege or choose somebody licensed in the state.")  # fmt: skip
        missing = {privilege.state, privilege.home_state} - compact_states
        if missing:
            return error("NOT_A_COMPACT_STATE", f"{', '.join(sorted(missing))} is not known as a member of the {discipline.key} compact on {on:%-d %b %Y}.",
                         try_="Check the compact's page and enter the membership with its source.")  # fmt: skip
        if any(one.in_force_on(on) for one in _behind(privilege, held)):
            return error("HOME_STATE_NOT_MARKED", f"The privilege in {state} rests on {privilege.home_state}, but that license is not recorded as the home state's.",
                         try_=f"If {held.name} lives in {privilege.home_state}, record the license again as the home state's.")  # fmt: skip
        return error("HOME_LICENSE_NOT_IN_FORCE", f"The privilege in {state} rests on a license of {privilege.home_state} that is not in force on {on:%-d %b %Y}.",
                     try_="Renew the home license.")  # fmt: skip
    here = sorted(
        (one for one in held.licenses if one.state == state and discipline.level_of(one.kind)),
        key=lambda one: one.expires_on,
    )
    if not here:
        states = ", ".join(sorted({one.state for one in held.licenses if discipline.level_of(one.kind)}))
        return error("NO_LICENSE_IN_STATE", f"{held.name} holds no {discipline.key} license or compact privilege for {state} (licensed in {states}).",
                     found=states, expected=state, try_="The state where the patient is decides: choose somebody licensed there.")  # fmt: skip
    last = here[-1]
    if last.withdrawn_on and on >= last.withdrawn_on:
        return error(
            "LICENSE_WITHDRAWN",
            f"{held.name}'s {last.kind} license {last.number} in {state} was withdrawn on {last.withdrawn_on:%-d %b %Y}.",
            try_="Choose somebody else.",
        )
    if on < last.issued_on:
        return error(
            "LICENSE_NOT_YET",
            f"{held.name}'s {last.kind} license {last.number} in {state} starts on {last.issued_on:%-d %b %Y}.",
            try_="Choose a later date.",
        )
    return error(
        "LICENSE_EXPIRED",
        f"{held.name}'s {last.kind} license {last.number} in {state} expired on {last.expires_on:%-d %b %Y}.",
        try_="Renew it, or choose somebody else.",
    )


def _supervision(held: Held, discipline: DisciplineKinds, state: str, on: date, compact_states: frozenset[str]) -> list[Finding]:  # fmt: skip
    """A supervisor whose license lapses leaves the assistant without cover from that day (credentials reference, 7.6)."""
    current = [one for one in held.supervision if one.state == state and one.in_force_on(on)]
    if not current:
        return [error("NO_SUPERVISOR", f"{held.name} has no supervising therapist in {state} on {on:%-d %b %Y}.",
                      try_="Record the supervision before the visit.", source="CRED")]  # fmt: skip
    if any(Level.THERAPIST in _standing(one.supervisor, discipline, state, on, compact_states) for one in current):
        return []
    names = " and ".join(one.supervisor.name for one in current)
    return [error("SUPERVISOR_NOT_LICENSED", f"{names} may not practise as {_a(discipline.kinds['therapist'])} in {state} on {on:%-d %b %Y}, so {held.name}'s supervision does not count.",
                  expected=f"a supervising {discipline.kinds['therapist']} licensed in {state}", try_="Name another supervisor.", source="CRED")]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """What is known of starting without a referral in a state; None where nothing is."""

    state: str
    discipline: str
    level: str | None = None
    treat: str | None = None
    days: int | None = None
    visits: int | None = None
    trigger: str | None = None
    notes: str = ""
    certainty: Certainty | None = None
    source: str = ""


def direct_access(access: Access) -> list[Finding]:
    """What starting without a referral means here. Unknown or recalled rules warn: a clinician attests, nothing blocks."""
    where, name = access.state, access.discipline
    if access.level is None and access.treat in (None, "unknown"):
        return [warning("ACCESS_UNKNOWN", f"Whether {name} may treat without a referral in {where} is not known here.",
                        try_="Evaluate, and have a clinician state the rule with its source, or get a referral before treating.")]  # fmt: skip
    if access.treat in ("required", "required_for_some"):
        return [warning("REFERRAL_NEEDED", f"{where} asks for a referral before {name} treats{' in some cases' if access.treat == 'required_for_some' else ''}.",
                        try_="Get the referral before the first treatment; an evaluation may come first.", source=access.source)]  # fmt: skip
    limits = [f"{access.days} days" if access.days else "", f"{access.visits} visits" if access.visits else ""]
    limit = " or ".join(part for part in limits if part)
    tag = "" if access.certainty is Certainty.VERIFIED else " (recalled: check before relying on it)"
    if limit:
        return [
            warning(
                "ACCESS_LIMITED",
                f"{where} lets {name} treat without a referral for {limit}{tag}.",
                try_="Watch the limit; ask for a referral in time.",
                source=access.source,
            )
        ]
    if access.level == "unrestricted" or access.treat in ("not_required", "not_required_with_triggers"):
        return [
            info(
                "ACCESS_OPEN",
                f"{where} lets {name} start without a referral{tag}. A payer may still ask for one.",
                source=access.source,
            )
        ]
    return [
        warning(
            "ACCESS_CONDITIONS",
            f"{where} lets {name} treat without a referral under conditions that are not all known here.",
            try_="Have a clinician state the rule.",
            source=access.source,
        )
    ]


def expiry(expires_on: date, on: date, soon_days: int = 90) -> Finding | None:
    """What an expiry date asks for: nothing, a warning in the last 90 days, an error once past."""
    left = (expires_on - on).days
    if left < 0:
        return error("EXPIRED", f"Expired on {expires_on:%-d %b %Y}.", try_="Record the renewal.")
    if left <= soon_days:
        when = {0: "Expires today", 1: "Expires tomorrow"}.get(left, f"Expires in {left} days")
        return warning("EXPIRES_SOON", f"{when}, on {expires_on:%-d %b %Y}.", try_="Renew it now.")
    return None


@dataclass(frozen=True, slots=True)
class Compact:
    """A discipline's compact on a day: its name, whether it issues privileges anywhere yet (None: not known), its members."""

    name: str
    issuing: bool | None
    members: frozenset[str] = frozenset()


def check_privilege(privilege: PrivilegeHeld, held: Held, compact: Compact | None) -> list[Finding]:
    """Whether a privilege can be what its holder says; `compact` as it stood on the day the privilege was issued.

    Membership only opens the door: the privilege itself is what counts, so one that nobody could have issued is refused.
    """
    if compact is None:
        return [error("NO_COMPACT", f"No compact is known here for {privilege.kind} on {privilege.issued_on:%-d %b %Y}.", where="issued_on",
                      try_="Record a license of the state instead.")]  # fmt: skip
    if privilege.state == privilege.home_state:
        return [error("PRIVILEGE_AT_HOME", f"{privilege.state} is the home state: a license counts there, not a privilege.", where="state",
                      found=privilege.state, expected="another state", try_="Enter the state that is not home.")]  # fmt: skip
    findings = []
    if compact.issuing is False:
        findings.append(error("COMPACT_NOT_ISSUING", f"The {compact.name} issued no privileges yet on {privilege.issued_on:%-d %b %Y}.", where="issued_on",
                              found=str(privilege.issued_on), try_="Check the date on the privilege."))  # fmt: skip
    behind = [one for one in _behind(privilege, held) if one.home_state]
    if not any(one.in_force_on(privilege.issued_on) for one in behind):
        findings.append(error("NO_HOME_LICENSE", f"{held.name} has no {privilege.kind} license of {privilege.home_state} recorded as the home state's that was in force on {privilege.issued_on:%-d %b %Y}.",
                              where="home_state", found=privilege.home_state, try_="Record the home license first."))  # fmt: skip
    elif privilege.expires_on > (last := max(one.expires_on for one in behind)):
        findings.append(error("PRIVILEGE_OUTLIVES_LICENSE", f"A privilege ends with the license it rests on: that one ends on {last:%-d %b %Y}.", where="expires_on",
                              found=str(privilege.expires_on), expected=f"{last} or before", try_="Check the date, or record the renewal of the license first."))  # fmt: skip
    missing = sorted({privilege.state, privilege.home_state} - compact.members)
    if missing:
        findings.append(warning("NOT_A_COMPACT_STATE", f"{', '.join(missing)} is not known here as a member of the {compact.name}: nobody is booked on this privilege until it is.",
                                where="state", found=", ".join(missing), try_="Check the compact's page and enter the membership with its source."))  # fmt: skip
    return findings


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a state asks for to renew a license; None where it is not known."""

    years: int | None = None
    hours: float | None = None
    certainty: Certainty | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Learning:
    """Hours of continuing education in the period that ends with the license, beside what the state asks for."""

    since: date
    hours: float
    wanted: float | None

    @property
    def missing(self) -> float | None:
        """Hours still to do; None where what is wanted is not known."""
        return None if self.wanted is None else max(0, self.wanted - self.hours)


def learning(license: LicenseHeld, done: Sequence[tuple[date, float]], renewal: Renewal, on: date) -> Learning:
    """Hours done in the renewal period of a license, as far as a date: the years before it ends, else since it was issued."""
    since = _years_before(license.expires_on, renewal.years) if renewal.years else license.issued_on
    hours = sum(hours for day, hours in done if since < day <= on) if renewal.years else sum(h for day, h in done if since <= day <= on)  # fmt: skip
    return Learning(since, hours, renewal.hours)


def _years_before(on: date, years: int) -> date:
    """The same day years before; 29 February becomes 28 February.

    >>> _years_before(date(2028, 2, 29), 2)
    datetime.date(2026, 2, 28)
    """
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)
