"""The demonstration clinic: every stage, on whatever weekday it is seeded, with nothing that could not have happened."""

from datetime import UTC, date, datetime, timedelta

import pytest

from regain.billing.queries.claims import counts
from regain.billing.queries.claims import rendering as renders
from regain.episodes.models import Episode
from regain.organizations.models import Organization, Site
from regain.outcomes.models import Examination, Score
from regain.people.models import Patient, Practitioner
from regain.record.models import AuditLine
from regain.referrals.models import Referral
from regain.scheduling.models import Appointment
from regain.visits.models import Visit
from regain.web.demonstration.seed import seed


@pytest.mark.parametrize("today", [date(2026, 11, 25), date(2026, 11, 29)], ids=["a Wednesday", "a Sunday"])
def test_the_demonstration_is_whole_and_possible(db, today):
    seed(today, say=lambda text: None)
    clinic = Organization.objects.get()
    assert Site.objects.of(clinic).count() == 2
    kinds = sorted(p.profession for p in Practitioner.objects.of(clinic))
    assert [kinds.count(kind) for kind in ("OT", "PT", "OTA", "PTA", "physician")] == [2, 3, 1, 1, 1]
    assert Patient.objects.of(clinic).count() == Referral.objects.of(clinic).count() == 12
    visits = list(Visit.objects.of(clinic).select_related("practitioner", "cosigner", "site", "patient"))
    assert {v.practitioner.profession for v in visits} == {"OT", "OTA", "PT", "PTA"}
    assert {v.site.name for v in visits} == {"Portland", "Bath"}
    assert all(renders(v) is not None for v in visits)
    assert len({v.objective for v in visits}) > 25
    assert {name for name, _ in counts(clinic)} >= {"draft", "sent"}
    taken = set(Score.objects.of(clinic).values_list("measure", flat=True))
    assert taken >= {"psfs", "nprs", "goniometry", "grip"}
    assert set(Examination.objects.of(clinic).values_list("kind", flat=True)) == {"strength", "body"}
    begins = datetime.combine(today, datetime.min.time(), UTC) + timedelta(hours=5)
    late = [line.action for line in AuditLine.objects.of(clinic).filter(at__gte=begins)]
    assert late == []
    assert [v for v in visits if v.on >= today or v.on.weekday() > 4] == []
    assert [a for a in Appointment.objects.of(clinic) if a.starts_at.astimezone(UTC).weekday() > 4] == []
    assert Episode.objects.of(clinic).filter(opened_on__gt=today).count() == 0
