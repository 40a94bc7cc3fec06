"""What becomes of a review: whatever publishes or lays aside its text settles it."""

from django.dispatch import Signal
from django.utils import timezone

from articles.models import Article, Review

# Sent with the `review`, in the transaction of the change.
submitted, decided = Signal(), Signal()


def waiting(article) -> Review | None:
    return Review.objects.open().filter(article=article).select_related("revision").first()


def settle(article, revision, by):
    """Whoever publishes a text approves what was sent before it."""
    review = waiting(article)
    if review and review.revision.number <= revision.number:
        decide(review, article, Review.Verdict.APPROVED, by=by)


def drop(article, by):
    if review := waiting(article):
        decide(review, article, Review.Verdict.DROPPED, by=by)


def decide(review, article, verdict, *, by, note=""):
    """The article is locked."""
    review.verdict, review.note = verdict, note
    review.decided_by, review.decided_at = by, timezone.now()
    review.save(update_fields=["verdict", "note", "decided_by", "decided_at"])
    if article.status == Article.Status.IN_REVIEW:
        article.status = Article.Status.DRAFT
        article.save(update_fields=["status", "saved_at"])
    decided.send(Review, review=review)
