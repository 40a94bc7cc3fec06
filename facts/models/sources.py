import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.fields import WebURLField
from core.models import TimeStamped
from core.validators import validate_printable
from core.versions import Version, Versioned, VersionedQuerySet
from facts.rules.dating import Precision

TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|igshid", re.IGNORECASE)


def canonical(url: str) -> str:
    """The URL without fragment and tracking parameters, so that a source is recorded once.

    A URL that cannot be parsed is returned as it is, for the field's validation to refuse.
    """
    try:
        parts = urlsplit(url.strip())
        kept = [
            pair
            for pair in parse_qsl(parts.query, keep_blank_values=True)
            if not TRACKING.fullmatch(pair[0])
        ]
    except ValueError:
        return url
    # A query without tracking parameters is kept verbatim: order and escapes may matter.
    query = parts.query if len(kept) == parts.query.count("&") + 1 else urlencode(kept)
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, query, ""))


class Source(Versioned, TimeStamped):
    class Kind(models.TextChoices):
        FILING = "filing", _("filing")
        COMPANY = "company", _("the company itself")
        PRESS = "press", _("press")
        INTERVIEW = "interview", _("interview")
        READER = "reader", _("reader")

    title = models.CharField(_("title"), max_length=300, validators=[validate_printable])
    publisher = models.CharField(
        _("publisher"), max_length=120, blank=True, validators=[validate_printable]
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PRESS)
    url = WebURLField(
        _("address"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("Leave empty for print or an interview."),
    )
    published_on = models.DateField(
        _("published on"),
        null=True,
        blank=True,
        help_text=_("Leave empty when the source gives no date: readers are told so."),
    )
    published_precision = models.CharField(
        _("precision"),
        max_length=7,
        choices=Precision.choices,
        default=Precision.UNKNOWN,
    )
    archive_url = WebURLField(_("archived copy"), blank=True)
    checked_at = models.DateTimeField(_("address last tried"), null=True, blank=True)
    failed_on = models.DateField(_("first failed on"), null=True, blank=True, editable=False)
    gone_since = models.DateField(
        _("gone since"),
        null=True,
        blank=True,
        help_text=_("The first day on which the address no longer led to it."),
    )

    VERSIONED = ("title", "publisher", "url")

    objects = VersionedQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["publisher", "title"]
        indexes = [
            models.Index(fields=["publisher", "title", "-id"], name="facts_source_by_publisher")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_on__isnull=True, published_precision=Precision.UNKNOWN)
                | (Q(published_on__isnull=False) & ~Q(published_precision=Precision.UNKNOWN)),
                name="facts_source_date_has_precision",
                violation_error_message=_(
                    "A date needs a precision, and an unknown date must stay empty."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.publisher}, {self.title}" if self.publisher else self.title

    def clean_fields(self, exclude=None):
        self.url = canonical(self.url or "") or None
        super().clean_fields(exclude=exclude)

    def save(self, *args, **kwargs):
        # Sources without a URL store NULL, since the URL is unique.
        self.url = canonical(self.url or "") or None
        super().save(*args, **kwargs)

    @property
    def reading_url(self) -> str:
        """Where it can be read today: its archived copy once it is gone; empty for print."""
        return (self.gone_since and self.archive_url) or self.url or ""

    @property
    def published_label(self) -> str:
        return Precision(self.published_precision).label_for(self.published_on)

    def concerned_figures(self):
        return self.references.filter(fact__status="published").values("fact").distinct()


class SourceVersion(Version):
    target = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="versions", verbose_name=_("source")
    )

    class Meta(Version.Meta):
        verbose_name = _("former words of a source")
        verbose_name_plural = _("former words of sources")
