"""Writes of sending: claims into files, corrections and voids, on to a second payer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from regain.billing.actions.claims import charge_lines, next_number
from regain.billing.actions.ledger import post
from regain.billing.models import Claim, ClaimStatus, OutgoingClaim, OutgoingFile, OutgoingStatus, SendingProfile
from regain.billing.queries.claims import claims
from regain.billing.queries.filing import (
    biller_of,
    last_answer,
    next_control,
    payer_number,
    second_payer,
    sending_profile,
    x12_claim,
)
from regain.billing.queries.ledger import balances
from regain.billing.rules.ledger import Account, move
from regain.billing.rules.x12 import claim as x12
from regain.billing.rules.x12.text import written
from regain.billing.rules.x12.wanted import check_837
from regain.coverage.models import Coverage
from regain.organizations.models import Membership, Organization
from regain.record.actions import add, audit, change
from regain.record.models import Document
from regain.reference.rules import Finding, blocks, error

CORRECTABLE = frozenset({"sent", "accepted", "paid", "denied", "reversed"})
"""States in which the payer has the claim, so that it is corrected or voided there, not here."""


@transaction.atomic
def set_sending_profile(*, version: int, by: Membership, at: datetime, **fields) -> SendingProfile:
    """How the clinic sends claims."""
    known = sending_profile(by)
    row = (
        change(known, version=version, by=by, at=at, **fields) if known else add(SendingProfile, by=by, at=at, **fields)
    )
    audit("sending set", row, by=by, at=at, test=row.test)
    return row


@transaction.atomic
def send(
    chosen: Iterable[Claim], *, by: Membership, at: datetime
) -> tuple[list[OutgoingFile], list[tuple[Claim, list[Finding]]]]:
    """Ready claims into files, one a receiver. Those that a file cannot carry stay ready and are named with what is missing."""
    # two billers take turns, so that no claim goes out twice and no number is given twice
    Organization.objects.select_for_update().get(pk=by.organization_id)
    profile = sending_profile(by)
    biller = biller_of(by.organization, profile)
    wanted = {claim.pk for claim in chosen}
    left: list[tuple[Claim, list[Finding]]] = []
    groups: dict[tuple[str, str], list[tuple[Claim, x12.Claim, Coverage]]] = {}
    for claim in claims(by).filter(pk__in=wanted).order_by("from_on", "id"):
        if claim.state != "ready" or claim.coverage is None:
            left.append((claim, [_not_ready(claim)]))
            continue
        value = x12_claim(by, claim, biller)
        found = check_837(value, biller)
        if blocks(found):
            left.append((claim, found))
        else:
            groups.setdefault(_receiver(profile, value), []).append((claim, value, claim.coverage))
    files = [_file(receiver, group, biller, profile, by=by, at=at) for receiver, group in groups.items()]
    return files, left


def _not_ready(claim: Claim) -> Finding:
    if claim.coverage is None:
        return error("NO_COVERAGE", "There is no payer to send it to.", where="coverage", found="none", expected="a coverage", try_="Give the patient a statement instead.", source="Regain")  # fmt: skip
    return error("MOVE_NOT_ALLOWED", f"A claim that is {claim.state} is not sent.", where="state", found=claim.state, expected="ready", try_="Make it ready first.", source="Regain")  # fmt: skip


def _receiver(profile: SendingProfile | None, value: x12.Claim) -> tuple[str, str]:
    """The clearinghouse where there is one, else the payer itself."""
    if profile and profile.receiver_id:
        return profile.receiver_name, profile.receiver_id
    return value.insured.payer.name, value.insured.payer.payer_id


def _file(receiver: tuple[str, str], group: list[tuple[Claim, x12.Claim, Coverage]], biller: x12.Biller, profile: SendingProfile | None, *, by: Membership,
          at: datetime) -> OutgoingFile:  # fmt: skip
    test = profile.test if profile else True
    control = next_control(by)
    values = [value for _, value, _ in group]
    text = written(x12.file_of(values, biller, x12.Envelope(control, at, receiver[0], receiver[1], test)))
    content = text.encode("ascii")
    document = add(Document, by=by, at=at, name=f"claims-{control:09d}.837", media_type="application/edi-x12", size=len(content),
                   sha256=hashlib.sha256(content).hexdigest(), content=content, text=text)  # fmt: skip
    total = sum(value.total for value in values)
    row = add(OutgoingFile, by=by, at=at, document=document, control=control, receiver=receiver[0], count=len(group), total=total, test=test)  # fmt: skip
    add(OutgoingStatus, by=by, at=at, file=row, status="made")
    for claim, _, coverage in group:
        add(OutgoingClaim, by=by, at=at, file=row, claim=claim, coverage=coverage)
        add(ClaimStatus, by=by, at=at, claim=claim, status="sent", reason=f"file {control}")
        audit("claim sent", claim, by=by, at=at, patient=claim.patient_id, file=control, to=receiver[0])
    audit("claim file made", row, by=by, at=at, control=control, claims=len(group), total=str(total))
    return row


@transaction.atomic
def send_on(claim: Claim, *, by: Membership, at: datetime) -> OutgoingFile | list[Finding]:
    """To the second payer, with what the first one said: what the patient owes is asked of that payer first."""
    Organization.objects.select_for_update().get(pk=by.organization_id)
    claim = claims(by).get(pk=claim.pk)
    answer = last_answer(by, claim)
    second = second_payer(by, claim)
    if claim.state not in ("paid", "denied") or answer is None or second is None:
        return [error("NO_SECOND_PAYER", "There is no second payer to send it to, or the first has not answered.", where="coverage", found=claim.state,
                      expected="an answer of the first payer and a second coverage on the day", try_="Enter the second coverage with priority 2.", source="Regain")]  # fmt: skip
    profile = sending_profile(by)
    biller = biller_of(by.organization, profile)
    value = x12_claim(by, claim, biller, to=second)
    found = check_837(value, biller)
    if blocks(found):
        return found
    owed = balances(by, claim=claim)[Account.PATIENT]
    if owed > 0:
        post(move(Account.PAYER, Account.PATIENT, owed, "second_payer"), by=by, at=at, on=localdate(at), patient=claim.patient, claim=claim, note=f"sent to {second.payer}")  # fmt: skip
    return _file(_receiver(profile, value), [(claim, value, second)], biller, profile, by=by, at=at)


@transaction.atomic
def replace_claim(
    claim: Claim, *, frequency: str, payer_claim_number: str = "", reason: str, by: Membership, at: datetime
) -> Claim | list[Finding]:
    """A draft that corrects (7) or voids (8) a claim the payer has, by the payer's own number of it."""
    Organization.objects.select_for_update().get(pk=by.organization_id)
    claim = claims(by).get(pk=claim.pk)
    number = payer_claim_number.strip() or payer_number(by, claim)
    wrong = _replaceable(claim, frequency, number, reason, by)
    if wrong:
        return wrong
    row = add(Claim, by=by, at=at, episode=claim.episode, patient=claim.patient, coverage=claim.coverage, number=next_number(by, claim.from_on), from_on=claim.from_on,
              to_on=claim.to_on, diagnoses=_diagnoses(claim) if frequency == "7" else claim.diagnoses, frequency=frequency, corrects=claim, payer_claim_number=number)  # fmt: skip
    add(ClaimStatus, by=by, at=at, claim=row, status="draft", reason=reason)
    charge_lines(row, claim, by=by, at=at)
    audit("claim corrected" if frequency == "7" else "claim voided at payer", row, by=by, at=at, patient=claim.patient_id, corrects=claim.number, reason=reason)  # fmt: skip
    return row


