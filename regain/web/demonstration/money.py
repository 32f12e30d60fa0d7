"""The money of the demonstration: how claims are sent, files that went out and answers that came back. All amounts are invented."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from regain.billing.actions import sending
from regain.billing.actions.claims import move_claim
from regain.billing.actions.ledger import take_payment
from regain.billing.actions.receiving import receive
from regain.billing.models import Claim
from regain.billing.queries.claims import claims
from regain.web.demonstration.care import Team

SENDER = {
    "name": "Casco Bay Therapy", "address": "12 Harbor Street", "city": "Portland", "state": "ME", "postal_code": "04101-2222", "contact": "Tomas Reyes",
    "phone": "207 555 0100", "submitter_id": "CASCOBAY", "receiver_name": "", "receiver_id": "", "test": True,
}  # fmt: skip
CENT = Decimal("0.01")


def set_up(team: Team) -> None:
    """How the clinic sends claims."""
    by, at = team.members["owner"], team.at(team.today - timedelta(days=399))
    sending.set_sending_profile(version=1, by=by, at=at, **SENDER)


def earn(team: Team) -> None:
    """Claims of more than three weeks ago went out; some were paid, one was denied, some money is nobody's yet."""
    biller = team.members["biller"]
    made, answered, paid = (team.at(team.today - timedelta(days=days), 10) for days in (16, 15, 6))
    old = list(
        claims(biller).filter(state="draft", coverage__isnull=False, from_on__lte=team.today - timedelta(days=21))
    )
    for claim in old:
        move_claim(claim, to="ready", by=biller, at=made)
    files, _ = sending.send(old, by=biller, at=made)
    for file in files:
        _received(_file_999(file.control), f"999-{file.control}.txt", team, answered)
    for number, file in enumerate(files, 1):
        mine = list(claims(biller).filter(files__file=file).order_by("from_on", "id"))
        if mine[0].coverage.payer.kind in ("medicare_b", "commercial"):
            _received(
                _file_835(mine[:6], paid.date(), f"EFT-{4400 + number}", biller.organization.npi, stray=number == 1),
                f"835-{number}.txt",
                team,
                paid,
            )
            take_payment(
                mine[0].patient,
                amount=Decimal("30.00"),
                on=paid.date(),
                method="Card",
                by=biller,
                at=paid + timedelta(days=1),
            )
    # and some of last week's wait to be sent
    for claim in claims(biller).filter(state="draft", coverage__isnull=False).order_by("from_on", "id")[:4]:
        move_claim(claim, to="ready", by=biller, at=team.at(team.today - timedelta(days=1), 17))


def _received(content: str, name: str, team: Team, at) -> None:
    result = receive(content.encode(), name=name, by=team.members["biller"], at=at)
    if isinstance(result, list):
        raise ValueError(f"the demonstration's {name}: {[f.message for f in result]}")


def _whole(kind: str, guide: str, body: list[str], control: int) -> str:
    head = [f"ISA*00*          *00*          *ZZ*EXAMPLEPAYER   *ZZ*CASCOBAY       *260101*0900*^*00501*{control:09d}*0*T*:", f"GS*HP*EXAMPLEPAYER*CASCOBAY*20260101*0900*{control}*X*{guide}",
            f"ST*{kind}*0001*{guide}"]  # fmt: skip
    return "~\n".join([*head, *body, f"SE*{len(body) + 2}*0001", f"GE*1*{control}", f"IEA*1*{control:09d}"]) + "~\n"


def _file_999(control: int) -> str:
    return _whole(
        "999", "005010X231A1", [f"AK1*HC*{control}*005010X222A1", "AK2*837*0001", "IK5*A", "AK9*A*1*1*1"], 900 + control
    )


def _file_835(rows: list[Claim], on: date, trace: str, npi: str, stray: bool) -> str:
    """A payment of some claims at four fifths of the charge; the last is denied, and one is for a claim nobody knows."""
    total, body = Decimal(0), []
    for place, claim in enumerate(rows):
        paid, segments = _claim(claim, denied=place == len(rows) - 1)
        total += paid
        body += segments
    if stray:
        total += Decimal("41.20")
        body += ["CLP*OLD-SYSTEM-118*1*60*41.2*0*MB*ICN-118*11*1", "NM1*QC*1*PELLETIER*RUTH", "CAS*CO*45*18.8"]
    payer = rows[0].coverage.payer
    head = [f"BPR*I*{total}*C*ACH*CCP*01*999999999*DA*1*1512345678**01*999988880*DA*98765*{on:%Y%m%d}", f"TRN*1*{trace}*1512345678", f"N1*PR*{payer.name.upper()}*XV*{payer.payer_id}",
            f"N1*PE*CASCO BAY THERAPY*XX*{npi}", "LX*1"]  # fmt: skip
    return _whole("835", "005010X221A1", [*head, *body], int(trace[4:]))


def _claim(claim: Claim, denied: bool) -> tuple[Decimal, list[str]]:
    lines, paid_all, shares = [], Decimal(0), Decimal(0)
    charges = list(claim.charges.all())
    sequestered = claim.coverage.payer.kind == "medicare_b"
    for place, c in enumerate(charges, 1):
        off = (c.amount / 5).quantize(CENT, ROUND_HALF_UP)
        share = ((c.amount - off) / 5).quantize(CENT, ROUND_HALF_UP)
        law = ((c.amount - off - share) / 50).quantize(CENT, ROUND_HALF_UP) if sequestered else Decimal("0.00")
        paid = Decimal("0.00") if denied else c.amount - off - share - law
        taken = (
            [f"CAS*CO*50*{c.amount}"]
            if denied
            else [f"CAS*CO*45*{off}" + (f"**253*{law}" if law else ""), f"CAS*PR*2*{share}"]
        )
        service = ":".join(["HC", c.code, *c.modifiers])
        lines += [
            f"SVC*{service}*{c.amount}*{paid}**{c.units}",
            f"DTM*472*{c.on:%Y%m%d}",
            *taken,
            f"REF*6R*{claim.number}-{place}",
            f"AMT*B6*{c.amount - off}",
        ]
        paid_all += paid
        shares += 0 if denied else share
    total = sum(c.amount for c in charges)
    head = f"CLP*{claim.number}*{'4' if denied else '1'}*{total}*{paid_all}*{shares}*MB*ICN-{claim.number[-4:]}*11*1"
    return paid_all, [head, f"NM1*QC*1*{claim.patient.family.upper()}*{claim.patient.given.upper()}", *lines]
