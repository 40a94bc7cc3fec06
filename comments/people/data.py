"""A commenter's personal data: export and erasure.

What was written under the address is its owner's to see and to erase, confirmed or not. The admin's
log needs no erasing: `Comment.__str__` and `moderation.log` hold nothing of what people write.
"""

import re

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments.models import (
    Appeal,
    Ban,
    Comment,
    CommentRevision,
    Decision,
    Notice,
    PendingCheck,
    Report,
    erased_email,
)
from comments.people.identity import comments_under
from core.web.structured import absolute

# Where others, or a mail server, may have named somebody's address.
FREE_TEXTS = [
    (Report, "note"),
    (Decision, "note"),
    (Ban, "reason"),
    (Appeal, "text"),
    (Appeal, "answer"),
    (Comment, "outcome"),
    (LogEntry, "change_message"),
    (LogEntry, "object_repr"),
    (DBTaskResult, "traceback"),
]


def export(commenter) -> dict:
    """Everything stored about an address, ready for JSON."""
    comments = comments_under(commenter).with_page().order_by("pk")
    comments = comments.prefetch_related("revisions", "decisions__appeal", "reports")
    bans = Ban.objects.filter(mailbox=commenter.mailbox).select_related("appeal")
    notices = Notice.objects.filter(email=commenter.email).select_related("comment")
    return {
        "email": commenter.email,
        "name": commenter.name,
        "confirmed_at": _moment(commenter.confirmed_at),
        "first_seen_at": _moment(commenter.created_at),
        "asked_to_confirm_at": _moment(commenter.asked_at),
        "wants_no_mail": commenter.refuses_mail,
        "exported_at": _moment(timezone.now()),
        "comments": [_exported(comment) for comment in comments],
        "reports": [
            {"reason": report.get_reason_display(), "note": report.note}
            | {"created_at": _moment(report.created_at)}
            for report in Report.objects.filter(email=commenter.email).order_by("pk")
        ],
        "mails": [_exported_notice(notice) for notice in notices.order_by("pk")],
        "bans": [_exported_ban(ban) for ban in bans.order_by("pk")],
    }


def _exported(comment) -> dict:
    return {
        "id": comment.public_id,
        "page": absolute(comment.discussion.subject.get_absolute_url()),
        "kind": comment.kind,
        "state": comment.state,
        "held_because": comment.get_reason_display() if comment.reason else "",
        "is_confirmed": comment.is_confirmed,
        "name": comment.name,
        "quote": comment.quote,
        "proposed_value": comment.proposed_value,
        "proposed_date": comment.proposed_date,
        "proposed_link": comment.proposed_link,
        "text": comment.body,
        "changed_text_that_waits": comment.held_body,
        "former_texts": [revision.body for revision in comment.revisions.all()],
        "outcome": comment.outcome,
        "wants_replies": comment.wants_replies,
        "created_at": _moment(comment.created_at),
        "edited_at": _moment(comment.edited_at),
        # Of a comment that was not confirmed it may be somebody else's.
        "network": comment.subnet if comment.is_confirmed else "",
        "decisions": [_exported_decision(decision) for decision in comment.decisions.all()],
        # Not their notes: these are words of others, and may tell who they are.
        "reports": [
            {"reason": report.get_reason_display(), "created_at": _moment(report.created_at)}
            for report in comment.reports.all()
        ],
    }


def _exported_decision(decision) -> dict:
    return {
        "before": decision.before,
        "after": decision.after,
        "reason": decision.get_reason_display() if decision.reason else "",
        "note": decision.note,
        "changed_text": decision.edit,
        "appeal": _exported_appeal(decision),
        "made_at": _moment(decision.made_at),
        "undone_at": _moment(decision.undone_at),
    }


def _exported_ban(ban) -> dict:
    return {
        "reason": ban.reason,
        "until": ban.until and ban.until.isoformat(),
        "appeal": _exported_appeal(ban),
    }


def _exported_appeal(against) -> dict | None:
    appeal = getattr(against, "appeal", None)
    if appeal is None:
        return None
    return {"text": appeal.text, "outcome": appeal.outcome, "answer": appeal.answer}


def _exported_notice(notice) -> dict:
    return {
        "kind": notice.kind,
        "comment": notice.comment.public_id,
        "created_at": _moment(notice.created_at),
        "sent_at": _moment(notice.sent_at),
    }


def _moment(value) -> str | None:
    return value and value.isoformat()


@transaction.atomic
def erase(commenter):
    """Erase texts, names and addresses; placeholders stay where others have replied."""
    comments = comments_under(commenter).select_for_update(of=("self",))
    comments = list(comments.select_related("discussion"))
    for comment in comments:
        _empty(comment)
    _empty_around([comment.pk for comment in comments])
    Notice.objects.filter(email=commenter.email).delete()
    Ban.objects.filter(email=commenter.email).update(email=erased_email(commenter.email))
    Report.objects.filter(email=commenter.email).update(email="", note="")
    Appeal.objects.filter(ban__mailbox=commenter.mailbox).update(text="—", answer="")
    _strike_out(commenter.email)
    commenter.delete()


def _empty(comment):
    comment.name, comment.email, comment.quote, comment.body = "—", "", "", "—"
    comment.proposed_value = comment.proposed_date = comment.proposed_link = ""
    comment.outcome, comment.subnet, comment.wants_replies = "", "", False
    comment.commenter, comment.is_confirmed, comment.report_count = None, False, 0
    if comment.state in (Comment.State.PUBLISHED, Comment.State.PENDING):
        comment.state = Comment.State.WITHDRAWN
    comment.drop_edit()
    comment.save()


def _empty_around(pks):
    """What others wrote about the comments may repeat their words and names."""
    CommentRevision.objects.filter(comment__in=pks).delete()
    PendingCheck.objects.filter(comment__in=pks).delete()
    Decision.objects.filter(comment__in=pks).update(note="", edit="")
    Appeal.objects.filter(decision__comment__in=pks).update(text="—", answer="")
    settled_at = Coalesce("settled_at", Now())
    Report.objects.filter(comment__in=pks).update(note="", settled_at=settled_at)


def _strike_out(email):
    written = re.compile(rf"(?<![\w.+-]){re.escape(email)}(?![\w-])", re.IGNORECASE)
    for model, field in FREE_TEXTS:
        rows = model._default_manager.filter(**{f"{field}__icontains": email})
        for pk, text in rows.values_list("pk", field):
            model._default_manager.filter(pk=pk).update(**{field: written.sub("…", text)})
