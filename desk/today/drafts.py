"""What somebody is writing, as the page of today shows it."""

from articles.models import Article
from articles.querysets import HEAVY_FIELDS

MOST = 6
UNFINISHED = [Article.Status.DRAFT, Article.Status.IN_REVIEW]


def drafts_of(user):
    """The one saved last first."""
    own = Article.objects.at_hand().filter(status__in=UNFINISHED).written_by(user)
    return own.defer(*HEAVY_FIELDS).order_by("-saved_at", "-pk")[:MOST]
