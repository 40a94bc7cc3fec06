from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.revisions import Revision
from articles.models.versions import Version
from facts.models import Fact


class PlannedChange(models.Model):
    """An approved text that takes the place of a live one at its hour: see `publishing.plan`.

    What it is called then was said when it was approved.
    """

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="planned_change")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("takes over"))
    change = models.CharField(max_length=13, choices=Version.Change.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)
    fact_before = models.ForeignKey(Fact, on_delete=models.SET_NULL, null=True, related_name="+")
    fact_after = models.ForeignKey(Fact, on_delete=models.SET_NULL, null=True, related_name="+")
    # What rooms above keep with the change.
    said = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    problem = models.CharField(
        max_length=600, blank=True, help_text=_("Why it will not take over until it is mended.")
    )

    class Meta:
        verbose_name = _("scheduled change")
        verbose_name_plural = _("scheduled changes")
        default_permissions = ()

    def __str__(self):
        return f"{self.article}, {self.at:%Y-%m-%d %H:%M}"
