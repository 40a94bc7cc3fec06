"""What views declare about their pages."""

import os
import traceback
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import QueryDict

from core.pagestore.bypass import bypasses_store
from core.pagestore.keys import SITE, refuse_unknown

# The WSGI environ key under which the store finds what the view declared.
ENVIRON_KEY = "core.pagestore.made"
MAX_PARAMETERS = 20
# The keys of each `stored_page` and the place where it is written, for the system check.
declared = []
# For one visitor; for everybody: browsers may keep the page and revalidate it each time.
PRIVATE = "private, no-cache"
REVALIDATE = "public, max-age=0, must-revalidate"


@dataclass
class Made:
    """What a view declared: its keys, the query parameters it knows, and their values."""

    keys: set = field(default_factory=lambda: {SITE})
    params: tuple = ()
    query: str = ""


def known_query(query: str, params: tuple) -> str:
    """The query string reduced to `params`, each once and in a fixed order.

    A name that ends with an asterisk keeps all its values, sorted. Raises ValueError for more
    parameters than any of our links has.
    """
    if not query or not params:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    known = []
    for param in params:
        name = param.removesuffix("*")
        values = [value for key, value in pairs if key == name]
        values = values[-1:] if name == param else sorted(set(values))
        known += [(name, value) for value in values]
    return urlencode(known)


def stored_page(*keys, params=()):
    """Declare that a view's pages are the same for everybody, so that they may be stored.

    `keys`: what every page of the view shows; the view adds others with `made_of`.
    `params`: the query parameters it uses. The view sees no others, since one stored page answers
    all requests with the same values of these.
    """
    params = tuple(sorted(params))
    caller = traceback.extract_stack(limit=2)[0]
    declared.append(
        (keys, f"{os.path.relpath(caller.filename, settings.BASE_DIR)}:{caller.lineno}")
    )

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
            if bypasses_store(request):
                response.headers["Cache-Control"] = PRIVATE
            elif "Cache-Control" not in response.headers:
                response.headers["Cache-Control"] = REVALIDATE
                request.META[ENVIRON_KEY] = made
            return response

        return stored

    return decorate


def made_of(request, *keys):
    """Tag the page being rendered with `keys`. Does nothing on pages that are not stored."""
    refuse_unknown(keys)
    tag(request, keys)


def tag(request, keys):
    if (made := getattr(request, "made", None)) is not None:
        made.keys.update(keys)


def do_not_store(request):
    """The page depends on what this visitor typed: it is not worth storing."""
    request.made = None
