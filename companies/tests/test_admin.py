import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies.factories import CompanyFactory, IndustryFactory, TechnologyFactory
from companies.models import Company
from facts.factories import FactFactory

pytestmark = pytest.mark.django_db
NO_ALIASES = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}


def form_of(company, **changes):
    values = {"name": company.name, "slug": company.slug, "description": company.description}
    return values | {"status": company.status, "is_public": "on"} | NO_ALIASES | changes


def change(admin_client, company, **changes):
    url = reverse("admin:companies_company_change", args=[company.pk])
    return admin_client.post(url, form_of(company, **changes))


def test_company_is_made_with_its_aliases(admin_client):
    data = form_of(CompanyFactory.build(name="Facebook", slug="facebook")) | {
        "aliases-TOTAL_FORMS": 1,
        "aliases-0-name": "Meta",
    }
    assert admin_client.post(reverse("admin:companies_company_add"), data).status_code == 302
    assert Company.objects.get(slug="facebook").aliases.get().name == "Meta"


def test_changed_slug_is_kept_as_a_former_address(admin_client):
    company = CompanyFactory(slug="facebook")
    assert change(admin_client, company, slug="meta").status_code == 302
    url = reverse("admin:companies_company_change", args=[company.pk])
    assert "facebook" in admin_client.get(url).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("website", "javascript:alert(1)"),
        ("wikidata_id", "689141"),
        ("founded", "99"),
        ("slug", "two words"),
        ("country", "XX"),
    ],
)
def test_bad_value_is_an_error_beside_its_field(admin_client, field, value):
    response = change(admin_client, CompanyFactory(), **{field: value})
    assert list(response.context["adminform"].form.errors) == [field]


def test_company_shows_its_current_figures_with_age_and_source(admin_client):
    fact = FactFactory(amount=75_000_000, metric__shelf_life_days=30)
    FactFactory(company=fact.company, amount=42_000_000, draft=True)
    url = reverse("admin:companies_company_change", args=[fact.company_id])
    page = admin_client.get(url).content.decode()
    for shown in ("75 million", "undated", fact.references.get().source.title):
        assert shown in page
    for absent in ("42 million", "<b>stale</b>"):
        assert absent not in page
    assert " style=" not in page


def test_company_list_is_searched_by_alias_and_links_public_pages(admin_client):
    company = CompanyFactory(name="Facebook")
    company.aliases.create(name="Meta Platforms")
    CompanyFactory(name="Another")
    response = admin_client.get(reverse("admin:companies_company_changelist"), {"q": "platforms"})
    assert response.context["cl"].result_count == 1
    assert company.get_absolute_url() in response.content.decode()


def test_change_lists_run_as_many_queries_for_many_rows_as_for_few(admin_client):
    counts = {}
    for size in (5, 25):
        for _n in range(size):
            CompanyFactory(industry=IndustryFactory(), country="SE")
            TechnologyFactory()
        for model in ("company", "industry", "technology"):
            url = reverse(f"admin:companies_{model}_changelist")
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(url).status_code == 200
            counts.setdefault(model, []).append(len(queries))
    assert [model for model, (few, many) in counts.items() if many > few] == []
