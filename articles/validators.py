import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A well-formed tag by RFC 5646: language, script, region, variants, extensions, private use.
LANGUAGE_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8}|[ix](?=-))(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?",
    re.IGNORECASE | re.ASCII,
)
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
    """Any well-formed tag: people write in more languages than anybody has a list of."""
    if not LANGUAGE_TAG.fullmatch(tag):
        raise ValidationError(
            _("“%(tag)s” is no language tag: it is like “en”, “pcm” or “pt-BR”."),
            params={"tag": tag},
            code="language",
        )
