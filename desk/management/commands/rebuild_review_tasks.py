from django.core.management.base import BaseCommand

from desk import sync
from desk.models import ReviewTask


class Command(BaseCommand):
    help = "Look at every fact and article again: raise the review tasks due, close the others."

    def handle(self, *args, **options):
        counts = sync.rebuild()
        self.stdout.write(
            f"Review tasks: {counts['raised']} raised, {counts['closed']} closed, "
            f"{counts['moved']} brought up to date."
        )
        waiting = ReviewTask.objects.open().values_list("kind", flat=True).order_by()
        for kind, label in ReviewTask.Kind.choices:
            self.stdout.write(f"{waiting.filter(kind=kind).count():>7}  {label}")
