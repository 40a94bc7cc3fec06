"""HTML read as a browser's parser reads it, and what no prose may hold."""

import re
from html.parser import HTMLParser

SCHEMES = {"http", "https", "mailto"}


class Elements(HTMLParser):
    """Every start tag with its attributes, as a browser's parser would read them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html):
    return Elements(html).found


def attributes(html, tag):
    return [attrs for name, attrs in elements(html) if name == tag]


def ids(html):
    return [attrs["id"] for _, attrs in elements(html) if "id" in attrs]


def assert_safe(html):
    for tag, attrs in elements(html):
        assert tag not in {"script", "style", "iframe", "object", "svg", "form", "meta", "base"}
        assert not [name for name in attrs if name.startswith("on") or name == "style"]
        for name in ("href", "src"):
            # Browsers ignore white space and control characters in a scheme.
            address = re.sub(r"[\s\x00-\x20]", "", attrs.get(name) or "")
            scheme = re.match(r"([a-zA-Z][\w.+-]*):", address)
            assert not scheme or scheme[1].lower() in SCHEMES
