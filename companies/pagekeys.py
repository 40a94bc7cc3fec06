"""What pages are made of, of what is in this room (see `core.pagestore`)."""

from companies.models import Company, CompanyAlias, Industry, Technology
from core.pagestore.tracking import track


def keys_of_company(company):
    """Its own page, those of its parent and subsidiaries, and those of what it runs on."""
    yield from (f"company:{company.pk}", "companies", "technologies")
    if company.parent_id:
        yield f"company:{company.parent_id}"
    yield from (f"company:{pk}" for pk in company.subsidiaries.values_list("pk", flat=True))
    used = company.tech_uses.values_list("technology", flat=True)
    yield from (f"technology:{pk}" for pk in used)


def keys_of_alias(alias):
    return (f"company:{alias.company_id}", "companies")


def connect():
    track(Company, keys_of_company)
    track(CompanyAlias, keys_of_alias)
    # Named on pages of many kinds, and seldom changed.
    track(Industry, lambda industry: {"site"}, created=False)
    track(Technology, lambda technology: {"site"}, created=False)
