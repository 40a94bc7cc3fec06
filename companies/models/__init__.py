"""Who is written about, and what they run on. Import models from here."""

from companies.models.companies import (
    Company,
    CompanyAlias,
    CompanyFormerSlug,
    CompanyVersion,
    Industry,
)
from companies.models.merges import CompanyMerge
from companies.models.technologies import Technology

__all__ = [
    "Company",
    "CompanyAlias",
    "CompanyFormerSlug",
    "CompanyMerge",
    "CompanyVersion",
    "Industry",
    "Technology",
]
