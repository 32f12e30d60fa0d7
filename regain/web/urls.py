"""The root of every address."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import include, path

# each room that has pages brings its own urls module
ROOMS = ("web", "organizations", "people", "credentials", "careers", "episodes", "referrals", "coverage", "scheduling",
         "outcomes", "plan_of_care", "visits", "billing", "fhir", "ui")  # fmt: skip

urlpatterns = [path("account/", include("allauth.urls"))]
