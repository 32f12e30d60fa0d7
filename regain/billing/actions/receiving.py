"""Writes of receiving: 999, 277CA and 835 files read and posted whole, or refused whole; unmatched money matched later."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from regain.billing.actions.ledger import post
from regain.billing.actions.posting import answer_claim, decision, post_payment
from regain.billing.models import Claim, IncomingFile, OutgoingStatus, RemittedClaim
from regain.billing.queries.filing import outgoing, paid_claim, remittances, remitted
from regain.billing.queries.ledger import posts
from regain.billing.rules.ledger import denied, of_matched
from regain.billing.rules.x12.acknowledged import SYNTAX, ClaimAnswer, FileAnswer, read_277, read_999
from regain.billing.rules.x12.remitted import PaidClaim, check_835, read_835
from regain.billing.rules.x12.remitted import Remittance as Paid
from regain.billing.rules.x12.text import Transaction, read
from regain.organizations.models import Membership, Organization
from regain.record.actions import add, audit, change
from regain.record.models import Document
from regain.reference.facts import fact
from regain.reference.rules import Finding, blocks, error
from regain.ui.jinja import money

LARGEST = 50 * 1024 * 1024


@dataclass
class _Read:
    """What a file holds, before anything is saved."""

    files: list[FileAnswer] = field(default_factory=list)
    claims: list[ClaimAnswer] = field(default_factory=list)
    payments: list[Paid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    kind: str = ""
    control: str = ""
    sender: str = ""


@transaction.atomic
def receive(content: bytes, *, name: str, by: Membership, at: datetime) -> IncomingFile | list[Finding]:
    """A file that came back. One that cannot be read, does not add up or was used before is refused and nothing is saved."""
    # two uploads take turns, so that the same payment is never posted twice
    Organization.objects.select_for_update().get(pk=by.organization_id)
    sha256 = hashlib.sha256(content).hexdigest()
    known = IncomingFile.objects.of(by).filter(sha256=sha256).first()
    if known:
        return [error("USED_ALREADY", f"This very file was used on {known.created_at:%d %b %Y}.", where="file", found=name, expected="a file not used before",
                      try_="Nothing to do: it is posted once.", source="Regain")]  # fmt: skip
    found = _read(content, by)
    if blocks(found.findings):
        return found.findings
    text = _decoded(content)
    document = add(Document, by=by, at=at, name=name[:200], media_type="application/edi-x12", size=len(content), sha256=sha256, content=content, text=text)  # fmt: skip
    said: list[dict[str, Any]] = []
    plans = [_plan(by, payment) for payment in found.payments]
    for answer in found.files:
        said.append(_about_file(answer, by=by, at=at))
    for one in found.claims:
        said.append(_about_claim(one, by=by, at=at))
    said += [_sentence(claim, paid) for plan in plans for paid, claim in plan]
    row = add(IncomingFile, by=by, at=at, document=document, kind=found.kind, control=found.control[:20], sender=found.sender[:40], sha256=sha256, said=said)  # fmt: skip
    for payment, plan in zip(found.payments, plans, strict=True):
        post_payment(row, payment, plan, by=by, at=at)
    audit("answer received", row, by=by, at=at, kind=found.kind, control=found.control, lines=len(said))
    return row


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8").replace("\x00", "")
    except UnicodeDecodeError:
        return content.decode("latin-1").replace("\x00", "")


def _read(content: bytes, by: Membership) -> _Read:
    found = _Read()
    if len(content) > LARGEST:
        found.findings.append(error("FILE_TOO_LARGE", "The file is too large.", where="file", found=f"{len(content) // 2**20} MB", expected=f"up to {LARGEST // 2**20} MB",
                                    try_="Ask the clearinghouse to send it in parts.", source="Regain"))  # fmt: skip
        return found
    interchange, found.findings = read(_decoded(content))
    if interchange is None:
        return found
    found.control, found.sender = interchange.control, interchange.sender
    found.kind = "/".join(dict.fromkeys({"277": "277CA"}.get(one.kind, one.kind) for one in interchange.transactions))[
        :10
    ]
    if not interchange.transactions:
        found.findings.append(error("NOTHING_IN_IT", "The file is empty inside its envelope.", where="ST", found="no transaction", expected="999, 277CA or 835", try_="Download it again.", source="S20"))  # fmt: skip
    for one in interchange.transactions:
        _sort(one, found, by)
    return found


def _sort(one: Transaction, found: _Read, by: Membership) -> None:
    if one.kind == "999":
        answer = read_999(one)
        found.findings += answer if isinstance(answer, list) else []
        found.files += [answer] if isinstance(answer, FileAnswer) else []
    elif one.kind == "277":
        answers = read_277(one)
        found.findings += [a for a in answers if isinstance(a, Finding)]
        found.claims += [a for a in answers if isinstance(a, ClaimAnswer)]
    elif one.kind == "835":
        paid = read_835(one)
        if isinstance(paid, list):
            found.findings += paid
        else:
            found.findings += [*check_835(paid, by.organization.npi), *_posted_before(paid, found, by)]
            found.payments.append(paid)
    else:
        found.findings.append(error("X12_OTHER_KIND", f"This is a {one.kind} file, which billing does not use.", where="ST01", found=one.kind, expected="999, 277 or 835",
                                    try_="Upload an answer to claims; a 271 belongs to the patient's coverage.", source="S20"))  # fmt: skip


def _posted_before(paid: Paid, found: _Read, by: Membership) -> list[Finding]:
    key = (paid.payer, paid.payer_id, paid.trace)
    twice = any((one.payer, one.payer_id, one.trace) == key for one in found.payments)
    if (
        twice
        or remittances(by).filter(payer=paid.payer[:100], payer_id=paid.payer_id[:80], trace=paid.trace[:50]).exists()
    ):
        return [error("POSTED_ALREADY", f"Payment {paid.trace} of {paid.payer} is posted already.", where="TRN02", found=paid.trace, expected="a payment not posted before",
                      try_="Nothing to do: it is posted once.", source="S20")]  # fmt: skip
    return []


def _about_file(answer: FileAnswer, *, by: Membership, at: datetime) -> dict[str, Any]:
    number = int(answer.group) if answer.group.isascii() and answer.group.isdigit() and len(answer.group) < 10 else 0
    row = outgoing(by).filter(control=number).first()
    if row is None:
        return {"text": f"About a file numbered {answer.group or 'nothing'}, which was not made here.", "tone": "warn"}
    reason = "; ".join(answer.errors)
    add(OutgoingStatus, by=by, at=at, file=row, status="accepted" if answer.accepted else "refused", reason=reason)
    if not answer.accepted:
        for sent in row.claims.select_related("claim"):
            answer_claim(by, sent.claim, "rejected", f"file {row.control} refused: {reason}", at=at)
    return {"text": f"File {row.control} was {SYNTAX[answer.code]}." + (f" It names {reason}." if reason else ""), "tone": "good" if answer.accepted else "stop", "file": str(row.pk)}  # fmt: skip


def _about_claim(answer: ClaimAnswer, *, by: Membership, at: datetime) -> dict[str, Any]:
    known = {value["key"]: value["label"] for value in fact("billing/claim_answer").latest()}
    words = known.get(answer.category, f"Answered with {answer.category}")
    codes = "".join(
        f", {label} {code}" for label, code in (("status", answer.status), ("about", answer.entity)) if code
    )
    claim = Claim.objects.of(by).filter(number=answer.number).first()
    text = f"{words} ({answer.category}{codes})." + (f" {answer.message.capitalize()}." if answer.message else "")
    if claim is None:
        return {"text": f"A claim numbered {answer.number}, which was not made here: {text}", "tone": "warn"}
    answer_claim(by, claim, "accepted" if answer.accepted else "rejected", text, at=at)
    return {"text": text, "claim": str(claim.pk), "number": claim.number, "tone": "good" if answer.accepted else "stop"}


def _plan(by: Membership, payment: Paid) -> list[tuple[PaidClaim, Claim | None]]:
    """Each remitted claim beside ours, found by our number, else by the payer's number of an earlier answer."""
    numbers = [one.number for one in payment.claims]
    mine = {one.number: one for one in Claim.objects.of(by).filter(number__in=numbers).select_related("patient")}
    return [(one, mine.get(one.number) or _by_payer_number(by, one)) for one in payment.claims]


