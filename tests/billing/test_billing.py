"""Claims in the record: charged, checked against the day, modifiers set, voided and drafted again, pairs loaded."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from regain.billing.actions.claims import draft_claim, findings_of, load_pairs, move_claim, set_modifiers
from regain.billing.models import PairEdit
from regain.billing.queries.claims import accrued, claims, pairs_on, unbilled
from regain.billing.rules.pairs import read_pair
from regain.cli import import_
from regain.record.actions import add, sign
from regain.visits.models import Intervention, Visit
from tests.factories import AT, make_clinic
from tests.test_care_path import walk


@pytest.fixture
def clinic(db):
    return make_clinic()


@pytest.fixture
def claim(clinic):
    return walk(clinic, "PT")


def codes(claim, clinic, today=None):
    return {
        f.code
        for f in findings_of(claims(clinic.owner).get(pk=claim.pk), by=clinic.owner, today=today or claim.from_on)
    }


def test_charges_carry_what_the_payer_is_expected_to_allow(clinic, claim):
    rows = list(claims(clinic.owner).get(pk=claim.pk).charges.all())
    assert all(row.allowed <= row.amount for row in rows)
    assert sum(row.allowed for row in rows) < sum(row.amount for row in rows)
    assert accrued(clinic.owner, claim.patient, "PT", claim.from_on) == sum(row.allowed for row in rows)


def test_a_void_claim_bills_nothing_and_the_visit_waits_again(clinic, claim):
    visit = claim.charges.first().visit
    waiting = unbilled(clinic.owner).count()
    assert move_claim(claim, to="ready", by=clinic.owner, at=AT) != []
    from regain.billing.models import ClaimStatus

    add(ClaimStatus, by=clinic.owner, at=AT + timedelta(minutes=1), claim=claim, status="void")
    assert unbilled(clinic.owner).count() == waiting + 1
    assert accrued(clinic.owner, claim.patient, "PT", claim.from_on) == Decimal(0)
    again = draft_claim(visit, by=clinic.owner, at=AT + timedelta(minutes=2))
    assert "DUPLICATE" not in codes(again, clinic)


def test_modifiers_are_added_in_order_and_those_of_rules_stay(clinic, claim):
    line = claim.charges.order_by("code").first()
    assert set_modifiers(line, given=["GA", "XS"], version=line.version, by=clinic.owner, at=AT) == []
    line.refresh_from_db()
    assert line.modifiers == ["XS", "GP", "GA"]
    assert set_modifiers(line, given=[], version=line.version, by=clinic.owner, at=AT) == []
    line.refresh_from_db()
    assert line.modifiers == ["GP"]
    for wrong in ("KX", "GO", "QQ"):
        assert [f.code for f in set_modifiers(line, given=[wrong], version=line.version, by=clinic.owner, at=AT)] == [
            "MODIFIER_UNKNOWN"
        ]


def rows_of(*lines):
    return [read_pair(line.split("\t")) for line in lines]


def test_pairs_of_the_newest_file_count_and_the_shipped_list_no_more(clinic):
    on, asked = date(2026, 11, 24), {"97012", "97140"}
    shipped, release = pairs_on(clinic.owner, on, asked)
    assert (release.name, any((p.column_one, p.column_two) == ("97012", "97140") for p in shipped)) == (
        "the shipped list",
        True,
    )
    for name, start, row in (
        ("a", date(2026, 10, 1), "97012\t97140\t\t20200101\t*\t0\t"),
        ("b", date(2026, 11, 1), "97012\t97140\t\t20200101\t*\t1\t"),
    ):
        load_pairs(rows_of(row, "97530\t97116\t\t20200101\t*\t1\t"), name=name, starts_on=start, ends_on=date(2026, 12, 31), sha256="0" * 64, rows=2,
                   by=clinic.owner, at=AT)  # fmt: skip
    assert [(p.column_one, str(p.indicator)) for p in pairs_on(clinic.owner, on, asked)[0]] == [("97012", "1")]
    assert [(p.column_one, str(p.indicator)) for p in pairs_on(clinic.owner, date(2026, 10, 24), asked)[0]] == [
        ("97012", "0")
    ]
    assert pairs_on(make_clinic("Other Therapy").owner, on, asked)[1].name == "the shipped list"


FILE = """CPT only copyright American Medical Association
Column 1\tColumn 2\t*=in existence prior to 1996\tEffective\tDeletion\tModifier\tRationale
97140\t97530\t\t20200101\t20201231\t1\tMisuse
97530\t97750\t\t20200101\t*\t1\tMisuse
97530\t9775\t\t20200101\t*\t1\tnot a code
97530\t97755\t\t2020\t*\t1\tcut off
00100\t97530\t\t20200101\t*\t0\tanother trade
"""


def test_the_file_of_cms_is_loaded_by_import_once(clinic, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("regain.cli.import_.open_record", lambda: None)
    path = tmp_path / "ccipra-v323r0-f1.txt"
    path.write_text(FILE)
    assert import_.main([str(path)]) == 1
    out, err = capsys.readouterr()
    assert (
        out
        == "ccipra-v323r0-f1.txt: 2 pairs of therapy codes kept of 4 rows, for 2026-10-01 to 2026-12-31; 1 broken rows left out\n"
    )
    assert (
        err
        == "ccipra-v323r0-f1.txt:6: effective date '2020'; expected eight digits such as 20260101; the row was left out\n"
    )
    assert import_.main([str(path)]) == 1
    assert "loaded already" in capsys.readouterr().out
    assert sorted(PairEdit.objects.of(clinic.owner).values_list("column_one", "column_two")) == [
        ("97140", "97530"),
        ("97530", "97750"),
    ]
    unnamed = tmp_path / "ccipra.txt"
    unnamed.write_text("nothing here")
    assert import_.main([str(unnamed)]) == 2
    assert "does not say its quarter" in capsys.readouterr().err
    assert import_.main([str(unnamed), "--quarter", "2026-10-01"]) == 2
    assert "holds no pairs" in capsys.readouterr().err


def test_a_biller_adds_a_modifier_on_the_page_and_a_second_one_loses_nothing(clinic, claim, client):
    biller = clinic.members["biller"]
    client.force_login(biller.user)
    line = claim.charges.order_by("code").first()
    address = f"/billing/line/{line.pk}/modifiers"
    assert "XS: a separate structure of the body" in client.get(address).content.decode()
    assert client.post(address, {"version": line.version, "given": ["XS"]}).status_code == 302
    second = client.post(address, {"version": line.version, "given": ["XE"]})
    assert (second.status_code, "Somebody else changed this line" in second.content.decode()) == (422, True)
    line.refresh_from_db()
    assert line.modifiers == ["XS", "GP"]
    assert client.post(address, {"version": line.version, "given": ["KX"]}).status_code == 422
    client.force_login(clinic.members["front_desk"].user)
    assert client.get(address).status_code == 403


def test_notes_written_one_after_the_other_are_not_taken_for_time_together(clinic, claim):
    """Only an appointment says when a visit was given; the moment a note was opened does not."""
    visit = claim.charges.first().visit
    other = add(Visit, by=clinic.owner, at=AT, patient=visit.patient, episode=visit.episode, site=visit.site, practitioner=clinic.therapists["OT"], discipline="OT",
                kind="treatment", on=visit.on, started_at=visit.started_at, total_minutes=45)  # fmt: skip
    add(Intervention, by=clinic.owner, at=AT, visit=other, code="97530", minutes=45)
    sign(other, by=clinic.owner, at=AT, signature="Dana Ouellette, OTR/L")
    assert visit.started_at is not None
    assert "MINUTES_TWICE" not in codes(claim, clinic)
