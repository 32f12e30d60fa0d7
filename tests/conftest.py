"""What every test shares."""

from __future__ import annotations

import pytest

from tests import factories


@pytest.fixture
def clinic(db) -> factories.Clinic:
    """One organization, staffed and licensed in Maine."""
    return factories.make_clinic()


@pytest.fixture
def other_clinic(db) -> factories.Clinic:
    """A second organization, which must never see the first."""
    return factories.make_clinic("Saco Rehab")
