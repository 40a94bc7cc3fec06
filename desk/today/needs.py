"""What waits for somebody today: each with how long it has waited, and the way to it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Review
from desk.models import ReviewTask
from desk.navigation.waiting import shown

MOST_NAMED = 3
MOST_OF_A_TITLE = 80
KIND = ReviewTask.Kind
# A reader waits, or something is broken.
HOT = {"corrections", "comments", "held_up", "failed"}


@dataclass(frozen=True)
class Need:
    """`since`: when the oldest of them came. `is_hot`: a reader waits, or something is broken."""

    label: str
    count: int
    url: str
    act: str
    since: datetime | None = None
    note: str = ""
    is_hot: bool = False

    @property
    def shown(self) -> str:
        return shown(self.count)


def needs_of(user, counts, oldest, returned) -> list[Need]:
    """`counts` and `oldest` by name, as `desk.navigation.waiting` finds them; `returned` are
    reviews that came back to the user."""
    needs = [
        Need(label, counts[name], url, act, since=oldest.get(name), is_hot=name in HOT)
        for name, label, url, act in _waiting(lambda name: counts.get(name, 0))
        if counts.get(name, 0) > 0
    ]
    needs += [_came_back(review) for review in returned[:MOST_NAMED]]
    if counts.get("in_review"):
        needs += _in_review(user, counts["in_review"])
    if counts.get("figures"):
        needs += _figures()
    return needs


def _waiting(count):
    """(name, label, address, what is done about it), in the order in which they are told."""
    comments, articles = (
        reverse(f"admin:{name}_changelist") for name in ("comments_comment", "articles_article")
    )
    n = count("corrections")
    label = ngettext("A reader says something is wrong", "Readers say something is wrong", n)
    yield "corrections", label, reverse("admin:corrections_inbox"), _("Open")
    n = count("comments")
    label = ngettext("comment waits for a moderator", "comments wait for a moderator", n)
    yield "comments", label, f"{comments}?state__exact=pending", _("Moderate")
    n = count("appeals")
    label = ngettext("appeal waits for a decision", "appeals wait for a decision", n)
    yield "appeals", label, reverse("admin:comments_appeal_changelist"), _("Decide")
    n = count("held_up")
    label = ngettext("scheduled change is held up", "scheduled changes are held up", n)
    yield "held_up", label, f"{articles}?state=planned", _("Mend")
    n = count("failed")
    label = ngettext("task has failed for good", "tasks have failed for good", n)
    yield "failed", label, reverse("admin:taskqueue_queuedtask_changelist"), _("Look")


def _in_review(user, count):
    """By name, as long as they are few."""
    if count > MOST_NAMED:
        label, queue = _("articles are in review"), reverse("admin:articles_article_reviews")
        return [Need(label, count, queue, _("Read"))]
    return [_sent(review) for review in Review.objects.waiting_for(user).with_texts()[:MOST_NAMED]]


def _sent(review):
    who = review.submitted_by
    words = {
        "who": who and who.desk_name,
        "title": _title_of(review),
    }
    label = _("%(who)s sent “%(title)s” to review") if who else _("“%(title)s” waits for review")
    url = reverse("admin:articles_article_review", args=[review.article_id])
    return Need(label % words, 1, url, _("Read"), since=review.submitted_at)


def _came_back(review):
    label = _("“%(title)s” came back with a note") % {"title": _title_of(review)}
    url = reverse("admin:articles_article_change", args=[review.article_id])
    note = Truncator(review.note).chars(MOST_OF_A_TITLE)
    return Need(label, 1, url, _("Write"), since=review.decided_at, note=note)


def _title_of(review):
    title = review.article.waiting_title or review.article.title
    return Truncator(title).chars(MOST_OF_A_TITLE)


def _figures():
    url = reverse("admin:desk_reviewtask_changelist")
    waiting = ReviewTask.objects.waiting().order_by().values("kind")
    found = {one["kind"]: one for one in waiting.annotate(n=Count("pk"), since=Min("created_at"))}
    return [
        Need(
            QUESTIONS[kind](found[kind]["n"]),
            *(found[kind]["n"], f"{url}?kind__exact={kind}", ACTS.get(kind, _("Look"))),
            since=found[kind]["since"],
            is_hot=kind == KIND.DEPRECATED,
        )
        for kind in KIND.values
        if kind in found
    ]


ACTS = {KIND.STALE: gettext_lazy("Verify"), KIND.SUPERSEDED: gettext_lazy("Refresh")}
QUESTIONS = {
    KIND.DEPRECATED: lambda n: ngettext(
        "withdrawn figure stands in a live article", "withdrawn figures stand in live articles", n
    ),
    KIND.SUPERSEDED: lambda n: ngettext(
        "quoted figure has a newer one", "quoted figures have newer ones", n
    ),
    KIND.CONTRADICTION: lambda n: ngettext(
        "pair of figures cannot both be right", "pairs of figures cannot both be right", n
    ),
    KIND.STALE: lambda n: ngettext(
        "figure is past its shelf life", "figures are past their shelf life", n
    ),
    KIND.SOURCE: lambda n: ngettext(
        "figure has no source that is there", "figures have no source that is there", n
    ),
    KIND.UNSOURCED: lambda n: ngettext(
        "live article has figures without a source",
        "live articles have figures without a source",
        n,
    ),
    KIND.RENAMED: lambda n: ngettext(
        "name beside published figures has changed",
        "names beside published figures have changed",
        n,
    ),
}
