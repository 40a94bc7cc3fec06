"""What one press of Publish costs: parses, renders, scans and queries."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles import coverage, publishing
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory, TopicFactory
from articles.models import Article
from core import prose
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    fact = FactFactory()
    address = f"fact:{fact.company.slug}/{fact.metric.key}"
    return ArticleFactory(
        draft=True,
        body=f"It has [many]({address}@{fact.public_id}), and []({address}). Sales rose by 12%.",
        topics=TopicFactory.create_batch(2),
        companies=[fact.company],
        authors=[AuthorFactory()],
    )


@pytest.fixture
def counted(monkeypatch):
    """How often the Markdown parser, the renderer and the scan are called."""
    counts = Counter()

    def count(owner, name):
        real = getattr(owner, name)

        def call(*args, **kwargs):
            counts[name] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    count(prose._ARTICLE, "parse")
    count(prose, "render")
    count(coverage, "scan")
    return counts


def press(client, article, **values):
    """The desk's form with some of its values changed."""
    url = reverse("admin:articles_article_change", args=[article.pk])
    form = client.get(url).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}
    for number, date in enumerate(["", ""]):
        data[f"published_at_{number}"] = date
    data.pop("published_at", None)
    for prefix, authors in (("bylines", article.authors.all()), ("entries", ())):
        data |= {f"{prefix}-TOTAL_FORMS": len(authors), f"{prefix}-INITIAL_FORMS": 0}
        data |= {f"{prefix}-{place}-author": author.pk for place, author in enumerate(authors)}
    return client.post(url, data | values)


def test_text_saved_in_the_desk_is_parsed_and_rendered_once(admin_client, draft, counted, queue):
    body = f"{draft.body} And costs fell by 3%."
    response = press(admin_client, draft, body=body, _save="")
    assert response.status_code == 302, response.context["errors"]
    draft.refresh_from_db()
    assert draft.body == body
    assert [len(draft.naked_figures), len(draft.figures)] == [2, 2]
    counted.clear()
    prose._parsed.cache_clear()
    press(admin_client, draft, body=f"{body} Or by 4%.", _save="")
    # The form of what was saved before is read first; title and standfirst are two small texts.
    assert counted == {"parse": 4, "render": 1, "scan": 2}


def test_text_is_published_without_a_scan(draft, counted, queue):
    counted.clear()
    publishing.publish(draft, by=None)
    assert counted["render"] == 1
    assert counted["scan"] == 0


def test_text_is_scanned_again_when_it_or_its_language_changes(draft, counted):
    counted.clear()
    draft.save()
    assert counted["scan"] == 0
    draft.language = "ar"
    draft.save()
    draft.body = "Profits fell by 7%."
    draft.save()
    assert counted["scan"] == 2
    assert [figure["text"] for figure in draft.naked_figures] == ["7%"]


@pytest.mark.parametrize("kind", Article.Kind.values)
def test_publishing_saves_the_article_in_few_queries(draft, queue, monkeypatch, kind):
    Article.objects.update(kind=kind)
    draft.refresh_from_db()
    ListEntryFactory(article=draft, company=draft.companies.get())
    draft.save()
    save, counts = Article.save, []

    def counting(self, *args, **kwargs):
        with CaptureQueriesContext(connection) as queries:
            save(self, *args, **kwargs)
        counts.append(len(queries))

    monkeypatch.setattr(Article, "save", counting)
    publishing.publish(draft, by=None)
    (count,) = counts
    assert count <= 16
