"""837P files: what is written, that pyx12 accepts it, what is missing before it is written, and that no field breaks out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.billing.rules.x12.claim import (
    Accident,
    Address,
    Adjustment,
    Biller,
    Claim,
    EarlierLine,
    Envelope,
    Insured,
    Line,
    OtherCoverage,
    Payer,
    Person,
    Provider,
    file_of,
)
from regain.billing.rules.x12.text import clean, read, written
from regain.billing.rules.x12.wanted import check_837
from regain.cli.x12 import refused

HOME = Address("12 Harbor Street", "Portland", "ME", "04101-2222")
WALTER = Person("Nyström", "Walter", date(1943, 11, 19), "male", HOME)
MEDICARE = Payer("Medicare Part B", "14112", "MB")
PPO = Payer("Pine Tree PPO", "PTH01", "CI")
BILLER = Biller("Casco Therapy", "1234567893", "01-0000001", "225100000X", HOME, "Tomas Reyes", "207 555 0100", "REGAIN01")  # fmt: skip
MARCUS = Provider("Theriault", "Marcus", "2000000010", "225100000X")
SINGH = Provider("Singh", "Amara", "2000000028")
LINE = Line("L1", "97110", D("120.00"), 2, date(2026, 11, 2), ("GP", "KX"), (1, 2))
CLAIM = Claim("C260000001", WALTER, Insured(MEDICARE, "1EG4TE5MK72", WALTER), ("S72.001D", "R26.2"), (LINE,), MARCUS, referring=SINGH)  # fmt: skip
SENT = Envelope(7, datetime(2026, 11, 26, 14, 5, tzinfo=UTC), "Medicare Part B", "14112")

MIA = Person("Tran-Roberts", "Mia", date(2019, 9, 3), "female", HOME)
JO = Person("Roberts", "Jo", date(1985, 1, 1), "female", HOME)
OF_CHILD = replace(CLAIM, number="C260000002", patient=MIA, insured=Insured(PPO, "X1", JO, "19", "G-55"))
AT_WORK = replace(CLAIM, number="C260000003", insured=Insured(Payer("Harbor Mutual", "HM77", "WC"), "WC-1", WALTER), accident=Accident("EM", date(2026, 9, 1)),
                  property_claim_number="WC 77/12")  # fmt: skip
BY_CAR = replace(
    CLAIM,
    number="C260000004",
    accident=Accident("AA", date(2026, 9, 1), "ME"),
    patient_paid=D(20),
    note="Filed late: the card came * late",
)
CORRECTED = replace(
    CLAIM, number="C260000005", frequency="7", payer_claim_number="2026330001", authorization="A-12", referral="R-4"
)
VOIDED = replace(CORRECTED, number="C260000006", frequency="8")
ELSEWHERE = replace(CLAIM, number="C260000007", place="12", facility=Provider("Bath Clinic", npi="1234567893", address=HOME),
                    onset_on=date(2026, 9, 1), initial_treatment_on=date(2026, 9, 10))  # fmt: skip
EARLIER = EarlierLine(
    1, D("76.80"), (Adjustment("CO", "45", D(24)), Adjustment("PR", "2", D("19.20"))), date(2026, 11, 20)
)
SECOND = replace(CLAIM, number="C260000008", insured=Insured(PPO, "X9", WALTER, priority=2),
                 others=(OtherCoverage(Insured(MEDICARE, "1EG4TE5MK72", WALTER), D("76.80"), (EARLIER,)),))  # fmt: skip
FIRST_OF_TWO = replace(CLAIM, number="C260000009", others=(OtherCoverage(Insured(PPO, "X9", WALTER, priority=2)),))
MANY = replace(CLAIM, number="C260000010", diagnoses=tuple(f"M{n}.5" for n in range(10, 22)), lines=tuple(replace(LINE, control=f"L{n}") for n in range(50)))  # fmt: skip
EVERY = [CLAIM, OF_CHILD, AT_WORK, BY_CAR, CORRECTED, VOIDED, ELSEWHERE, SECOND, FIRST_OF_TWO, MANY]


def text_of(*claims: Claim, biller: Biller = BILLER) -> str:
    return written(file_of(claims, biller, SENT))


def segments(text: str) -> list[str]:
    return text.split("~")[:-1]


@pytest.mark.parametrize("claim", EVERY, ids=lambda c: c.number)
def test_every_kind_of_claim_is_accepted(claim):
    assert (check_837(claim, BILLER), refused(text_of(claim))) == ([], [])


def test_a_batch_of_every_kind_is_accepted_and_counts_itself():
    text = text_of(*EVERY)
    found = segments(text)
    assert refused(text) == []
    assert f"SE*{len(found) - 4}*0001" in found
    assert [s.split("*")[1] for s in found if s.startswith("HL*")] == [str(n) for n in range(1, len(EVERY) + 3)]


def test_pyx12_does_refuse_what_is_wrong():
    assert refused(text_of(CLAIM).replace("*HC:97110", "*XX:97110"))
    assert refused("hello")


def test_a_claim_of_the_patients_own_coverage_reads_as_the_guide_says():
    assert segments(text_of(CLAIM)) == [
        "ISA*00*          *00*          *ZZ*REGAIN01       *ZZ*14112          *261126*1405*^*00501*000000007*1*P*:",
        "GS*HC*REGAIN01*14112*20261126*1405*7*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        "BHT*0019*00*R000000007*20261126*1405*CH",
        "NM1*41*2*CASCO THERAPY*****46*REGAIN01",
        "PER*IC*TOMAS REYES*TE*2075550100",
        "NM1*40*2*MEDICARE PART B*****46*14112",
        "HL*1**20*1",
        "PRV*BI*PXC*225100000X",
        "NM1*85*2*CASCO THERAPY*****XX*1234567893",
        "N3*12 HARBOR STREET",
        "N4*PORTLAND*ME*041012222",
        "REF*EI*010000001",
        "PER*IC*TOMAS REYES*TE*2075550100",
        "HL*2*1*22*0",
        "SBR*P*18*******MB",
        "NM1*IL*1*NYSTROM*WALTER****MI*1EG4TE5MK72",
        "N3*12 HARBOR STREET",
        "N4*PORTLAND*ME*041012222",
        "DMG*D8*19431119*M",
        "NM1*PR*2*MEDICARE PART B*****PI*14112",
        "CLM*C260000001*120***11:B:1*Y*A*Y*Y",
        "HI*ABK:S72001D*ABF:R262",
        "NM1*DN*1*SINGH*AMARA****XX*2000000028",
        "NM1*82*1*THERIAULT*MARCUS****XX*2000000010",
        "PRV*PE*PXC*225100000X",
        "LX*1",
        "SV1*HC:97110:GP:KX*120*UN*2***1:2",
        "DTP*472*D8*20261102",
        "REF*6R*L1",
        "SE*29*0001",
        "GE*1*7",
        "IEA*1*000000007",
    ]


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        (OF_CHILD, ["HL*2*1*22*1", "SBR*P**G-55******CI", "HL*3*2*23*0", "PAT*19", "NM1*QC*1*TRAN-ROBERTS*MIA"]),
        (AT_WORK, ["REF*Y4*WC 77/12", "CLM*C260000003*120***11:B:1*Y*A*Y*Y**EM", "DTP*439*D8*20260901"]),
        (BY_CAR, ["CLM*C260000004*120***11:B:1*Y*A*Y*Y**AA:::ME", "AMT*F5*20", "NTE*ADD*FILED LATE THE CARD CAME LATE"]),
        (CORRECTED, ["CLM*C260000005*120***11:B:7*Y*A*Y*Y", "REF*9F*R-4", "REF*G1*A-12", "REF*F8*2026330001"]),
        (VOIDED, ["CLM*C260000006*120***11:B:8*Y*A*Y*Y"]),
        (ELSEWHERE, ["CLM*C260000007*120***12:B:1*Y*A*Y*Y", "DTP*431*D8*20260901", "DTP*454*D8*20260910", "NM1*77*2*BATH CLINIC*****XX*1234567893"]),
        (SECOND, ["SBR*S*18*******CI", "SBR*P*18*******MB", "AMT*D*76.8", "OI***Y***Y", "SVD*14112*76.8*HC:97110:GP:KX**2", "CAS*CO*45*24", "CAS*PR*2*19.2",
                  "DTP*573*D8*20261120"]),
    ],
    ids=lambda v: v.number if isinstance(v, Claim) else "",
)  # fmt: skip
def test_what_each_kind_adds(claim, wanted):
    assert [s for s in wanted if s not in segments(text_of(claim))] == []


NOBODY = replace(CLAIM, insured=Insured(Payer("Pine Tree", "", ""), " ", Person("")))


@pytest.mark.parametrize(
    ("claim", "biller", "codes"),
    [
        (CLAIM, replace(BILLER, npi="1234567890"), ["NPI_INVALID"]),
        (CLAIM, replace(BILLER, npi=""), ["NPI_INVALID"]),
        (CLAIM, replace(BILLER, tax_id=""), ["TAX_ID_MISSING"]),
        (CLAIM, replace(BILLER, address=Address(), phone="5", submitter_id=""), ["ADDRESS_MISSING", "SUBMITTER_ID_MISSING", "PHONE_MISSING"]),
        (CLAIM, replace(BILLER, address=replace(HOME, postal_code="04101")), ["ZIP_PLUS_FOUR"]),
        (NOBODY, BILLER, ["MEMBER_ID_MISSING", "PAYER_ID_MISSING", "FILING_MISSING", "SUBSCRIBER_MISSING"]),
        (replace(CLAIM, patient=Person("Nyström", address=replace(HOME, state="Maine"))), BILLER, ["ADDRESS_WRONG", "BIRTH_DATE_MISSING"]),
        (replace(CLAIM, diagnoses=()), BILLER, ["DIAGNOSIS_MISSING", "POINTER_WRONG"]),
        (replace(CLAIM, diagnoses=("M54.50", "stroke")), BILLER, ["DIAGNOSIS_WRONG"]),
        (replace(MANY, diagnoses=(*MANY.diagnoses, "R26.2"), lines=(*MANY.lines, LINE)), BILLER, ["TOO_MANY_DIAGNOSES", "TOO_MANY_LINES"]),
        (replace(CLAIM, rendering=None, referring=replace(SINGH, npi="2000000029")), BILLER, ["NPI_INVALID", "NPI_INVALID"]),
        (replace(CLAIM, lines=()), BILLER, ["NOTHING_TO_BILL"]),
        (replace(CLAIM, lines=(replace(LINE, code="97?10", amount=D(-1), units=0, modifiers=("GP", "CQ", "KX", "59", "XE"), pointers=()),)), BILLER,
         ["UNKNOWN_CODE", "NEGATIVE_CHARGE", "NO_UNIT", "TOO_MANY_MODIFIERS", "POINTER_WRONG"]),
        (replace(CORRECTED, payer_claim_number=""), BILLER, ["PAYER_CLAIM_NUMBER_MISSING"]),
        (replace(CLAIM, accident=Accident("AA")), BILLER, ["ACCIDENT_STATE_MISSING"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_before_a_file_is_written(claim, biller, codes):
    found = check_837(claim, biller)
    assert [f.code for f in found] == codes
    assert all(f.try_ and f.source and f.where for f in found)


@given(st.text(max_size=80), st.integers(1, 60))
def test_a_field_never_holds_a_separator_or_grows_too_long(text, longest):
    field = clean(text, longest)
    assert len(field) <= longest
    assert not set(field) & set("*:^~\r\n")
    assert clean(field, longest) == field


WORDS = st.text(min_size=1, max_size=70)


@given(WORDS, WORDS, WORDS, WORDS)
def test_whatever_is_typed_the_file_keeps_its_segments(family, street, member, note):
    odd = Person("X" + family, "W" + street, WALTER.born_on, "male", replace(HOME, line="1 " + street))
    claim = replace(CLAIM, patient=odd, insured=Insured(MEDICARE, "M" + member, odd), note="N" + note)
    plain = replace(CLAIM, note="N")
    assert [s.split("*")[0] for s in segments(text_of(claim))] == [s.split("*")[0] for s in segments(text_of(plain))]


@given(st.sampled_from(EVERY))
def test_our_own_reader_reads_what_we_write(claim):
    found, findings = read(text_of(claim))
    assert findings == []
    assert (found.sender, found.control, [t.kind for t in found.transactions]) == ("REGAIN01", "000000007", ["837"])
