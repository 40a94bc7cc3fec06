"""Pictures of the library that an article's texts and revisions name."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.querysets import PictureUseQuerySet


class PictureUse(models.Model):
    """A picture that an article names, or once did: kept with its texts and revisions.

    The row's own cover, and what it is shared with, are foreign keys, and are here only as what
    revisions name.
    """

    class Place(models.TextChoices):
        TEXT = "text", _("text")
        COVER = "cover", _("cover")
        SHARE = "share", _("picture when shared")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="picture_uses")
    picture = models.ForeignKey(
        "images.Picture", on_delete=models.CASCADE, related_name="article_uses"
    )
    place = models.CharField(_("place"), max_length=5, choices=Place.choices)
    is_shown = models.BooleanField(
        _("in the article itself"), default=False, help_text=_("In its body, or that of an entry.")
    )
    is_waiting = models.BooleanField(
        _("about to be shown"),
        default=False,
        help_text=_("By its newest revision, or by one that waits for its hour."),
    )

    objects = PictureUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a picture")
        verbose_name_plural = _("uses of pictures")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "picture", "place"], name="articles_pictureuse_once_per_place"
            ),
        ]

    def __str__(self):
        return f"{self.article}, {self.picture}"

    @property
    def shows_in(self) -> Article:
        return self.article

    @property
    def place_label(self) -> str:
        return self.get_place_display()

    @property
    def standing(self) -> str:
        if self.article.has_been_live and not self.is_shown and self.is_waiting:
            return gettext("in a change that is not live")
        return self.article.standing

    @property
    def has_been_live(self) -> bool:
        """What only earlier versions show may have been."""
        return self.article.has_been_live and (self.is_shown or not self.is_waiting)
