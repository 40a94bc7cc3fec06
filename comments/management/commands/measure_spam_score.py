from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from comments.spam.learning import SPLITS, Unusable, halves, outcomes, read_labelled
from comments.spam.scoring import Scorer, current

TABLE = 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95


class Command(BaseCommand):
    help = (
        "Learn from half of a labelled CSV (text,label), try the other half, say what went wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file", help="a CSV file in UTF-8; label is spam/ham, 1/0 or true/false"
        )
        parser.add_argument("--threshold", type=float, default=settings.COMMENTS_SPAM_HOLD)
        parser.add_argument(
            "--split",
            choices=SPLITS,
            default="random",
            help="groups, kinds: the half that is tried has none that was learned from",
        )
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--as-is",
            action="store_true",
            help="learn nothing: try all of the file on what scores this site's comments now",
        )

    def handle(self, *, file, threshold, split, seed, as_is, **options):
        if not 0 <= threshold <= 1:
            raise CommandError("A threshold is between 0 and 1.")
        try:
            rows = read_labelled(file)
            learned_from, tried = ([], rows) if as_is else halves(rows, split, seed)
        except Unusable as error:
            raise CommandError(str(error)) from None
        if as_is:
            scorer = current()
            self.stdout.write(f"Learned nothing; tried all {len(tried)}.")
        else:
            scorer = Scorer.train((row.text, row.is_spam) for row in learned_from)
            self.stdout.write(
                f"Learned from {len(learned_from)}, tried the other {len(tried)} "
                f"(split: {split}, seed {seed})."
            )
        self._tell(outcomes(scorer, tried, [threshold, *TABLE]))

    def _tell(self, found):
        first, *table = found
        self.stdout.write(
            f"At {first.threshold:.2f}: {_share(first.published, first.spam)} of spam published, "
            f"{_share(first.held, first.honest)} of honest comments held.\n\n"
            "threshold         spam published            honest held"
        )
        for one in table:
            published, held = _share(one.published, one.spam), _share(one.held, one.honest)
            self.stdout.write(f"{one.threshold:9.2f} {published:>22} {held:>22}")


def _share(part, whole):
    return f"{100 * part / whole:.1f} % ({part} of {whole})" if whole else "none"
