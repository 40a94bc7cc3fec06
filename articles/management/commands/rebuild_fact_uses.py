from django.core.management.base import BaseCommand

from articles.publishing.quoting import rebuild


class Command(BaseCommand):
    help = "Parse every article from scratch and record which figures and pictures it names."

    def handle(self, **options):
        wrong = rebuild()
        self.stdout.write(f"Articles that quoted otherwise than was recorded: {wrong}")
