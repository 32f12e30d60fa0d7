"""Reads of billing: claims with their lines, visits not billed yet, what a check needs to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from django.db.models import Case, Count, Max, OuterRef, Prefetch, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce

from regain.billing.models import Charge, Claim, ClaimStatus, PairEdit, PairRelease
from regain.billing.rules.claims import Certified, ClaimFacts, LimitUse, Line, Period
from regain.billing.rules.modifiers import Modifier, modifiers_of
from regain.billing.rules.pairs import BilledLine, Indicator, Pair, Release
from regain.coverage.queries import authorization_for, coverage_on, fees, payers, profile_on, unit_rule, uses_of
from regain.coverage.rules.codes import Basis
from regain.coverage.rules.units import Counted, Done, assistant_rule_of, count, unit_rule_of
from regain.credentials.queries import findings_for, kinds_of
from regain.credentials.rules import Level
from regain.episodes.models import CareTeamMember
from regain.organizations.queries import disciplines
from regain.people.models import Practitioner
from regain.plan_of_care.queries import certified_through, course_of, current_sections, rule_for
from regain.plan_of_care.rules import certification_due
from regain.reference.facts import fact
from regain.reference.rules import Finding, error, warning
from regain.referrals.models import Referral
from regain.scheduling.queries import care_state
from regain.visits.models import Visit
from regain.visits.queries import billing_rules, code_list

# what a biller works on first
WORK_ORDER = ("rejected", "denied", "reversed", "draft", "ready", "sent", "accepted", "paid", "void")


def claims(organization):
    """Every claim with its state, patient, payer and charges, newest first."""
    charges = (
        Charge.objects.of(organization)
        .order_by("discipline", "code", "id")
        .select_related("visit__practitioner", "visit__cosigner", "visit__section", "visit__site", "visit__episode__patient", "visit__patient")
    )  # fmt: skip
    return (
        with_state(organization).annotate(total=Sum("charges__amount"), unpriced=Count("charges", filter=Q(charges__amount=None)))
        .select_related("patient", "coverage__payer", "episode", "organization", "corrects").prefetch_related(Prefetch("charges", charges)).order_by("-from_on", "-id")
    )  # fmt: skip


def with_state(organization):
    """Claims with the newest of their statuses."""
    return Claim.objects.of(organization).annotate(state=_state(organization, "pk"))


def work(organization, state: str = ""):
    """Claims of one state, or those that still want something, the oldest day of service first: it is the first to be too late."""
    order = Case(*(When(state=name, then=n) for n, name in enumerate(WORK_ORDER)), default=len(WORK_ORDER))
    rows = claims(organization).annotate(rank=order)
    rows = rows.filter(state=state) if state else rows.exclude(state__in=("paid", "void"))
    return rows.order_by("rank", "from_on", "id")


def counts(organization) -> list[tuple[str, int]]:
    """How many claims stand in each state, in the order of work; states without any are left out."""
    found = Counter(with_state(organization).values_list("state", flat=True))
    return [(name, found[name]) for name in WORK_ORDER if found[name]]


def _state(organization, claim: str):
    """The newest status of a claim."""
    rows = ClaimStatus.objects.of(organization).filter(claim=OuterRef(claim)).order_by("-created_at", "-id")
    return Subquery(rows.values("status")[:1])


def charges(organization):
    """Charges that stand: not those of a void claim, of one that a later claim replaces, or of one that voids another."""
    replaced = with_state(organization).filter(corrects__isnull=False).exclude(state="void").values("corrects")
    rows = Charge.objects.of(organization).annotate(state=_state(organization, "claim"))
    return rows.exclude(state="void").exclude(claim__frequency="8").exclude(claim__in=replaced)


def unbilled(organization):
    """Signed visits that no standing charge was made from, oldest first."""
    return (
        Visit.objects.of(organization).filter(signed_at__isnull=False).exclude(pk__in=charges(organization).values("visit_id"))
        .exclude(kind="progress_report").select_related("patient", "practitioner", "episode", "site", "cosigner").order_by("on", "id")
    )  # fmt: skip


def schedule_of(organization, coverage, on: date) -> dict:
    """The fee lines in force for a coverage; without one those of the patients who pay themselves."""
    payer = coverage.payer if coverage else payers(organization).filter(kind="self_pay").first()
    return fees(organization, payer, on) if payer else {}


def minutes_of(visit: Visit, code: str) -> int:
    """All minutes of a code in a visit, whoever gave them."""
    return sum(one.minutes for one in visit.interventions.all() if one.code == code)


def why(visit: Visit, line, result: Counted, rule: str) -> list[str]:
    """Where a line's units and modifiers come from, in words a biller can check against the note."""
    code = code_list().get(line.code)
    given = [one for one in visit.interventions.all() if one.code == line.code]
    what = " and ".join(f"{one.minutes} minutes of {one.label.lower() or line.code}" for one in given)
    known = {value["key"]: value for value in fact("coverage/unit_rules").latest()}[rule]
    found = [f"Signed note: {what}"]
    if code is not None and code.basis == Basis.TIMED15:
        total = result.timed_minutes.get(line.discipline, 0)
        found.append(
            f"{total} timed minutes of {line.discipline} that day, counted by {known['label']} ({known['midpoint']} of {known['block']} minutes earn a unit)"
        )
    else:
        found.append(
            "Counts once, whatever the minutes"
            if code is None or code.basis == Basis.ONCE
            else "Counts in blocks of its own"
        )
    assistant = billing_rules()[line.discipline].assistant_modifier
    if assistant and assistant in line.modifiers:
        found.append(f"{assistant}: given by an assistant")
    return found


