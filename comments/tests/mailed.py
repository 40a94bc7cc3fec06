"""What several tests need of mails: the links in them, and who confirmed an address."""

import re
from datetime import timedelta

from django.core import mail
from django.utils import timezone

from comments.factories import CommentFactory
from comments.models import Comment, Commenter, Notice

EMAIL = "priya@example.org"


def links(message):
    return re.findall(r"https?://\S+", message.body)


def path_of(url):
    return re.sub(r"^https?://[^/]+", "", url)


def linked(name, message=None):
    """The path of the link that leads to `/…/name/…` in a mail, the last one that was sent."""
    message = message or mail.outbox[-1]
    return next(path_of(url) for url in links(message) if f"/{name}/" in url)


def asked(hours):
    """All questions were asked so many hours ago."""
    then = timezone.now() - timedelta(hours=hours)
    Commenter.objects.update(asked_at=then)
    Notice.objects.exclude(asked_on=None).update(asked_on=then.date(), created_at=then)


def latest():
    return Comment.objects.latest("pk")


def approved(comment):
    """Let an editor have approved it, who has left since."""
    comment.decisions.create(before="pending", after="published")
    return comment


def confirmed(email=EMAIL, **fields):
    """A comment of somebody who confirmed the address."""
    commenter, _new = Commenter.objects.get_or_create(
        email=email, defaults={"confirmed_at": timezone.now(), "name": "Priya"}
    )
    own = {"commenter": commenter, "email": email, "name": "Priya", "is_confirmed": True}
    return CommentFactory(**{**own, **fields})
