"""999, 277CA and 835 read: whatever the separators, cut off or out of balance they are refused whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regain.billing.rules.x12.acknowledged import ClaimAnswer, FileAnswer, read_277, read_999
from regain.billing.rules.x12.claim import Adjustment
from regain.billing.rules.x12.remitted import PaidClaim, PaidLine, ProviderAdjustment, Remittance, check_835, read_835
from regain.billing.rules.x12.text import read

BODY_835 = (
    "BPR*I*{paid}*C*ACH*CCP*01*999999999*DA*1*1512345678**01*999988880*DA*98765*20261120~TRN*1*EFT-42*1512345678~"
    "DTM*405*20261120~N1*PR*MEDICARE PART B*XV*14112~N3*1 MAIN~N4*AUGUSTA*ME*04330~N1*PE*CASCO THERAPY*XX*1234567893~LX*1~{claims}{plb}"
)
PAID = (
    "CLP*C260000001*1*180.5*112.9*28.8*MB*ICN-1*11*1~CAS*OA*23*0~NM1*QC*1*NYSTROM*WALTER****MI*1EG4~MOA***MA01~"
    "SVC*HC>97110>GP>KX*120*75.26**2~DTM*472*20261102~CAS*CO*45*24**253*1.54~CAS*PR*2*19.2~REF*6R*L1~AMT*B6*96~LQ*HE*N851~"
    "SVC*HC>97116>GP*60.5*37.64*UN*1**~DTM*472*20261102~CAS*CO*45*12.5**253*.76~CAS*PR*2*9.6~REF*6R*L2~"
)
DENIED = "CLP*C260000002*4*90*0*0*MB*ICN-2*11*1~NM1*QC*1*PELLETIER*RUTH~SVC*HC>97530>GO*90*0**2**3~DTM*472*20261103~CAS*CO*50*90~LQ*HE*N115~"


def wrapped(kind: str, guide: str, body: str, marks: str = "*>^~", newline: str = "") -> str:
    """A whole file around a transaction's segments, which are written with `*`, `>` and `~`."""
    count = body.count("~") + 2
    text = (f"ISA*00*          *00*          *ZZ*PAYER          *ZZ*REGAIN01       *261120*0900*^*00501*000000042*0*P*>~GS*HP*PAYER*REGAIN01*20261120*0900*9*X*{guide}~"
            f"ST*{kind}*0007*{guide}~{body}SE*{count}*0007~GE*1*9~IEA*1*000000042~")  # fmt: skip
    return text.translate(str.maketrans(dict(zip("*>^~", marks, strict=True)))).replace(marks[3], marks[3] + newline)


def an_835(*claims: str, paid: str = "112.9", plb: str = "", **wrap) -> str:
    return wrapped("835", "005010X221A1", BODY_835.format(paid=paid, claims="".join(claims), plb=plb), **wrap)


def remittance(text: str):
    found, findings = read(text)
    assert findings == []
    return read_835(found.transactions[0])


WALTER = PaidClaim(
    number="C260000001", status="1", charge=D("180.50"), paid=D("112.90"), patient_share=D("28.80"), payer_claim_number="ICN-1", patient="WALTER NYSTROM", member_id="1EG4",
    adjustments=(Adjustment("OA", "23", D("0.00")),), remarks=("MA01",),
    lines=(
        PaidLine("97110", ("GP", "KX"), D("120.00"), D("75.26"), D("2.00"), date(2026, 11, 2), "L1", D("96.00"), "",
                 (Adjustment("CO", "45", D("24.00")), Adjustment("CO", "253", D("1.54")), Adjustment("PR", "2", D("19.20"))), ("N851",)),
        PaidLine("97116", ("GP",), D("60.50"), D("37.64"), D("1.00"), date(2026, 11, 2), "L2", None, "",
                 (Adjustment("CO", "45", D("12.50")), Adjustment("CO", "253", D("0.76")), Adjustment("PR", "2", D("9.60")))),
    ),
)  # fmt: skip
WHOLE = Remittance(
    "MEDICARE PART B", "14112", "1234567893", "EFT-42", D("112.90"), "ACH", date(2026, 11, 20), (WALTER,)
)


