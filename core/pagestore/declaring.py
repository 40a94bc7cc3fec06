"""What a view says of its page, and what becomes of it on the way out."""

from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from core.pagestore.freshness import is_known

# Where a page's description travels from the view to the store that stands around the handler.
ENVIRON_KEY = "core.pagestore.made"
SITE = "site"
MOST_PARAMETERS = 20
# A browser may keep the page, and asks each time whether it still stands.
REVALIDATED = "public, max-age=0, must-revalidate"


@dataclass
class Made:
    """What a page shows, by key; which query parameters it knows, and what they said."""

    keys: set = field(default_factory=lambda: {SITE})
    params: tuple = ()
    query: str = ""


def known_query(query: str, params: tuple) -> str:
    """The part of a query string that a page knows: each of `params` once, in one order.

    Of one that ends with an asterisk every value counts, whatever their order was. Raises
    ValueError for a query with more parameters than any of our links has.
    """
    if not query or not params:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    known = []
    for param in params:
        name = param.removesuffix("*")
        values = [value for key, value in pairs if key == name]
        values = values[-1:] if name == param else sorted(set(values))
        known += [(name, value) for value in values]
    return urlencode(known)


def stored_page(*keys, params=()):
    """The page is the same for everybody, so a store may keep it: what a public view declares.

    `keys`: what every page of the view is made of; the view names the rest with `made_of`.
    `params`: the query parameters it knows. It does not get to see any other: a stored page is
    shown to all who ask with these.
    """
    params = tuple(sorted(params))

    def decorate(view):
        @wraps(view)
        def stored(request, *args, **kwargs):
            if request.method not in ("GET", "HEAD"):
                return view(request, *args, **kwargs)
            made = Made(params=params)
            made.keys.update(keys)
            try:
                made.query = known_query(request.META.get("QUERY_STRING", ""), params)
            except ValueError:
                return view(request, *args, **kwargs)
            request.META["QUERY_STRING"] = made.query
            request.GET = QueryDict(made.query)
            request.made = made
            response = view(request, *args, **kwargs)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
            if response.status_code != 200 or not request.made or response.streaming:
                return response
            if is_known(request):
                response.headers["Cache-Control"] = "private, no-cache"
            elif "Cache-Control" not in response.headers:
                response.headers["Cache-Control"] = REVALIDATED
                request.META[ENVIRON_KEY] = made
            return response

        return stored

    return decorate


def made_of(request, *keys):
    """Say that the page being made shows what `keys` name. Nothing happens on other pages."""
    if (made := getattr(request, "made", None)) is not None:
        made.keys.update(keys)


def keep_out(request):
    """The page being made answers to what only this visitor typed: it is not worth keeping."""
    request.made = None
