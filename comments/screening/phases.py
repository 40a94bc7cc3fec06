"""The screening of comments: small phases, run in the order of PHASES.

A phase raises `Refused` (nothing is stored; the author reads why and keeps their text), returns a
reason to hold the comment for an editor, or returns "". All phases run; the first reason counts.
Somebody trusted skips the queue (`trust`), and no other phase.
They run in the writing transaction and must be fast: Akismet is asked after it
(`comments.writing.checking`).
"""

import math
from dataclasses import dataclass
from datetime import timedelta
from html import unescape

from django.conf import settings
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.mail.letters import banned_until
from comments.models import Ban, Comment, Commenter, Decision
from comments.people.identity import is_trusted
from comments.screening.banned_words import effect_on
from comments.screening.reserved_names import claim_on

MIN_LENGTH, MAX_LENGTH = 2, 5000
MIN_SECONDS = 2
REPEAT_WINDOW = timedelta(minutes=10)
RATE_WINDOW = timedelta(minutes=1)
THREAD_WINDOW = timedelta(hours=1)
HISTORY_WINDOW = timedelta(days=30)
# Hold a sender when HISTORY_BAD of their latest HISTORY_LOOKED_AT decisions were negative.
HISTORY_LOOKED_AT, HISTORY_BAD = 10, 3


class Refused(Exception):
    def __init__(self, code, message, *, retry_after=None, comment=None, ban=None):
        super().__init__(message)
        self.code, self.message = code, message
        self.retry_after, self.comment, self.ban = retry_after, comment, ban


@dataclass
class Draft:
    """An unsaved comment with what is known about its submission.

    `age` is the form token's, in seconds; None without a form. `commenter` is whom this browser has
    proved to be by a confirmed address, `known_as` the addresses it has used.
    """

    comment: Comment
    age: float | None = None
    is_trapped: bool = False
    commenter: Commenter | None = None
    known_as: frozenset[str] = frozenset()

    def __post_init__(self):
        self.is_trusted = self.commenter is not None and is_trusted(self.commenter)

    def recent(self, window):
        """Comments of any state from the same subnet within `window`."""
        return Comment.objects.filter(
            subnet=self.comment.subnet, created_at__gt=timezone.now() - window
        )

    @property
    def words(self) -> str:
        """All that is said, as it was written and as it is read: Markdown can divide a word."""
        comment = self.comment
        read = unescape(strip_tags(comment.body_html))
        proposed = comment.quote, comment.proposal, comment.proposed_link
        return "\n".join([comment.name, *proposed, comment.body, read])


def closed(draft):
    discussion = draft.comment.discussion
    if not discussion.can_take(draft.comment.kind):
        raise Refused("closed", discussion.closed_because)
    return ""


def length(draft):
    size = len(draft.comment.body)
    if size < MIN_LENGTH:
        raise Refused("length", _("Write at least two characters."))
    if size > MAX_LENGTH:
        message = ngettext(
            "Keep to %(limit)d characters: yours has %(extra)d more.",
            "Keep to %(limit)d characters: yours has %(extra)d more.",
            size - MAX_LENGTH,
        )
        raise Refused("length", message % {"limit": MAX_LENGTH, "extra": size - MAX_LENGTH})
    return ""


def repeat(draft):
    comment = draft.comment
    if not comment.subnet:
        return ""
    same = draft.recent(REPEAT_WINDOW).filter(
        discussion=comment.discussion, body=comment.body, name=comment.name
    )
    if earlier := same.first():
        raise Refused("repeat", _("You posted this a moment ago."), comment=earlier)
    return ""


def rate(draft):
    message = _("Several comments came from your network within a minute. Try again shortly.")
    limit = settings.COMMENTS_PER_SUBNET_PER_MINUTE
    _refuse_beyond(draft, draft.recent(RATE_WINDOW), limit, RATE_WINDOW, message)
    message = _("Many comments came from your network to this page within an hour.")
    here = draft.recent(THREAD_WINDOW).filter(discussion=draft.comment.discussion)
    _refuse_beyond(draft, here, settings.COMMENTS_PER_THREAD_PER_HOUR, THREAD_WINDOW, message)
    return ""


