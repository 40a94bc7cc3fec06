"""Notes on a text, of editors to editors: open until somebody resolves them."""

import re
from hashlib import blake2b

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Note
from articles.models.notes import MOST_OF_A_QUOTE

# So many open notes hang on one article, and so many of its paragraphs are offered.
MOST_OPEN = 500
MOST_PARAGRAPHS = 400
BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
# Sent with the `note`, in the transaction of the change.
noted = Signal()


@transaction.atomic
def add_note(article, text, *, by, quote="") -> Note:
    if article.notes.open().count() >= MOST_OPEN:
        raise ValidationError(_("Too many notes are open: resolve some first."))
    note = Note(article=article, text=text.strip(), quote=quote, by=by)
    note.full_clean()
    note.save()
    noted.send(Note, note=note)
    return note


def resolve_note(note, *, by):
    """Of two who resolve it at once, the first has."""
    resolved = {"resolved_at": timezone.now(), "resolved_by": by}
    Note.objects.open().filter(pk=note.pk).update(**resolved)


def reopen_note(note):
    Note.objects.filter(pk=note.pk).update(resolved_at=None, resolved_by=None)


def paragraphs_of(content) -> dict[str, str]:
    """Of the body, each under a key that its words make."""
    parts = (part.strip() for part in BETWEEN_PARAGRAPHS.split(content["body"]))
    words = [part[:MOST_OF_A_QUOTE] for part in parts if part][:MOST_PARAGRAPHS]
    return {blake2b(one.encode(), digest_size=8).hexdigest(): one for one in words}


def stands_in(content, note) -> bool:
    """Whether the words that the note is about are still there."""
    return _plain(note.quote) in _plain(content["body"])


def _plain(text) -> str:
    return " ".join(text.split())
