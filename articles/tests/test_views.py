import datetime
import json
import re

import pytest
from django.utils import timezone

from articles.factories import (
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    SectionFactory,
    TopicFactory,
)
from articles.models import Article, ArticleFormerSlug
from companies.models import Company
from core.tests.markup import attributes, ids
from facts.models import Fact, Metric, Reference, Source

pytestmark = pytest.mark.django_db
HIDDEN = ["draft", "scheduled", "in_review", "archived"]


def company(name):
    return Company.objects.create(name=name, slug=name.lower(), description=name)


def at(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


def rich_article(**kwargs):
    return ArticleFactory(
        authors=[AuthorFactory(), AuthorFactory()],
        topics=[TopicFactory(), TopicFactory()],
        companies=[company("Spotify"), company("Quora")],
        **kwargs,
    )


def test_detail_shows_the_article_and_its_context(client):
    article = rich_article(title="The async turn", body="## A\n\n## B\n\n### C\n\nText.")
    response = client.get(article.get_absolute_url())
    assert response.status_code == 200
    assert "The async turn" in response.text
    assert [heading["text"] for heading in response.context["headings"]] == ["A", "B", "C"]
    for byline in article.bylines.all():
        address = byline.author.get_absolute_url()
        assert f'href="{address}"><bdi>{byline.author.name}</bdi></a>' in response.text
    assert response.context["canonical_url"] == f"http://testserver{article.get_absolute_url()}"


def test_detail_with_two_headings_has_no_table_of_contents(client):
    article = ArticleFactory(body="## A\n\n## B")
    assert client.get(article.get_absolute_url()).context["headings"] == []


@pytest.mark.parametrize("state", HIDDEN)
def test_detail_of_what_is_not_public_is_404(client, admin_user, state):
    article = ArticleFactory(**{state: True})
    assert client.get(article.get_absolute_url()).status_code == 404
    client.force_login(admin_user)
    assert client.get(article.get_absolute_url()).status_code == 404


def test_detail_a_second_before_its_time_is_404_and_a_second_after_is_shown(client):
    second = datetime.timedelta(seconds=1)
    early = ArticleFactory(published_at=timezone.now() + 60 * second)
    due = ArticleFactory(published_at=timezone.now() - second)
    assert client.get(early.get_absolute_url()).status_code == 404
    assert client.get(due.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_on_no_list_and_in_no_feed(client, state):
    hidden = rich_article(**{state: True}, title="Kept from everyone")
    shown = ArticleFactory(
        section=hidden.section,
        topics=hidden.topics.all(),
        authors=[hidden.bylines.first().author],
        companies=hidden.companies.all(),
    )
    urls = [
        "/articles/",
        f"/articles/{shown.published_at.year}/",
        f"/articles/{shown.published_at.year}/{shown.published_at.month}/",
        hidden.section.get_absolute_url(),
        hidden.topics.first().get_absolute_url(),
        hidden.bylines.first().author.get_absolute_url(),
        "/feeds/articles.atom",
        "/feeds/articles.rss",
        f"/sections/{hidden.section.slug}/feeds/articles.atom",
        f"/sections/{hidden.section.slug}/feeds/articles.rss",
        shown.get_absolute_url(),
    ]
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        assert shown.title in response.text, url
        assert "Kept from everyone" not in response.text, url


def test_former_slug_redirects_for_good(client):
    article = ArticleFactory(slug="new")
    ArticleFormerSlug.objects.create(slug="old", target=article)
    response = client.get("/articles/old/")
    assert (response.status_code, response["Location"]) == (301, "/articles/new/")


def test_former_slug_of_a_hidden_article_is_404(client):
    ArticleFormerSlug.objects.create(slug="old", target=ArticleFactory(draft=True))
    assert client.get("/articles/old/").status_code == 404


def test_former_slug_never_shadows_a_live_article(client):
    live = ArticleFactory(slug="both")
    ArticleFormerSlug.objects.create(slug="both", target=ArticleFactory())
    response = client.get("/articles/both/")
    assert response.status_code == 200
    assert response.context["article"] == live


def test_detail_names_its_neighbours_in_time(client):
    moment = at(2026, 5, 1)
    first, second, third = [ArticleFactory(published_at=moment) for _ in range(3)]
    ArticleFactory(draft=True)
    context = client.get(second.get_absolute_url()).context
    assert (context["previous"], context["next"]) == (first, third)
    assert client.get(first.get_absolute_url()).context["previous"] is None
    assert client.get(third.get_absolute_url()).context["next"] is None


def test_related_prefers_shared_companies_then_topics(client):
    quora, topic = company("Quora"), TopicFactory()
    article = ArticleFactory(companies=[quora], topics=[topic])
    by_topic = ArticleFactory(topics=[topic])
    by_company = ArticleFactory(companies=[quora], published_at=at(2020, 1, 1))
    ArticleFactory(companies=[quora], draft=True)
    ArticleFactory()
    context = client.get(article.get_absolute_url()).context
    assert context["related"] == [by_company, by_topic]


def test_related_are_four_at_most(client):
    topic = TopicFactory()
    articles = [ArticleFactory(topics=[topic]) for _ in range(6)]
    assert len(client.get(articles[0].get_absolute_url()).context["related"]) == 4


def test_list_article_shows_each_companys_current_facts(client):
    article = ArticleFactory(kind=Article.Kind.LIST)
    entry = ListEntryFactory(article=article, company=company("Spotify"), blurb="It *plays*.")
    ListEntryFactory(article=article, company=company("Quora"))
    metric = Metric.objects.create(key="users", label="Users", definition="people")
    fact = Fact.objects.create(
        company=entry.company, metric=metric, amount=75_000_000, status="published",
        published_at=timezone.now(),
    )  # fmt: skip
    source = Source.objects.create(title="Report")
    Reference.objects.create(fact=fact, source=source)
    entries = client.get(article.get_absolute_url()).context["entries"]
    assert [entry.facts for entry in entries] == [[fact], []]
    assert "<em>plays</em>" in entries[0].blurb_html


def test_entry_gives_way_to_an_id_that_the_text_or_the_page_has(client):
    """Near miss: an id of the same beginning."""
    body = "[a](#spotify)\n\n## Why {#spotify}\n\n## b\n\n---\n\n## After {#quora}\n\n## c {#lyf}"
    article = ArticleFactory(kind=Article.Kind.LIST, body=body)
    for name in ("Spotify", "Quora", "Comments", "Lyft"):
        ListEntryFactory(article=article, company=company(name))
    html = client.get(article.get_absolute_url()).text
    found = ids(html)
    assert sorted(set(found)) == sorted(found)
    links = {link.get("href") for link in attributes(html, "a")}
    for own in ("spotify", "entry-spotify", "quora", "entry-quora", "entry-comments", "lyft"):
        assert own in found
        assert f"#{own}" in links
    assert "entry-lyft" not in found


def test_detail_of_list_says_its_conclusion_after_the_entries(client):
    article = ArticleFactory(kind=Article.Kind.LIST, body="Before.\n\n---\n\nAfter.")
    ListEntryFactory(article=article, company=company("Spotify"), blurb="The entry.")

    page = client.get(article.get_absolute_url()).content.decode()

    assert page.index("Before.") < page.index("The entry.") < page.index("After.")


def test_detail_runs_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    story = rich_article()
    for other in range(5):
        ArticleFactory(topics=story.topics.all(), authors=[AuthorFactory()], title=f"R{other}")
    # What stands around the text (navigation, audience, discussion, ads) is counted too.
    for article, most in ((story, 11), (rich_list(), 13)):
        with django_assert_max_num_queries(most):
            client.get(article.get_absolute_url())


def rich_list():
    article = ArticleFactory(kind=Article.Kind.LIST)
    metric = Metric.objects.create(key="users", label="Users", definition="people")
    source = Source.objects.create(title="Report")
    for number in range(10):
        entry = ListEntryFactory(article=article, company=company(f"Company{number}"))
        fact = Fact.objects.create(
            company=entry.company, metric=metric, amount=number, status="published",
            published_at=timezone.now(),
        )  # fmt: skip
        Reference.objects.create(fact=fact, source=source)
    return article


def test_lists_run_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    article = rich_article()
    for _ in range(25):
        ArticleFactory(
            section=article.section, topics=article.topics.all(), authors=[AuthorFactory()]
        )
    for url in (
        "/articles/",
        f"/articles/{article.published_at.year}/",
        article.section.get_absolute_url(),
        article.topics.first().get_absolute_url(),
        article.bylines.first().author.get_absolute_url(),
    ):
        with django_assert_max_num_queries(8):
            assert client.get(url).status_code == 200


def test_json_ld_says_what_the_article_is(client):
    article = rich_article(title='</script><script>alert("1")&')
    text = client.get(article.get_absolute_url()).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1]
    assert not set("<>&") & set(block)
    data = json.loads(block)
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == article.title
    assert data["datePublished"] == article.published_at.isoformat()
    assert [author["url"] for author in data["author"]] == [
        f"http://testserver{byline.author.get_absolute_url()}" for byline in article.bylines.all()
    ]
    assert data["wordCount"] == 6


def test_archive_of_a_year_links_only_months_that_hold_something(client):
    ArticleFactory(published_at=at(2024, 3, 31, 23, 59, 59))
    ArticleFactory(published_at=at(2024, 12, 31, 12))
    ArticleFactory(published_at=at(2025, 1, 1))
    response = client.get("/articles/2024/")
    assert [month.label for month in response.context["months"]] == ["March 2024", "December 2024"]
    assert len(response.context["object_list"]) == 2
    assert len(client.get("/articles/2024/3/").context["object_list"]) == 1
    assert [year.label for year in client.get("/articles/").context["years"]] == ["2025", "2024"]


@pytest.mark.parametrize(
    "url",
    [
        "/articles/2023/",
        "/articles/2024/4/",
        "/articles/2024/0/",
        "/articles/2024/13/",
        "/articles/0/",
        "/articles/9999/",
        "/articles/99999999999999999999/",
        "/articles/nothing/",
        "/sections/nothing/",
        "/topics/nothing/",
        "/authors/nothing/",
        "/sections/nothing/feeds/articles.atom",
    ],
)
def test_empty_periods_and_unknown_names_are_404(client, url):
    ArticleFactory(published_at=at(2024, 3, 3))
    assert client.get(url).status_code == 404


def test_section_without_articles_is_shown_empty(client):
    section = SectionFactory()
    response = client.get(section.get_absolute_url())
    assert (response.status_code, response.context["object_list"]) == (200, [])


def test_public_pages_set_no_cookie_and_vary_by_none(client):
    article = rich_article()
    for url in (article.get_absolute_url(), "/articles/", article.section.get_absolute_url()):
        response = client.get(url)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("url", ["/articles/2024/3/", "/articles/2024/03/"])
def test_month_has_one_canonical_address(client, url):
    ArticleFactory(published_at=at(2024, 3, 3))
    canonical = client.get(url).context["canonical_url"]
    assert canonical == "http://testserver/articles/2024/03/"
