"""What the spam score learns from, and how well it does on comments it has not seen."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.db import transaction
from django.db.models import Q

from comments.models import Comment, Decision, SpamModel
from comments.spam.labelled import Labelled, labelled
from comments.spam.scoring import Scorer, text_of

LABELS = {"spam": True, "1": True, "true": True, "ham": False, "0": False, "false": False}
LABELS["honest"] = False
SPLITS = {"random": "text", "groups": "group", "kinds": "kind"}
MOST_DECISIONS = 20_000
DECISION_WEIGHS = 3
KEPT_MODELS = 5


class Unusable(ValueError):
    """A file can't be learned from; the message is one line for whoever named it."""


@dataclass(frozen=True)
class Outcome:
    """At one threshold: how many of each were tried, and how many went wrong."""

    threshold: float
    spam: int
    published: int
    honest: int
    held: int


def read_labelled(path) -> list[Labelled]:
    """Rows of a CSV with the columns text and label, and perhaps group and kind."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(csv.DictReader(file, strict=True), path))
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unusable(f"{path} is not a CSV file in UTF-8: {error}.") from None
    if len({row.is_spam for row in rows}) < 2:
        raise Unusable(f"{path} needs both spam and honest comments; it has one kind of label.")
    return rows


def _rows(reader, path):
    if missing := {"text", "label"} - set(reader.fieldnames or ()):
        raise Unusable(f"{path} has no column {' and no column '.join(sorted(missing))}.")
    for row in reader:
        label = (row["label"] or "").strip().lower()
        if label not in LABELS:
            told = f"{path}, line {reader.line_num}: the label is {label[:40]!r}"
            raise Unusable(f"{told}; write spam or ham, 1 or 0, true or false.")
        yield Labelled(row["text"], LABELS[label], row.get("group") or "", row.get("kind") or "")


def halves(rows, split="random", seed=1) -> tuple[list[Labelled], list[Labelled]]:
    """One half to learn from and one to try: no text, group or kind is in both."""
    random = Random(seed)  # noqa: S311  for a split that can be repeated
    of = SPLITS[split]
    learned_from, tried = [], []
    for is_spam in (True, False):
        mine = [row for row in rows if row.is_spam == is_spam]
        keys = sorted({getattr(row, of) for row in mine})
        if len(keys) < 2:
            raise Unusable(f"This split needs two of “{of}” at least among spam and among honest.")
        random.shuffle(keys)
        chosen = set(keys[::2])
        for row in mine:
            (learned_from if getattr(row, of) in chosen else tried).append(row)
    return learned_from, tried


def outcomes(scorer, rows, thresholds: Iterable[float]) -> list[Outcome]:
    scores = [(scorer.score(row.text), row.is_spam) for row in rows]
    spam = [score for score, is_spam in scores if is_spam]
    honest = [score for score, is_spam in scores if not is_spam]
    return [
        Outcome(
            threshold,
            spam=len(spam),
            published=sum(score < threshold for score in spam),
            honest=len(honest),
            held=sum(score >= threshold for score in honest),
        )
        for threshold in thresholds
    ]


def decided() -> list[tuple[str, bool]]:
    """The comments moderators decided on, newest first, and whether each was advertising."""
    advertised = Decision.objects.filter(reason=Decision.Reason.ADVERTISING, undone_at=None)
    is_spam = Q(state=Comment.State.SPAM) | Q(
        state=Comment.State.REJECTED, pk__in=advertised.values("comment")
    )
    is_clear = Q(state=Comment.State.PUBLISHED) | is_spam
    comments = Comment.objects.filter(is_clear, staff=None, moderated_by__isnull=False)
    # An erased comment says a dash.
    latest = comments.exclude(body__in=["", "—"]).order_by("-pk")[:MOST_DECISIONS]
    # The same words sent a hundred times are one thing to learn.
    return list({text_of(one): one.state != Comment.State.PUBLISHED for one in latest}.items())


def learn(more: Iterable[Labelled] = ()) -> tuple[SpamModel, int]:
    """Learn anew from the starting set, from `more` and from the desk; how many the desk decided.

    Only the newest rows are kept.
    """
    decisions = decided()
    started = [(row.text, row.is_spam) for row in [*labelled(), *more]]
    scorer = Scorer.train([*started, *decisions * DECISION_WEIGHS])
    with transaction.atomic():
        model = SpamModel.objects.create(
            weights=scorer.to_json(), trained_on=len(started) + len(decisions)
        )
        kept = list(SpamModel.objects.values_list("pk", flat=True)[:KEPT_MODELS])
        SpamModel.objects.exclude(pk__in=kept).delete()
    return model, len(decisions)
