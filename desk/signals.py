"""Signal handlers that update review tasks, since facts and articles do not know the desk.

What changed is handled by a task, after the commit. Bulk writes and the passage of time send no
signals, so `rebuild_review_tasks` covers everything every night.
"""

import logging

from django.db.models.signals import post_delete, post_save, pre_save
from django_tasks import task

from articles.models import Article, FigureDismissal, Section
from companies.models import Company, CompanyVersion
from desk import sync
from facts.models import (
    Distinction,
    Fact,
    Metric,
    MetricVersion,
    Reference,
    Source,
    SourceVersion,
)

logger = logging.getLogger(__name__)

# Changes that affect more rows than this are left to the nightly rebuild.
MOST_AT_ONCE = 500


@task(once=True)
def update_review_tasks(kind, pk):
    """Bring the review tasks about one row up to date."""
    sync.update(companies=companies_of(kind, pk), articles=articles_of(kind, pk))


@task(once=True)
def update_tasks_about_words(name, pk):
    """Bring those about the words of one company, metric or source up to date."""
    sync.update(named={name: {pk}})


def companies_of(kind, pk) -> set:
    if kind == "company":
        return {pk}
    facts = Fact.objects.on_record().order_by()
    paths = {"source": "references__source", "metric": "metric"}
    if kind not in paths:
        return set()
    return few(facts.filter(**{paths[kind]: pk}).values_list("company", flat=True))


def articles_of(kind, pk) -> set:
    if kind == "article":
        return {pk}
    if kind != "section":
        return set()
    asked = Article.objects.filter(section=pk, status=Article.Status.PUBLISHED)
    return few(asked.exclude(naked_figures=[]).values_list("pk", flat=True))


def few(pks) -> set:
    found = set(pks.distinct()[: MOST_AT_ONCE + 1])
    if len(found) > MOST_AT_ONCE:
        logger.info("More than %d rows to look at: rebuild_review_tasks will", MOST_AT_ONCE)
        return set()
    return found


def touch(kind, pk):
    update_review_tasks.enqueue(kind, pk)


def about_fact(instance, **kwargs):
    if instance.is_published:
        touch("company", instance.company_id)


def about_reference(instance, raw=False, **kwargs):
    # Of a fixture, the fact may not be loaded yet.
    if not raw:
        about_fact(instance.fact)


def about_distinction(instance, raw=False, **kwargs):
    if not raw:
        about_fact(instance.first)


def about_source(instance, created, **kwargs):
    if not created:
        touch("source", instance.pk)


def about_company(instance, created, **kwargs):
    if not created:
        touch("company", instance.pk)


def about_version(instance, **kwargs):
    update_tasks_about_words.enqueue(instance.target._meta.model_name, instance.target_id)


def about_article(instance, **kwargs):
    # The figures it quotes are written in the same transaction.
    touch("article", instance.pk)


def about_part(instance, **kwargs):
    touch("article", instance.article_id)


def remember(*names):
    """A pre_save handler that records whether one of these fields changes."""

    def before(sender, instance, **kwargs):
        former = sender.objects.filter(pk=instance.pk).values(*names).first()
        now = {name: getattr(instance, name) for name in names}
        instance._moves_tasks = former is not None and former != now

    return before


def if_moved(kind):
    def after(instance, **kwargs):
        if instance.__dict__.pop("_moves_tasks", False):
            touch(kind, instance.pk)

    return after


LISTENERS = [
    (Fact, [post_save], about_fact),
    (Reference, [post_save, post_delete], about_reference),
    (Distinction, [post_save, post_delete], about_distinction),
    (Source, [post_save], about_source),
    (Company, [post_save], about_company),
    (Article, [post_save], about_article),
    (FigureDismissal, [post_save, post_delete], about_part),
    (Metric, [pre_save], remember("shelf_life_days", "period_type")),
    (Metric, [post_save], if_moved("metric")),
    (CompanyVersion, [post_save], about_version),
    (MetricVersion, [post_save], about_version),
    (SourceVersion, [post_save], about_version),
    (Section, [pre_save], remember("check_levels")),
    (Section, [post_save], if_moved("section")),
]


def connect():
    for model, signals, listener in LISTENERS:
        for signal in signals:
            signal.connect(
                listener, model, weak=False, dispatch_uid=f"desk.{model._meta.label}.{id(signal)}"
            )
