from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from core.validators import validate_printable

MOST_OF_A_NOTE = 2000
MOST_OF_A_QUOTE = 600


class NoteQuerySet(models.QuerySet):
    def open(self):
        return self.filter(resolved_at=None)

    def with_people(self):
        return self.select_related("by", "resolved_by")


class Note(models.Model):
    """What editors say to each other about a text. Readers never see it."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=MOST_OF_A_NOTE, validators=[validate_printable])
    # The paragraph's own words: they find it again wherever it moves.
    quote = models.TextField(_("about"), max_length=MOST_OF_A_QUOTE, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="articles_note_says_something"
            )
        ]

    def __str__(self):
        return self.text[:80]
