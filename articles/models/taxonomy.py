"""Under what an article stands: its section, its topics, its bylines' names."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import SlugField, WebURLField
from core.pagestore.tracking import TrackedQuerySet
from core.validators import validate_printable
from core.web.addresses import slug_url


class Level(models.TextChoices):
    """What follows from something that a check of `articles.checks` finds in a text."""

    OFF = "off", _("not looked for")
    WARN = "warn", _("asked about once before publishing")
    BLOCK = "block", _("keeps it from being published")


class CommentMode(models.TextChoices):
    """Whose comments an editor reads before the page shows them."""

    INHERITED = "", _("as it is for all")
    POST = "post", _("nobody’s: what nothing speaks against appears at once")
    TRUST = "trust", _("those of people who are not known yet")
    PRE = "pre", _("everybody’s")


class Section(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True, validators=[validate_printable])
    slug = SlugField(_("slug"), max_length=60, unique=True, source="name")
    description = models.CharField(
        _("description"), max_length=300, blank=True, validators=[validate_printable]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    # By name of a check. What is not among them is at that check's own level.
    check_levels = models.JSONField(editable=False, default=dict, blank=True)
    comment_mode = models.CharField(
        _("comments an editor reads first"), max_length=5, choices=CommentMode.choices, blank=True
    )
    four_eyes = models.BooleanField(
        _("four eyes"),
        default=False,
        help_text=_("Nobody approves or publishes what they wrote or sent themselves."),
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", "name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return slug_url("articles:section", self.slug)


class Topic(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True, validators=[validate_printable])
    slug = SlugField(_("slug"), max_length=60, unique=True, source="name")
    description = models.CharField(
        _("description"), max_length=300, blank=True, validators=[validate_printable]
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return slug_url("articles:topic", self.slug)


class Author(models.Model):
    """A byline. Whoever signs in is a User; one may stand behind the other."""

    name = models.CharField(_("name"), max_length=120, validators=[validate_printable])
    slug = SlugField(_("slug"), max_length=120, unique=True, source="name")
    role = models.CharField(_("role"), max_length=120, blank=True, validators=[validate_printable])
    bio = models.TextField(_("about"), blank=True, max_length=2000, validators=[validate_printable])
    website = WebURLField(_("website"), blank=True)
    portrait = models.ForeignKey(
        "images.Picture",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="portrayed_authors",
        verbose_name=_("portrait"),
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="author",
        verbose_name=_("login"),
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return slug_url("articles:author", self.slug)