def counted(visit: Visit, rule: str) -> Counted:
    """A visit's units from its minutes, by the payer's rule, with the facts in force that day."""
    known = unit_rule_of(fact("coverage/unit_rules").latest(), rule)
    assistants = assistant_rule_of(fact("coverage/assistant_modifier").on(visit.on))
    return count(done_in(visit), known, code_list(), billing_rules(), assistants)


def done_in(visit: Visit) -> list[Done]:
    """A visit's interventions as rule values; who gave them is the practitioner unless the line says otherwise."""
    return [Done(visit.discipline, one.code, one.minutes, (one.by_kind or visit.practitioner.profession,))
            for one in visit.interventions.all() if one.code]  # fmt: skip


def accrued(organization, patient, discipline: str, on: date) -> Decimal:
    """What counts towards the discipline's yearly counter before a visit: allowed amounts of this clinic's charges (their
    price where no allowed amount is known), and what was used elsewhere.
    """
    counters = {key: row["threshold_counter"] for key, row in disciplines().items()}
    counter = counters[discipline]
    together = [key for key, name in counters.items() if name == counter]
    here = charges(organization).filter(visit__patient=patient, discipline__in=together, on__year=on.year, on__lte=on)
    coverage = coverage_on(organization, patient, on)
    elsewhere = Decimal(str(coverage.used.get(counter, 0))) if coverage else Decimal(0)
    return (here.aggregate(total=Sum(Coalesce("allowed", "amount")))["total"] or Decimal(0)) + elsewhere


@cache
def modifiers() -> Mapping[str, Modifier]:
    """Every modifier by key."""
    return modifiers_of(fact("billing/modifiers").latest())


def pairs_on(organization, on: date, codes: Iterable[str]) -> tuple[list[Pair], Release | None]:
    """Pairs of these codes by the newest release loaded for a date, or by the list that is shipped; and which it was."""
    starts = PairRelease.objects.of(organization).filter(starts_on__lte=on).aggregate(newest=Max("starts_on"))["newest"]
    if starts is None:
        return _shipped_pairs(on)
    row = PairRelease.objects.of(organization).filter(starts_on=starts).order_by("name").first()
    edits = PairEdit.objects.of(organization).filter(
        release__starts_on=starts, column_one__in=codes, column_two__in=codes
    )
    found = [Pair(e.column_one, e.column_two, e.starts_on, e.ends_on, Indicator(e.indicator)) for e in edits]
    return found, Release(row.name, row.starts_on, row.ends_on, "CMS NCCI")


