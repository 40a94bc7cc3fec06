from datetime import timedelta

from articles.models import Article
from core.housekeeping import Rule

DAYS_IN_TRASH = 30

RULES = [
    Rule(
        "Articles in the trash",
        timedelta(days=DAYS_IN_TRASH),
        # Nothing in the trash is or was public: the verbs see to it.
        lambda before: Article.objects.filter(trashed_at__lt=before),
    ),
]
