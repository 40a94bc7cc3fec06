"""The publication's policies: pages that its own folder can replace, named for machines."""

import json

import pytest
from django.conf import settings as configured

from articles.factories import ArticleFactory
from facts.factories import FactFactory
from pages import texts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", configured.POLICIES.values())
def test_policy_is_a_page(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert f"<h1>{response.context['title']}</h1>" in response.content.decode()


def test_footer_leads_to_the_principles_and_these_to_the_other_policies(client):
    assert 'href="/about/principles/"' in client.get("/companies/").content.decode()
    principles = client.get("/about/principles/").content.decode()
    assert 'href="/about/corrections/"' in client.get("/corrections/").content.decode()
    for path in configured.POLICIES.values():
        assert path == "/about/principles/" or f'href="{path}"' in principles


@pytest.mark.parametrize("path", configured.POLICIES.values())
def test_policy_is_in_the_sitemap(client, path):
    assert f"{configured.SITE_URL}{path}<" in client.get("/sitemap-pages.xml").content.decode()


def test_own_text_stands_before_ours(client, settings, tmp_path):
    text = '+++\ntitle = "Our way"\nstandfirst = ""\n+++\nWe mend.'
    (tmp_path / "corrections-policy.md").write_text(text)
    settings.TEXT_DIRS = [tmp_path, *settings.TEXT_DIRS]
    texts._rendered.cache_clear()
    html = client.get("/about/corrections/").content.decode()
    texts._rendered.cache_clear()
    assert "<h1>Our way</h1>" in html
    assert "We mend." in html


@pytest.mark.parametrize("path", ["/", "/about/", "/about/sourcing/"])
def test_newsroom_names_its_policies(client, path):
    data = json.loads(client.get(path).context["json_ld"])
    assert data["@type"] == "NewsMediaOrganization"
    for name, address in configured.POLICIES.items():
        assert data[name] == configured.SITE_URL + address


def article_data(client, article):
    return json.loads(client.get(article.get_absolute_url()).context["json_ld"])


def test_article_names_its_publisher_s_policies(client):
    publisher = article_data(client, ArticleFactory())["publisher"]
    for name in ("publishingPrinciples", "correctionsPolicy"):
        assert publisher[name] == configured.SITE_URL + configured.POLICIES[name]


def test_article_cites_the_sources_of_its_figures_and_no_others(client):
    fact = FactFactory()
    FactFactory(company=fact.company)
    source = fact.references.get().source
    source.url = "https://e.org/q4"
    source.save()
    quoting = ArticleFactory(body=f"It has [](fact:{fact.company.slug}/{fact.metric.key}).")
    assert article_data(client, quoting)["citation"] == [
        {"@type": "CreativeWork", "name": source.title, "url": source.url}
    ]
    assert "citation" not in article_data(client, ArticleFactory())