def _by_payer_number(by: Membership, paid: PaidClaim) -> Claim | None:
    if not paid.payer_claim_number:
        return None
    row = remitted(by).filter(payer_claim_number=paid.payer_claim_number, claim__isnull=False).last()
    return row.claim if row else None


def _sentence(claim: Claim | None, paid: PaidClaim) -> dict[str, Any]:
    known = {value["key"]: value["label"] for value in fact("billing/remitted_status").latest()}
    words = f"{known.get(paid.status, 'Answered')}: {money(paid.paid)} of {money(paid.charge)}, the patient's share {money(paid.patient_share)}."
    if claim is None:
        return {"text": f"{words} No claim numbered {paid.number or 'nothing'} was made here: the money is kept in sight until it is matched.", "tone": "warn"}  # fmt: skip
    codes = list(denied(paid, posts()))
    tone = "stop" if codes else "good"
    return {"text": words + (f" To work on: reason {', '.join(codes)}." if codes else ""), "claim": str(claim.pk), "number": claim.number, "tone": tone}  # fmt: skip


@transaction.atomic
def match(row: RemittedClaim, claim: Claim, *, by: Membership, at: datetime) -> list[Finding]:
    """Say whose unmatched money it is; it moves from what was unapplied to the claim."""
    Organization.objects.select_for_update().get(pk=by.organization_id)
    row = remitted(by).get(pk=row.pk)
    if row.claim_id:
        return [error("MATCHED_ALREADY", f"This money is on claim {row.claim.number} already.", where="claim", found=row.claim.number, expected="unmatched money",
                      try_="Look at that claim.", source="Regain")]  # fmt: skip
    paid = paid_claim(row)
    row = change(row, version=row.version, by=by, at=at, claim=claim)
    post(of_matched(paid, posts()), by=by, at=at, on=localdate(at), remittance=row.remittance, remitted=row, claim=claim, patient=claim.patient, note="matched by hand")  # fmt: skip
    to, reason = decision(paid)
    if to:
        answer_claim(by, claim, to, reason, at=at)
    audit("payment matched", row, by=by, at=at, patient=claim.patient_id, claim=claim.number, amount=str(row.paid))
    return []
