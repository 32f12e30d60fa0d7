"""What would stop a claim, one cause at a time; every finding cites a source and says what to do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from regain.billing.rules.claims import (
    Certified,
    ClaimFacts,
    LimitUse,
    Line,
    Period,
    check_claim,
    npi_is_valid,
)
from regain.billing.rules.modifiers import modifiers_of
from regain.reference.facts import fact
from regain.reference.rules import error

MODIFIERS = modifiers_of(fact("billing/modifiers").latest())
DAY = date(2026, 6, 1)
CLEAN = ClaimFacts(
    on=DAY, today=date(2026, 6, 5), kind="medicare_b", evaluation=False, lines=(Line("PT", "97110", 2, ("GP",)),), diagnoses=("M54.50", "S52.501A"),
    billing_npi="1234567893", tax_id="010000001", rendering_npi="2000000028", member_id="1EG4", referring_npi="2000000010", coverage=True,
    section_signed=True, certified=Certified(True, True, date(2026, 8, 1), True, date(2026, 7, 1), None, date(2026, 8, 1)),
    authorization_wanted="no", authorized=False, timely_filing_days=365, file_soon_days=30, delay_papers_days=183,
)  # fmt: skip
OPEN = Certified(True, True, None, False, date(2026, 6, 3), None, date(2026, 8, 1))


def at(hour, minute=0):
    return datetime(2026, 6, 1, hour, minute, tzinfo=UTC)


def found(**change):
    return [(f.code, str(f.severity)) for f in check_claim(replace(CLEAN, **change), MODIFIERS)]


def test_a_clean_claim_has_no_finding():
    assert found() == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"coverage": False, "member_id": ""}, [("NO_COVERAGE", "warning")]),
        ({"member_id": ""}, [("MEMBER_ID_MISSING", "error")]),
        ({"authorization_wanted": "always"}, [("NO_AUTHORIZATION", "error")]),
        ({"authorization_wanted": "often"}, [("NO_AUTHORIZATION", "warning")]),
        ({"authorization_wanted": "always", "authorized": True}, []),
        ({"billing_npi": "1234567890"}, [("NPI_INVALID", "error")]),
        ({"rendering_npi": ""}, [("NPI_INVALID", "error")]),
        ({"tax_id": ""}, [("TAX_ID_MISSING", "error")]),
        ({"referring_npi": ""}, [("REFERRING_NPI_MISSING", "error")]),
        ({"referring_npi": "", "kind": "commercial"}, []),
        ({"license": (error("LICENSE_EXPIRED", "It ended.", try_="Renew.", source="S"),)}, [("LICENSE_EXPIRED", "error")]),
        ({"diagnoses": ()}, [("DIAGNOSIS_MISSING", "error")]),
        ({"diagnoses": ("97110",)}, [("DIAGNOSIS_INVALID", "error")]),
        ({"section_signed": False}, [("NO_SECTION", "error")]),
        ({"section_signed": False, "evaluation": True}, []),
        # certification: within the days to sign, late, excepted, by verbal order, after the period
        ({"certified": OPEN, "today": date(2026, 6, 3)}, [("NOT_CERTIFIED", "warning")]),
        ({"certified": OPEN, "today": date(2026, 6, 4)}, [("NOT_CERTIFIED", "error")]),
        ({"certified": replace(OPEN, signature_required=False), "today": date(2026, 6, 4)}, []),
        ({"certified": replace(OPEN, verbal_due_on=date(2026, 6, 5))}, [("VERBAL_NOT_SIGNED", "warning")]),
        ({"certified": replace(OPEN, verbal_due_on=date(2026, 6, 4))}, [("VERBAL_NOT_SIGNED", "error")]),
        ({"certified": replace(OPEN, signature_required=False, interval_ends_on=date(2026, 5, 31))}, [("NOT_RECERTIFIED", "error")]),
        ({"certified": Certified()}, []),
        ({"lines": ()}, [("NOTHING_TO_BILL", "error")]),
        ({"zero_units": ("PT:97140",)}, [("NO_UNIT", "info")]),
        ({"lines": (Line("PT", "20560", 1, ("GP",), covered=False),)}, [("CODE_NOT_COVERED", "error")]),
        ({"lines": (Line("PT", "20560", 1, ("GP", "GX"), covered=False),)}, []),
        ({"over_threshold": True}, [("KX_MISSING", "error")]),
        ({"over_threshold": True, "lines": (Line("PT", "97110", 2, ("GP", "KX")),)}, []),
        ({"over_threshold": True, "lines": (Line("PT", "97110", 2, ("GP", "GA")),)}, []),
        ({"duplicates": (("97110", "C260000001"),)}, [("DUPLICATE", "error")]),
        ({"limits": (LimitUse(20, 20, "visits", ("OT", "PT")),)}, []),
        ({"limits": (LimitUse(20, 21, "visits", ("OT", "PT")),)}, [("LIMIT_REACHED", "warning")]),
        ({"limits": (LimitUse(20, 21, "visits", ()),), "limits_yield": True}, [("LIMIT_YIELDS", "info")]),
        ({"periods": (Period("PT", at(9), 45, 45), Period("OT", at(9, 45), 45, 45))}, []),
        ({"periods": (Period("PT", at(9), 45, 45), Period("OT", at(9, 30), 45, 45))}, [("MINUTES_TWICE", "error")]),
        # treated together for half an hour, the minutes split between the notes
        ({"periods": (Period("PT", at(9), 30, 15), Period("OT", at(9), 30, 15))}, []),
        ({"today": date(2026, 5, 31)}, [("VISIT_IN_FUTURE", "error")]),
        ({"today": DAY + timedelta(335)}, [("FILE_SOON", "warning")]),
        ({"today": DAY + timedelta(366)}, [("FILED_LATE", "error")]),
        ({"today": DAY + timedelta(366), "timely_filing_days": 0}, []),
        # modifiers that cannot stand together or alone
        ({"lines": (Line("PT", "97110", 1, ("GP", "KX", "GA")),)}, [("MODIFIERS_CONFLICT", "error")]),
        ({"lines": (Line("PT", "97110", 1, ("CQ",)),)}, [("MODIFIER_UNPAIRED", "error")]),
        ({"lines": (Line("PT", "97110", 1, ("GO", "CQ")),)}, [("MODIFIER_UNPAIRED", "error")]),
        ({"lines": (Line("PT", "97110", 1, ("GP", "GX")),)}, [("MODIFIER_ON_COVERED", "error")]),
        ({"lines": (Line("PT", "97110", 1, ("GP", "GZ")),)}, [("DENIAL_EXPECTED", "warning")]),
        ({"lines": (Line("PT", "97110", 1, ("GP", "QQ")),)}, [("MODIFIER_UNKNOWN", "error")]),
        ({"lines": (Line("PT", "97110", 1, ("59", "GP", "CQ", "KX", "95")),)}, [("TOO_MANY_MODIFIERS", "error")]),
    ],
)  # fmt: skip
def test_each_cause_has_its_finding_with_a_source_and_a_fix(change, expected):
    assert found(**change) == expected
    for finding in check_claim(replace(CLEAN, **change), MODIFIERS):
        assert finding.source, finding
        assert finding.try_, finding


def test_a_certification_half_a_year_late_needs_papers():
    (finding,) = check_claim(replace(CLEAN, certified=OPEN, today=date(2026, 12, 4)), MODIFIERS)
    assert finding.try_.endswith("it needs the papers that explain why.")


@pytest.mark.parametrize(
    ("npi", "valid"),
    [("1234567893", True), ("1234567890", False), ("2234567892", False), ("0234567893", False), ("123456789", False), ("", False), ("１２３４５６７８９３", False)],
)  # fmt: skip
def test_npi_passes_its_check_digit(npi, valid):
    assert npi_is_valid(npi) is valid


def test_every_source_that_a_finding_cites_is_described():
    described = {
        key for subject in ("claim_checks", "modifiers", "ncci_pairs") for key in fact(f"billing/{subject}").sources
    }
    cited = {f.source for case in test_each_cause_has_its_finding_with_a_source_and_a_fix.pytestmark[0].args[1]
             for f in check_claim(replace(CLEAN, **case[0]), MODIFIERS)} - {"S"}  # fmt: skip
    assert cited <= described
