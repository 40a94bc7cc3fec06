"""The desk's own pages about figures: valid and accessible, apart from what is Django's."""

import pytest

from articles.factories import ArticleFactory
from companies.factories import CompanyFactory
from desk import sync
from desk.models import ReviewTask
from facts.factories import FactFactory, MetricFactory
from tests.browser.checks import axe, nu_check
from tests.browser.tools import SCHEMES

# Of pages that Django's admin makes, the parts that are ours.
PARTS = {
    "/admin/desk/reviewtask/": "#result_list tbody",
    "/admin/articles/article/{article}/change/": ".room",
    "/admin/companies/company/{company}/change/": "#figures, #quick-entry",
}
# Pages that are ours but for the frame around them.
WHOLE = [
    "/admin/",
    "/admin/calendar/",
    "/admin/find/?q=uber",
    "/admin/articles/article/{article}/figures/",
    "/admin/facts/fact/contradictions/",
    "/admin/facts/fact/quick/",
    "/admin/facts/fact/wrong/?facts={fact}",
]


@pytest.fixture
def names():
    company = CompanyFactory(name="Uber", slug="uber")
    metric = MetricFactory(key="dispatch", in_words=True, shelf_life_days=30)
    facts = [FactFactory(company=company, metric=metric, text=text) for text in ("Go", "Rust")]
    link = f"[Go](fact:uber/dispatch@{facts[0].public_id})"
    article = ArticleFactory(body=f"It runs on {link}, with 75 million users.")
    sync.rebuild()
    return {"company": company.pk, "fact": facts[0].pk, "article": article.pk}


@pytest.fixture
def whole_pages(names):
    tasks = ReviewTask.objects.values_list("pk", flat=True)
    assert len(tasks) >= 3
    changes = [f"/admin/desk/reviewtask/{pk}/change/" for pk in tasks]
    return [address.format(**names) for address in WHOLE] + changes


def test_html_of_the_desk_has_no_error(desk, live_server, whole_pages, tmp_path):
    for number, address in enumerate(whole_pages):
        html = desk.request.get(live_server.url + address).text()
        (tmp_path / f"{number}.html").write_text(html)
    assert nu_check(tmp_path) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_desk_is_accessible(desk, live_server, new_page, names, whole_pages, scheme):
    page = new_page(bypass_csp=True, color_scheme=scheme)
    page.context.add_cookies(desk.context.cookies())
    parts = {address.format(**names): part for address, part in PARTS.items()}
    found = []
    for address, part in {**parts, **dict.fromkeys(whole_pages, "#content")}.items():
        page.goto(live_server.url + address)
        assert page.locator(part).count(), (address, part)
        found += [f"{address}: {line}" for line in axe(page, part)]
    assert found == []
