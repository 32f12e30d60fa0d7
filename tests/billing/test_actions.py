"""From a signed visit to a draft, what stands against it, and what voiding and amending do to it."""

import re
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from regain.billing.actions import claims as actions
from regain.billing.models import LedgerEntry
from regain.billing.queries import claims as queries
from regain.coverage.actions import add_coverage, add_fee, add_payer
from regain.credentials.actions import add_license, supervise
from regain.credentials.queries import licenses
from regain.episodes.actions import add_diagnosis, join_care_team
from regain.people.rules import npi_is_valid
from regain.reference.rules import blocks
from regain.visits import actions as visiting
from tests import factories
from tests.factories import AT, ON

ROOT = Path(__file__).resolve().parents[2]
ZONE = ZoneInfo("America/New_York")


def covered(clinic, kind="commercial", patient=None, name="", **fees):
    """An episode with a coverage, a diagnosis, a physician and fees by code: (charge, allowed)."""
    episode = factories.make_episode(clinic, patient)
    payer = add_payer(by=clinic.desk, at=AT, name=f"Payer {kind} {name}", kind=kind)
    add_coverage(episode.patient, payer, by=clinic.desk, at=AT, member_id="1EG4", starts_on=ON.replace(month=1))
    add_diagnosis(episode, code="I69.354", label="After stroke", by=clinic.desk, at=AT)
    join_care_team(episode, clinic.physician, starts_on=ON, by=clinic.desk, at=AT, role="physician")
    for code, (charge, allowed) in fees.items():
        add_fee(payer, by=clinic.desk, at=AT, code=code.strip("c"), starts_on=ON.replace(month=1, day=1), source="Contract", certainty="verified",
                charge=charge, allowed=allowed)  # fmt: skip
    return episode


def sign(clinic, episode, discipline="PT", kind="evaluation", minutes=45, code="97161", on=ON, by=None):
    """A signed visit with one line."""
    therapist = by or clinic.therapists[discipline]
    at = datetime.combine(on, time(15), ZONE)
    who = therapist.membership
    visit = visiting.start_visit(
        episode=episode, discipline=discipline, kind=kind, on=on, practitioner=therapist, by=who, at=at
    )
    words = {
        "subjective": "Well.",
        "objective": "Seen.",
        "assessment": "Skilled care is needed.",
        "next_steps": "Go on.",
        "kind": kind,
    }
    first = visit.interventions.first()
    lines = [{"id": str(first.pk) if first else None, "code": code, "label": "Evaluation", "minutes": minutes}]
    visit = visiting.save_note(visit, version=visit.version, by=who, at=at, words=words, lines=lines)
    findings = visiting.sign_visit(visit, version=visit.version, by=who, at=at, today=on)
    visit.refresh_from_db()
    assert visit.signed_at, findings
    return visit


def draft(clinic, visit):
    return actions.draft_claim(visit, by=clinic.members["biller"], at=AT + timedelta(hours=5))


def codes(clinic, claim, on=ON):
    return [f.code for f in actions.findings_of(claim, by=clinic.members["biller"], today=on)]


def test_a_draft_traces_every_line_to_minutes_and_rule(clinic):
    episode = covered(clinic, c97161=(180, 92))
    claim = draft(clinic, sign(clinic, episode))
    line = claim.charges.get()
    assert (line.code, line.units, line.minutes, line.modifiers, line.diagnosis_pointers) == (
        "97161",
        1,
        45,
        ["GP"],
        [1],
    )
    assert (line.amount, line.allowed, line.priced_by) == (Decimal(180), Decimal(92), "schedule")
    assert line.why == ["Signed note: 45 minutes of evaluation", "Counts once, whatever the minutes"]
    assert (claim.diagnoses, claim.from_on) == (["I69.354"], ON)
    assert "EXAMPLE_PRICE" not in codes(clinic, claim)


def test_an_invented_price_and_no_price_stop_a_claim(clinic, monkeypatch):
    claim = draft(clinic, sign(clinic, covered(clinic)))
    assert claim.charges.get().priced_by == "example"
    assert "EXAMPLE_PRICE" in codes(clinic, claim)
    refused = actions.move_claim(claim, to="ready", by=clinic.members["biller"], at=AT)
    assert "EXAMPLE_PRICE" in [f.code for f in refused]
    assert queries.claims(clinic.owner).get().state == "draft"
    monkeypatch.setattr(actions, "_example", lambda code, on: None)
    other = draft(clinic, sign(clinic, covered(clinic, kind="medicaid")))
    assert (other.charges.get().amount, "NO_FEE" in codes(clinic, other)) == (None, True)


def test_a_visit_is_billed_once_until_its_claim_is_voided(clinic):
    visit = sign(clinic, covered(clinic, c97161=(180, 92)))
    claim = draft(clinic, visit)
    assert [f.code for f in draft(clinic, visit)] == ["BILLED_ALREADY"]
    assert queries.unbilled(clinic.owner).count() == 0
    assert not actions.move_claim(
        claim, to="void", by=clinic.members["biller"], at=AT + timedelta(hours=6), reason="amended"
    )
    assert list(queries.unbilled(clinic.owner)) == [visit]
    again = draft(clinic, visit)
    assert again.number != claim.number


