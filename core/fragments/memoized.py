"""HTML that is made again only when what it is made of is new.

A `kept` function's result follows from its arguments, the active language and the templates: the
arguments are the rows themselves as the database gave them, not a name for them, so nothing ever
has to be invalidated. Bounded, in this process; a release starts with none.
"""

from functools import lru_cache, wraps

from django.conf import settings
from django.utils.translation import get_language

_caches = []


def kept(maxsize, *, for_all=False):
    """Decorate a pure function of hashable arguments. In development templates change: kept off.

    `for_all`: what it makes stands on pages of every row, so that no page is the first to need it.
    """

    def decorate(function):
        @lru_cache(maxsize)
        def remembered(_language, *args):
            return function(*args)

        @wraps(function)
        def call(*args):
            return function(*args) if settings.DEBUG else remembered(get_language(), *args)

        _caches.append((remembered, for_all))
        return call

    return decorate


def forget_kept(*, but_for_all=False):
    """For tests and measurements: make everything anew, or everything of a page's own."""
    for cache, for_all in _caches:
        if not (but_for_all and for_all):
            cache.cache_clear()
