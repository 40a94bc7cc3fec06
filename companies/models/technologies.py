from django.db import models
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from companies.querysets import TechnologyQuerySet
from core.fields import SlugField, WebURLField
from core.validators import validate_printable
from core.web.addresses import slug_url


class Technology(index.Indexed, models.Model):
    class Kind(models.TextChoices):
        LANGUAGE = "language", _("language")
        FRAMEWORK = "framework", _("framework")
        LIBRARY = "library", _("library")
        SERVER = "server", _("server")
        RUNTIME = "runtime", _("runtime")
        PLATFORM = "platform", _("platform")

    name = models.CharField(_("name"), max_length=80, unique=True, validators=[validate_printable])
    slug = SlugField(_("slug"), max_length=80, unique=True, source="name")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    description = models.CharField(
        _("description"), max_length=300, blank=True, validators=[validate_printable]
    )
    website = WebURLField(_("website"), blank=True)

    objects = TechnologyQuerySet.as_manager()

    # search.indexing enqueues what follows a save.
    search_auto_update = False
    search_fields = [
        index.SearchField("name", boost=10),
        index.AutocompleteField("name"),
        index.SearchField("description"),
    ]

    class Meta:
        verbose_name = _("technology")
        verbose_name_plural = _("technologies")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return slug_url("companies:technology", self.slug)