def _diagnoses(claim: Claim) -> list[str]:
    return list(claim.episode.diagnoses.order_by("rank", "code").values_list("code", flat=True)[:12])


def _replaceable(claim: Claim, frequency: str, number: str, reason: str, by: Membership) -> list[Finding]:
    if frequency not in ("7", "8"):
        return [error("BAD_VALUE", "A claim is corrected or voided.", where="frequency", found=frequency, expected="7 or 8", try_="Choose one.", source="S20")]  # fmt: skip
    if claim.state not in CORRECTABLE:
        return [error("MOVE_NOT_ALLOWED", f"The payer does not have a claim that is {claim.state}.", where="state", found=claim.state, expected=", ".join(sorted(CORRECTABLE)),
                      try_="Void it here and draft it again.", source="Regain")]  # fmt: skip
    if not number:
        return [error("PAYER_CLAIM_NUMBER_MISSING", "The payer's own number of the claim is not known.", where="payer_claim_number", found="nothing",
                      expected="the number from the remittance or the payer's portal", try_="Enter it.", source="S20")]  # fmt: skip
    if not reason.strip():
        return [error("REASON_MISSING", "Say what is corrected, and why.", where="reason", found="nothing", expected="a sentence", try_="One sentence is enough.", source="Regain")]  # fmt: skip
    if any(one.state != "void" for one in claims(by).filter(corrects=claim)):
        return [error("CORRECTED_ALREADY", "A correction of this claim exists already.", where="corrects", found=claim.number, expected="none", try_="Open the correction.", source="Regain")]  # fmt: skip
    return []