def _shipped_pairs(on: date) -> tuple[list[Pair], Release | None]:
    values = fact("billing/ncci_pairs").on(on)
    if not values:
        return [], None
    pairs = [
        Pair(v["key"], second, v.from_, v.to, Indicator.WITH_MODIFIER) for v in values for second in v["column_two"]
    ]
    return pairs, Release("the shipped list", values[0].from_, values[0].to, values[0].sources[0])


def billed_beside(organization, claim: Claim) -> list[BilledLine]:
    """Lines of the same patient's other claims of the day."""
    rows = (
        charges(organization)
        .filter(claim__patient=claim.patient, on=claim.from_on)
        .exclude(claim=claim)
        .select_related("claim")
    )
    return [BilledLine(row.code, tuple(row.modifiers), row.claim.number) for row in rows]


def claim_facts(organization, claim: Claim, today: date) -> ClaimFacts:
    """Everything the check of a claim looks at."""
    lines = list(claim.charges.all())
    visit = lines[0].visit if lines else None
    coverage, kind = claim.coverage, profile_on(claim.coverage)
    section = visit.section if visit else None
    physician, who = physician_of(organization, claim.episode), rendering(visit)
    checks = {value["key"]: value["days"] for value in fact("billing/claim_checks").latest()}
    return ClaimFacts(
        on=claim.from_on, today=today, kind=kind.kind, evaluation=bool(visit and visit.kind == "evaluation"),
        lines=tuple(Line(c.discipline, c.code, c.units, tuple(c.modifiers), _covered(c.code, kind), c.minutes) for c in lines),
        diagnoses=tuple(claim.diagnoses), billing_npi=claim.organization.npi, tax_id=claim.organization.tax_id, rendering_npi=who.npi if who else "",
        coverage=coverage is not None, member_id=coverage.member_id if coverage else "", referring_npi=physician.npi if physician else "",
        section_signed=bool(section and section.signed_at), certified=_certified(organization, claim, section, today),
        authorization_wanted=kind["authorization"] if coverage else "no", authorized=_authorized(organization, visit),
        timely_filing_days=kind["timely_filing_days"] if coverage else 0, file_soon_days=checks["file_soon"],
        delay_papers_days=checks["delayed_certification_papers"],
        zero_units=tuple(key for key, n in counted(visit, unit_rule(coverage)).units.items() if not n) if visit else (),
        license=tuple(_license(visit)) if visit else (), duplicates=_duplicates(organization, claim, lines),
        limits=tuple(_limits(organization, claim)), limits_yield=_age(claim) < kind.get("epsdt_under", 0),
        periods=tuple(_periods(organization, visit)) if visit else (),
        over_threshold=bool(visit and kind["threshold"] and _over_threshold(organization, claim, visit)),
    )  # fmt: skip


def _age(claim: Claim) -> int:
    """The patient's age on the date of service, in full years."""
    born, on = claim.patient.birth_date, claim.from_on
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _covered(code: str, kind: Mapping) -> bool:
    """Whether the payer ever pays for a code: Medicare only for those on its therapy list."""
    known = code_list().get(code)
    return known is None or known.listed or not kind["therapy_list_only"]


def _certified(organization, claim: Claim, section, today: date) -> Certified:
    current = current_sections(organization).filter(pk=section.pk).first() if section else None
    rule = rule_for(organization, claim.patient, claim.from_on)
    if current is None or rule is None:
        return Certified()
    course = course_of(current, (), *_order(organization, claim.episode), today)
    due = certification_due(course, rule)
    return Certified(rule.required, due.signature_required, certified_through(current), course.signed_on is not None, due.due_on,
                     due.verbal_signature_due_on, due.through_on)  # fmt: skip


