from django.db import models
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """A running worker process. One that has not reported for a while is taken for dead."""

    name = models.CharField(_("name"), max_length=64, primary_key=True)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self):
        return self.name


class RecurringRun(models.Model):
    """The last due time for which a recurring command was enqueued."""

    command = models.CharField(_("command"), max_length=120, primary_key=True)
    due_at = models.DateTimeField(_("due"))

    class Meta:
        verbose_name = _("recurring run")
        verbose_name_plural = _("recurring runs")

    def __str__(self):
        return self.command
