from django.core.management.base import BaseCommand

from facts.publishing import expire_preferences


class Command(BaseCommand):
    help = "Record the end of each preference whose last day is over. Run it once a day."

    def handle(self, **options):
        self.stdout.write(f"Preferences ended: {expire_preferences()}")
