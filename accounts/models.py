from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Someone who signs in to the desk. Readers have no account, and bylines are Authors."""

    reset_mailed_at = models.DateTimeField(
        _("link for a new password mailed"), null=True, blank=True, editable=False
    )

    @property
    def public_name(self) -> str:
        """What readers are told of who did something. A login's name is no one's business."""
        return self.get_full_name() or gettext("the desk")

    @property
    def desk_name(self) -> str:
        """What colleagues call them."""
        return self.get_full_name() or self.get_username()


class ResetRequest(models.Model):
    """A network asked for the link to a new password. For which login is not kept."""

    subnet = models.CharField(_("subnet"), max_length=64)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("request for a new password")
        verbose_name_plural = _("requests for a new password")
        indexes = [models.Index(fields=["subnet", "created_at"], name="accounts_reset_rate")]

    def __str__(self):
        return f"{self.created_at:%Y-%m-%d %H:%M}"
