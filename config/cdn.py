"""What the environment must say of a CDN in front of us, looked at before anything starts."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# What each kind cannot do without, beside CDN itself.
NEEDED = {
    "": (),
    "http": ("CDN_PURGE_URL",),
    "fastly": ("CDN_SERVICE", "CDN_TOKEN"),
    "cloudflare": ("CDN_SERVICE", "CDN_TOKEN"),
}


def refuse_half_a_cdn(kind: str, **companions: str):
    """Raise ImproperlyConfigured when purges could not be sent. Never says the token."""
    if kind not in NEEDED:
        kinds = ", ".join(filter(None, NEEDED))
        raise ImproperlyConfigured(f"CDN={kind!a} is not known: leave it out, or say {kinds}.")
    missing = [name for name in NEEDED[kind] if not companions[name]]
    if missing:
        raise ImproperlyConfigured(f"CDN={kind} needs {' and '.join(missing)}.")
    for name in ("CDN_SERVICE", "CDN_TOKEN"):
        if not all("!" <= character <= "~" for character in companions[name]):
            raise ImproperlyConfigured(f"{name} has a character that no header may have.")
    if "/" in companions["CDN_SERVICE"]:
        raise ImproperlyConfigured("CDN_SERVICE is an id, not an address.")
    url = companions["CDN_PURGE_URL"]
    if url and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        raise ImproperlyConfigured("CDN_PURGE_URL is not an http or https address.")