def test_voiding_takes_back_what_was_asked_for_and_keeps_both_rows(clinic):
    claim = draft(clinic, sign(clinic, covered(clinic, c97161=(180, 92))))
    biller = clinic.members["biller"]
    assert not blocks(actions.move_claim(claim, to="ready", by=biller, at=AT + timedelta(hours=6)))
    assert [f.code for f in actions.move_claim(claim, to="paid", by=biller, at=AT)] == ["MOVE_NOT_ALLOWED"]
    assert not actions.move_claim(claim, to="void", by=biller, at=AT + timedelta(hours=7))
    rows = LedgerEntry.objects.of(clinic.owner).order_by("created_at", "id")
    assert [(row.out_of, row.into, row.amount, bool(row.reverses_id)) for row in rows] == [
        ("charges", "payer", Decimal(180), False), ("payer", "charges", Decimal(180), True),
    ]  # fmt: skip
    assert queries.accrued(clinic.owner, claim.patient, "PT", ON) == 0


def test_yearly_counters_add_what_is_allowed_not_what_is_asked(clinic):
    claim = draft(clinic, sign(clinic, covered(clinic, c97161=(180, 92))))
    assert queries.accrued(clinic.owner, claim.patient, "PT", ON) == Decimal(92)


def test_an_amendment_after_the_draft_is_said_and_changes_nothing_silently(clinic):
    visit = sign(clinic, covered(clinic, c97161=(180, 92)))
    claim = draft(clinic, visit)
    before = codes(clinic, claim)
    row, _ = visiting.amend_visit(
        visit,
        text="It was the left arm.",
        reason="Side corrected",
        by=clinic.member_of("PT"),
        at=AT + timedelta(days=1),
    )
    assert row
    assert (set(codes(clinic, claim)) - set(before), claim.charges.get().units) == ({"AMENDED_AFTER_DRAFT"}, 1)


def test_an_amendment_before_the_draft_is_no_matter(clinic):
    visit = sign(clinic, covered(clinic, c97161=(180, 92)))
    visiting.amend_visit(
        visit,
        text="It was the left arm.",
        reason="Side corrected",
        by=clinic.member_of("PT"),
        at=AT + timedelta(minutes=1),
    )
    assert "AMENDED_AFTER_DRAFT" not in codes(clinic, draft(clinic, visit))


@pytest.mark.parametrize(("expires", "stopped"), [(ON, False), (ON - timedelta(days=1), True)])
def test_who_renders_must_be_licensed_on_the_day_of_service(clinic, expires, stopped):
    claim = draft(clinic, sign(clinic, covered(clinic, c97161=(180, 92))))
    old = licenses(clinic.owner).get(practitioner=clinic.therapists["PT"])
    add_license(
        old.practitioner,
        by=clinic.owner,
        at=AT,
        kind="PT",
        state="ME",
        number=old.number,
        issued_on=old.issued_on,
        expires_on=expires,
        replaces=old,
    )
    found = actions.findings_of(claim, by=clinic.members["biller"], today=ON)
    assert ("LICENSE_EXPIRED" in [f.code for f in found]) is stopped


def test_an_assistant_never_renders(clinic):
    assistant = factories.make_therapist(clinic, "PT", "PTA", role="assistant", name="Eli")
    supervise(assistant, clinic.therapists["PT"], state="ME", starts_on=ON, by=clinic.owner, at=AT)
    visit = sign(clinic, covered(clinic, c97161=(180, 92)))
    assert queries.rendering(visit) == clinic.therapists["PT"]
    # an assistant's visit: the supervisor who stands on it renders, and without one nobody does
    visit.practitioner = assistant
    assert queries.rendering(visit) is None
    visit.cosigner = clinic.therapists["PT"]
    assert queries.rendering(visit) == clinic.therapists["PT"]


def test_the_demonstration_and_the_tests_use_no_number_that_may_be_somebodys():
    # numbers that begin with 1 and pass the check may belong to a real person; the published example does not
    texts = [p.read_text() for folder in ("regain", "tests") for p in ROOT.joinpath(folder).rglob("*.py")]
    found = {
        npi for text in texts for npi in re.findall(r"npi=\"(\d{10})\"|\"([12]\d{9})\"", text) for npi in npi if npi
    }
    assert {npi for npi in found if npi_is_valid(npi) and npi[0] == "1"} <= {"1234567893"}


def test_a_second_visit_of_the_same_day_is_pointed_out(clinic):
    episode = covered(clinic, c97161=(180, 92))
    first, second = sign(clinic, episode), sign(clinic, episode, kind="re_evaluation", code="97164", minutes=30)
    assert first.pk != second.pk
    assert "SECOND_VISIT_THAT_DAY" in codes(clinic, draft(clinic, first))
