import datetime
import re

import pytest
from django.utils import timezone

from articles.factories import ArticleFactory, SectionFactory
from companies.factories import CompanyFactory
from facts.factories import FactFactory, MetricFactory

pytestmark = pytest.mark.django_db


def story(hours, **kwargs):
    return ArticleFactory(published_at=timezone.now() - datetime.timedelta(hours=hours), **kwargs)


def test_newest_article_leads_and_the_next_stand_beside_it(client):
    section = SectionFactory()
    articles = [story(hours, section=section) for hours in range(1, 9)]
    context = client.get("/").context
    assert context["lead"] == articles[0]
    assert context["second_tier"] == articles[1:5]
    assert [group["articles"] for group in context["sections"]] == [articles[5:7]]
    assert context["latest"] == articles[7:]


def test_sections_stand_in_order_and_one_with_nothing_below_is_left_out(client):
    first, last = SectionFactory(position=1), SectionFactory(position=2)
    SectionFactory(position=3)
    articles = [story(hours, section=last if hours % 2 else first) for hours in range(1, 20)]
    groups = client.get("/").context["sections"]
    assert [group["section"] for group in groups] == [first, last]
    assert [len(group["articles"]) for group in groups] == [2, 2]
    assert groups[0]["articles"] == [articles[5], articles[7]]


def test_no_story_stands_on_the_front_page_twice(client):
    sections = SectionFactory.create_batch(2)
    articles = [story(hours, section=sections[hours % 2]) for hours in range(1, 30)]
    html = client.get("/").content.decode()
    # A cover links its story too, out of the order of the keyboard.
    links = re.findall(r'<a (?:class="name" )?href="(/articles/[^"/]+/)">', html)
    assert len(links) == len(set(links)) == 5 + 2 * 2 + 10
    assert set(links) == {article.get_absolute_url() for article in articles[:19]}


def test_figures_in_the_news_are_dated_ones_first(client):
    day = {"as_of": datetime.date(2026, 6, 30), "as_of_precision": "day"}
    facts = [FactFactory(**(day if number > 4 else {})) for number in range(8)]
    for hours, fact in enumerate(facts, start=1):
        story(hours, companies=[fact.company])
    assert client.get("/").context["figures"] == [*facts[5:], *facts[:2]]


def test_front_page_of_an_empty_publication_says_so(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.context["lead"] is None
    assert "Nothing is published yet" in response.content.decode()


def test_figures_are_one_current_number_of_each_company_in_the_news(client):
    spotify, quiet, closed = (
        CompanyFactory(),
        CompanyFactory(),
        CompanyFactory(is_public=False),
    )
    story(1, companies=[spotify, closed])
    metric = MetricFactory()
    today = timezone.localdate()
    FactFactory(company=spotify, metric=metric, amount=30)
    dated = FactFactory(
        company=spotify, metric=metric, amount=75, as_of=today, as_of_precision="day"
    )
    FactFactory(company=spotify, amount=None, text="Words are no number")
    FactFactory(company=spotify, amount=99, draft=True)
    ahead = {"as_of": today.replace(year=today.year + 1, day=1), "as_of_precision": "day"}
    FactFactory(company=spotify, amount=500, basis="projected", **ahead)
    FactFactory(company=quiet)
    FactFactory(company=closed)
    context = client.get("/").context
    assert context["figures"] == [dated]
    assert [(c, len(c.current_facts)) for c in context["companies"]] == [(spotify, 3)]


def test_stale_figures_of_a_company_are_counted(client):
    company = CompanyFactory()
    story(1, companies=[company])
    long_ago = {"as_of": datetime.date(2018, 3, 31), "as_of_precision": "month"}
    FactFactory(company=company, metric=MetricFactory(shelf_life_days=30))
    FactFactory(company=company, metric=MetricFactory(shelf_life_days=30), **long_ago)
    FactFactory(company=company, metric=MetricFactory(shelf_life_days=None), **long_ago)
    assert "3 figures, 1 stale" in client.get("/").text


def test_front_page_takes_a_bounded_number_of_queries(client, django_assert_max_num_queries):
    sections = SectionFactory.create_batch(6)
    for hours in range(1, 40):
        company = CompanyFactory()
        FactFactory(company=company)
        story(hours, section=sections[hours % 6], companies=[company])
    with django_assert_max_num_queries(10):
        client.get("/")


@pytest.mark.parametrize("address", ["/about/", "/privacy/"])
def test_own_texts_are_shown_as_prose(client, address):
    response = client.get(address)
    html = response.content.decode()
    assert response.status_code == 200
    assert "<h2" in html
    assert "+++" not in html
