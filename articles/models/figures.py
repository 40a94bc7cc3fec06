"""Figures in an article's text: those it quotes, and those it was let to say without a source."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.querysets import FactUseQuerySet
from core.validators import validate_printable


class FactUse(models.Model):
    """A figure that an article's text quotes, as a full parse of the text finds it.

    `pinned` words stay as they were written; a `live` use shows whatever is current.
    """

    class Mode(models.TextChoices):
        PINNED = "pinned", _("pinned")
        LIVE = "live", _("live")

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="fact_uses", verbose_name=_("article")
    )
    fact = models.ForeignKey(
        "facts.Fact", on_delete=models.PROTECT, related_name="uses", verbose_name=_("fact")
    )
    mode = models.CharField(_("mode"), max_length=6, choices=Mode.choices)
    position = models.PositiveIntegerField(_("position"))
    text = models.CharField(_("words"), max_length=300, blank=True)
    sentence = models.CharField(_("sentence"), max_length=600, blank=True)
    known = models.ForeignKey(
        "facts.Fact",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("current when written"),
        help_text=_("What was shown when the words were written: only what is newer is news."),
    )

    objects = FactUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a figure")
        verbose_name_plural = _("uses of figures")
        ordering = ["article", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "position"], name="articles_factuse_one_per_place"
            ),
        ]

    def __str__(self):
        return f"{self.article}, {self.text or self.fact}"


class FigureDismissal(models.Model):
    """A figure without a source that an editor let stand, and why."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="figure_dismissals")
    text = models.CharField(_("figure"), max_length=120)
    sentence = models.CharField(_("sentence"), max_length=600)
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_printable])
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("decided"), auto_now_add=True)

    class Meta:
        verbose_name = _("figure that needs no source")
        verbose_name_plural = _("figures that need no source")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "text", "sentence"], name="articles_figuredismissal_once"
            ),
        ]

    def __str__(self):
        return self.text