def _license(visit: Visit):
    state = care_state(visit.patient, visit.site)
    return findings_for(visit.organization_id, visit.kind, visit.practitioner, visit.discipline, state, visit.on)


def _duplicates(organization, claim: Claim, lines: list[Charge]) -> tuple[tuple[str, str], ...]:
    mine = {(line.discipline, line.code) for line in lines}
    rows = charges(organization).filter(claim__patient=claim.patient, on=claim.from_on).exclude(claim=claim)
    found = rows.values_list("discipline", "code", "claim__number").distinct().order_by("code", "claim__number")
    return tuple((code, number) for discipline, code, number in found if (discipline, code) in mine)


WHAT = {"visit": "visits", "day": "days", "discipline_day": "days of a discipline", "unit": "units"}


def _limits(organization, claim: Claim) -> Iterable[LimitUse]:
    """Which visit of each limit the claim's is, counted over this year's charges in order of date."""
    limits = claim.coverage.terms.get("limits") or [] if claim.coverage else []
    if not limits:
        return
    year = charges(organization).filter(claim__patient=claim.patient, claim__coverage=claim.coverage, on__year=claim.from_on.year,
                                        on__lte=claim.from_on)  # fmt: skip
    rows = list(year.values_list("discipline", "on", "visit_id", "units"))
    for limit in limits:
        over, by = limit.get("over") or [], limit.get("by") or "visit"
        mine = [row for row in rows if not over or row[0] in over]
        kinds = {
            "visit": {row[2] for row in mine},
            "day": {row[1] for row in mine},
            "discipline_day": {row[:2] for row in mine},
        }
        number = sum(row[3] for row in mine) if by == "unit" else len(kinds[by])
        if any(row[1] == claim.from_on for row in mine):
            yield LimitUse(limit["count"], (limit.get("used") or 0) + number, WHAT[by], tuple(over))


def _periods(organization, visit: Visit) -> Iterable[Period]:
    """The visit and the patient's other signed visits of the day, where an appointment says when they were given.

    When a note was opened says nothing of that: two notes may be written one after the other in the evening.
    """
    same_day = Visit.objects.of(organization).filter(
        patient=visit.patient, on=visit.on, appointment__isnull=False, signed_at__isnull=False
    )
    rows = list(same_day.select_related("appointment").prefetch_related("interventions"))
    if visit.appointment_id is None or len({row.discipline for row in rows}) < 2:
        return
    for row in rows:
        minutes = sum(one.minutes for one in row.interventions.all())
        yield Period(row.discipline, row.appointment.starts_at, max(row.total_minutes, minutes), minutes)


def _over_threshold(organization, claim: Claim, visit: Visit) -> bool:
    level = fact("coverage/kx_threshold").on(visit.on)
    return bool(level) and accrued(organization, visit.patient, visit.discipline, visit.on) > level[-1]["value"]


def _order(organization, episode) -> tuple[date | None, list[str]]:
    """The signed order behind an episode: its date and the disciplines it names."""
    row = (
        Referral.objects.of(organization).filter(episode=episode, signed_on__isnull=False).order_by("signed_on").first()
    )
    return (row.signed_on, row.ordered) if row else (None, [])


def rendering(visit: Visit | None) -> Practitioner | None:
    """Who renders: the therapist, never an assistant. For an assistant's visit the therapist who supervised it."""
    if visit is None:
        return None
    level = kinds_of(visit.discipline).level_of(visit.practitioner.profession)
    return visit.practitioner if level is Level.THERAPIST else visit.cosigner


def physician_of(organization, episode) -> Practitioner | None:
    """The physician of the episode's care team: who referred and certifies."""
    row = (
        CareTeamMember.objects.of(organization)
        .filter(episode=episode, role="physician")
        .select_related("practitioner")
        .first()
    )
    return row.practitioner if row else None


