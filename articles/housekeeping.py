from datetime import timedelta

from articles.models import Article, Autosave, ShareLink
from core.housekeeping import Rule

DAYS_IN_TRASH = 30
DAYS_UNSAVED = 30
# Who had shared what is still asked for a while.
DAYS_SINCE_SHARED = 30

RULES = [
    Rule(
        "Articles in the trash",
        timedelta(days=DAYS_IN_TRASH),
        # Nothing in the trash is or was public: the verbs see to it.
        lambda before: Article.objects.filter(trashed_at__lt=before),
    ),
    Rule(
        "Texts that were typed and not saved",
        timedelta(days=DAYS_UNSAVED),
        lambda before: Autosave.objects.filter(seen_at__lt=before),
    ),
    Rule(
        "Links to drafts that have ended",
        timedelta(days=DAYS_SINCE_SHARED),
        lambda before: ShareLink.objects.filter(expires_at__lt=before),
    ),
]
