"""Mail in the publication's look: plain text and HTML of the same words."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.accent import accent


@dataclass(frozen=True)
class Letter:
    """All of it plain text; addresses are absolute.

    `action` and `more` are (label, address). `unsubscribe` answers a POST without asking anything.
    """

    subject: str
    lines: list[str]
    quoted: str = ""
    action: tuple[str, str] | None = None
    more: list[tuple[str, str]] = field(default_factory=list)
    unsubscribe: str = ""


def send(letter: Letter, to: str, *, message_id: str, connection=None):
    """Raises OSError (SMTPException among them) when the mail server does not take it.

    `message_id` is the same each time a letter is tried: should a server have taken it although we
    did not hear so, mail programs show one.
    """
    context = {
        "letter": letter,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "accent": accent(),
    }
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<{message_id}@{host}>"}
    if letter.unsubscribe:
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        # A header has one line, whatever a name holds.
        subject=" ".join(letter.subject.split())[:200],
        body=render_to_string("mail/letter.txt", context),
        to=[to],
        headers=headers,
        connection=connection,
    )
    message.attach_alternative(render_to_string("mail/letter.html", context), "text/html")
    message.send()
