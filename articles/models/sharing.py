"""Links to a draft for people without an account."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.revisions import Revision

SIGNER = signing.Signer(salt="articles.share", sep=".")
KEY_LENGTH = 16
DAYS = 7


def new_key() -> str:
    return get_random_string(KEY_LENGTH)


def in_some_days():
    return timezone.now() + timedelta(days=DAYS)


class ShareLinkQuerySet(models.QuerySet):
    def open(self):
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def with_people(self):
        return self.select_related("created_by", "revision").defer("revision__content")

    def by_token(self, token: str):
        """Whatever became of it since; None for a token that was never signed here."""
        try:
            key = SIGNER.unsign(token)
        except signing.BadSignature:
            return None
        return self.filter(key=key).first()


class ShareLink(models.Model):
    """Whoever has its address may read a draft, until it expires or is revoked.

    The address is signed with the secret key, which the database does not hold: rows alone open
    nothing.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="share_links")
    revision = models.ForeignKey(
        Revision,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: the text saved last, whatever it is."),
    )
    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_key, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=in_some_days)
    revoked_at = models.DateTimeField(null=True, editable=False)
    opened_count = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to a draft")
        verbose_name_plural = _("links to drafts")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["expires_at"], name="articles_sharelink_expires")]

    def __str__(self):
        return f"{self.article}, {self.expires_at:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("articles:shared", args=[SIGNER.sign(self.key)])

    @property
    def is_open(self) -> bool:
        return (
            self.revoked_at is None
            and self.expires_at > timezone.now()
            and self.article.trashed_at is None
        )

    def count_opening(self):
        opened = {"opened_count": F("opened_count") + 1, "opened_at": timezone.now()}
        type(self).objects.filter(pk=self.pk).update(**opened)
