import re

from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
# Words that the addresses under /articles/ keep for themselves, now or later.
RESERVED_SLUGS = {"feed", "feeds", "new", "page", "preview", "search"}


def validate_article_slug(slug: str):
    """`/articles/2026/` is a year's archive, never an article."""
    if slug.isdigit():
        raise ValidationError(
            _("An address of digits alone would be a year: add a word."), code="digits"
        )
    if slug.lower() in RESERVED_SLUGS:
        raise ValidationError(_("This address is reserved: choose another."), code="reserved")


def validate_language(tag: str):
    """A tag whose direction Django knows: a page in an unknown language could not be laid out."""
    try:
        known = LANGUAGE_TAG.fullmatch(tag) and get_language_info(tag.lower())
    except KeyError:
        known = None
    if not known:
        raise ValidationError(_("“%(tag)s” is no language tag we know."), params={"tag": tag})