@pytest.mark.parametrize(
    ("marks", "newline"), [("*>^~", ""), ("*>^~", "\r\n"), ("|:^~", "\n"), ("\x1d\x1f!\x1c", ""), ("*>^\n", "")]
)
def test_a_remittance_is_read_whatever_its_separators(marks, newline):
    assert remittance(an_835(PAID, marks=marks, newline=newline)) == WHOLE
    assert check_835(WHOLE, "1234567893") == []


def test_a_remittance_with_a_denial_and_money_kept_back_adds_up():
    found = remittance(an_835(PAID, DENIED, paid="100.4", plb="PLB*1234567893*20261231*WO>OLD-7*20*L6>INT*-7.5~"))
    assert [c.number for c in found.claims] == ["C260000001", "C260000002"]
    assert found.provider_adjustments == (
        ProviderAdjustment("WO", "OLD-7", D("20.00")),
        ProviderAdjustment("L6", "INT", D("-7.50")),
    )
    assert found.claims[1].every_remark == ("N115",)
    assert check_835(found) == []


def test_a_reversal_and_its_correction_are_two_claims_of_one_payment():
    back = (
        "CLP*C260000001*22*-90*-50*-10*MB*ICN-1~SVC*HC>97110*-90*-50**-1~DTM*472*20261102~CAS*CO*45*-30~CAS*PR*2*-10~"
    )
    again = "CLP*C260000001*1*90*60*15*MB*ICN-1B~SVC*HC>97110*90*60**1~DTM*472*20261102~CAS*CO*45*15~CAS*PR*2*15~"
    found = remittance(an_835(back, again, paid="10"))
    assert [(c.reversal, c.paid) for c in found.claims] == [(True, D("-50.00")), (False, D("60.00"))]
    assert check_835(found) == []


@pytest.mark.parametrize(
    ("claims", "paid", "codes"),
    [
        ([PAID.replace("*75.26*", "*75.27*")], "112.9", ["LINE_OFF"]),
        ([PAID.replace("*112.9*", "*113*")], "113", ["CLAIM_OFF"]),
        ([PAID.replace("*180.5*", "*181.5*").replace("OA*23*0", "OA*23*1")], "112.9", ["CLAIM_LINES_OFF"]),
        ([PAID], "112.91", ["PAYMENT_OFF"]),
        ([PAID, DENIED.replace("CO*50*90", "CO*50*89")], "112.9", ["LINE_OFF", "CLAIM_OFF"]),
    ],
)
def test_what_does_not_add_up_is_said_with_both_sums(claims, paid, codes):
    found = check_835(remittance(an_835(*claims, paid=paid)))
    assert [f.code for f in found] == codes
    assert all(f.found and f.expected and f.try_ for f in found)


def test_a_payment_for_another_clinic_is_not_ours():
    assert [f.code for f in check_835(WHOLE, "2000000028")] == ["OTHER_PAYEE"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("CLP*C260000001*1*180.5", "CLP*C260000001*1*18O.5", "BAD_VALUE"),
        ("CAS*PR*2*19.2", "CAS*ZZ*2*19.2", "BAD_VALUE"),
        ("CAS*PR*2*19.2", "CAS*PR*2*19.201", "BAD_VALUE"),
        ("*DA*98765*20261120", "*DA*98765*20261320", "BAD_VALUE"),
        ("DTM*472*20261102", "DTM*472*tomorrow", "BAD_VALUE"),
        ("TRN*1*EFT-42*1512345678~", "TRX*1~", "X12_NOT_READABLE"),
    ],
)
def test_a_remittance_with_a_wrong_value_is_refused_whole(old, new, code):
    text = an_835(PAID)
    assert old in text
    found = remittance(text.replace(old, new))
    assert [f.code for f in found] == [code]
    assert all(f.found and f.expected and f.try_ for f in found)


