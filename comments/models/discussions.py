from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models import Article, CommentMode
from comments.querysets import DiscussionQuerySet
from companies.models import Company
from core.db.keeping import Kept
from core.fragments import memoized_html


@memoized_html(2000)
def page_url(on, pk) -> str:
    # Called once per comment on a page.
    return reverse("comments:discussion", args=(on, pk))


class Discussion(Kept):
    """The comments on an article or a company profile."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="discussion"
    )
    company = models.OneToOneField(
        Company, on_delete=models.CASCADE, null=True, blank=True, related_name="discussion"
    )
    is_open = models.BooleanField(
        _("open"), default=True, help_text=_("Closed: what was said stays, nothing new is taken.")
    )

    mode = models.CharField(
        _("comments an editor reads first"), max_length=5, choices=CommentMode.choices, blank=True
    )

    objects = DiscussionQuerySet.as_manager()

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, company__isnull=True)
                | Q(article__isnull=True, company__isnull=False),
                name="comments_discussion_of_one_page",
            ),
        ]

    def __str__(self):
        return str(self.subject)

    def get_absolute_url(self):
        return f"{self.subject.get_absolute_url()}#comments"

    @property
    def is_kept(self) -> bool:
        return self.comments.exists()

    @property
    def subject(self) -> Article | Company:
        return self.article or self.company

    @property
    def headline(self) -> str:
        return self.article.headline if self.article else self.company.name

    @property
    def key(self) -> tuple[str, int]:
        """The (type, id) in its URLs, valid before the discussion is saved."""
        return ("article", self.article_id) if self.article_id else ("company", self.company_id)

    def get_page_url(self):
        """The discussion's own page, which also receives its form."""
        return page_url(*self.key)

    @property
    def effective_mode(self) -> str:
        """The moderation mode of the page, else its section's, else the site's."""
        section = self.article.section if self.article_id else None
        of_section = section.comment_mode if section else ""
        return self.mode or of_section or settings.COMMENTS_MODE

    @property
    def is_past(self) -> bool:
        """Whether the article is so old that only corrections are accepted."""
        days = settings.COMMENTS_CLOSE_AFTER_DAYS
        published_at = self.article.published_at if days and self.article_id else None
        return bool(published_at) and timezone.now() > published_at + timedelta(days=days)

    def can_take(self, kind: str) -> bool:
        return self.is_open and (kind == "correction" or not self.is_past)

    @property
    def closed_because(self) -> str:
        if not self.is_open:
            return gettext("This discussion is closed; nothing new is taken.")
        return gettext("This page is old: only corrections are still taken.")
