"""What of a discussion stands on a page: so many threads, in so many queries, and no more."""

from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.html import format_html_join

from articles.models import Article
from comments.models import Comment, Discussion
from comments.querysets import REPLIES_SHOWN
from core.kept import kept
from core.prepared import Prepared, Rows

THREADS_SHOWN = 50
THREAD_LIMIT = 1000
THREADS_KEPT = 2000
# What a reader is shown of a comment, and of the one it answers. Nothing else is kept in memory.
SHOWN = (
    *("public_id", "discussion", "thread", "in_reply_to", "kind", "state", "course", "outcome"),
    *("resolved_at", "name", "quote", "body_html", "staff", "created_at"),
    *(f"in_reply_to__{name}" for name in ("public_id", "name", "state", "thread")),
)


def _roots(discussion):
    return Discussion(pk=discussion).comments.threads()


def _shown(discussion, roots, limit=REPLIES_SHOWN):
    return Discussion(pk=discussion).comments.in_threads(roots, limit).only(*SHOWN)


# One root more than is shown tells that there are older ones.
NEWEST = Prepared(
    lambda discussion: _shown(discussion, _roots(discussion)[: THREADS_SHOWN + 1]),
)
BEFORE = Prepared(
    lambda discussion, pk, created_at: _shown(
        discussion,
        _roots(discussion).before(Comment(pk=pk, created_at=created_at))[: THREADS_SHOWN + 1],
    )
)
ONLY = Prepared(
    lambda discussion, root: _shown(discussion, _roots(discussion).filter(pk=root), THREAD_LIMIT)
)
OF_ARTICLE = Prepared(lambda pk: Discussion.objects.with_counts().filter(article=pk))
OF_COMPANY = Prepared(lambda pk: Discussion.objects.with_counts().filter(company=pk))


@dataclass
class Threads:
    """The newest threads, oldest of them first; `older` is where the next page ends.

    `is_whole`: all replies are shown. `is_alone`: on a page of its own, not under its subject.
    """

    discussion: Discussion
    shown: list[Rows] = field(default_factory=list)
    older: Comment | None = None
    is_whole: bool = False
    is_alone: bool = False

    @property
    def comment_count(self) -> int:
        return getattr(self.discussion, "comment_count", 0)

    @property
    def waiting_count(self) -> int:
        return getattr(self.discussion, "waiting_count", 0)

    @property
    def html(self) -> str:
        """The threads as items of a list."""
        # A long one is not kept: few ask for it, and it is large.
        make = thread_html.__wrapped__ if self.is_whole else thread_html
        where = (*self.discussion.key, self.discussion.is_open, self.is_alone, self.is_whole)
        threads = ((make(thread, *where),) for thread in self.shown)
        return format_html_join("\n  ", "<li>{}</li>", threads)


def threads_of(subject, *, before=None, only=None, is_alone=False) -> Threads:
    """In two queries: the discussion with its counts, its threads with their replies.

    `before` a comment: the page of threads older than it. `only` a comment: its thread, whole.
    """
    discussion = discussion_of(subject)
    if discussion.pk is None:
        return Threads(discussion, is_alone=is_alone)
    if only:
        found = ONLY(discussion=discussion.pk, root=only.thread_id or only.pk)
        return Threads(discussion, threaded(found), is_whole=True, is_alone=is_alone)
    if before:
        found = BEFORE(discussion=discussion.pk, pk=before.pk, created_at=before.created_at)
    else:
        found = NEWEST(discussion=discussion.pk)
    shown = threaded(found)
    older = shown[1].only(list(shown[1])[:1]).objects()[0] if len(shown) > THREADS_SHOWN else None
    return Threads(discussion, shown[-THREADS_SHOWN:], older, is_alone=is_alone)


def discussion_of(subject) -> Discussion:
    """With its counts; an unsaved one where nobody spoke yet."""
    is_article = isinstance(subject, Article)
    found = (OF_ARTICLE if is_article else OF_COMPANY)(pk=subject.pk).objects()
    discussion = found[0] if found else Discussion()
    setattr(discussion, "article" if is_article else "company", subject)
    return discussion


def threaded(comments: Rows) -> list[Rows]:
    """Each root with its replies, the oldest root first."""
    threads = {}
    keys, roots = comments.column("id"), comments.column("thread")
    for row, key, root in zip(comments, keys, roots, strict=True):
        threads.setdefault(root or key, []).append(row)
    return [comments.only(rows) for rows in threads.values()]


@kept(THREADS_KEPT)
def thread_html(thread: Rows, on, pk, is_open, is_alone, is_whole) -> str:
    root, *replies = thread.objects()
    context = {
        "comment": root,
        "replies": replies,
        "discussion": Discussion(**{f"{on}_id": pk}, is_open=is_open),
        "page_of_its_own": is_alone,
        "whole": is_whole,
    }
    return render_to_string("comments/_comment.html", context)


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
