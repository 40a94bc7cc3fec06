"""Addresses of rows, of which a page says dozens: each pattern is looked up once."""

from functools import cache

from django.core.signals import setting_changed
from django.urls import reverse

SLUG = "any-slug"


@cache
def _around(view_name) -> list[str]:
    return reverse(view_name, args=[SLUG]).split(SLUG)


def slug_url(view_name, slug) -> str:
    """What `reverse` says of a view whose one argument is a slug."""
    before, after = _around(view_name)
    return f"{before}{slug}{after}"


def _forget(*, setting, **kwargs):
    if setting in ("ROOT_URLCONF", "FORCE_SCRIPT_NAME"):
        _around.cache_clear()


setting_changed.connect(_forget)
