"""What every test shares."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests import factories

# how fast a shared machine draws examples is no property of the rules
settings.register_profile("regain", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("regain")


@pytest.fixture
def clinic(db) -> factories.Clinic:
    """One organization, staffed and licensed in Maine."""
    return factories.make_clinic()


@pytest.fixture
def other_clinic(db) -> factories.Clinic:
    """A second organization, which must never see the first."""
    return factories.make_clinic("Saco Rehab")
