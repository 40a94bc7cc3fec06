"""Who at the desk is told of what, once; a task sends it."""

import re
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from articles.models import Article, Note, Review
from articles.publishing import notes, verdicts
from core.letters import send
from desk.mail.letters import letter_for
from desk.models import DeskMail

Kind = DeskMail.Kind
# Nobody gets more of what others can set off at will.
MOST_IN_A_DAY = 30
DAY = timedelta(days=1)
# So many colleagues are asked to review a text, and so many does one note call.
MOST_EDITORS = 20
MOST_MENTIONED = 10
MENTION = re.compile(r"(?<![\w@.])@([\w.@+-]+)")


def connect():
    verdicts.submitted.connect(tell_editors, Review, dispatch_uid="desk.tell_editors")
    verdicts.decided.connect(tell_writer, Review, dispatch_uid="desk.tell_writer")
    notes.noted.connect(tell_mentioned, Note, dispatch_uid="desk.tell_mentioned")


def editors():
    may = Q(is_superuser=True) | Q(groups__permissions__codename="publish_article")
    may |= Q(user_permissions__codename="publish_article")
    return _people().filter(may).distinct()


def _people():
    return get_user_model().objects.filter(is_active=True, is_staff=True)


def tell_editors(sender, review, **kwargs):
    """Once per review, however often its text is sent anew."""
    others = editors().exclude(pk=review.submitted_by_id).order_by("pk")
    for user in others[:MOST_EDITORS]:
        _enqueue(Kind.SENT, user, review)


def tell_writer(sender, review, **kwargs):
    """Whoever sent it, of what somebody else has decided."""
    kinds = {"returned": Kind.RETURNED, "approved": Kind.APPROVED}
    user = review.submitted_by
    if user and user != review.decided_by and review.verdict in kinds:
        _enqueue(kinds[review.verdict], user, review)


def tell_mentioned(sender, note, **kwargs):
    for user in mentioned_in(note):
        _enqueue(Kind.MENTION, user, note)


def mentioned_in(note) -> list:
    """A name at the end of a sentence bears its full stop."""
    names = {name for found in MENTION.findall(note.text) for name in (found, found.rstrip(".-"))}
    called = _people().filter(username__in=names).exclude(pk=note.by_id).order_by("pk")
    return [user for user in called[:MOST_MENTIONED] if may_read(user, note.article_id)]


def may_read(user, article_pk) -> bool:
    articles = Article.objects.filter(pk=article_pk)
    if user.has_perm("articles.change_article"):
        return articles.editable_by(user).exists()
    return user.has_perm("articles.view_article") and articles.exists()


def _enqueue(kind, user, row):
    if not user.email or (kind in (Kind.SENT, Kind.MENTION) and _is_told_enough(user)):
        return
    mail, is_new = DeskMail.objects.get_or_create(kind=kind, user=user, about=row.pk)
    if is_new:
        send_desk_mail.enqueue(mail.pk)


def _is_told_enough(user) -> bool:
    lately = DeskMail.objects.filter(user=user, created_at__gt=timezone.now() - DAY)
    return lately.count() >= MOST_IN_A_DAY


@task(queue_name="outside")
def send_desk_mail(pk):
    """To whoever may still read the article when it is sent."""
    mail = DeskMail.objects.select_related("user").filter(pk=pk, sent_at=None).first()
    letter = mail and mail.user.is_active and letter_for(mail)
    if not letter:
        return
    send(letter, mail.user.email, message_id=f"desk-{mail.pk}")
    DeskMail.objects.filter(pk=pk).update(sent_at=timezone.now())
