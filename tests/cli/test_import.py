"""`regain import` from outside: every kind of file, what became of each resource, and the way on to discharge."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from regain.cli import import_
from regain.episodes.queries import episodes
from regain.fhir.actions.letters import read_letter
from regain.people.models import Caregiver, Patient
from regain.record.models import AuditLine, KeptResource
from regain.referrals.actions import begin_episode, decide
from regain.referrals.models import Referral
from tests.factories import AT, ON
from tests.referrals.files import LETTER, bundle, pdf
from tests.test_care_path import walk

ANNA = {"resourceType": "Patient", "id": "a", "name": [{"family": "Alder", "given": ["Anna"]}, {"use": "maiden", "family": "Birch", "given": ["Anna"]}],
        "birthDate": "1950-01-01", "gender": "female"}  # fmt: skip
OWN = {"resourceType": "EpisodeOfCare", "id": "e", "status": "active", "patient": {"reference": "Patient/a"}, "type": [{"text": "Stroke"}],
       "period": {"start": "2026-10-01"}}  # fmt: skip
CODED = {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/a"}, "onsetDateTime": "2026-09-20",
         "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I69.354", "display": "Hemiplegia after stroke"}]}}  # fmt: skip
SON = {"resourceType": "RelatedPerson", "id": "s", "patient": {"reference": "Patient/a"}, "name": [{"family": "Alder", "given": ["Ben"]}],
       "relationship": [{"text": "son"}], "telecom": [{"system": "phone", "value": "207 555 0101"}]}  # fmt: skip


@pytest.fixture
def take(clinic, tmp_path, capsys, monkeypatch):
    """Write files, import a path, and give the exit code and what was said of each resource."""
    monkeypatch.setattr(import_, "open_record", lambda: None)

    def take(path="", **files):
        for name, content in files.items():
            target = tmp_path / name.replace("__", ".")
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
            path = path or target.name
        code = import_.main([str(tmp_path / path), "--json"])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return take


def became(said):
    return {row["where"]: row["became"] for row in said}


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "batch", "document"])
def test_each_type_of_bundle_is_read(take, kind):
    entries = [
        {
            "fullUrl": "urn:uuid:1",
            "resource": ANNA,
            "request": {"method": "POST", "url": "Patient"},
            "search": {"mode": "match"},
        }
    ]
    code, said = take(box__json=json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}))
    assert (code, became(said)) == (0, {"box.json:entry 1": "used"})


def test_single_resources_and_lines_of_a_folder_are_read_as_one(take, clinic):
    take(path="episode.json", episode__json=json.dumps(OWN))
    code, said = take(path=".", a__json=json.dumps(ANNA), more__ndjson="\n".join(map(json.dumps, [CODED, SON])))
    assert (code, sorted(became(said).values())) == (0, ["here already", "kept as it came", "used", "used"])
    assert [str(o.search_name) for o in Patient.objects.of(clinic.owner).get().other_names.all()] == ["birch anna"]
    assert list(Caregiver.objects.of(clinic.owner).values_list("name", "relation", "phone")) == [
        ("Ben Alder", "son", "207 555 0101")
    ]


def test_a_coded_condition_is_a_diagnosis_of_the_open_episode(take, clinic):
    take(box__ndjson="\n".join(map(json.dumps, [CODED, OWN, ANNA])))
    episode = episodes(clinic.owner).get()
    assert list(episode.diagnoses.values_list("code", "label", "rank")) == [("I69.354", "Hemiplegia after stroke", 1)]


def test_one_bad_line_is_refused_with_its_place_and_loses_no_other(take, clinic):
    code, said = take(
        box__ndjson="\n".join([json.dumps(ANNA), '{"resourceType": "Patient",', "[1]", "", json.dumps(OWN)])
    )
    assert code == 1
    assert became(said) == {
        "box.ndjson:1": "used",
        "box.ndjson:2": "refused",
        "box.ndjson:3": "refused",
        "box.ndjson:5": "used",
    }
    assert "line 1, column" in next(row["why"] for row in said if row["where"] == "box.ndjson:2")


def test_broken_json_says_where(take):
    code, said = take(box__json='{"resourceType": "Bundle",\n "entry": [}')
    assert (code, said[0]["became"]) == (1, "refused")
    assert "line 2, column 12" in said[0]["why"]


def test_entries_that_carry_nothing_are_refused_by_name(take):
    inner = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": ANNA}]}
    entries = [{"request": {"method": "DELETE", "url": "Patient/1"}}, {}, {"resource": inner}, 7]
    code, said = take(box__json=json.dumps({"resourceType": "Bundle", "type": "batch", "entry": entries}))
    assert (code, became(said)) == (1, {"box.json:entry 1": "refused", "box.json:entry 2": "refused", "box.json:entry 3:entry 1": "used", "box.json:entry 4": "refused"})  # fmt: skip
    assert said[0]["why"] == "a DELETE request carries nothing to import"


def test_a_patient_sent_before_is_still_the_patient_of_later_files(take, clinic):
    take(a__json=json.dumps(ANNA))
    code, said = take(path="late.json", late__json=json.dumps(OWN))
    assert (code, [row["became"] for row in said]) == (0, ["used"])
    assert episodes(clinic.owner).get().patient.given == "Anna"


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"status": "completed"}, "completed"), ({"category": [{"coding": [{"system": "http://snomed.info/sct", "code": "363679005"}]}]}, "imaging")],
)  # fmt: skip
def test_an_order_that_asks_nothing_of_a_therapist_is_kept(take, clinic, changes, why):
    order = {
        "resourceType": "ServiceRequest",
        "id": "o",
        "status": "active",
        "subject": {"reference": "Patient/a"},
        "reasonCode": [{"text": "Stroke, cannot dress"}],
    }
    _, said = take(box__ndjson="\n".join(map(json.dumps, [ANNA, order | changes])))
    assert (said[1]["became"], why in said[1]["why"]) == ("kept as it came", True)
    assert not Referral.objects.of(clinic.owner).exists()


@pytest.mark.parametrize(("name", "raw"), [("letter__txt", LETTER.encode()), ("letter__pdf", pdf())])
def test_a_letter_becomes_a_referral_once(take, clinic, name, raw):
    code, said = take(**{name: raw})
    assert (code, said[0]["became"]) == (0, "used")
    referral = Referral.objects.of(clinic.owner).get()
    assert (referral.source, referral.patient_id, bytes(referral.document.content)) == ("letter", None, raw)
    assert referral.recommendations.count() == 1
    assert take(**{name: raw})[1][0]["became"] == "here already"
    assert Referral.objects.of(clinic.owner).count() == 1


@pytest.mark.parametrize(
    ("name", "raw", "why"), [("empty__txt", b"", "no words"), ("locked__pdf", pdf(password="x"), "password")]
)
def test_a_letter_without_words_is_refused_and_leaves_nothing(take, clinic, name, raw, why):
    code, said = take(**{name: raw})
    assert (code, said[0]["became"], why in said[0]["why"]) == (1, "refused", True)
    assert not Referral.objects.of(clinic.owner).exists()


def test_a_letter_that_comes_in_the_evening_is_of_the_clinics_day(clinic):
    evening = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)  # half past nine of the 24th in Maine
    assert read_letter("a.txt", LETTER.encode(), by=clinic.owner, at=evening).became == "used"
    assert Referral.objects.of(clinic.owner).get().received_on == ON


def test_what_is_kept_leaves_an_audit_line_for_its_patient(take, clinic):
    shots = [{"resourceType": "Immunization", "id": str(n), "patient": {"reference": "Patient/a"}} for n in range(3)]
    take(box__ndjson="\n".join(map(json.dumps, [*shots, ANNA])))
    patient = Patient.objects.of(clinic.owner).get()
    line = AuditLine.objects.of(clinic.owner).get(action="resources kept")
    assert (
        line.patient_id,
        line.detail["count"],
        KeptResource.objects.of(clinic.owner).filter(patient_id=patient.pk).count(),
    ) == (patient.pk, 3, 3)


def test_many_batches_end_as_one(take, clinic):
    people = [{**ANNA, "id": f"p{n}", "name": [{"family": f"Family{n}", "given": ["Ann"]}]} for n in range(30)]
    things = [
        {"resourceType": "Basic", "id": f"b{n}", "subject": {"reference": f"Patient/p{n % 30}"}} for n in range(450)
    ]
    lines = "\n".join(map(json.dumps, things + people))
    code, said = take(box__ndjson=lines)
    assert (code, len(said), len({row["where"] for row in said})) == (0, 480, 480)
    assert KeptResource.objects.of(clinic.owner).filter(patient_id__isnull=False).count() == 450
    assert {row["became"] for row in take(box__ndjson=lines)[1]} == {"here already"}


@pytest.mark.parametrize("discipline", ["OT", "PT"])
def test_a_request_imported_here_goes_on_to_claim_and_discharge(take, clinic, discipline):
    code, said = take(order__json=json.dumps(bundle()))
    assert code == 0, said
    referral = Referral.objects.of(clinic.owner).get()
    assert (referral.patient.family, referral.referrer.family, referral.signed_on.isoformat()) == (
        "Moreau",
        "Okafor",
        "2026-11-20",
    )
    read = referral.recommendations.get()
    by = clinic.member_of(discipline)
    decision, findings = decide(read, disciplines=[discipline], reason="One discipline at a time.", by=by, at=AT)
    assert (decision is not None, findings) == (True, [])
    episode, findings = begin_episode(
        referral, version=referral.version, site=clinic.site, problem="Stroke", opened_on=ON, by=by, at=AT
    )
    assert findings == []
    claim = walk(clinic, discipline, episode)
    assert claim.charges.count() == 1
