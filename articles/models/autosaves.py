from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.querysets import HEAVY_FIELDS

GONE_AFTER = timedelta(minutes=1)


class AutosaveQuerySet(models.QuerySet):
    def unsaved_by(self, user):
        """What this editor has typed and not saved, the newest first, without the texts.

        Each has a `title`; what has no article is a story that is still to be saved.
        """
        heavy = (f"article__{name}" for name in HEAVY_FIELDS)
        rows = self.filter(editor=user, saved_at__isnull=False).annotate(title=KT("values__title"))
        return rows.select_related("article").defer("values", *heavy).order_by("-saved_at", "-pk")

    def here(self, article):
        """Who has the article's form open, with their names."""
        since = timezone.now() - GONE_AFTER
        rows = self.filter(article=article, seen_at__gt=since)
        rows = rows.filter(editor__is_active=True, editor__is_staff=True)
        return rows.select_related("editor").defer("values").order_by("editor")


class Autosave(models.Model):
    """What an editor has typed into an article's form since it was saved, and when they were there.

    One row for each editor and article, written over and over: no part of the history. A new story
    has one for each form that was opened, before there is an article.
    """

    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="autosaves"
    )
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, related_name="autosaves"
    )
    # The opened form, by a name that the browser gave it; and the one that was saved last, of
    # which nothing is taken any more that arrives late.
    copy = models.CharField(max_length=64, blank=True)
    saved_copy = models.CharField(max_length=64, blank=True)
    # By the names of the fields, as scripts read them. Null where nothing is unsaved.
    values = models.JSONField(null=True)
    base_number = models.PositiveIntegerField(default=0, help_text=_("Revision it started from."))
    typed_at = models.DateTimeField(null=True, help_text=_("By the clock of the browser."))
    saved_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = AutosaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsaved text")
        verbose_name_plural = _("unsaved texts")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["editor", "article"], name="articles_autosave_once_per_article"
            ),
            models.UniqueConstraint(
                fields=["editor", "copy"],
                condition=Q(article__isnull=True),
                name="articles_autosave_once_per_form",
            ),
        ]
        indexes = [models.Index(fields=["editor", "saved_copy"], name="articles_autosave_saved")]

    def __str__(self):
        return f"{self.editor}, {self.article or self.copy}"
