from django.core.management.base import BaseCommand, CommandError

from facts.review.link_checks import Offline, check_due


class Command(BaseCommand):
    help = "Check the URLs of sources not checked for a week. Run it once a day."

    def add_arguments(self, parser):
        parser.add_argument(
            "--limit", type=int, default=500, help="check at most this many (default: 500)"
        )

    def handle(self, *, limit, **options):
        try:
            counts = check_due(limit)
        except Offline as error:
            raise CommandError(str(error)) from None
        told = ("alive", "failing", "gone", "unknown")
        self.stdout.write("Sources: " + ", ".join(f"{counts[name]} {name}" for name in told))
