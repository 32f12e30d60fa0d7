"""Seeds the demonstration clinic where there is none, and lists its sign-ins. `regain run` calls it."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from regain.organizations.models import Organization
from regain.web.demonstration.people import PASSWORD
from regain.web.demonstration.seed import seed, sign_ins


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("--sign-ins", action="store_true", help="list the sign-ins instead of seeding")

    def handle(self, *args, **options):
        if not settings.DEMONSTRATION:
            return
        if options["sign_ins"]:
            self.stdout.write(f"Demonstration sign-ins, all with the password {PASSWORD}:")
            for address, who in sign_ins():
                self.stdout.write(f"  {address:24} {who}")
        elif not Organization.objects.exists():
            self.stderr.write("Seeding the demonstration clinic ...")
            seed(timezone.localdate(), self.stderr.write)
