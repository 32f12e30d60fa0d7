"""What `regain check` finds when somebody meddles with the database, and what it says to do."""

from __future__ import annotations

import pytest
from django.db import connection

from regain.cli.check import check
from regain.record import guards
from regain.record.actions import audit, sign
from regain.record.models import AuditLine
from regain.visits.models import Visit
from tests.factories import AT
from tests.record.test_record import make_visit


@pytest.fixture
def meddled(clinic):
    """A signed visit and three audit lines, with the guards off."""
    visit = make_visit(clinic)
    sign(visit, by=visit.created_by, at=AT, signature="Robin PTson, PT")
    for number in range(3):
        audit("looked", None, by=clinic.desk, at=AT, note=number)
    guards.remove(connection)
    return visit


def found() -> list[tuple[str, bool]]:
    """Code, and whether it says what to do."""
    return [(finding.code, bool(finding.try_)) for finding in check() if finding.code != "GUARD_MISSING"]


def test_nothing_is_found_where_nothing_is_broken(clinic):
    assert list(check()) == []


def test_a_missing_guard_is_found(meddled):
    said = list(check())
    assert {finding.where for finding in said} == guards.names()
    assert all(finding.try_ for finding in said)


def test_a_signed_row_changed_behind_the_signature_is_found(meddled):
    Visit.objects.filter(pk=meddled.pk).update(subjective="other words")
    assert found() == [("SIGNED_CHANGED", True)]


@pytest.mark.parametrize(("meddle", "code"), [("change", "AUDIT_CHANGED"), ("remove", "AUDIT_GAP")])
def test_a_broken_chain_is_found(meddled, clinic, meddle, code):
    victim = AuditLine.objects.filter(pk=AuditLine.objects.of(clinic.organization).order_by("-sequence")[1].pk)
    victim.update(detail={"note": 99}) if meddle == "change" else victim.delete()
    assert found() == [(code, True)]


def test_a_database_behind_its_migrations_is_found(clinic, monkeypatch):
    from regain.record.management.commands import migrate

    monkeypatch.setattr(migrate, "unapplied", lambda connection: ["visits.0002_x"])
    assert found() == [("MIGRATION_NOT_APPLIED", True)]


def test_a_model_without_its_migration_is_found(clinic, monkeypatch):
    monkeypatch.setattr(Visit._meta.get_field("kind"), "max_length", 21)
    assert found() == [("MIGRATION_MISSING", True)]


def test_a_bad_fact_is_found(clinic, monkeypatch):
    from regain.reference import facts

    def bad(subject):
        raise facts.BadFact(f"{subject} has no unit")

    monkeypatch.setattr(facts, "subjects", lambda *_: ["a/b"])
    monkeypatch.setattr(facts, "fact", bad)
    assert found() == [("BAD_FACT", True)]
