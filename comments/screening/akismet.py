"""Asks Akismet whether a comment is spam. Only the worker does: it may take its time."""

import urllib.parse
import urllib.request
from typing import NamedTuple

from django.conf import settings

from core.http import client_address

SECONDS = 10


class Visitor(NamedTuple):
    """What Akismet wants to know of who posted, and we otherwise do not keep."""

    address: str
    agent: str

    @classmethod
    def of(cls, request):
        return cls(client_address(request), request.headers.get("User-Agent", ""))


def is_spam(comment, visitor: Visitor) -> bool:
    """Raises OSError when there is no answer."""
    asked = {
        "api_key": settings.AKISMET_KEY,
        "blog": settings.SITE_URL,
        "user_ip": visitor.address,
        "user_agent": visitor.agent,
        "comment_type": "reply" if comment.in_reply_to_id else "comment",
        "comment_author": comment.name,
        "comment_author_email": comment.email,
        "comment_content": comment.body,
    }
    data = urllib.parse.urlencode(asked).encode("utf-8", "replace")
    with urllib.request.urlopen(settings.AKISMET_URL, data, timeout=SECONDS) as response:  # noqa: S310
        return response.read(10).strip() == b"true"
