from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Words that the addresses under /companies/ keep for themselves.
RESERVED_SLUGS = {"compare"}


def validate_company_slug(slug: str):
    if slug.lower() in RESERVED_SLUGS:
        raise ValidationError(_("This address is reserved: choose another."), code="reserved")
