from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Cited
from core.pagestore.tracking import TrackedQuerySet
from facts.models.facts import Fact
from facts.models.sources import Source
from facts.rules.fragments import address_of_passage


class Reference(Cited):
    fact = models.ForeignKey(
        Fact, on_delete=models.CASCADE, related_name="references", verbose_name=_("fact")
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="references", verbose_name=_("source")
    )

    objects = TrackedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "source", "locator"], name="facts_reference_once_per_place"
            ),
        ]

    def __str__(self):
        return str(self.source)

    @property
    def passage_url(self) -> str:
        """Where the quoted passage can be read, or the source; empty for print."""
        return address_of_passage(self.source.reading_url, self.quote)
