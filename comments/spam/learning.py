"""Training and evaluation of the spam score."""

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
    """The file cannot be used for training; the message is one line."""


@dataclass(frozen=True)
class Outcome:
    """Error counts at one threshold."""

    threshold: float
    spam: int
    published: int
    honest: int
    held: int


def read_labelled(path) -> list[Labelled]:
    """Rows of a CSV file with the columns text and label, and optionally group and kind."""
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
    """Moderated comments as (text, is_spam), newest first."""
    advertised = Decision.objects.filter(reason=Decision.Reason.ADVERTISING, undone_at=None)
    is_spam = Q(state=Comment.State.SPAM) | Q(
        state=Comment.State.REJECTED, pk__in=advertised.values("comment")
    )
    is_clear = Q(state=Comment.State.PUBLISHED) | is_spam
    comments = Comment.objects.filter(is_clear, staff=None, moderated_by__isnull=False)
    # The body of an erased comment is a dash.
    latest = comments.exclude(body__in=["", "—"]).order_by("-pk")[:MOST_DECISIONS]
    # Identical texts count once.
    return list({text_of(one): one.state != Comment.State.PUBLISHED for one in latest}.items())


def learn(more: Iterable[Labelled] = ()) -> tuple[SpamModel, int]:
    """Train a new model on the initial set, `more` and moderators' decisions.

    Returns it with the number of decisions, and deletes all but the newest models.
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
