import datetime
from xml.etree import ElementTree

import feedparser
import pytest

from articles.factories import (
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    SectionFactory,
    TopicFactory,
)
from articles.models import Article
from articles.pages.feeds import with_absolute_addresses
from articles.sitemaps import ArticleSitemap, AuthorSitemap, TopicSitemap
from companies.models import Company

pytestmark = pytest.mark.django_db
SITE_FEEDS = ["/feeds/articles.atom", "/feeds/articles.rss"]


def parsed(client, url):
    response = client.get(url)
    assert response.status_code == 200
    feed = feedparser.parse(response.content)
    assert not feed.bozo
    return feed


@pytest.mark.parametrize("url", SITE_FEEDS)
def test_feed_carries_the_whole_text_with_absolute_addresses(client, url):
    article = ArticleFactory(
        body='Read [it](/about/) and [that](https://example.com/), `<a href="/no/">`.',
        authors=[AuthorFactory(name="Ada"), AuthorFactory(name="Grace")],
    )
    entry = parsed(client, url).entries[0]
    content = entry.content[-1].value
    assert 'href="http://testserver/about/"' in content
    assert 'href="https://example.com/"' in content
    assert 'href="/no/"' in content
    assert entry.link == f"http://testserver{article.get_absolute_url()}"
    assert {author.get("name") for author in entry.authors} >= {"Ada"}
    assert "Grace" in client.get(url).text
    assert entry.published_parsed


@pytest.mark.parametrize("url", SITE_FEEDS)
def test_feed_ids_outlive_a_new_address(client, url):
    article = ArticleFactory()
    before = parsed(client, url).entries[0].id
    Article.objects.update(slug="another")
    after = parsed(client, url).entries[0]
    assert after.id == before
    assert after.id.startswith("tag:testserver,")
    assert str(article.pk) in after.id


def test_atom_feed_says_when_the_text_changed(client):
    changed = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)
    ArticleFactory(
        published_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), updated_at=changed
    )
    entry = parsed(client, "/feeds/articles.atom").entries[0]
    assert (entry.published_parsed[:3], entry.updated_parsed[:3]) == ((2026, 1, 1), (2026, 2, 1))


@pytest.mark.parametrize("ending", ["atom", "rss"])
def test_section_feed_holds_its_own_articles_alone(client, ending):
    own, other = ArticleFactory(), ArticleFactory()
    feed = parsed(client, f"/sections/{own.section.slug}/feeds/articles.{ending}")
    assert [entry.title for entry in feed.entries] == [own.title]
    assert other.title not in str(feed)


@pytest.mark.parametrize("url", SITE_FEEDS)
def test_feed_holds_the_thirty_newest_in_few_queries(client, url, django_assert_max_num_queries):
    section, topic = SectionFactory(), TopicFactory()
    for _ in range(31):
        ArticleFactory(section=section, topics=[topic], authors=[AuthorFactory()])
    with django_assert_max_num_queries(8):
        assert len(parsed(client, url).entries) == 30


@pytest.mark.parametrize("url", SITE_FEEDS)
def test_feed_of_a_list_article_holds_its_entries(client, url):
    company = Company.objects.create(name="Quora", slug="quora", description="Answers.")
    ListEntryFactory(company=company, blurb="It *answers*.")
    content = parsed(client, url).entries[0].content[-1].value
    assert "<h2>Quora</h2>" in content
    assert "<em>answers</em>" in content


@pytest.mark.parametrize("url", SITE_FEEDS)
def test_feed_without_articles_is_valid(client, url):
    assert parsed(client, url).entries == []


@pytest.mark.parametrize("url", SITE_FEEDS)
def test_feed_is_well_formed_whatever_was_stored(client, url):
    ArticleFactory(
        title="a\x08b\uffff & <c>", standfirst="\x0c]]>", authors=[AuthorFactory(name="\x1b")]
    )
    ElementTree.fromstring(client.get(url).content)


def test_addresses_with_a_fragment_or_query_lead_to_the_article():
    html = '<a href="#fn-1">1</a> <a href="?x=1">2</a> <img src="/media/a.png" alt="x > y">'
    assert with_absolute_addresses(html, "http://testserver/articles/a/") == (
        '<a href="http://testserver/articles/a/#fn-1">1</a>'
        ' <a href="http://testserver/articles/a/?x=1">2</a>'
        ' <img src="http://testserver/media/a.png" alt="x > y">'
    )


def test_sitemaps_hold_what_is_public_alone():
    topic, lone, author = TopicFactory(), TopicFactory(), AuthorFactory()
    article = ArticleFactory(topics=[topic], authors=[author])
    ArticleFactory(draft=True, topics=[lone])
    assert list(ArticleSitemap().items()) == [article]
    assert list(TopicSitemap().items()) == [topic]
    assert list(AuthorSitemap().items()) == [author]
    urls = ArticleSitemap().get_urls()
    assert urls[0]["location"] == f"http://testserver{article.get_absolute_url()}"
    assert urls[0]["lastmod"] == article.updated_at