@given(st.integers(0, len(an_835(PAID, DENIED)) - 2))
def test_a_file_cut_off_anywhere_is_never_read(length):
    found, findings = read(an_835(PAID, DENIED)[:length])
    assert found is None
    assert [f.severity for f in findings] == ["error"]
    assert findings[0].found is not None
    assert findings[0].try_


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        ("", "X12_NOT_READABLE"),
        ("%PDF-1.7", "X12_NOT_READABLE"),
        ("ISA*00*", "X12_NOT_READABLE"),
        (an_835(PAID).replace("DTM*405*20261120~", ""), "X12_SEGMENTS_MISSING"),
        (an_835(PAID).replace("IEA*1*000000042", "IEA*1*000000043"), "X12_CONTROL_NUMBER"),
        (an_835(PAID).replace("SE*", "SX*"), "X12_CUT_OFF"),
    ],
)
def test_a_file_that_is_none_says_so(spoiled, code):
    found, findings = read(spoiled)
    assert (found, [f.code for f in findings]) == (None, [code])


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text):
    for given_text in (text, "ISA*" + text, an_835(PAID)[:106] + text):
        found, findings = read(given_text)
        assert (found is None) == bool(findings)


@given(
    st.lists(
        st.sampled_from(["CLP", "SVC", "CAS", "PLB", "NM1", "LX", "BPR", "TRN", "DTM", "MOA", "LQ", "X"]), max_size=12
    ),
    st.data(),
)
def test_no_order_of_segments_breaks_the_remittance_reader(names, data):
    element = st.sampled_from(["", "1", "CO", "-5", "x", "20261102", "HC>97110", "QC", "472", "HE"])
    body = "".join("*".join([name, *data.draw(st.lists(element, max_size=9))]) + "~" for name in names)
    found, findings = read(wrapped("835", "005010X221A1", body))
    assert findings == []
    result = read_835(found.transactions[0])
    assert isinstance(result, Remittance) or [f.severity for f in result] == ["error"]


def answer(kind: str, guide: str, body: str):
    found, findings = read(wrapped(kind, guide, body))
    assert findings == []
    return found.transactions[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("AK1*HC*7*005010X222A1~AK2*837*0001*005010X222A1~IK5*A~AK9*A*1*1*1~", FileAnswer("7", "A", ())),
        ("AK1*HC*7*005010X222A1~AK2*837*0001~IK3*N4*12*2010AA*8~IK4*3*116*7*0410~IK5*R*5~AK9*R*1*1*0~",
         FileAnswer("7", "R", ("segment N4, number 12 in loop 2010AA: error 8", "element 3: error 7, found “0410”"))),
    ],
)  # fmt: skip
def test_a_999_says_whether_the_file_was_read(body, expected):
    assert read_999(answer("999", "005010X231A1", body)) == expected
    assert expected.accepted == (expected.code == "A")


def test_a_999_without_its_answer_is_refused():
    assert [f.code for f in read_999(answer("999", "005010X231A1", "AK1*HC*7~"))] == ["X12_NOT_READABLE"]


def test_a_277ca_says_of_each_claim_whether_it_was_taken_in():
    body = ("BHT*0085*08*1*20261103*0900*TH~HL*1**20*1~NM1*PR*2*PAYER*****PI*14112~TRN*1*X~HL*2*1*21*1~NM1*41*2*CASCO*****46*REGAIN01~TRN*2*R000000007~STC*A1>19>40*20261103*WQ*210~"
            "HL*3*2*19*1~NM1*85*2*CASCO*****XX*1234567893~TRN*1*0~HL*4*3*PT~NM1*QC*1*NYSTROM*WALTER~TRN*2*C260000001~STC*A2>20>PR*20261103*WQ*120~REF*1K*ICN-1~"
            "HL*5*3*PT~NM1*QC*1*PELLETIER*RUTH~TRN*2*C260000002~STC*A7>562>85*20261103*U*90********NPI NOT ENROLLED~")  # fmt: skip
    found = read_277(answer("277", "005010X214", body))
    assert found == [
        ClaimAnswer("C260000001", "A2", "20", "PR", "ICN-1", ""),
        ClaimAnswer("C260000002", "A7", "562", "85", "", "NPI NOT ENROLLED"),
    ]
    assert [one.accepted for one in found] == [True, False]


def test_a_277ca_without_claims_is_refused():
    assert [f.code for f in read_277(answer("277", "005010X214", "BHT*0085*08*1~HL*1**20*1~"))] == ["X12_NOT_READABLE"]
