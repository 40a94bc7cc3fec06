from django.core.management.base import BaseCommand, CommandError

from articles.models import Article, Listing
from articles.querysets import batches


class Command(BaseCommand):
    help = "Compare the lists of topics, authors and companies with the articles and their links."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="put right what is wrong")

    def handle(self, *, repair, **options):
        pks = Article._base_manager.order_by("pk").values_list("pk", flat=True)
        compare = Listing.objects.follow if repair else Listing.objects.count_wrong
        wrong = sum(map(compare, batches(pks)))
        self.stdout.write(f"Listings that were wrong or missing: {wrong}")
        if wrong and not repair:
            raise CommandError("Run it again with --repair.")
