"""An article's page is kept between requests; nobody may notice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ads.factories import AdFactory
from ads.models import Ad
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory, TopicFactory
from articles.models import Article, Author, Section, Topic
from audience.models import Audience
from comments.factories import CommentFactory
from comments.models import Comment, Discussion
from companies.factories import CompanyFactory
from companies.models import Company
from core.prose.headings import is_taken
from core.tests.markup import ids
from facts.factories import FactFactory
from facts.models import Source

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    company = FactFactory().company
    article = ArticleFactory(
        kind="list", authors=[AuthorFactory()], topics=[TopicFactory()], companies=[company]
    )
    ListEntryFactory(article=article, company=company)
    ArticleFactory(
        topics=article.topics.all(),
        authors=[AuthorFactory()],
        published_at=article.published_at - timedelta(days=1),
    )
    AdFactory(placement="above")
    root = CommentFactory(discussion__article=article, kind="correction", course="open")
    reply = CommentFactory(discussion=root.discussion, thread=root, in_reply_to=root)
    CommentFactory(discussion=root.discussion, thread=root, in_reply_to=reply)
    return article


# Each says something on the page that was not there, or takes something from it.
CHANGES = {
    "title": lambda: Article.objects.update(title="CHANGED"),
    "text": lambda: Article.objects.update(body_html="<p>CHANGED</p>"),
    "section": lambda: Section.objects.filter(articles__kind="list").update(name="CHANGED"),
    "author": lambda: Author.objects.update(name="CHANGED"),
    "topic": lambda: Topic.objects.update(name="CHANGED"),
    "company": lambda: Company.objects.update(name="CHANGED"),
    "counts": lambda: Audience.objects.update_or_create(
        article=Article.objects.first(), defaults={"hearts": 321}
    ),
    "discussion closed": lambda: Discussion.objects.update(is_open=False),
    "comment": lambda: CommentFactory(discussion=Discussion.objects.get(), body="CHANGED"),
    "comment's text": lambda: Comment.objects.update(body_html="<p>CHANGED</p>"),
    "comment's state": lambda: Comment.objects.filter(thread=None).update(state="removed"),
    "reply's state": lambda: Comment.objects.filter(thread__isnull=False).update(state="pending"),
    "answered comment's name": lambda: Comment.objects.update(name="CHANGED"),
    "course": lambda: Comment.objects.filter(thread=None).update(course="accepted"),
    "outcome": lambda: Comment.objects.update(outcome="CHANGED"),
    "resolution": lambda: Comment.objects.filter(thread=None).update(
        resolved_at=timezone.now() + timedelta(days=3)
    ),
    "ad": lambda: Ad.objects.update(headline="CHANGED"),
    "ad's end": lambda: Ad.objects.update(ends_at=timezone.now()),
    "source": lambda: Source.objects.update(title="CHANGED"),
    "related article gone": lambda: Article.objects.filter(kind="story").update(status="archived"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_kept_page_shows_every_change_at_once(client, article, change):
    url = article.get_absolute_url()
    before = client.get(url).content
    assert client.get(url).content == before
    change()
    assert client.get(url).content != before


def test_kept_page_shows_a_neighbour_from_its_time_on(client, article, monkeypatch):
    ArticleFactory(scheduled=True, title="Tomorrow's story")
    url = article.get_absolute_url()
    assert b"Tomorrow" not in client.get(url).content
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert b"Tomorrow" in client.get(url).content


def test_kept_page_is_another_for_another_article(client, article):
    other = ArticleFactory(title="The other one")
    assert b"<title>The other one" not in client.get(article.get_absolute_url()).content
    assert b"<title>The other one" in client.get(other.get_absolute_url()).content


def test_every_id_around_a_text_is_one_that_no_author_can_take(client):
    article = ArticleFactory(body="## mine {#my-own}\n\ntext", companies=[CompanyFactory()])
    found = ids(client.get(article.get_absolute_url()).text)
    assert "my-own" in found
    assert [one for one in found if one != "my-own" and not is_taken(one)] == []
