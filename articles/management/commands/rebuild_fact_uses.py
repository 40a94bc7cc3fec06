from django.core.management.base import BaseCommand

from articles.publishing.quoting import rebuild


class Command(BaseCommand):
    help = "Parse every article from scratch and record which figures it quotes."

    def handle(self, **options):
        wrong = rebuild()
        self.stdout.write(f"Articles that quoted otherwise than was recorded: {wrong}")
