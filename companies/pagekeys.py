"""Which pages this room's rows appear on, as keys of `core.pagestore`."""

from companies.models import (
    Company,
    CompanyAlias,
    CompanyFormerSlug,
    CompanyMerge,
    CompanyVersion,
    Industry,
    Technology,
)
from core.pagestore.keys import declare, keys_for
from core.pagestore.tracking import on_no_page, track


def keys_of_company(company):
    """Its own page, those of its parent and subsidiaries, of what it runs on and is measured by."""
    yield from (f"company:{company.pk}", "companies", "technologies")
    if company.parent_id:
        yield f"company:{company.parent_id}"
    yield from (f"company:{pk}" for pk in company.subsidiaries.values_list("pk", flat=True))
    used = company.tech_uses.values_list("technology", flat=True)
    yield from (f"technology:{pk}" for pk in used)
    yield from keys_for("metric", company.facts.values_list("metric", flat=True))


def keys_of_alias(alias):
    return (f"company:{alias.company_id}", "companies")


def keys_of_industry(industry):
    """The directory, which offers it as a filter, and whatever shows one of its companies."""
    return {"industries", *keys_for("company", industry.companies.values_list("pk", flat=True))}


def keys_of_technology(technology):
    """Its own page, the lists of technologies, and whatever shows a company that uses it."""
    users = technology.uses.values_list("company", flat=True)
    return {f"technology:{technology.pk}", "technologies", *keys_for("company", users)}


def connect():
    declare("company", "companies", "industries", "technology", "technologies")
    track(Company, keys_of_company, ignored={"was_public"})
    track(CompanyAlias, keys_of_alias)
    track(Industry, keys_of_industry)
    track(Technology, keys_of_technology)
    # The one redirects, and redirects are not stored; the others are written with their company.
    on_no_page(CompanyFormerSlug, CompanyMerge, CompanyVersion)
