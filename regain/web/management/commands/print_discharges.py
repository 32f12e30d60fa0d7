"""Writes every joint discharge summary as a PDF; `regain export` calls it."""

from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils import timezone

from regain.organizations.models import Membership, Organization
from regain.plan_of_care.models import Discharge
from regain.web.views.discharge import printed


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--to", required=True)

    def handle(self, *args, **options):
        folder = Path(options["to"])
        for organization in Organization.objects.order_by("pk"):
            system = next(
                m for m in Membership.objects.of(organization.pk).select_related("organization") if "system" in m.roles
            )
            for row in Discharge.objects.of(organization.pk).select_related("episode__patient").order_by("pk"):
                folder.mkdir(parents=True, exist_ok=True)
                pdf = printed(system, row.episode, timezone.now())
                if pdf is None:
                    self.stderr.write(
                        "No PDF was written: the Pango library is missing (apt-get install libpango-1.0-0 libpangoft2-1.0-0)."
                    )
                    return
                (folder / f"discharge-{row.episode.number}.pdf").write_bytes(pdf)
