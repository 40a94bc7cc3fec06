"""Load and render a bounded page of a discussion's threads, in a constant number of queries."""

import re
from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from unicodedata import bidirectional

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language_bidi, gettext, ngettext

from comments.models import Comment, Discussion
from comments.querysets import REPLIES_SHOWN, STANDING
from core.fragments import memoized_html
from core.templatetags.core_tags import day
from core.web.addresses import slug_url

THREADS_SHOWN = 30
REPLIES_ON_A_PAGE = 100
# Most discussions are read whole: their first page and their counts then need one simple query.
READ_WHOLE = 200
# The columns that pages show of a comment and of the one it replies to.
SHOWN = (
    *("id", "public_id", "thread", "in_reply_to", "kind", "state", "course", "outcome"),
    *("proposed_value", "proposed_date", "proposed_link"),
    *("resolved_at", "name", "quote", "body_html", "staff", "created_at", "is_by_author"),
    *("edited_at", "answered_at", "picked_at", "pinned_at", "heart_count"),
    *("in_reply_to__public_id", "in_reply_to__name", "in_reply_to__state"),
)


def _shown(discussion, roots, limit=REPLIES_SHOWN) -> list[dict]:
    return list(discussion.comments.in_threads(roots, limit).values(*SHOWN))


SORTS = ("newest", "oldest", "best")


def _sorted_roots(discussion, sort, kind):
    """First-level comments, optionally of one kind, in the given order."""
    roots = discussion.comments.threads()
    if kind:
        roots = roots.filter(kind=kind, state=Comment.State.PUBLISHED)
    match sort:
        case "oldest":
            return roots.order_by("created_at", "pk")
        case "best":
            return roots.order_by("-heart_count", "-created_at", "-pk")
    return roots


_ORDERS = {
    # In chronological order, after the pinned thread.
    "": lambda thread: thread[0]["pinned_at"] is None,
    "oldest": lambda thread: 0,
    "newest": lambda thread: (-thread[0]["created_at"].timestamp(), -thread[0]["id"]),
    "best": lambda thread: (
        -thread[0]["heart_count"],
        -thread[0]["created_at"].timestamp(),
        -thread[0]["id"],
    ),
}


