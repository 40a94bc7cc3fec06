"""What the desk does to many articles at once: tasks do it, one article at a time."""

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_tasks import task

from articles import checks
from articles.models import Article
from articles.publishing import planning, verbs
from core.taskqueue.batches import perform
from core.taskqueue.models import Batch


def start(title, articles, verb_task, *, by) -> Batch:
    """`verb_task` is one of the tasks below."""
    items = articles.order_by("pk").values_list("pk", "title").distinct()
    return Batch.start(title, items, verb_task, by.pk, by=by.get_username())


@task(queue_name="slow")
def publish_each(batch_pk, pks, user_pk):
    _each_published(batch_pk, pks, user_pk, _publish)


def _publish(article, *, by):
    """Where there are doubts, whoever lets them stand does so at the article's own form."""
    checks.refuse_doubts(article, verbs.newest_content(article))
    planning.publish_or_plan(article, by=by)


@task(queue_name="slow")
def archive_each(batch_pk, pks, user_pk):
    _each_published(batch_pk, pks, user_pk, verbs.archive)


@task(queue_name="slow")
def trash_each(batch_pk, pks, user_pk):
    _each_deleted(batch_pk, pks, user_pk, verbs.trash)


@task(queue_name="slow")
def put_back_each(batch_pk, pks, user_pk):
    _each_deleted(batch_pk, pks, user_pk, verbs.put_back)


def _each_published(batch_pk, pks, user_pk, verb):
    refusal = _("Whoever asked for it may not publish any more.")
    _each(batch_pk, pks, user_pk, verb, right="articles.publish_article", refusal=refusal)


def _each_deleted(batch_pk, pks, user_pk, verb):
    refusal = _("Whoever asked for it may not delete any more.")
    _each(batch_pk, pks, user_pk, verb, right="articles.delete_article", refusal=refusal)


def _each(batch_pk, pks, user_pk, verb, *, right, refusal):
    user = get_user_model().objects.filter(pk=user_pk, is_active=True).first()
    may = user is not None and user.has_perm(right)

    def act(pk):
        if not may:
            raise ValidationError(refusal)
        article = Article.objects.filter(pk=pk).first()
        if article is None:
            raise ValidationError(_("It was deleted meanwhile."))
        verb(article, by=user)

    perform(batch_pk, pks, act)
