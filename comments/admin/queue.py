"""The context moderators see around a comment: its thread, its sender, why it is held."""

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Q

from comments.models import Comment, Decision

MOST_EARLIER, MOST_NETWORK = 5, 200


class QueueList(ChangeList):
    """Shows the last page there is where the rows of the one asked for were all decided."""

    def get_results(self, request):
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            pages = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
            if self.page_num <= pages.num_pages:
                raise
            self.page_num = pages.num_pages
            super().get_results(request)


def next_to(comment, shown) -> Comment | None:
    """What stands below it in the list, or else above it. `shown` are all rows of the list."""
    is_oldest_first = shown.query.order_by[:1] == ("created_at",)
    shown = shown.order_by("-created_at", "-pk")
    if is_oldest_first:
        return shown.after(comment).last() or shown.before(comment).first()
    return shown.before(comment).first() or shown.after(comment).last()


def moderation_context(comment) -> dict:
    """Context of one comment's change page, in a constant number of queries."""
    return {
        "comment": comment,
        "subject": comment.discussion.subject,
        "parent": comment.in_reply_to,
        "decisions": comment.decisions.select_related("by")[:20],
        "reports": comment.reports.all()[:50],
        "revisions": comment.revisions.all()[:20],
        "sent_by": _same_sender(comment),
    }


def _same_sender(comment) -> list[dict]:
    """Other comments of the same address and network: counts by state and the latest few."""
    asked = []
    if comment.email:
        asked.append(("email", comment.email, Q(email__iexact=comment.email)))
    if comment.subnet:
        asked.append(("subnet", comment.subnet[:8], Q(subnet=comment.subnet)))
    return [
        {
            "what": what,
            "who": who,
            "counts": _counts(Comment.objects.filter(whose).exclude(pk=comment.pk)),
            "latest": Comment.objects.filter(whose)
            .exclude(pk=comment.pk)
            .with_page()
            .order_by("-created_at", "-pk")[:MOST_EARLIER],
        }
        for what, who, whose in asked
    ]


def _counts(comments) -> list[tuple[str, int]]:
    latest = comments.order_by("-created_at").values("pk")[:MOST_NETWORK]
    rows = Comment.objects.filter(pk__in=list(latest.values_list("pk", flat=True)))
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return [(str(label), found[state]) for state, label in Comment.State.choices if state in found]


def latest_decision_of(user) -> Decision | None:
    """The user's latest decision, if it can still be undone."""
    decisions = Decision.objects.filter(by=user, undone_at=None).select_related("comment")
    decision = decisions.order_by("-pk").first()
    return decision if decision and decision.is_current else None
