from django.core.management.base import BaseCommand, CommandError

from companies.models import Company
from facts.exchange.csv_lines import write
from facts.models import Fact


class Command(BaseCommand):
    help = "Write all figures and their sources to standard output as CSV."

    def add_arguments(self, parser):
        parser.add_argument(
            "--company",
            action="append",
            default=[],
            help="only this company: its slug (repeatable)",
        )

    def handle(self, *, company, **options):
        facts = Fact.objects.for_export()
        if company:
            known = set(Company.objects.filter(slug__in=company).values_list("slug", flat=True))
            if unknown := sorted(set(company) - known):
                raise CommandError(f"There is no company “{unknown[0]}”: use the slug of its page.")
            facts = facts.filter(company__slug__in=company)
        for line in write(facts.order_by("pk").iterator(chunk_size=500)):
            self.stdout.write(line, ending="")
