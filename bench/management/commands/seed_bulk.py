import time

from django.core.management.base import BaseCommand, CommandError

from bench import bulk


class Command(BaseCommand):
    help = (
        "Make a large publication for measuring: articles, companies, facts and comments, by the "
        "database itself. For a database made for it: never for a real publication."
    )

    def add_arguments(self, parser):
        parser.add_argument("--articles", type=int, default=1000)
        parser.add_argument("--companies", type=int, default=100)
        parser.add_argument("--comments", type=int, default=5000)
        parser.add_argument(
            "--facts", type=int, help=f"default: {bulk.FACTS_PER_COMPANY} for each company"
        )
        parser.add_argument(
            "--no-search", action="store_true", help="Leave the articles out of the search index."
        )
        parser.add_argument(
            "--yes", action="store_true", help="Even where there are articles beside the demo's."
        )

    def handle(self, *args, articles, companies, comments, facts, no_search, yes, **options):
        if min(articles, companies, comments, facts or 0) < 0:
            raise CommandError("Numbers of rows start at 0.")
        if not yes and not bulk.holds_only_the_demo():
            raise CommandError(
                "This publication has articles of its own. Nothing was made; --yes if it must be."
            )
        if facts is None:
            facts = companies * bulk.FACTS_PER_COMPANY
        started = time.monotonic()
        try:
            made = bulk.seed(
                bulk.Size(articles, companies, comments, facts),
                with_search=not no_search,
                tell=self.tell,
            )
        except bulk.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        counts = ", ".join(f"{number:,} {name}" for name, number in made.items())
        self.stdout.write(f"Bulk: made {counts} in {time.monotonic() - started:.0f} s.")

    def tell(self, line):
        self.stdout.write(line)
        self.stdout.flush()
