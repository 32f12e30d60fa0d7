"""Reads of billing: claims with their lines, visits not billed yet, what a check needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, Subquery, Sum

from regain.billing.models import Charge, Claim, ClaimStatus
from regain.billing.rules import ClaimFacts, Line
from regain.coverage.queries import authorization_for, coverage_on, payer_kind, uses_of
from regain.coverage.rules.codes import billing_of, codes_of
from regain.coverage.rules.units import Counted, Done, assistant_rule_of, count, unit_rule_of
from regain.episodes.models import CareTeamMember
from regain.organizations.queries import disciplines
from regain.plan_of_care.queries import certified_through, course_of, current_sections, rule_for
from regain.plan_of_care.rules import certification_due
from regain.reference.facts import fact, rows
from regain.referrals.models import Referral
from regain.visits.models import Visit


def claims(organization):
    """Every claim with its state, patient, payer and charges, newest first."""
    latest = ClaimStatus.objects.of(organization).filter(claim=OuterRef("pk")).order_by("-created_at", "-id")
    charges = (
        Charge.objects.of(organization)
        .order_by("discipline", "code", "id")
        .select_related("visit__practitioner", "visit__section", "visit__episode__patient")
    )
    return (
        Claim.objects.of(organization).annotate(state=Subquery(latest.values("status")[:1]), total=Sum("charges__amount"))
        .select_related("patient", "coverage__payer", "episode").prefetch_related(Prefetch("charges", charges)).order_by("-from_on", "-id")
    )  # fmt: skip


def unbilled(organization):
    """Signed visits that no charge was made from, oldest first."""
    billed = Charge.objects.of(organization).values("visit_id")
    return (
        Visit.objects.of(organization).filter(signed_at__isnull=False).exclude(pk__in=billed).exclude(kind="progress_report")
        .select_related("patient", "practitioner", "episode").order_by("on", "id")
    )  # fmt: skip


def counted(visit: Visit, rule: str) -> Counted:
    """A visit's units from its minutes, by the payer's rule, with the facts in force that day."""
    known = unit_rule_of(fact("coverage/unit_rules").latest(), rule)
    assistants = assistant_rule_of(fact("coverage/assistant_modifier").on(visit.on))
    return count(
        done_in(visit), known, codes_of(rows("coverage/codes")), billing_of(disciplines().values()), assistants
    )


def done_in(visit: Visit) -> list[Done]:
    """A visit's interventions as rule values; who gave them is the practitioner unless the line says otherwise."""
    return [Done(visit.discipline, one.code, one.minutes, (one.by_kind or visit.practitioner.profession,))
            for one in visit.interventions.all() if one.code]  # fmt: skip


def accrued(organization, patient, discipline: str, on: date) -> Decimal:
    """What this clinic charged towards the discipline's yearly counter before a visit, with what was used elsewhere."""
    counters = {key: row["threshold_counter"] for key, row in disciplines().items()}
    counter = counters[discipline]
    together = [key for key, name in counters.items() if name == counter]
    charged = Charge.objects.of(organization).filter(
        visit__patient=patient, discipline__in=together, on__year=on.year, on__lte=on
    )
    coverage = coverage_on(organization, patient, on)
    elsewhere = Decimal(str(coverage.used.get(counter, 0))) if coverage else Decimal(0)
    return (charged.aggregate(total=Sum("amount"))["total"] or Decimal(0)) + elsewhere


def pairs_on(on: date) -> Mapping[str, list[str]]:
    """Procedure pairs in force on a date."""
    return {value["key"]: value["column_two"] for value in fact("billing/ncci_pairs").on(on)}


def claim_facts(organization, claim: Claim, today: date) -> ClaimFacts:
    """Everything the check of a claim looks at."""
    charges = list(claim.charges.all())
    visit = charges[0].visit if charges else None
    kind = payer_kind(claim.coverage.payer.kind if claim.coverage else "self_pay")
    section = visit.section if visit else None
    current = current_sections(organization).filter(pk=section.pk).first() if section else None
    rule = rule_for(organization, claim.patient, claim.from_on)
    due = (
        certification_due(course_of(current, (), *_order(organization, claim.episode), today), rule)
        if current
        else None
    )
    through = certified_through(current) if current else None
    physician = (
        CareTeamMember.objects.of(organization)
        .filter(episode=claim.episode, role="physician")
        .select_related("practitioner")
        .first()
    )
    return ClaimFacts(
        on=claim.from_on, today=today, kind=kind["key"], evaluation=bool(visit and visit.kind == "evaluation"),
        lines=tuple(Line(c.discipline, c.code, c.units, tuple(c.modifiers)) for c in charges), diagnoses=tuple(claim.diagnoses),
        billing_npi=claim.organization.npi, tax_id=claim.organization.tax_id, rendering_npi=_rendering(visit), coverage=claim.coverage is not None,
        member_id=claim.coverage.member_id if claim.coverage else "", referring_npi=physician.practitioner.npi if physician else "",
        section_signed=bool(section and section.signed_at), certification_wanted=bool(due and due.signature_required),
        certified=bool(through and through >= claim.from_on), certification_due_on=due.due_on if due else None,
        authorization_wanted=kind["authorization"] if claim.coverage else "no", authorized=_authorized(organization, visit),
        timely_filing_days=kind["timely_filing_days"] if claim.coverage else 0,
        zero_units=tuple(key for key, n in counted(visit, "cms").units.items() if not n) if visit else (),
    )  # fmt: skip


def _order(organization, episode) -> tuple[date | None, list[str]]:
    """The signed order behind an episode: its date and the disciplines it names."""
    row = (
        Referral.objects.of(organization).filter(episode=episode, signed_on__isnull=False).order_by("signed_on").first()
    )
    return (row.signed_on, row.ordered) if row else (None, [])


def _rendering(visit: Visit | None) -> str:
    """Assistants never render: their supervisor's number stands on the claim."""
    if visit is None:
        return ""
    return visit.cosigner.npi if visit.cosigner_id else visit.practitioner.npi


def _authorized(organization, visit: Visit | None) -> bool:
    if visit is None:
        return False
    drawn = visit.appointment_id and uses_of(organization, visit.appointment_id).aggregate(n=Sum("visits"))["n"]
    return bool(drawn) or authorization_for(organization, visit.patient, visit.discipline, visit.on) is not None
