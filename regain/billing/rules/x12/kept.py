"""A remitted claim as JSON and back: what the record keeps of it, so that it can be posted again when it is matched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from regain.billing.rules.x12.claim import Adjustment
from regain.billing.rules.x12.remitted import PaidClaim, PaidLine


def kept_of(claim: PaidClaim) -> dict[str, Any]:
    """Adjustments, remarks and lines; the rest has columns of its own."""
    lines = [
        {"code": one.code, "modifiers": list(one.modifiers), "charge": str(one.charge), "paid": str(one.paid), "units": str(one.units),
         "on": str(one.on) if one.on else None, "control": one.control, "allowed": None if one.allowed is None else str(one.allowed),
         "original_code": one.original_code, "adjustments": _adjustments(one.adjustments), "remarks": list(one.remarks)}
        for one in claim.lines
    ]  # fmt: skip
    return {
        "adjustments": _adjustments(claim.adjustments),
        "remarks": list(claim.remarks),
        "lines": lines,
        "member_id": claim.member_id,
    }


def claim_of(content: Mapping[str, Any], *, number: str, status: str, charge: Decimal, paid: Decimal, patient_share: Decimal,
             payer_claim_number: str, patient: str = "") -> PaidClaim:  # fmt: skip
    """The remitted claim that `kept_of` kept."""
    return PaidClaim(number, status, charge, paid, patient_share, payer_claim_number, patient, content["member_id"],
                     _back(content["adjustments"]), tuple(content["remarks"]), tuple(_line(one) for one in content["lines"]))  # fmt: skip


def _adjustments(given: tuple[Adjustment, ...]) -> list[list[str | None]]:
    return [[one.group, one.reason, str(one.amount), None if one.quantity is None else str(one.quantity)] for one in given]  # fmt: skip


def _back(given: list[list[str | None]]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(g, r, Decimal(a), None if q is None else Decimal(q)) for g, r, a, q in given)


def _line(one: Mapping[str, Any]) -> PaidLine:
    return PaidLine(
        one["code"], tuple(one["modifiers"]), Decimal(one["charge"]), Decimal(one["paid"]), Decimal(one["units"]),
        date.fromisoformat(one["on"]) if one["on"] else None, one["control"], None if one["allowed"] is None else Decimal(one["allowed"]),
        one["original_code"], _back(one["adjustments"]), tuple(one["remarks"]),
    )  # fmt: skip
