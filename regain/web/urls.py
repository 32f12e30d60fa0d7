"""The root of every address: each room's own, under the room's prefix."""

from importlib.util import find_spec

from django.urls import include, path

PREFIXES = {
    "web": "", "ui": "", "organizations": "clinic/", "people": "people/", "credentials": "team/", "careers": "careers/",
    "episodes": "episodes/", "referrals": "referrals/", "coverage": "coverage/", "scheduling": "schedule/",
    "outcomes": "outcomes/", "plan_of_care": "plan/", "visits": "visits/", "billing": "billing/", "fhir": "fhir/",
}  # fmt: skip

urlpatterns = [path("account/", include("allauth.urls"))]
urlpatterns += [
    path(prefix, include(f"regain.{room}.{'pages' if room == 'web' else 'urls'}"))
    for room, prefix in PREFIXES.items()
    if find_spec(f"regain.{room}.{'pages' if room == 'web' else 'urls'}")
]
