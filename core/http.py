"""What every room needs to know of a request."""

import ipaddress
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied


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
