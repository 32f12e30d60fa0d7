"""A letter from the command line: a referral that waits for the front desk to say who it is about."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.utils.timezone import localdate

from regain.fhir.actions.reading import KNOWN, REFUSED, USED, Outcome
from regain.organizations.models import Membership
from regain.referrals.actions import receive
from regain.referrals.letters import decoded, pdf_text
from regain.referrals.queries import received_before


def read_letter(name: str, raw: bytes, *, by: Membership, at: datetime) -> Outcome:
    """Take in a text file or PDF as a referral, with its words read and the file kept."""
    is_pdf = raw.startswith(b"%PDF")
    text, findings = pdf_text(raw, name) if is_pdf else (decoded(raw).replace("\x00", ""), ())
    if not (text or "").strip():
        return Outcome(name, "letter", REFUSED, _said(findings) or "it holds no words; check that it is the right file")
    if received_before(by, hashlib.sha256(raw).hexdigest()):
        return Outcome(name, "letter", KNOWN, "the same file was received before")
    kind = "application/pdf" if is_pdf else "text/plain"
    row, said = receive(source="letter", text=text, file=(name, kind, raw), received_on=localdate(at), by=by, at=at)
    if row is None:
        return Outcome(name, "letter", REFUSED, _said(said))
    return Outcome(name, "letter", USED, "as referral; say under Referrals who it is about")


def _said(findings) -> str:
    return " ".join(f"{f.message} {f.try_ or ''}".strip() for f in findings)
