import pytest
from django.db import DatabaseError, connection, transaction

from regain.record import guards
from regain.record.actions import add, audit, sign
from regain.record.models import AuditLine, Document
from regain.record.queries import chain
from regain.record.rules import check_chain, digest
from regain.visits.models import Intervention, Visit
from tests.factories import AT, ON, make_episode


def make_visit(clinic):
    episode = make_episode(clinic)
    return add(Visit, by=clinic.member_of("PT"), at=AT, episode=episode, patient=episode.patient, practitioner=clinic.therapists["PT"],
               site=clinic.site, discipline="PT", kind="treatment", on=ON, total_minutes=40)  # fmt: skip


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except DatabaseError as problem:
        return "regain:" in str(problem)
    return False


def test_guards_in_the_database_are_those_declared(db):
    assert guards.installed(connection) == guards.names()


def test_signed_row_is_refused_by_the_database(clinic):
    visit = make_visit(clinic)
    intervention = add(
        Intervention, by=visit.created_by, at=AT, visit=visit, code="97110", label="Sit to stand", minutes=10
    )
    Visit.objects.filter(pk=visit.pk).update(subjective="before")
    visit.refresh_from_db()
    sign(visit, by=visit.created_by, at=AT, signature="Robin PTson, PT")
    assert refused(lambda: Visit.objects.filter(pk=visit.pk).update(subjective="after"))
    assert refused(lambda: Visit.objects.filter(pk=visit.pk)._raw_delete("default"))
    assert refused(lambda: Intervention.objects.filter(pk=intervention.pk).update(minutes=30))
    assert refused(lambda: Intervention.objects.filter(pk=intervention.pk)._raw_delete("default"))
    assert refused(
        lambda: add(Intervention, by=visit.created_by, at=AT, visit=visit, code="97110", label="x", minutes=1)
    )
    other = make_visit_of(visit)
    moved = add(Intervention, by=visit.created_by, at=AT, visit=other, code="97110", label="x", minutes=1)
    assert refused(lambda: Intervention.objects.filter(pk=moved.pk).update(visit=visit))
    visit.refresh_from_db()
    assert digest(visit.signed_content()) == visit.signed_hash


def make_visit_of(visit):
    return add(Visit, by=visit.created_by, at=AT, episode=visit.episode, patient=visit.patient, practitioner=visit.practitioner,
               site=visit.site, discipline="PT", kind="treatment", on=ON)  # fmt: skip


def test_append_only_row_is_refused_by_the_database(clinic):
    document = add(
        Document,
        by=clinic.desk,
        at=AT,
        name="letter.txt",
        media_type="text/plain",
        size=1,
        sha256="0" * 64,
        content=b"x",
    )
    assert refused(lambda: Document.objects.filter(pk=document.pk).update(name="other"))
    assert refused(lambda: Document.objects.filter(pk=document.pk).delete())


def test_a_signature_is_whole_or_absent(clinic):
    visit = make_visit(clinic)
    with pytest.raises(DatabaseError), transaction.atomic():
        Visit.objects.filter(pk=visit.pk).update(signed_at=AT)


def test_audit_chain_is_whole_until_a_line_is_changed_or_removed(clinic):
    for number in range(3):
        audit("looked", None, by=clinic.desk, at=AT, note=number)
    assert check_chain(chain(clinic.organization)) == []
    guards.remove(connection)
    victim = AuditLine.objects.of(clinic.organization).order_by("-sequence")[1]
    AuditLine.objects.filter(pk=victim.pk).update(detail={"note": 99})
    assert [f.code for f in check_chain(chain(clinic.organization))] == ["AUDIT_CHANGED"]
    AuditLine.objects.filter(pk=victim.pk).delete()
    assert [f.code for f in check_chain(chain(clinic.organization))] == ["AUDIT_GAP"]
    guards.install(connection)
