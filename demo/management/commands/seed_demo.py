from django.conf import settings
from django.core.management.base import BaseCommand

from articles.models import Article
from demo import publication as demo
from facts.open import dump


class Command(BaseCommand):
    help = "Load the demo publication from fixtures/demo. Rows that are there already stay."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing when there is any article."
        )

    def handle(self, *args, if_empty, **options):
        if if_empty and Article.objects.exists():
            self.stdout.write("Demo: left alone, there are articles already.")
            return
        # The logins' password is public: they are for a site on this machine alone.
        made = demo.load_all(with_logins=settings.IS_LOCAL)
        dump.write()
        counts = ", ".join(f"{count} {name}" for name, count in made.items())
        note = "" if settings.IS_LOCAL else " No logins were made: this site is not a local one."
        self.stdout.write(f"Demo: made {counts}.{note}")
