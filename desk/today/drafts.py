"""What somebody is writing, as the page of today shows it."""

from articles.models import Article
from articles.querysets import HEAVY_FIELDS

MOST, LOOKED_AT = 6, 500
UNFINISHED = [Article.Status.DRAFT, Article.Status.IN_REVIEW]


def drafts_of(user) -> list:
    """The one saved last first."""
    own = Article.objects.written_by(user).at_hand().filter(status__in=UNFINISHED)
    # Nobody has many, and no index knows which of them was saved last.
    rows = own.defer(*HEAVY_FIELDS).order_by()[:LOOKED_AT]
    return sorted(rows, key=lambda one: one.saved_at, reverse=True)[:MOST]
