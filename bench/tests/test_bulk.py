import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from articles.factories import ArticleFactory
from articles.models import Article, Listing
from bench import bulk
from comments.models import Comment, Discussion
from companies.models import Company
from facts.models import Fact, Source
from facts.rules.history import replay, standing_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("statistics_taken_back"),
    pytest.mark.xdist_group("bulk"),
]

SIZE = bulk.Size(articles=60, companies=12, comments=200, facts=240)


def seed(size=SIZE, **options):
    return bulk.seed(size, tell=lambda line: None, **options)


def test_seed_makes_what_it_is_asked_for():
    made = seed()
    asked = {"articles": 60, "companies": 12, "comments": 200, "facts": 240}
    assert {name: made[name] for name in asked} == asked
    assert Article.objects.count() == 60
    assert Comment.objects.count() == 200
    assert Fact.objects.count() == 240
    assert set(Article.objects.values_list("status", flat=True)) == set(Article.Status.values)
    assert Article.objects.scheduled().exists()
    assert Article.objects.filter(kind="list", entries__isnull=False).exists()


def test_articles_read_like_articles():
    seed()
    names = set(Article.RENDERED_FIELDS) - {"scanned"}
    for article in Article.objects.all():
        assert 550 < article.word_count < 950
        assert article.body_html
        # It holds no digest of another text: what was found in it is found by looking anew.
        assert article.scanned == ""
        before = {name: getattr(article, name) for name in names}
        article.render()
        if article.kind == "story":
            assert {name: getattr(article, name) for name in names} == before
    assert Article.objects.exclude(figures=[]).exists()


def test_rows_keep_the_rules_of_their_models():
    seed()
    for model in (Article, Company, Comment, Fact, Source):
        for row in model.objects.all():
            row.full_clean()
    misplaced = Comment.objects.exclude(thread=None).exclude(
        thread__discussion=F("discussion"), thread__thread=None
    )
    assert not misplaced.exists()
    assert Comment.objects.exclude(thread=None).exists()
    assert not Comment.objects.filter(created_at__gt=timezone.now()).exists()


def test_published_articles_are_listed():
    seed()
    linked = sum(
        link.objects.filter(article__status="published").count()
        for link in (
            Article.topics.through,
            Article.companies.through,
            Article.bylines.rel.related_model,
        )
    )
    assert Listing.objects.count() == linked


def test_comments_are_spread_unevenly():
    seed(bulk.Size(articles=400, companies=0, comments=2000, facts=0))
    counts = sorted(d.comment_count for d in Discussion.objects.with_counts())
    assert counts[-1] > 10 * counts[len(counts) // 2]


@pytest.mark.parametrize(("articles", "companies", "comments"), [(1, 0, 0), (5, 1, 3), (0, 4, 9)])
def test_seed_of_hardly_anything_holds(articles, companies, comments):
    made = seed(bulk.Size(articles, companies, comments, companies * 3))
    assert made["articles"] == articles
    assert made["companies"] == companies


def test_every_kind_of_page_answers(client):
    seed()
    article = Article.objects.published().filter(bylines__isnull=False).first()
    discussion = Discussion.objects.order_by("pk").first()
    addresses = [
        "/",
        "/articles/",
        f"/articles/{article.published_at.year}/",
        "/companies/",
        "/technologies/",
        "/sitemap.xml",
        "/sitemap-articles.xml",
        "/sitemap-topics.xml",
        "/feeds/articles.atom",
        "/feeds/comments.atom",
        discussion.get_page_url(),
        article.section.get_absolute_url(),
        article.topics.first().get_absolute_url(),
        article.authors.first().get_absolute_url(),
        Company.objects.visible().first().get_absolute_url(),
        "/technologies/bulk-technology-1/",
        *(row.get_absolute_url() for row in Article.objects.published()),
    ]
    for address in addresses:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("word", ["report 7", "bulk", "language"])
def test_search_finds_what_was_seeded_as_it_finds_what_was_saved(client, word):
    seed()
    seeded = client.get("/search/", {"q": word}).context
    call_command("rebuild_modelsearch_index", verbosity=0)
    rebuilt = client.get("/search/", {"q": word}).context
    assert seeded["total"] == rebuilt["total"]


def test_articles_can_be_left_out_of_the_index(client):
    seed(with_search=False)
    assert client.get("/search/?q=report").context["articles"] == []


def test_rows_made_later_get_keys_of_their_own():
    seed()
    article = ArticleFactory(companies=[Company.objects.first()])
    assert article.pk > Article.objects.filter(slug__startswith="bulk-").latest("pk").pk


def test_published_facts_are_guarded_like_any_other():
    seed()
    fact = Fact.objects.published().first()
    for one in Fact.objects.filter(status="published").prefetch_related("events"):
        assert replay(one.events.all()) == standing_of(one)
    with pytest.raises(Exception, match="never rewritten"):
        Fact.objects.filter(pk=fact.pk).update(scope="another")
    connection.set_rollback(True)


def test_command_refuses_a_second_run():
    call_command("seed_bulk", articles=5, companies=2, comments=5, verbosity=0)
    with pytest.raises(CommandError, match="former seed_bulk"):
        call_command("seed_bulk", articles=5, companies=2, comments=5, yes=True)
    assert Article.objects.count() == 5


def test_command_leaves_a_publication_with_articles_alone_unless_told():
    ArticleFactory()
    with pytest.raises(CommandError, match="articles of its own"):
        call_command("seed_bulk", articles=5, companies=0, comments=0)
    assert Article.objects.count() == 1
    call_command("seed_bulk", articles=5, companies=0, comments=0, yes=True)
    assert Article.objects.count() == 6
