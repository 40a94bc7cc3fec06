from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Someone who signs in to the desk. Readers have no account, and bylines are Authors."""

    reset_mailed_at = models.DateTimeField(
        _("link for a new password mailed"), null=True, blank=True, editable=False
    )
