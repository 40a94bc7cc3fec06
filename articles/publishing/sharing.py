"""Drafts shown to people without an account, by a link that ends."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import ShareLink
from articles.publishing import verbs

# Of one article at a time: whoever needs more has lost sight of who reads it.
MOST_OPEN = 50


@transaction.atomic
def share(article, *, by, days, revision=None) -> ShareLink:
    """`revision`: that text for as long as the link is open, instead of the one saved last."""
    verbs.lock(article)
    verbs.refuse_if_trashed(article)
    if ShareLink.objects.open().filter(article=article).count() >= MOST_OPEN:
        raise ValidationError(_("It has too many open links. Revoke one first."))
    expires_at = timezone.now() + timedelta(days=days)
    link = ShareLink.objects.create(
        article=article, revision=revision, created_by=by, expires_at=expires_at
    )
    verbs.log(article, by, _("Shared the draft by a link, until %s.") % f"{expires_at:%Y-%m-%d}")
    return link


@transaction.atomic
def revoke(link, *, by):
    """Whoever opens it from now on is told that it is no more."""
    if ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now()):
        verbs.log(link.article, by, _("Revoked a link to the draft."))


def content_of(link) -> dict:
    return link.revision.content if link.revision else verbs.newest_content(link.article)
