from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from audience.querysets import DailySumQuerySet, DailyViewsQuerySet
from core.models import GivenHeart
from core.pagestore.tracking import TrackedQuerySet


class Audience(models.Model):
    """Counters of an article's hearts and views, updated in the transaction that records them."""

    article = models.OneToOneField(
        Article,
        on_delete=models.CASCADE,
        related_name="audience",
        primary_key=True,
        verbose_name=_("article"),
    )
    hearts = models.PositiveIntegerField(_("hearts"), default=0)
    views = models.PositiveBigIntegerField(_("views"), default=0)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self):
        return str(self.article)

    @classmethod
    def add(cls, article, **counts):
        """Increment the article's counters atomically."""
        changes = {name: F(name) + number for name, number in counts.items()}
        if not cls.objects.filter(article=article).update(**changes):
            cls.objects.get_or_create(article=article)
            cls.objects.filter(article=article).update(**changes)


class Heart(GivenHeart):
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="hearts", verbose_name=_("article")
    )

    class Meta:
        verbose_name = _("heart")
        verbose_name_plural = _("hearts")
        indexes = [models.Index(fields=["subnet", "-created_at"], name="audience_heart_rate")]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "visitor"], name="audience_heart_once_per_visitor"
            ),
        ]

    def __str__(self):
        return str(self.article)


class DailyViews(models.Model):
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="daily_views", verbose_name=_("article")
    )
    day = models.DateField(_("day"))
    views = models.PositiveIntegerField(_("views"), default=0)

    objects = DailyViewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("views of a day")
        verbose_name_plural = _("views by day")
        indexes = [models.Index(fields=["day", "-views"], name="audience_dailyviews_most_read")]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "day"], name="audience_dailyviews_once_per_day"
            ),
        ]

    def __str__(self):
        return f"{self.article}, {self.day}"


class DailySum(models.Model):
    """What was counted of all articles on a day: the desk draws it without reading every article.

    `hearts` are those given on the day and not taken back since.
    """

    day = models.DateField(_("day"), unique=True)
    views = models.PositiveIntegerField(_("views"), default=0)
    hearts = models.PositiveIntegerField(_("hearts"), default=0)

    objects = DailySumQuerySet.as_manager()

    class Meta:
        verbose_name = _("sums of a day")
        verbose_name_plural = _("sums by day")
        default_permissions = ()

    def __str__(self):
        return str(self.day)


class Sighting(models.Model):
    """One visitor's first view of an article on one day; deleted with that day's salt."""

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="sightings", verbose_name=_("article")
    )
    day = models.DateField(_("day"), db_index=True)
    visitor = models.CharField(_("visitor"), max_length=32, help_text=_("A daily salted hash."))

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "day", "visitor"], name="audience_sighting_once_per_day"
            ),
        ]

    def __str__(self):
        return f"{self.article}, {self.day}"


class DailySalt(models.Model):
    """The salt of a day's visitor hashes; once deleted, no hash can be linked to a visitor."""

    day = models.DateField(_("day"), unique=True)
    salt = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("daily salt")
        verbose_name_plural = _("daily salts")

    def __str__(self):
        return str(self.day)
