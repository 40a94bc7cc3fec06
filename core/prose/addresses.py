"""Which addresses a link or a picture in prose may have."""

import re
from html import unescape
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import mdurl
from markdown_it.common.normalize_url import normalizeLink

SCHEMES = ("fact", "company")

_OURS = re.compile(rf"({'|'.join(SCHEMES)}):(.*)", re.IGNORECASE | re.DOTALL)
_WEB = re.compile(
    r"https?://(?:(?P<name>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?)|\[(?P<six>[0-9a-f:.]+)\])"
    r"(?::(?P<port>\d{1,5}))?(?=[/?#]|$)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"mailto:[^\s@:/?#]+@[^\s@:/?#]+(?:\?|$)", re.IGNORECASE)


def split_ours(url: str) -> tuple[str, str] | None:
    """("fact", "spotify/paid-subscribers") of one of our addresses, None of any other."""
    match = _OURS.fullmatch(url)
    return (match[1].lower(), match[2].strip()) if match else None


def normalize(url: str) -> str:
    """Percent-encoded as browsers and checkers want it; an address of ours as it was written."""
    if split_ours(url):
        return url
    try:
        url = normalizeLink(url)
    except ValueError:
        url = mdurl.encode(url)
    head, mark, fragment = url.partition("#")
    return head + mark + fragment.replace("#", "%23")


def is_allowed(url: str) -> bool:
    """http, https, mailto, relative and fragment addresses, and ours; nothing else is a link.

    Addresses with a user name are refused: they only serve to look like another host's.
    """
    if split_ours(url):
        return True
    # Markdown has read entities once; an address must also stand being read twice.
    return _is_plain(url) and _is_plain(unescape(url))


def _is_plain(url: str) -> bool:
    if web := _WEB.match(url):
        return _is_host(web)
    if _MAIL.match(url):
        return True
    return ":" not in re.split(r"[/?#]", url, maxsplit=1)[0] and not url.startswith(("//", "%5C"))


def is_picture(url: str) -> bool:
    """Only from our own host: the page's policy loads pictures from nowhere else."""
    return url.startswith("/") and is_allowed(url)


def _is_host(web: re.Match) -> bool:
    try:
        if web["six"]:
            IPv6Address(web["six"])
        elif web["name"].rstrip(".").rpartition(".")[2].isdigit():
            IPv4Address(web["name"])
    except AddressValueError:
        return False
    return int(web["port"] or 0) < 65_536
