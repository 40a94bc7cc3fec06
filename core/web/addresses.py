"""Addresses of rows: what they are made of, and each pattern looked up once.

A page says dozens of them.
"""

from functools import cache
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.signals import setting_changed
from django.http import HttpResponsePermanentRedirect
from django.urls import register_converter, reverse

from core.text.slugs import fold, validate_slug

SLUG = "any-slug"


class OtherSpelling(str):
    """A slug as it was asked for, which is not how it is spelled."""


class SlugConverter:
    """A slug in any script: `<words:slug>`."""

    regex = "[^/]+"

    def to_python(self, value):
        own = fold(value)
        if not own:
            raise ValueError(value)
        try:
            validate_slug(own)
        except ValidationError as error:
            raise ValueError(value) from error
        return value if value == own else OtherSpelling(value)

    def to_url(self, value):
        return value


register_converter(SlugConverter, "words")


class RedirectToOwnSpelling:
    """A middleware: what is asked for in another spelling, and found, is led to its address.

    The view is asked as for its own spelling, behind all other middleware. Nothing is written under
    another one: who sends a form sends it once more.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        address = getattr(request, "own_spelling", "")
        is_found = response.status_code < 300
        return HttpResponsePermanentRedirect(address) if address and is_found else response

    def process_view(self, request, view, args, kwargs):
        others = {name for name, value in kwargs.items() if isinstance(value, OtherSpelling)}
        if not others:
            return None
        kwargs.update({name: fold(kwargs[name]) for name in others})
        query = request.META.get("QUERY_STRING", "")
        address = reverse(request.resolver_match.view_name, kwargs=kwargs)
        request.own_spelling = f"{address}?{query}" if query else address
        if request.method in ("GET", "HEAD"):
            return None
        return HttpResponsePermanentRedirect(request.own_spelling, preserve_request=True)


@cache
def _around(view_name) -> list[str]:
    return reverse(view_name, args=[SLUG]).split(SLUG)


def slug_url(view_name, slug) -> str:
    """What `reverse` says of a view whose one argument is a slug."""
    before, after = _around(view_name)
    return f"{before}{slug if slug.isascii() else quote(slug)}{after}"


def _forget(*, setting, **kwargs):
    if setting in ("ROOT_URLCONF", "FORCE_SCRIPT_NAME"):
        _around.cache_clear()


setting_changed.connect(_forget)
