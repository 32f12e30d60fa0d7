"""Claims that are ready to go, and files that answer them; plain helpers of the billing tests."""

from __future__ import annotations

from datetime import timedelta

from regain.billing.actions import sending
from regain.billing.actions.claims import move_claim
from regain.billing.models import Charge, Claim
from regain.billing.queries.claims import claims
from regain.coverage.actions import add_fee
from regain.coverage.models import Payer
from regain.episodes.actions import join_care_team
from regain.people.models import Patient
from tests.billing.test_x12_read import wrapped
from tests.factories import AT, ON, Clinic
from tests.test_care_path import walk

PROFILE = {
    "name": "Casco Therapy", "address": "12 Harbor Street", "city": "Portland", "state": "ME", "postal_code": "04101-2222", "contact": "Tomas Reyes",
    "phone": "207 555 0100", "submitter_id": "REGAIN01", "receiver_name": "", "receiver_id": "", "test": False,
}  # fmt: skip
LATER = AT + timedelta(days=40)


def profile(clinic: Clinic, **changed):
    """How the clinic sends claims."""
    return sending.set_sending_profile(version=1, by=clinic.owner, at=AT, **{**PROFILE, **changed})


def ready_claim(clinic: Clinic, discipline: str = "PT") -> Claim:
    """A claim of a signed and certified treatment, made ready; patient and payer as a file needs them."""
    claim = walk(clinic, discipline)
    Patient.objects.filter(pk=claim.patient_id).update(address="5 Elm Street", city="Portland")
    Payer.objects.filter(pk=claim.coverage.payer_id).update(payer_id="14112")
    _price(clinic, claim)
    join_care_team(claim.episode, clinic.physician, starts_on=ON, by=clinic.desk, at=AT, role="physician")
    stopped = [f for f in move_claim(claim, to="ready", by=clinic.owner, at=LATER) if f.severity == "error"]
    assert stopped == []
    return again(clinic, claim)


def _price(clinic: Clinic, claim: Claim) -> None:
    """The clinic's own fee for the code, at what the example asked, so that the claim may go."""
    charge = claim.charges.get()
    unit = charge.amount / charge.units
    add_fee(claim.coverage.payer, by=clinic.owner, at=AT, code=charge.code, starts_on=ON.replace(month=1, day=1), source="Contract", certainty="verified",
            charge=unit, allowed=unit)  # fmt: skip
    Charge.objects.filter(pk=charge.pk).update(priced_by="schedule")


def sent_claim(clinic: Clinic, discipline: str = "PT") -> Claim:
    """One that went out in a file."""
    claim = ready_claim(clinic, discipline)
    profile(clinic)
    files, left = sending.send([claim], by=clinic.owner, at=LATER)
    assert (len(files), left) == (1, [])
    return again(clinic, claim)


def again(clinic: Clinic, claim: Claim) -> Claim:
    """The claim as it stands now."""
    return claims(clinic.owner).get(pk=claim.pk)


def line_835(
    claim: Claim, *, paid: str, adjustments: str, status: str = "1", number: str = "", sign: int = 1, icn: str = "ICN-1"
) -> str:
    """A claim of an 835 with one line."""
    charge = claim.charges.get()
    amount = charge.amount * sign
    return (f"CLP*{number or claim.number}*{status}*{amount}*{paid}*0*MB*{icn}*11*1~NM1*QC*1*PELLETIER*RUTH~"
            f"SVC*HC>{charge.code}*{amount}*{paid}**{charge.units}~DTM*472*{claim.from_on:%Y%m%d}~{adjustments}REF*6R*{claim.number}-1~")  # fmt: skip


def file_835(*lines: str, paid: str, trace: str = "EFT-42", plb: str = "", npi: str = "1234567893") -> bytes:
    """An 835 that pays so much."""
    return wrapped("835", "005010X221A1", f"BPR*I*{paid}*C*ACH*CCP*01*999999999*DA*1*1512345678**01*999988880*DA*98765*20261220~TRN*1*{trace}*1512345678~"
                   f"N1*PR*MEDICARE PART B*XV*14112~N1*PE*CASCO THERAPY*XX*{npi}~LX*1~{''.join(lines)}{plb}").encode()  # fmt: skip


def file_999(control: int, code: str = "A") -> bytes:
    """The receiver's word on a file."""
    fault = "IK3*N4*12*2010AA*8~" if code == "R" else ""
    return wrapped("999", "005010X231A1", f"AK1*HC*{control}*005010X222A1~AK2*837*0001~{fault}IK5*{code}~AK9*{code}*1*1*{int(code == 'A')}~").encode()  # fmt: skip


def file_277(*answers: tuple[str, str]) -> bytes:
    """The receiver's word on claims: (number, category)."""
    levels = "".join(f"HL*{n}*3*PT~NM1*QC*1*PELLETIER*RUTH~TRN*2*{number}~STC*{category}>19>PR*20261203*WQ*120~" for n, (number, category) in enumerate(answers, 4))  # fmt: skip
    return wrapped("277", "005010X214", f"BHT*0085*08*1*20261203*0900*TH~HL*1**20*1~HL*2*1*21*1~HL*3*2*19*1~{levels}").encode()  # fmt: skip
