from django.core.management.base import BaseCommand

from desk import sync
from desk.models import ReviewTask


class Command(BaseCommand):
    help = "Look at every fact and article again: raise the review tasks due, close the others."

    def add_arguments(self, parser):
        parser.add_argument(
            "--read-today",
            action="store_true",
            help="Only the open ones about articles that were read today: views order the queue.",
        )

    def handle(self, *args, **options):
        if options["read_today"]:
            self.stdout.write(f"Review tasks: {sync.follow_views()['moved']} reordered.")
            return
        counts = sync.rebuild()
        self.stdout.write(
            f"Review tasks: {counts['raised']} raised, {counts['closed']} closed, "
            f"{counts['moved']} brought up to date."
        )
        waiting = ReviewTask.objects.open().values_list("kind", flat=True).order_by()
        for kind, label in ReviewTask.Kind.choices:
            self.stdout.write(f"{waiting.filter(kind=kind).count():>7}  {label}")
