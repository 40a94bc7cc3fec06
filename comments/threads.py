"""What of a discussion stands on a page: so many threads, in so many queries, and no more."""

from dataclasses import dataclass, field

from comments.models import Comment, Discussion
from comments.querysets import REPLIES_SHOWN

THREADS_SHOWN = 50
THREAD_LIMIT = 1000


@dataclass
class Threads:
    """The newest threads, oldest of them first; `older` is where the next page ends."""

    discussion: Discussion
    shown: list[Comment] = field(default_factory=list)
    older: Comment | None = None

    @property
    def comment_count(self) -> int:
        return getattr(self.discussion, "comment_count", 0)

    @property
    def waiting_count(self) -> int:
        return getattr(self.discussion, "waiting_count", 0)


def threads_of(subject, *, before=None, only=None) -> Threads:
    """In two queries: the discussion with its counts, its threads with their replies.

    `before` a comment: the page of threads older than it. `only` a comment: its thread, whole.
    """
    discussion = Discussion.objects.with_counts().of(subject)
    if discussion.pk is None:
        return Threads(discussion)
    roots = discussion.comments.threads()
    if only:
        roots = roots.filter(pk=only.thread_id or only.pk)
        return Threads(discussion, threaded(discussion.comments.in_threads(roots, THREAD_LIMIT)))
    roots = roots.before(before) if before else roots
    # One root more than is shown tells that there are older ones.
    shown = threaded(discussion.comments.in_threads(roots[: THREADS_SHOWN + 1]))
    older = shown[1] if len(shown) > THREADS_SHOWN else None
    return Threads(discussion, shown[-THREADS_SHOWN:], older)


def threaded(comments) -> list[Comment]:
    """The roots, oldest first, each with its `fetched_replies`."""
    threads = {}
    for comment in comments:
        if comment.thread_id is None:
            threads[comment.pk] = comment
            comment.fetched_replies = []
        else:
            threads[comment.thread_id].fetched_replies.append(comment)
    return list(threads.values())


def is_on_first_page(comment) -> bool:
    """Whether a published comment is on the page of its article or company itself."""
    root = comment.thread or comment
    newer = comment.discussion.comments.threads().after(root)[:THREADS_SHOWN].count()
    if newer >= THREADS_SHOWN:
        return False
    if comment.thread_id is None:
        return True
    replies = Comment.objects.standing().filter(thread=root).order_by()
    return replies.before(comment)[:REPLIES_SHOWN].count() < REPLIES_SHOWN
