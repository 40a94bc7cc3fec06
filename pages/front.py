"""What stands on the front page. A bounded number of queries, however much is published."""

from datetime import date

from django.db.models import Prefetch, prefetch_related_objects

from articles.models import Article, Byline, Section
from companies.models import Company
from facts.models import Fact

SECOND_TIER = 4
LATEST = 10
PER_SECTION = 2
FIGURES = 5
COMPANIES = 12


def published():
    # The bylines of all that stands on the page are fetched at once.
    return Article.objects.published().in_order().with_cards()


def newest_in_sections(sections, top):
    """The newest of each section that do not stand above already, all in one query."""
    below = Article.objects.published().in_order().exclude(pk__in=[row.pk for row in top])
    # A union of look-ups by key: said with OR, every article there is is asked.
    chosen = [
        Article.objects.filter(pk__in=below.filter(section=section).values("pk")[:PER_SECTION])
        for section in sections
    ]
    keys = Article.objects.none().values("pk").order_by()
    keys = keys.union(*(one.order_by().values("pk") for one in chosen), all=True)
    return published().filter(pk__in=keys)


def front_page() -> dict:
    sections = list(Section.objects.all())
    # Those that stand in a section's column are not told once more: enough to leave them out.
    newest = list(published()[: 1 + SECOND_TIER + LATEST + PER_SECTION * len(sections)])
    top = newest[: 1 + SECOND_TIER]
    below = list(newest_in_sections(sections, top))
    told = {row.pk for row in (*top, *below)}
    latest = [row for row in newest if row.pk not in told][:LATEST]
    newest = [*top, *below, *latest]
    bylines = Prefetch("bylines", Byline.objects.select_related("author"))
    prefetch_related_objects(newest, bylines)
    companies = companies_in(sorted(newest, key=lambda row: row.published_at, reverse=True))
    return {
        "articles": newest,
        "nav_sections": sections,
        "lead": top[0] if top else None,
        "second_tier": top[1:],
        "latest": latest,
        "sections": by_section(below, sections),
        "figures": figures_of(companies),
        "companies": sorted(companies, key=lambda company: company.name.casefold()),
    }


def by_section(articles, sections) -> list[dict]:
    groups = [
        {"section": section, "articles": [a for a in articles if a.section_id == section.pk]}
        for section in sections
    ]
    return [group for group in groups if group["articles"]]


def companies_in(articles) -> list[Company]:
    """The companies the newest articles speak of, newest first, with their current facts."""
    rank = {article.pk: number for number, article in enumerate(articles)}
    shown = Company.objects.visible()
    links = Article.companies.through.objects.filter(article__in=articles, company__in=shown)
    pairs = sorted(links.values_list("article_id", "company_id"), key=lambda pair: rank[pair[0]])
    wanted = list(dict.fromkeys(company for _article, company in pairs))[:COMPANIES]
    found = sorted(shown.filter(pk__in=wanted), key=lambda company: wanted.index(company.pk))
    by_pk = {company.pk: company for company in found}
    for company in found:
        company.current_facts = []
    for fact in Fact.objects.current().filter(company__in=wanted).select_related("metric"):
        fact.company = by_pk[fact.company_id]
        fact.company.current_facts.append(fact)
    return found


def _newest(fact) -> tuple:
    """What was counted comes before what is expected."""
    return fact.basis != Fact.Basis.PROJECTED, fact.as_of or date.min


def figures_of(companies) -> list[Fact]:
    """One number of each company, dated ones first: of the others only as many as are wanting."""
    numbers = [
        [fact for fact in company.current_facts if fact.amount is not None] for company in companies
    ]
    figures = [max(facts, key=_newest) for facts in numbers if facts]
    figures = sorted(figures, key=lambda fact: fact.as_of is None)[:FIGURES]
    prefetch_related_objects(figures, "references__source")
    return figures
