import pytest
from django.core.management import call_command
from modelsearch.models import IndexEntry

from articles.factories import ArticleFactory
from articles.models import Article
from companies.factories import CompanyAliasFactory, CompanyFactory, TechnologyFactory
from companies.models import Company
from facts import publishing
from facts.factories import FactFactory, MetricFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eager_tasks")]


def found(client, query, **parameters):
    response = client.get("/search/", {"q": query, **parameters})
    assert response.status_code == 200
    return response.context


def test_article_is_found_by_title_standfirst_and_body(client):
    article = ArticleFactory(
        title="Pelicans", standfirst="About marmots.", body="Hidden in **axolotls**."
    )
    for word in ["pelicans", "marmots", "AXOLOTLS", "pelicans axolotls"]:
        assert found(client, word)["articles"] == [article], word
    assert found(client, "pelicans wombats")["articles"] == []


def test_article_follows_its_text_as_soon_as_it_is_saved(client):
    article = ArticleFactory(title="Pelicans")
    article.title = "Wombats"
    article.save()
    assert found(client, "pelicans")["total"] == 0
    assert found(client, "wombats")["articles"] == [article]
    Article._base_manager.filter(pk=article.pk).delete()
    assert found(client, "wombats")["total"] == 0


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "archived"])
def test_article_that_is_not_public_is_not_found(client, state):
    article = ArticleFactory(title="Pelicans", **{state: True})
    assert found(client, "pelicans")["total"] == 0
    Article.objects.filter(pk=article.pk).update(
        status="published", published_at=ArticleFactory().published_at
    )
    assert found(client, "pelicans")["total"] == 1


def test_company_is_found_by_name_and_description_and_shows_its_figures(client):
    company = CompanyFactory(name="Pelican Works", description="It makes marmots.")
    FactFactory(company=company)
    CompanyFactory(name="Pelican Hidden", is_public=False)
    for word in ["pelican", "marmots"]:
        [shown] = found(client, word)["companies"]
        assert (shown, len(shown.current_facts)) == (company, 1)


def test_company_is_found_by_its_alias_while_it_has_it(client):
    company = CompanyFactory(name="Meta")
    alias = CompanyAliasFactory(company=company, name="Facebook")
    assert found(client, "facebook")["companies"] == [company]
    alias.delete()
    assert found(client, "facebook")["companies"] == []
    CompanyAliasFactory(company=company, name="Facebook")
    Company._base_manager.filter(pk=company.pk).delete()
    assert found(client, "facebook")["total"] == 0


def test_index_is_rebuilt_by_one_command(client):
    article = ArticleFactory(title="Pelicans")
    IndexEntry.objects.all().delete()
    assert found(client, "pelicans")["total"] == 0
    call_command("rebuild_modelsearch_index", verbosity=0)
    assert found(client, "pelicans")["articles"] == [article]


def test_technology_is_found(client):
    technology = TechnologyFactory(name="Pylons")
    assert found(client, "pylons")["technologies"] == [technology]


def test_title_weighs_more_than_body(client):
    in_title = ArticleFactory(title="Pelicans", body="Something else.")
    in_body = ArticleFactory(title="Other", body="Pelicans, pelicans.")
    assert found(client, "pelicans")["articles"] == [in_title, in_body]


def test_article_about_the_word_comes_before_one_that_mentions_it(client):
    about = ArticleFactory(title="Pelicans", body="Pelicans, pelicans and pelicans.")
    mentions = ArticleFactory(title="Other", body=f"{'Something else. ' * 40} A pelicans.")
    assert found(client, "pelicans")["articles"] == [about, mentions]


def test_results_come_in_pages_that_end(client):
    ArticleFactory.create_batch(12, title="Pelicans")
    CompanyFactory(name="Pelicans")
    first = found(client, "pelicans")
    assert (len(first["articles"]), len(first["companies"]), first["total"]) == (10, 1, 13)
    assert first["page"] == {"newer_url": None, "older_url": "?q=pelicans&page=2"}
    second = found(client, "pelicans", page="2")
    assert (len(second["articles"]), second["companies"]) == (2, [])
    assert second["page"] == {"newer_url": "?q=pelicans", "older_url": None}
    assert not {*first["articles"]} & {*second["articles"]}
    for beyond in ("3", "99999", "0", "x"):
        assert client.get("/search/", {"q": "pelicans", "page": beyond}).status_code == 404


@pytest.mark.parametrize("query", ["", "   ", '"', "!!! ()", "\u202e"])
def test_query_without_a_word_finds_nothing_and_shows_the_form(client, query):
    ArticleFactory()
    context = found(client, query)
    assert context["total"] == 0


def test_page_of_results_is_not_for_indexes(client):
    assert client.get("/search/?q=a")["X-Robots-Tag"] == "noindex, follow"


def test_nothing_found_is_said(client):
    html = client.get("/search/?q=wombat").content.decode()
    assert "Nothing matches" in html


def test_long_query_is_cut(client):
    assert len(found(client, "a" * 100_000)["query"]) == 200


