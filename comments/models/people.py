from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStamped


class Commenter(TimeStamped):
    """A lower-case e-mail address that was typed with a comment; unproven until confirmed."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    asked_at = models.DateTimeField(_("last asked to confirm"), null=True, blank=True)
    refuses_mail = models.BooleanField(
        _("wants no mail"),
        default=False,
        help_text=_("Nothing is sent there, not even a question."),
    )

    class Meta:
        verbose_name = _("commenter")
        verbose_name_plural = _("commenters")
        ordering = ["email"]

    def __str__(self):
        return self.email

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None
