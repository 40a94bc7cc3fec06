"""Files of figures that are too long to be brought in while somebody waits."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.taskqueue.models import Batch
from core.validators import validate_printable


class FigureImport(models.Model):
    """A file on its way in, and what is to be done with it.

    Its figures are first checked, which changes nothing, and then brought in: a batch each.
    """

    name = models.CharField(_("file"), max_length=200, blank=True)
    text = models.TextField(_("lines"))
    decimal = models.CharField(_("sign of decimals"), max_length=1, blank=True)
    publishes = models.BooleanField(_("publishes them"), default=False)
    reason = models.CharField(
        _("why doubtful ones are right"),
        max_length=300,
        blank=True,
        validators=[validate_printable],
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    check_batch = models.OneToOneField(
        Batch, on_delete=models.CASCADE, related_name="+", verbose_name=_("check")
    )
    run_batch = models.OneToOneField(
        Batch, on_delete=models.CASCADE, null=True, related_name="+", verbose_name=_("import")
    )

    class Meta:
        verbose_name = _("import of figures")
        verbose_name_plural = _("imports of figures")
        default_permissions = ()

    def __str__(self):
        return self.name or _now("pasted lines")

    @property
    def is_sound(self) -> bool:
        """Whether it was checked to its end, and nothing was found."""
        return self.check_batch.is_over and not self.check_batch.progress["failed"]

    def may_run(self) -> bool:
        """Whether who sent it still has the rights that it needs."""
        needed = ["facts.add_fact"] + ["facts.publish_fact"] * self.publishes
        return self.by is not None and self.by.is_active and self.by.has_perms(needed)


class ImportedFigureQuerySet(models.QuerySet):
    def in_order(self):
        return self.order_by("pk")


class ImportedFigure(models.Model):
    """One figure of a file with all lines about it, as (number, cells). Keys are in its order."""

    file = models.ForeignKey(
        FigureImport, on_delete=models.CASCADE, related_name="figures", verbose_name=_("file")
    )
    lines = models.JSONField(_("lines"))
    problem = models.TextField(_("problem"), blank=True)
    follows_another = models.BooleanField(_("supersedes one of the file"), default=False)
    is_compared = models.BooleanField(_("compared within the file"), default=False)

    objects = ImportedFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of a file")
        verbose_name_plural = _("figures of a file")
        default_permissions = ()

    def __str__(self):
        return _now("Line %(number)d") % {"number": self.number}

    @classmethod
    def of_lines(cls, lines, **values) -> "ImportedFigure":
        return cls(lines=[[line.number, line.cells] for line in lines], **values)

    @property
    def number(self) -> int:
        return self.lines[0][0]