@dataclass
class Threads:
    """A page of threads. `older` says where the next page begins; empty on the last.

    `thread`: the public id of the one thread that it shows, a page of all replies. `is_alone`: on
    the discussion's own page, not under its subject.
    """

    discussion: Discussion
    shown: list = field(default_factory=list)
    older: str = ""
    sort: str = ""
    kind: str = ""
    thread: str = ""
    is_alone: bool = False

    @property
    def comment_count(self) -> int:
        return getattr(self.discussion, "comment_count", 0)

    @property
    def waiting_count(self) -> int:
        return getattr(self.discussion, "waiting_count", 0)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The kinds in the discussion with their counts: (kind, “3 questions, 1 unanswered”)."""
        return [
            (kind.value, self._counted(kind, number))
            for kind in Comment.Kind
            if kind.counted and (number := getattr(self.discussion, kind.count_field, 0))
        ]

    def _counted(self, kind, number) -> str:
        words = kind.counted % number
        unanswered = self.discussion.unanswered_count if kind == Comment.Kind.QUESTION else 0
        if unanswered:
            words += ", " + ngettext("%d unanswered", "%d unanswered", unanswered) % unanswered
        return words

    def html(self) -> str:
        """The threads as HTML list items."""
        if not self.shown:
            return ""
        threads = {}
        for comment in with_html(self.shown, self.discussion, is_alone=self.is_alone):
            threads.setdefault(comment["thread"] or comment["id"], []).append(comment)
        most = None if self.thread else REPLIES_SHOWN + 1
        chosen = sorted(list(threads.values())[-THREADS_SHOWN:], key=_ORDERS[self.sort])
        context = {
            # May include one reply more than is shown.
            "threads": [
                {"comments": thread[:most], "has_more": len(thread[:most]) < len(thread)}
                for thread in chosen
            ],
            "discussion_url": self.discussion.get_page_url(),
        }
        return render_to_string("comments/_comments.html", context)


def threads_of(
    subject, *, before=None, only=None, sort="", kind="", page=1, is_alone=False
) -> Threads:
    """Load a discussion and a page of its threads, in two queries, or four where it is long.

    `before`: only threads older than this comment. `only`: the thread of this comment. `sort` (see
    SORTS) and `kind` select and order threads. All but `before` have numbered pages.
    """
    if not (before or only or sort or kind):
        discussion, rows = _whole_discussion(subject)
        if len(rows) <= READ_WHOLE:
            add_counts(discussion, rows)
            return _first_page(discussion, first_threads(rows), is_alone)
    discussion = discussion_with_counts(subject)
    if discussion.pk is None:
        return Threads(discussion, is_alone=is_alone)
    if only:
        return _thread_page(discussion, only.thread or only, page)
    if sort or kind:
        start = (page - 1) * THREADS_SHOWN
        roots = _sorted_roots(discussion, sort, kind)[start : start + THREADS_SHOWN + 1]
        pks = list(roots.values_list("pk", flat=True))
        chosen = discussion.comments.filter(pk__in=pks[:THREADS_SHOWN])
        found = _shown(discussion, chosen) if pks else []
        older = str(page + 1) if len(pks) > THREADS_SHOWN else ""
        return Threads(discussion, found, older, sort or "newest", kind, is_alone=is_alone)
    roots = discussion.comments.threads()
    if before:
        roots = roots.before(before)
    # One more root than is shown tells whether there is another page.
    return _first_page(discussion, _shown(discussion, roots[: THREADS_SHOWN + 1]), is_alone)


def _thread_page(discussion, root, page) -> Threads:
    """The root and a page of its replies; nothing beyond the last page."""
    start = (page - 1) * REPLIES_ON_A_PAGE
    replies = discussion.comments.placed_replies().filter(thread=root)
    replies = replies.order_by("created_at", "pk").values(*SHOWN)
    found = list(replies[start : start + REPLIES_ON_A_PAGE + 1])
    roots = list(discussion.comments.threads().filter(pk=root.pk).values(*SHOWN))
    shown = roots + found[:REPLIES_ON_A_PAGE] if found or page == 1 else []
    older = str(page + 1) if len(found) > REPLIES_ON_A_PAGE else ""
    return Threads(discussion, shown, older, thread=root.public_id, is_alone=True)


def page_of_thread(comment) -> int:
    """The page of its thread that a reply stands on."""
    replies = Comment.objects.placed_replies().filter(thread=comment.thread_id).order_by()
    return replies.before(comment).count() // REPLIES_ON_A_PAGE + 1


def _first_page(discussion, found, is_alone) -> Threads:
    """`found` has one root more than a page shows if there is another page."""
    has_older = sum(row["thread"] is None for row in found) > THREADS_SHOWN
    older = found[1]["public_id"] if has_older else ""
    return Threads(discussion, found, older, is_alone=is_alone)


def discussion_with_counts(subject) -> Discussion:
    """The discussion with its counts, unsaved if there is none yet."""
    return Discussion.objects.with_counts().of(subject)


def _whole_discussion(subject) -> tuple[Discussion, list[dict]]:
    """The discussion with its comments in any state, oldest first, in one query or two.

    Of a long discussion any `READ_WHOLE` + 1.
    """
    comments = Comment.objects.filter(**{f"discussion__{subject._meta.model_name}": subject.pk})
    # Sorted here: the database would first sort all comments of a long discussion.
    own = {name: f"discussion__{name}" for name in ("id", "is_open", "mode")}
    rows = comments.order_by().values(*SHOWN, *own.values())[: READ_WHOLE + 1]
    rows = sorted(rows, key=itemgetter("created_at", "id"))
    if not rows:
        return Discussion.objects.of(subject), rows
    discussion = Discussion(**{name: rows[0][column] for name, column in own.items()})
    setattr(discussion, subject._meta.model_name, subject)
    return discussion, rows


def add_counts(discussion, rows):
    """The counts of `DiscussionQuerySet.with_counts`, from all comments of the discussion."""
    visible = [row for row in rows if row["state"] == Comment.State.PUBLISHED]
    kinds = Counter(row["kind"] for row in visible)
    discussion.comment_count = len(visible)
    discussion.waiting_count = sum(row["state"] == Comment.State.PENDING for row in rows)
    discussion.unanswered_count = sum(
        row["kind"] == Comment.Kind.QUESTION and row["answered_at"] is None for row in visible
    )
    for kind in Comment.Kind:
        if kind.counted:
            setattr(discussion, kind.count_field, kinds[kind.value])


def first_threads(rows) -> list[dict]:
    """What `threads` and `in_threads` would find of all comments, which are in order."""
    answered = {row["thread"] for row in rows if row["state"] == Comment.State.PUBLISHED}
    roots = [
        row
        for row in rows
        if row["thread"] is None
        and (
            row["state"] in STANDING
            or (row["state"] != Comment.State.PENDING and row["id"] in answered)
        )
    ][-THREADS_SHOWN - 1 :]
    shown = {row["id"] for row in roots}
    answers = {row["in_reply_to"] for row in rows if row["state"] == Comment.State.PUBLISHED}
    replies = [
        row for row in rows if row["thread"] in shown and _is_placed(row, row["id"] in answers)
    ]
    return roots + replies


def _is_placed(row, is_answered) -> bool:
    """As `placed_replies` has it."""
    went = row["state"] != Comment.State.PENDING
    return row["state"] in STANDING or (went and is_answered)


def with_html(comments: list[dict], discussion, *, is_alone=False, **changes) -> list[dict]:
    """Add to each comment its `html`, as `comments/_comment.html` shows it.

    `is_alone`: on a page of its own, where permalinks lead back to the discussion. `changes` are
    shown in place of what follows from the comments.
    """
    kinds = {kind.value: str(kind.label) for kind in Comment.Kind} | {Comment.Kind.NOTE: ""}
    is_page_bidi = get_language_bidi()
    zone = timezone.get_current_timezone()
    comments = list(comments)
    shown = {comment["public_id"] for comment in comments}
    alike = Counter()
    for comment in comments:
        is_published = comment["state"] == Comment.State.PUBLISHED
        posted_at = comment["created_at"].astimezone(zone)
        moment = f"{day(posted_at)}, {posted_at:%H:%M}"
        # Each permalink has a name of its own: a list of links tells them apart by nothing else.
        alike[comment["name"], moment] += 1
        number = alike[comment["name"], moment]
        comment |= {
            "is_gone": comment["state"] in Comment.GONE,
            "is_withdrawn": comment["state"] == Comment.State.WITHDRAWN,
            "has_direction": is_page_bidi or may_turn_direction(comment["body_html"]),
            "moment": moment if number == 1 else f"{moment} ({number})",
            "label": course_label(comment) if comment["course"] else kinds[comment["kind"]],
            "url": slug_url("comments:comment", comment["public_id"])
            if is_alone
            else f"#c-{comment['public_id']}",
            **_answered(comment, shown),
            "proposal": proposal_of(comment),
            "is_answered": comment["kind"] == "question" and comment["answered_at"] is not None,
            "may_reply": is_published and discussion.is_open,
            "name_turns": may_turn_direction(comment["name"]),
            "react_url": is_published and slug_url("comment-react", comment["public_id"]),
            **changes,
        }
        comment["html"] = comment_html(comment)
    return comments


# What `comments/_comment.html` says of a comment, and what it only asks.
SAID = (
    *("public_id", "name", "label", "url", "moment", "quote", "body_html", "outcome", "react_url"),
    *("answers", "answers_url", "heart_count", "proposal", "proposed_link"),
)
ASKED = (
    *("is_gone", "is_withdrawn", "is_by_author", "staff", "is_answered", "pinned_at", "picked_at"),
    *("edited_at", "has_direction", "may_reply", "name_turns"),
)


def comment_html(comment: dict) -> str:
    """The comment in the template's markup, filled in and not rendered.

    Fifty comments of a page take a third of the time that way: see docs/performance.md.
    """
    form = _form_html(tuple(bool(comment[name]) for name in SAID + ASKED))
    said = {name: comment[name] for name in SAID if comment[name]}
    # By core.prose.
    said["body_html"] = mark_safe(comment["body_html"])  # noqa: S308
    return format_html(form, **said)


@memoized_html(500, shared=True)
def _form_html(has: tuple) -> str:
    """The HTML of each comment that has the same of SAID and ASKED, as a format string."""
    has = dict(zip(SAID + ASKED, has, strict=True))
    comment = has | {name: f"{{{name}}}" for name in SAID if has[name]}
    return render_to_string("comments/_comment.html", {"comment": comment})


def _answered(comment, shown) -> dict:
    """Whose comment a reply to a reply answers, and where that stands: here, or on another page."""
    public_id, state = comment["in_reply_to__public_id"], comment["in_reply_to__state"]
    if comment["in_reply_to"] in (None, comment["thread"]) or state == Comment.State.PENDING:
        return {"answers": "", "answers_url": ""}
    is_gone = state in Comment.GONE
    return {
        "answers": gettext("a comment that is gone") if is_gone else comment["in_reply_to__name"],
        "answers_url": f"#c-{public_id}"
        if public_id in shown
        else slug_url("comments:comment", public_id),
    }


# Neither Latin, Greek, Cyrillic and Armenian letters nor punctuation: most texts have none of it.
OTHER_LETTERS = re.compile("[^\x00-\u058f\u2000-\u200e\u2010-\u2bff]")


def may_turn_direction(html: str) -> bool:
    """Whether the text may run from right to left: only then does it say so."""
    others = set(OTHER_LETTERS.findall(html))
    return any(bidirectional(letter) in ("R", "AL") for letter in others)


def heart_label(count: int) -> str:
    """What a screen reader says once the button was pressed, with the count."""
    return gettext("Heart this comment (%d)") % count


def as_single_thread(comment, discussion, **changes) -> list[dict]:
    """A single comment as a thread without replies, for `comments/_comments.html`."""
    rows = Comment.objects.filter(pk=comment.pk).values(*SHOWN)
    return [{"comments": with_html(rows, discussion, **changes)}]


def course_label(comment) -> str:
    """The progress of a correction: “Correction · accepted in 2 hours”."""
    names = "kind", "course", "resolved_at", "created_at"
    correction = Comment(**{name: comment[name] for name in names})
    words = {"kind": correction.get_kind_display(), "course": correction.get_course_display()}
    if time := correction.resolved_in:
        return gettext("%(kind)s · %(course)s in %(time)s") % {**words, "time": time}
    return "{kind} · {course}".format(**words)


def proposal_of(comment) -> str:
    names = "proposed_value", "proposed_date"
    return Comment(**{name: comment[name] for name in names}).proposal if comment["course"] else ""


def is_on_first_page(comment) -> bool:
    """Whether a published comment is shown on the article or company page itself."""
    root = comment.thread or comment
    newer = comment.discussion.comments.threads().after(root)[:THREADS_SHOWN].count()
    if newer >= THREADS_SHOWN:
        return False
    if comment.thread_id is None:
        return True
    replies = Comment.objects.placed_replies().filter(thread=root).order_by()
    return replies.before(comment)[:REPLIES_SHOWN].count() < REPLIES_SHOWN
