"""A payer's fee schedule through `regain import`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from regain.cli import import_
from regain.coverage.actions import add_payer
from regain.coverage.queries import fees
from tests.factories import AT, make_clinic

FILE = """code,starts_on,ends_on,allowed,work,pe,mp,charge
97110,2026-01-01,,31.50,,,,45
97140,2026-01-01,2026-06-30,,14,12,1,
97112,2026-01-01,,-3,,,,
"""


@pytest.fixture
def payer(db, monkeypatch):
    monkeypatch.setattr("regain.cli.import_.open_record", lambda: None)
    return add_payer(by=make_clinic().owner, at=AT, name="Katahdin", kind="commercial")


def test_fees_are_loaded_once_and_bad_rows_named(payer, tmp_path, capsys):
    path = tmp_path / "fees.csv"
    path.write_text(FILE)
    assert import_.main([str(path), "--payer", "Katahdin"]) == 1
    out, err = capsys.readouterr()
    assert out == "fees.csv: 2 fees added for Katahdin, 0 here already; 1 bad rows left out\n"
    assert "fees.csv:4.allowed is '-3'; expected an amount from 0" in err
    found = fees(payer.organization_id, payer, date(2026, 11, 24))
    assert {code: (fee.allowed, fee.charge) for code, fee in found.items()} == {
        "97110": (Decimal("31.50"), Decimal(45))
    }
    assert import_.main([str(path), "--payer", "Katahdin"]) == 1
    assert "0 fees added for Katahdin, 2 here already" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (FILE, (), "a fee schedule belongs to a payer; say --payer with one of Katahdin"),
        (FILE, ("--payer", "Nobody"), "no payer 'Nobody'"),
        ("a,b\n1,2\n", ("--payer", "Katahdin"), "is no fee schedule; expected the columns code, starts_on"),
    ],
)
def test_what_cannot_be_loaded_says_what_to_try(payer, tmp_path, capsys, text, words, said):
    path = tmp_path / "fees.csv"
    path.write_text(text)
    assert import_.main([str(path), *words]) == 2
    assert said in capsys.readouterr().err