def test_search_takes_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    ArticleFactory.create_batch(12, title="Pelicans")
    for _n in range(5):
        FactFactory(company=CompanyFactory(description="Pelicans"))
    with django_assert_max_num_queries(14):
        found(client, "pelicans")


def test_search_elsewhere_than_in_our_own_backend_finds_the_same(client, settings):
    article = ArticleFactory(title="Pelicans", body="Hidden in **axolotls**.")
    ArticleFactory(title="Wombats")
    settings.MODELSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
    assert found(client, "pelicans axolotls")["articles"] == [article]


def test_words_that_meet_nowhere_and_words_passed_over_find_nothing(client):
    ArticleFactory(title="Pelicans", body="The marmots.")
    ArticleFactory(title="Wombats", body="The axolotls.")
    assert found(client, "pelicans axolotls")["total"] == 0
    assert found(client, "the marmots")["total"] == 1


def test_more_matches_than_are_weighed_are_said_to_be_cut(client, monkeypatch):
    for module in ("search.finding", "search.views"):
        monkeypatch.setattr(f"{module}.MOST", 3)
    articles = ArticleFactory.create_batch(5, title="Pelicans")
    context = found(client, "pelicans")
    assert set(context["articles"]) == set(articles[2:])
    assert context["is_cut"]


def test_saving_one_article_weighs_its_own_title_alone(client):
    first = ArticleFactory(title="Pelicans")
    norms = IndexEntry.objects.filter(object_id=str(first.pk)).values_list("title_norm", flat=True)
    before = norms.get()
    ArticleFactory(title="Wombats and the long way to the sea")
    assert norms.get() == before
    assert IndexEntry.objects.exclude(object_id=str(first.pk)).get().title_norm < before


@pytest.fixture
def spotify():
    company = CompanyFactory(name="Spotify")
    users = MetricFactory(label="Monthly users", definition="People who listen.")
    revenue = MetricFactory(label="Revenue")
    return {
        "users": FactFactory(company=company, metric=users),
        "revenue": FactFactory(company=company, metric=revenue),
        "elsewhere": FactFactory(company__name="Deezer", metric=users),
    }


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("spotify users", ["users"]),
        ("SPOTIFY monthly users", ["users"]),
        ("revenue of Spotify", ["revenue"]),
        ("deezer user", ["elsewhere"]),
        ("spotify", []),
        ("users", []),
        ("spotify employees", []),
        ("wombat users", []),
    ],
)
def test_figure_is_found_by_its_company_and_metric_together(client, spotify, query, wanted):
    assert found(client, query)["figures"] == [spotify[name] for name in wanted]


def test_found_figure_is_the_current_one_with_date_and_source(client, spotify):
    former = spotify["users"]
    newer = FactFactory(
        company=former.company, metric=former.metric, as_of="2025-12-31", as_of_precision="year"
    )
    response = client.get("/search/", {"q": "spotify users"})
    assert response.context["figures"] == [newer]
    html = response.content.decode()
    assert f'href="{newer.get_absolute_url()}"' in html
    assert newer.references.get().source.title in html


@pytest.mark.parametrize("name", ["HP", "3M", "Großbank", "網易"])
def test_figure_is_found_by_the_whole_name_of_its_company(client, spotify, name):
    fact = FactFactory(company__name=name, metric=spotify["users"].metric)
    assert found(client, f"{name} users")["figures"] == [fact]


def test_figure_of_a_hidden_company_is_not_found(client, spotify):
    company = spotify["users"].company
    company.is_public = False
    company.save()
    assert found(client, "spotify users")["figures"] == []
    assert found(client, spotify["users"].public_id)["figures"] == []


def test_figure_is_found_by_its_id_a_withdrawn_one_as_such(client, spotify):
    fact = spotify["users"]
    assert found(client, fact.public_id.upper())["figures"] == [fact]
    publishing.deprecate(fact, reason="A guess.", by=None)
    html = client.get("/search/", {"q": fact.public_id}).content.decode()
    assert f"<s>{fact.display_value}</s>" in html


@pytest.mark.parametrize("query", ["users", "MONTHLY", "listen people", "users monthly"])
def test_metric_is_found_by_its_label_and_definition(client, spotify, query):
    response = client.get("/search/", {"q": query})
    assert response.context["metrics"] == [spotify["users"].metric]
    assert f'href="{spotify["users"].metric.get_absolute_url()}"' in response.content.decode()


def test_metric_without_a_public_figure_is_not_found(client):
    MetricFactory(label="Monthly users")
    assert found(client, "users")["metrics"] == []


def test_figures_are_looked_for_in_a_number_of_queries_that_words_and_metrics_do_not_move(
    client, spotify, django_assert_max_num_queries
):
    for n in range(6):
        FactFactory(company=spotify["users"].company, metric__label=f"Users {n} monthly again")
    with django_assert_max_num_queries(30):
        client.get("/search/", {"q": "spotify monthly users 1 2 3 again and " + "again " * 30})
