"""Asks Akismet whether a comment is spam. Only the worker does: it may take its time."""

import urllib.parse
from typing import NamedTuple
from urllib.request import Request

from django.conf import settings

from core.web import outbound
from core.web.http import client_address

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
        "comment_content": f"{comment.latest_body}\n{comment.proposed_link}".strip(),
    }
    data = urllib.parse.urlencode(asked).encode("utf-8", "replace")
    request = Request(settings.AKISMET_URL, data)  # noqa: S310 - as the settings say
    _status, answer = outbound.send(request, seconds=SECONDS, is_ours=True)
    return answer.strip() == b"true"
