from django.core.management.base import BaseCommand

from facts.open import dump


class Command(BaseCommand):
    help = "Write the files with every published figure that /data/ offers. Run it once a day."

    def handle(self, **options):
        self.stdout.write(f"Figures: {dump.write()} written to {dump.folder()}")