def who_stands_on(organization, claim: Claim) -> dict:
    """The people, numbers and diagnoses of a claim, for its page."""
    visit = next((charge.visit for charge in claim.charges.all()), None)
    labels = dict(claim.episode.diagnoses.values_list("code", "label"))
    section = current_sections(organization).filter(pk=visit.section_id).first() if visit and visit.section_id else None
    return {
        "visit": visit, "treated": visit.practitioner if visit else None, "rendering": rendering(visit),
        "referring": physician_of(organization, claim.episode), "certified_through": certified_through(section) if section else None,
        "diagnoses": [(code, labels.get(code, "")) for code in claim.diagnoses],
        "authorization": authorization_for(organization, claim.patient, visit.discipline, claim.from_on) if visit else None,
    }  # fmt: skip


def claim_findings(organization, claim: Claim) -> list[Finding]:
    """What the record says against a claim beyond its lines: license, later amendments, other visits of the day, prices."""
    charges = list(claim.charges.all())
    visit = charges[0].visit if charges else None
    found = [*_price_findings(charges), *_discipline_findings(charges)]
    return (
        found + [*_rendering_findings(organization, visit), *_visit_findings(organization, claim, visit)]
        if visit
        else found
    )


def _price_findings(charges):
    missing = sorted({c.code for c in charges if c.amount is None})
    if missing:
        yield error("NO_FEE", f"No price is known for {', '.join(missing)}: the line is not priced.", where="amount",
                    try_="Enter the charge under Billing, Fees, then void this draft and draft it again.")  # fmt: skip
    invented = sorted({c.code for c in charges if c.priced_by == "example"})
    if invented:
        yield error("EXAMPLE_PRICE", f"{', '.join(invented)} stands at an invented example price.", where="amount",
                    try_="Enter the charge under Billing, Fees, then void this draft and draft it again.")  # fmt: skip


def _discipline_findings(charges):
    for key in sorted({c.discipline for c in charges} - disciplines().keys()):
        yield error("UNKNOWN_DISCIPLINE", f"{key} is no discipline here.", found=key, try_="Add its fact file.")


def _rendering_findings(organization, visit: Visit):
    who = rendering(visit)
    if who is None:
        yield error("NO_RENDERING_THERAPIST", f"{visit.practitioner} is an assistant, and no supervising therapist stands on the visit.", where="rendering",
                    found=visit.practitioner.profession, expected="a therapist", try_="Name the supervisor under Team, and have the therapist cosign.", source="CRED")  # fmt: skip
        return
    if who == visit.practitioner:
        # their license is asked for the visit itself
        return
    state = care_state(visit.patient, visit.site)
    for one in findings_for(organization, "render", who, visit.discipline, state, visit.on):
        yield replace(one, where="rendering", source=one.source or "CRED")


def _visit_findings(organization, claim: Claim, visit: Visit):
    amended = visit.amendments.filter(signed_at__gt=claim.created_at).order_by("-signed_at").first()
    if amended:
        yield warning("AMENDED_AFTER_DRAFT", f"The note was amended on {amended.signed_at:%d %b %Y}, after this draft: “{amended.reason}”.", where="visit",
                      try_="Read the amendment. If it changes minutes or codes, void this claim and bill what the amendment supports.")  # fmt: skip
    others = Visit.objects.of(organization).filter(
        patient=visit.patient, discipline=visit.discipline, on=visit.on, signed_at__isnull=False
    )
    if others.exclude(pk=visit.pk).exclude(kind="progress_report").exists():
        yield warning("SECOND_VISIT_THAT_DAY", f"There is another signed {visit.discipline} visit on that day: timed minutes of a day count together.", where="lines",
                      try_="Check the units of both claims against the whole day.", source="S1")  # fmt: skip


def _authorized(organization, visit: Visit | None) -> bool:
    if visit is None:
        return False
    drawn = visit.appointment_id and uses_of(organization, visit.appointment_id).aggregate(n=Sum("visits"))["n"]
    return bool(drawn) or authorization_for(organization, visit.patient, visit.discipline, visit.on) is not None
