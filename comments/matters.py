"""What was proposed already on the sentence that somebody proposes on, as everybody may see it.

Which proposals are about one sentence is told by the room that answers them. Nothing is said of
one that is not public, not even that it quotes this sentence: asked sentence by sentence, that
would give away what it is about. How many comments of a page wait is on the page in any case.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.text import Truncator

from comments.models import Comment
from comments.threads import course_label
from core import prose

# The room above adds its own: (discussion, quote) -> the public proposals, newest first.
finders: list[Callable] = []
MOST_SHOWN = 3
MOST_OF_A_TEXT = 160


@dataclass(frozen=True)
class Matter:
    """`count` is how many there are; the newest of them are `shown`."""

    shown: list
    count: int
    waiting_count: int

    @property
    def more(self) -> int:
        return self.count - len(self.shown)


@dataclass(frozen=True)
class Proposed:
    """A public proposal in short."""

    comment: Comment

    @property
    def label(self) -> str:
        names = "kind", "course", "resolved_at", "created_at"
        return course_label({name: getattr(self.comment, name) for name in names})

    @property
    def words(self) -> str:
        """Its text, cut short."""
        text = prose.render_comment(self.comment.body).text
        return Truncator(text).chars(MOST_OF_A_TEXT)


def matter_of(discussion, said, own=None) -> Matter | None:
    """What others proposed on the sentence that `said` quotes, if it is a correction.

    None where there is nothing to tell. `own` is the comment that says it, once it is there.
    """
    quote = said.get("kind") == Comment.Kind.CORRECTION and said.get("quote")
    if discussion.pk is None or not quote:
        return None
    beside = [one for find in finders for one in find(discussion, quote)]
    waiting = discussion.comments.waiting()
    if own is not None:
        beside = [one for one in beside if one.pk != own.pk]
        waiting = waiting.exclude(pk=own.pk)
    waiting_count = waiting.count()
    if not (beside or waiting_count):
        return None
    return Matter([Proposed(one) for one in beside[:MOST_SHOWN]], len(beside), waiting_count)


def matter_beside(comment) -> Matter | None:
    said = {"kind": comment.kind, "quote": comment.quote}
    return matter_of(comment.discussion, said, own=comment)
