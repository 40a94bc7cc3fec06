"""What may raise or close a task: facts and articles know nothing of the desk, it listens.

Whatever happens in one transaction is looked at once, after its commit. Bulk writes send no
signals and days pass without one; `rebuild_review_tasks` looks at everything every night.
"""

import logging
from collections import defaultdict

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save

from articles.models import Article, FigureDismissal, Section
from companies.models import Company
from desk import sync
from facts.models import Distinction, Fact, Metric, Reference, Source

logger = logging.getLogger(__name__)

# A source, metric or section that more rest on than this is left to the night.
MOST_AT_ONCE = 500


class Touched:
    """Looks once at all that was touched in its transaction, by kind and primary key.

    Each touch leaves one behind, for the savepoint that it may fall with; they share what they
    look at, and the first to be called leaves nothing to the others.
    """

    def __init__(self, pks):
        self.pks = pks

    def __call__(self):
        if not self.pks:
            return
        try:
            sync.update(companies=self.companies(), articles=self.articles())
        except Exception:
            # What the editor saved is saved. The night mends it.
            logger.exception("The review tasks could not be brought up to date")
        finally:
            self.pks.clear()

    def companies(self) -> set:
        found = set(self.pks["company"])
        facts = Fact.objects.filter(status=Fact.Status.PUBLISHED).order_by()
        for name, path in (("fact", "pk"), ("source", "references__source"), ("metric", "metric")):
            if pks := self.pks[name]:
                found |= few(facts.filter(**{f"{path}__in": pks}).values_list("company", flat=True))
        return found

    def articles(self) -> set:
        found = set(self.pks["article"])
        if pks := self.pks["section"]:
            asked = Article.objects.filter(section__in=pks, status=Article.Status.PUBLISHED)
            found |= few(asked.exclude(naked_figures=[]).values_list("pk", flat=True))
        return found


def few(pks) -> set:
    found = set(pks.distinct()[: MOST_AT_ONCE + 1])
    if len(found) > MOST_AT_ONCE:
        logger.info("More than %d rows to look at: rebuild_review_tasks will", MOST_AT_ONCE)
        return set()
    return found


def touch(kind, *pks):
    """Look at these after the commit; a transaction that is rolled back changed nothing."""
    entries = (entry[1] for entry in reversed(transaction.get_connection().run_on_commit))
    former = next((entry for entry in entries if isinstance(entry, Touched)), None)
    touched = Touched(former.pks if former else defaultdict(set))
    touched.pks[kind].update(pks)
    transaction.on_commit(touched)


def about_fact(instance, **kwargs):
    if instance.is_published:
        touch("company", instance.company_id)


def about_reference(instance, **kwargs):
    touch("fact", instance.fact_id)


def about_distinction(instance, **kwargs):
    touch("fact", instance.first_id)


def about_source(instance, created, **kwargs):
    if not created:
        touch("source", instance.pk)


def about_company(instance, created, **kwargs):
    if not created:
        touch("company", instance.pk)


def about_article(instance, **kwargs):
    # What it quotes is parsed and written in the same transaction.
    touch("article", instance.pk)


def about_part(instance, **kwargs):
    touch("article", instance.article_id)


def remember(*names):
    """Before a save: whether it moves one of these fields."""

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
    (Metric, [pre_save], remember("shelf_life_days")),
    (Metric, [post_save], if_moved("metric")),
    (Section, [pre_save], remember("figure_gate")),
    (Section, [post_save], if_moved("section")),
]


def connect():
    for model, signals, listener in LISTENERS:
        for signal in signals:
            signal.connect(
                listener, model, weak=False, dispatch_uid=f"desk.{model._meta.label}.{id(signal)}"
            )