def _refuse_beyond(draft, comments, limit, window, message):
    if not draft.comment.subnet or not limit:
        return
    times = comments.order_by("-created_at").values_list("created_at", flat=True)
    latest = list(times[:limit])
    if len(latest) == limit:
        seconds = math.ceil((latest[-1] + window - timezone.now()).total_seconds())
        raise Refused("rate", message, retry_after=max(1, seconds))


def ban(draft):
    comment = draft.comment
    emails = {comment.email, *draft.known_as}
    found = Ban.objects.against(emails=emails, subnet=comment.subnet).first()
    if found is None:
        return ""
    # Bans are open: the sender reads why and for how long, and may appeal.
    raise Refused("banned", banned_until(found), ban=found)


def honeypot(draft):
    return Comment.Reason.TRAP if draft.is_trapped else ""


def timing(draft):
    is_hasty = draft.age is not None and draft.age < MIN_SECONDS
    return Comment.Reason.HASTE if is_hasty else ""


def names(draft):
    """Nobody speaks as somebody else. Only the proven address of whose name it is may."""
    proven = draft.commenter.email if draft.commenter else ""
    match claim_on(draft.comment.name, proven):
        case "same":
            message = _("“%(name)s” is the name of somebody who writes here. Use another one.")
            raise Refused("name", message % {"name": draft.comment.name})
        case "within":
            return Comment.Reason.NAME
    return ""


def words(draft):
    match effect_on(draft.comment.name, draft.words):
        case "refuse", phrase:
            message = _("“%(phrase)s” is not taken here. Say it in other words.")
            raise Refused("words", message % {"phrase": phrase})
        case "hold", _phrase:
            return Comment.Reason.WORDS
    return ""


def links(draft):
    is_many = draft.comment.link_count > settings.COMMENTS_MAX_LINKS
    return Comment.Reason.LINKS if is_many else ""


def history(draft):
    """Hold comments of senders whose recent comments were taken down."""
    if draft.commenter:
        whose = {"comment__commenter": draft.commenter}
    elif draft.comment.subnet:
        whose = {"comment__subnet": draft.comment.subnet}
    else:
        return ""
    since = timezone.now() - HISTORY_WINDOW
    decisions = Decision.objects.filter(**whose, made_at__gt=since, undone_at=None).order_by("-pk")
    latest = decisions.values_list("after", flat=True)[:HISTORY_LOOKED_AT]
    bad = sum(one in (Comment.State.SPAM, Comment.State.REJECTED) for one in latest)
    return Comment.Reason.HISTORY if bad >= HISTORY_BAD else ""


def trust(draft):
    holds = draft.comment.discussion.effective_mode == "trust" and not draft.is_trusted
    return Comment.Reason.FIRST if holds else ""


def flood(draft):
    """Keep what unknown people write for later when more comes than anybody reads."""
    limit = settings.COMMENTS_PER_MINUTE
    if draft.is_trusted or not limit:
        return ""
    recent = Comment.objects.filter(created_at__gt=timezone.now() - RATE_WINDOW)
    is_many = len(recent.order_by("-created_at", "-pk").values_list("pk")[:limit]) == limit
    return Comment.Reason.FLOOD if is_many else ""


def refuse_when_full():
    """A ceiling on what waits for an editor."""
    limit = settings.COMMENTS_MOST_WAITING
    if limit and Comment.objects.waiting().order_by()[:limit].count() == limit:
        message = _(
            "So many comments wait for an editor that no more are taken for now. Nothing is lost:"
            " what you wrote stands below. Keep it, and post it later."
        )
        raise Refused("rate", message, retry_after=3600)


def mode(draft):
    return Comment.Reason.MODE if draft.comment.discussion.effective_mode == "pre" else ""


# `repeat` precedes `rate`, so that a double click is told that the first one worked.
PHASES = [
    *(closed, length, repeat, rate, ban, names, honeypot, timing, words, links, history),
    *(flood, trust, mode),
]
# What refuses a comment whenever it is posted: its author need not wait for the answer.
PREVIEW_PHASES = [length, ban, names, words]
# What an edit must pass. Only limits of how much is posted, and by what, are no matter of it.
EDIT_PHASES = [length, ban, words, links, history, trust, mode]


def screen(draft, phases=PHASES) -> str:
    reasons = [phase(draft) for phase in phases]
    return next(filter(None, reasons), "")
