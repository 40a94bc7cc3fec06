import json

from django.core.management.base import BaseCommand, CommandError

from comments.spam.labelled import labelled
from comments.spam.learning import Unusable, learn, read_labelled
from comments.spam.scoring import BUILT_IN, Scorer


class Command(BaseCommand):
    help = "Let the spam score learn from what moderators decided, and from the starting set."

    def add_arguments(self, parser):
        parser.add_argument("--file", help="also learn from a CSV with the columns text and label")
        parser.add_argument(
            "--built-in",
            action="store_true",
            help="for developers: write what a new site starts with, after the set has changed",
        )

    def handle(self, *, file, built_in, **options):
        if built_in:
            return self._write_built_in()
        try:
            more = read_labelled(file) if file else []
        except Unusable as error:
            raise CommandError(str(error)) from None
        model, decided = learn(more)
        self.stdout.write(
            f"Learned from {model.trained_on} comments: {decided} that moderators decided on, "
            f"{len(more)} from the file, the rest from the starting set. "
            "It scores new comments within a minute."
        )
        return None

    def _write_built_in(self):
        scorer = Scorer.train((row.text, row.is_spam) for row in labelled())
        written = json.dumps(scorer.to_json(), ensure_ascii=False, indent=0)
        BUILT_IN.write_text(f"{written}\n", encoding="utf-8")
        self.stdout.write(f"Wrote {len(scorer.weights)} weights to {BUILT_IN.name}.")
