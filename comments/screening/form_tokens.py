"""Signed form tokens: proof of when a form was issued and for which discussion.

A token travels in the form's hidden field `stamp`. Stored pages hold none: the form fetches its
token from a view that is never stored.
"""

import secrets
import time
from dataclasses import dataclass

from django.core import signing

SALT = "comments.stamp"
MAX_AGE = 24 * 3600


@dataclass(frozen=True)
class FormToken:
    nonce: str
    age: float


def make_form_token(discussion) -> str:
    return signing.dumps([*discussion.key, secrets.token_hex(8), time.time()], salt=SALT)


def read_form_token(token: str, discussion) -> FormToken | None:
    """None if it is forged, expired or was issued for another discussion."""
    try:
        on, pk, nonce, made_at = signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if (on, pk) != discussion.key:
        return None
    return FormToken(nonce, time.time() - made_at)
