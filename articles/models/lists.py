"""What a list article holds: its entries, how they are chosen, and its frozen editions."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from companies.models import Company
from companies.models.merges import survivors_of
from core import prose
from core.db.keeping import Kept, KeptQuerySet
from core.fields import SlugField
from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from facts.prose.lines import HasLines, LineLengthValidator, as_markdown
from facts.prose.naming import FactResolver, LinkTargets
from images.addresses import Finder


class ListEntry(HasLines, models.Model):
    """One company of a list article, with our words; its figures are shown from its facts."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="entries")
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, related_name="list_entries", verbose_name=_("company")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    heading = models.CharField(
        _("heading"),
        max_length=400,
        blank=True,
        validators=[validate_printable, LineLengthValidator(160)],
        help_text=_("Empty: the company's name."),
    )
    blurb = models.TextField(
        _("blurb"), blank=True, max_length=10_000, validators=[validate_printable]
    )
    linked = models.JSONField(editable=False, default=dict, blank=True)
    blurb_html = models.TextField(editable=False, blank=True)
    figures = models.JSONField(editable=False, default=list)

    LINES = ("heading",)
    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("list entry")
        verbose_name_plural = _("list entries")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "company"], name="articles_listentry_once_per_article"
            ),
        ]

    def __str__(self):
        return self.heading or str(self.company)

    def save(self, *args, first_named_at=None, **kwargs):
        self.render(first_named_at)
        super().save(*args, **kwargs)

    def render(self, first_named_at=None):
        targets = LinkTargets(as_markdown(self.written("heading")), self.blurb)
        self.blurb = targets.pin_ids(self.blurb)
        written, language = self.article.shown_when_written(), self.article.language
        known = targets, written, first_named_at or {}, language
        self.render_lines(targets, lambda: FactResolver(*known, is_dated=False))
        resolver = FactResolver(*known)
        self.blurb_html = prose.render(
            self.blurb,
            resolver.resolve,
            find_picture=Finder().find,
            part=str(self.company_id),
            language=self.article.language,
        ).html
        self.figures = [quoted.stored() for quoted in resolver.quoted]


class Ranking(models.Model):
    """How a list is assembled from profiles; its entries keep what we say of each company."""

    class Order(models.TextChoices):
        LARGEST = "largest", _("largest first")
        SMALLEST = "smallest", _("smallest first")
        NAME = "name", _("by name")
        HAND = "hand", _("by hand, as the entries stand")

    # To readers; the labels are the desk's.
    RULED = {
        Order.LARGEST: _("largest first"),
        Order.SMALLEST: _("smallest first"),
        Order.NAME: _("by name"),
        Order.HAND: _("chosen and ordered by us"),
    }

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="ranking")
    technology = models.ForeignKey(
        "companies.Technology",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rankings",
        verbose_name=_("uses"),
    )
    industry = models.ForeignKey(
        "companies.Industry",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rankings",
        verbose_name=_("industry"),
    )
    metric = models.ForeignKey(
        "facts.Metric",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rankings",
        verbose_name=_("metric"),
    )
    order = models.CharField(_("order"), max_length=8, choices=Order.choices, default=Order.LARGEST)
    limit = models.PositiveSmallIntegerField(_("at most"), default=10)
    basis = models.CharField(
        _("basis"),
        max_length=300,
        validators=[validate_printable],
        help_text=_("For readers: what is listed, by what, and what is left out."),
    )
    # Of its editions, so that a page need not read them: their names, and the newest one's order.
    frozen = models.JSONField(editable=False, default=dict)

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        constraints = [
            models.CheckConstraint(
                condition=~Q(order__in=["largest", "smallest"]) | Q(metric__isnull=False),
                name="articles_ranking_order_has_metric",
                violation_error_message=_("Say by which metric the list is ordered."),
            ),
            models.CheckConstraint(
                condition=Q(limit__gte=1, limit__lte=100), name="articles_ranking_limit_in_reach"
            ),
        ]

    def __str__(self):
        return self.basis

    @property
    def is_by_amount(self) -> bool:
        return self.order in (self.Order.LARGEST, self.Order.SMALLEST)

    def rule(self, put=str.format) -> str:
        """How it chooses, in a sentence for readers; `put` fills in names, as `str.format` does."""
        words = [_("Companies that use {technology}") if self.technology else _("Companies")]
        if self.industry:
            words.append(_("of the industry “{industry}”"))
        if self.metric and self.is_by_amount:
            words.append(_("by “{metric}”"))
        elif self.metric:
            words.append(_("with “{metric}”"))
        words += [self.RULED[self.order], _("{limit} at most")]
        named = {name: getattr(self, name) for name in ("technology", "industry", "metric")}
        return put(f"{', '.join(map(str, words))}.", limit=self.limit, **named)


class EditionQuerySet(KeptQuerySet, TrackedQuerySet):
    def kept(self):
        return self.all()

    def summary(self) -> dict:
        """Of a list's editions: their names, and the order of the newest (`Ranking.frozen`).

        Companies are named by the profiles that they are part of today.
        """
        newest = self.first()
        entries = newest.content["entries"] if newest else []
        profiles = survivors_of([entry["company"]["pk"] for entry in entries])
        order: dict = {}
        for entry in entries:
            company = profiles[entry["company"]["pk"]]
            said = {"company": company, "name": entry["company"]["name"], "rank": entry["rank"]}
            order.setdefault(company, said)
        return {"editions": list(self.values("name", "slug")), "order": list(order.values())}


class Edition(Kept):
    """A list as it stood when it was frozen. Never changed, never deleted."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="editions")
    name = models.CharField(_("name"), max_length=60, validators=[validate_printable])
    slug = SlugField(_("slug"), max_length=60)
    content = models.JSONField(_("content"), editable=False)
    frozen_at = models.DateTimeField(_("frozen"), default=timezone.now, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-frozen_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["article", "slug"], name="articles_edition_slug_once"),
        ]

    def __str__(self):
        return f"{self.article}, {self.name}"

    @property
    def is_kept(self) -> bool:
        return True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise ValidationError(_("An edition is never changed: freeze another one."))
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("articles:edition", args=[self.article.slug, self.slug])
