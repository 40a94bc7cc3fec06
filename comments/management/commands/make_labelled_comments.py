import csv

from django.core.management.base import BaseCommand

from comments.spam.labelled import labelled
from comments.spam.labelled.generator import EACH, SEED


class Command(BaseCommand):
    help = "Write labelled comments of our own making as CSV (see comments/spam/labelled)."

    def add_arguments(self, parser):
        parser.add_argument("--each", type=int, default=EACH, help="how many of either label")
        parser.add_argument("--seed", type=int, default=SEED)

    def handle(self, *, each, seed, **options):
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(["text", "label", "group", "kind"])
        for row in labelled(each, seed):
            writer.writerow([row.text, "spam" if row.is_spam else "ham", row.group, row.kind])
