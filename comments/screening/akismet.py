"""Asks Akismet whether a comment is spam, where the desk has set a key. Silence means no."""

import logging
import urllib.parse
import urllib.request

from django.conf import settings

logger = logging.getLogger(__name__)
URL = "https://rest.akismet.com/1.1/comment-check"
SECONDS = 3


def is_spam(comment, *, address: str, agent: str) -> bool:
    """`address`: of the visitor's machine. Nothing is asked without a key."""
    if not settings.AKISMET_KEY:
        return False
    asked = {
        "api_key": settings.AKISMET_KEY,
        "blog": settings.SITE_URL,
        "user_ip": address,
        "user_agent": agent,
        "comment_type": "reply" if comment.in_reply_to_id else "comment",
        "comment_author": comment.name,
        "comment_author_email": comment.email,
        "comment_content": comment.body,
    }
    data = urllib.parse.urlencode(asked).encode("utf-8", "replace")
    try:
        with urllib.request.urlopen(URL, data, timeout=SECONDS) as response:
            return response.read(10).strip() == b"true"
    except OSError as error:
        # An honest comment does not wait for somebody else's server.
        logger.warning("Akismet did not answer: %s", error)
        return False
