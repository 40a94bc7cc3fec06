"""What is typed at the desk and not saved: kept beside the history, for its editor alone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Autosave

MOST_FIELDS = 2_000
MOST_CHOICES = 1_000
LONGEST_NAME = 200
MOST_NEW_STORIES = 50
NAME_OF_FORM = re.compile(r"[\w.-]{1,64}", re.ASCII)
# Written no more often than this where nothing was typed.
SEEN_AGAIN = timedelta(seconds=10)
EMPTY = {"copy": "", "values": None, "typed_at": None, "saved_at": None}


@dataclass(frozen=True)
class Typed:
    """What one opened form holds, at one moment. Without values its editor is only there."""

    copy: str
    base_number: int
    typed_at: datetime | None = None
    values: dict | None = None

    @classmethod
    def read(cls, sent) -> "Typed":
        """From what a browser sent; ValidationError where it is no form's content."""
        if not isinstance(sent, dict):
            raise ValidationError(_("That is no form."))
        copy, number = as_copy(sent.get("copy")), sent.get("base_number", 0)
        if not copy or type(number) is not int or not 0 <= number < 2**31:
            raise ValidationError(_("That is no form."))
        values = sent.get("values")
        if values is None:
            return cls(copy, number)
        moment = sent.get("at")
        if not are_values(values) or type(moment) is not int or moment < 0:
            raise ValidationError(_("That is no form."))
        now = timezone.now()
        latest = int(now.timestamp() * 1000)
        moment = datetime.fromtimestamp(min(moment, latest) / 1000, UTC)
        return cls(copy, number, moment, values)


def as_copy(name) -> str:
    """The name of an opened form, or nothing where it is none."""
    return name if isinstance(name, str) and NAME_OF_FORM.fullmatch(name) else ""


def are_values(values) -> bool:
    return (
        isinstance(values, dict)
        and len(values) <= MOST_FIELDS
        and all(len(name) <= LONGEST_NAME and _is_text(name) for name in values)
        and all(map(_is_value, values.values()))
    )


def _is_value(value) -> bool:
    """A text, a mark that is set or not, or the chosen keys with their words."""
    if not isinstance(value, list):
        return isinstance(value, bool) or _is_text(value)
    return len(value) <= MOST_CHOICES and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_text, pair)) for pair in value
    )


def _is_text(value) -> bool:
    """What every database holds: no NUL, no half of a pair of code units."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


@transaction.atomic
def keep(editor, article, typed: Typed) -> Autosave | None:
    """Write it over what was kept before; None where the form has been saved since.

    What arrives after something newer of the same form changes nothing.
    """
    row = _row(editor, article, typed)
    if row is None or row.saved_copy == typed.copy:
        return None
    is_late = row.copy == typed.copy and row.typed_at and row.typed_at > typed.typed_at
    if not is_late:
        row.copy, row.base_number = typed.copy, typed.base_number
        row.values, row.typed_at = typed.values, typed.typed_at
        row.saved_at = row.seen_at = timezone.now()
        row.save()
    return row


def _row(editor, article, typed):
    rows = Autosave.objects.select_for_update(of=("self",)).filter(editor=editor)
    if article:
        return rows.get_or_create(editor=editor, article=article)[0]
    if Autosave.objects.filter(editor=editor, saved_copy=typed.copy).exists():
        return None
    if row := rows.filter(article=None, copy=typed.copy).first():
        return row
    if Autosave.objects.filter(editor=editor, article=None).count() >= MOST_NEW_STORIES:
        raise ValidationError(_("Too many new stories are unsaved: save some, or throw them away."))
    return rows.get_or_create(editor=editor, article=None, copy=typed.copy)[0]


def be_seen(editor, article, copy):
    """The form is open, whether or not anything is typed."""
    now = timezone.now()
    if article:
        row, is_new = Autosave.objects.defer("values").get_or_create(editor=editor, article=article)
        is_due = not is_new and row.seen_at <= now - SEEN_AGAIN
        rows = Autosave.objects.filter(pk=row.pk) if is_due else Autosave.objects.none()
    else:
        rows = Autosave.objects.filter(editor=editor, article=None, copy=copy)
    rows.update(seen_at=now)


def throw_away(editor, article, copy):
    """What this form had typed. A text that another form has put in its place stays."""
    rows = Autosave.objects.filter(editor=editor, article=article, copy=copy)
    if article is None:
        rows.delete()
    else:
        rows.update(**EMPTY)


@transaction.atomic
def finish(editor, article, copy=""):
    """The form was saved: nothing is unsaved, and nothing that is still on its way is taken."""
    if copy:
        Autosave.objects.filter(editor=editor, article=None, copy=copy).delete()
        Autosave.objects.update_or_create(
            editor=editor,
            article=article,
            defaults={**EMPTY, "saved_copy": copy, "seen_at": timezone.now()},
        )
    else:
        Autosave.objects.filter(editor=editor, article=article).update(**EMPTY)


def kept_text(editor, article=None, copy="") -> Autosave | None:
    """What this editor has not saved of the article, or of the new story in that form."""
    rows = Autosave.objects.filter(editor=editor, article=article, saved_at__isnull=False)
    return (rows if article else rows.filter(copy=copy)).first()
