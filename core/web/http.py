"""What every room needs to know of a request."""

import ipaddress
import re
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache

# What programs that read for nobody in particular call themselves. (CUBOT makes telephones.)
AUTOMATED = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|headless|phantom|lighthouse|monitor|uptime|preview|scan|"
    r"fetch|feed|archiv|validator|externalhit|embedly|curl|wget|libwww|python|java/|okhttp|"
    r"go-http|node|axios|scrapy|httpclient|http_request|ruby|perl|php",
    re.IGNORECASE,
)
LOGIN_NAME_LENGTH = 255


class NotFoundBecause(Http404):
    """There is no such page, and its reader can be told why."""


def client_address(request) -> str:
    """The visitor's address, as seen by the outermost proxy that is ours.

    `TRUSTED_PROXIES` counts our own proxies: only that many entries, from the right, of
    X-Forwarded-For were written by us; whatever stands further left is the client's own word.
    """
    hops = settings.TRUSTED_PROXIES
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if hops and len(forwarded) >= hops:
        candidate = forwarded[-hops]
        try:
            return str(ipaddress.ip_address(candidate))
        except ValueError:
            pass
    return request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104 - a unix socket has none


def client_subnet(request) -> str:
    """The /24 (IPv4) or /48 (IPv6) of the visitor: what limits are counted by."""
    address = ipaddress.ip_address(client_address(request))
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def subnet_key(request) -> str:
    """The visitor's subnet as a keyed hash: it can be counted by and not turned back."""
    return salted_hmac("core.http.subnet", client_subnet(request), algorithm="sha256").hexdigest()


def login_address(request) -> str:
    """What failed logins are counted by: the address, of IPv6 the /64 that one household has."""
    address = ipaddress.ip_address(client_address(request))
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)


def login_name(request, credentials=None) -> str | None:
    """The name that somebody tries to sign in with, cut to what the record of failures holds."""
    name = (credentials or request.POST).get("username")
    return name and name[:LOGIN_NAME_LENGTH]


def is_automated(request) -> bool:
    """Whether no person is looking: programs, prefetching browsers, and whoever says nothing."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    purpose = request.META.get("HTTP_SEC_PURPOSE") or request.META.get("HTTP_PURPOSE", "")
    return (
        request.method == "HEAD" or not agent or "fetch" in purpose or bool(AUTOMATED.search(agent))
    )


def is_from_elsewhere(request) -> bool:
    """Whether the browser says that no page of ours asks: an `<img>` of another site, for one."""
    return request.META.get("HTTP_SEC_FETCH_SITE") not in (None, "same-origin")


def too_many_requests(request, seconds=60, template="429.html", context=None):
    """The answer to whoever writes too fast: status 429, and when to come back."""
    response = render(request, template, context, status=429)
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    return response


def is_same_origin(request) -> bool:
    """Whether the browser itself says that the request comes from one of our own pages."""
    site = request.META.get("HTTP_SEC_FETCH_SITE")
    if site:
        return site == "same-origin"
    origin = request.META.get("HTTP_ORIGIN")
    return origin == f"{request.scheme}://{request.get_host()}"


def same_origin_required(view):
    """Guard a write that carries no token: stored pages can hold none.

    Every browser in use sends Sec-Fetch-Site or Origin with a POST, and no page can forge them.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.method not in ("GET", "HEAD", "OPTIONS") and not is_same_origin(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.csrf_exempt = True
    return guarded


def personal(view):
    """Of one visitor alone: kept by nobody, and that it is not there neither.

    Who has the address may do what its page offers, so other sites do not hear of it. Ours does:
    with "no-referrer" browsers say "Origin: null" of a form, which is refused as a forged one.
    """

    @never_cache
    @wraps(view)
    def guarded(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = render(request, "404.html", status=404)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return guarded


def parse_pk(text: str) -> int | None:
    """The primary key in a query string, form or URL; None if the text cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
