"""Models that every other room may build on; they know none."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import SlugField
from core.validators import validate_printable


class TimeStamped(models.Model):
    created_at = models.DateTimeField(_("created"), auto_now_add=True, editable=False)
    saved_at = models.DateTimeField(_("last saved"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class FormerSlug(models.Model):
    """An address that a page once had. Concrete models add a `target` foreign key."""

    slug = SlugField(_("former slug"), max_length=120, unique=True)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.slug


class Cited(models.Model):
    """A passage of a source: where the claim stands. Concrete models add the foreign keys."""

    quote = models.TextField(
        _("quoted passage"),
        blank=True,
        max_length=1000,
        help_text=_("The source's own words that state it, as short as possible."),
        validators=[validate_printable],
    )
    locator = models.CharField(
        _("locator"),
        blank=True,
        max_length=120,
        help_text=_("Page, section or minute: where in the source it stands."),
        validators=[validate_printable],
    )
    retrieved_on = models.DateField(_("retrieved on"), null=True, blank=True)

    class Meta:
        abstract = True


class GivenHeart(models.Model):
    """A visitor's heart. Concrete models add what it is given to; see `core.hearts`.

    One that was taken back stays, not given, until its network is forgotten: limits count it.
    """

    visitor = models.UUIDField(_("visitor"), help_text=_("A random mark in the visitor's cookie."))
    subnet = models.CharField(_("subnet"), max_length=64, help_text=_("A keyed hash."))
    created_at = models.DateTimeField(_("given"), default=timezone.now)
    is_given = models.BooleanField(_("stands"), default=True)
    presses = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("How often it was given within the minute.")
    )

    class Meta:
        abstract = True


class Change(models.Model):
    """A key that was invalidated: a row of the change log, which `core.pagestore.changes` keeps."""

    key = models.CharField(max_length=80)
    position = models.BigIntegerField(db_index=True)
    written_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")

    def __str__(self):
        return self.key


class CdnMark(models.Model):
    """The position in the log below which the CDN was told of every change. There is one row."""

    position = models.BigIntegerField(default=0)

    def __str__(self):
        return str(self.position)
