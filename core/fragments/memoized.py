"""Memoized HTML: a pure function of its arguments, the active language and the templates.

Arguments are the data itself, as the database returned it, never a name for it, so there is
nothing to invalidate. Each cache is bounded and belongs to this process.
"""

from functools import lru_cache, wraps

from django.conf import settings
from django.utils.translation import get_language

_caches = []


def memoized_html(maxsize, *, shared=False):
    """Memoize a pure function of hashable arguments. Off under DEBUG, where templates change.

    `shared`: the HTML appears on many pages, so a page rendered for the first time finds it there.
    """

    def decorate(function):
        @lru_cache(maxsize)
        def memoized(_language, *args):
            return function(*args)

        @wraps(function)
        def call(*args):
            return function(*args) if settings.DEBUG else memoized(get_language(), *args)

        _caches.append((memoized, shared))
        return call

    return decorate


def clear_fragments(*, keep_shared=False):
    """Empty the caches, for tests and measurements."""
    for cache, shared in _caches:
        if not (keep_shared and shared):
            cache.cache_clear()
