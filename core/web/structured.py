"""What machines read of a page: absolute addresses and data blocks."""

import json
from urllib.parse import urljoin

from django.conf import settings
from django.utils.safestring import mark_safe

# As django.utils.html.json_script does: nothing in a data block can end it.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(url: str) -> str:
    return urljoin(f"{settings.SITE_URL}/", url)


def script_safe_json(data: dict) -> str:
    escaped = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(escaped)  # noqa: S308 - no markup is left in it


def publisher(*names) -> dict:
    """The publication as schema.org knows a newsroom, with these of its policies' addresses.

    Without names with all: on a page that weighs little.
    """
    names = names or settings.POLICIES
    policies = {name: absolute(settings.POLICIES[name]) for name in names}
    return {
        "@type": "NewsMediaOrganization",
        "name": settings.SITE_NAME,
        "url": f"{settings.SITE_URL}/",
        **policies,
    }
