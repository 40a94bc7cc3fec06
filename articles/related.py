"""What stands under an article as "Read next": chosen when an article is published or linked.

An article keeps the keys of those that share most of its companies and topics. Whether one of them
is public is asked when the page is made, so nothing has to be chosen when one goes.
"""

from django_tasks import task

from articles.models import Article, Listing
from articles.querysets import listings_changed
from core.pagestore import changed

CHUNK = 50


def related_to(article) -> list[int]:
    rows = Listing.objects.filter(article=article.pk).values_list("topic", "company")
    topics = [topic for topic, _company in rows if topic]
    companies = sorted(company for _topic, company in rows if company)
    return Listing.objects.that_share_most(article, topics, companies)


@task()
def refresh_related(pks):
    """Choose anew for these articles and for those they were or are related to. Idempotent."""
    _choose(_choose(pks) - set(pks))


def _choose(pks) -> set:
    """Answers the keys of those that were or are related."""
    published = Article.objects.filter(pk__in=pks, status=Article.Status.PUBLISHED)
    related = set()
    for article in published.only("pk", "related_ids"):
        found = related_to(article)
        related.update(found, article.related_ids)
        if found != article.related_ids:
            # No other page shows them: not through the tracked querysets.
            Article._base_manager.filter(pk=article.pk).update(related_ids=found)
            changed(f"article:{article.pk}", by_visitor=False)
    return related


def enqueue_refresh(sender, articles, **kwargs):
    pks = sorted(articles)
    for start in range(0, len(pks), CHUNK):
        refresh_related.enqueue(pks[start : start + CHUNK])


def connect():
    listings_changed.connect(enqueue_refresh, dispatch_uid="articles.related")
