"""The text of each mail about a comment."""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments.models import Appeal, Ban, Comment, Commenter, Notice, Report
from comments.people.tokens import make_token
from core.letters import Letter
from core.web.structured import absolute

MOST_QUOTED = 600


def letter_for(notice: Notice) -> Letter | None:
    """Return the mail, or None if the comment has changed so that it no longer applies."""
    return LETTERS[Notice.Kind(notice.kind)](notice, notice.comment)


def link(name, purpose, *values) -> str:
    return absolute(reverse(f"comments:{name}", args=[make_token(purpose, *values)]))


def own_link(comment) -> str:
    """The private link to a comment, for its author to follow, edit or withdraw it."""
    return link("own", "own", comment.public_id)


def person_link(commenter) -> str:
    return link("person", "person", commenter.pk)


def banned_until(ban) -> str:
    """The sentence that a ban is told in, with its reason."""
    if ban.until is None:
        return _("Nothing is taken from you here: %(reason)s") % {"reason": ban.reason}
    until = {"day": date_format(ban.until, "j F Y"), "reason": ban.reason}
    return _("Until %(day)s nothing is taken from you here: %(reason)s") % until


def _quoted(comment) -> str:
    return _shortened(comment.body)


def _shortened(body) -> str:
    return body if len(body) <= MOST_QUOTED else f"{body[:MOST_QUOTED].rstrip()}…"


def _names(comment) -> dict:
    return {"name": comment.name, "page": comment.discussion.subject}


def _confirm(notice, comment):
    pk = comment.commenter_id
    return Letter(
        subject=_("Is this comment yours?"),
        lines=[
            _("Somebody who gave this address commented on “%(page)s”.") % _names(comment),
            _(
                "If it was you, confirm it: your comments are then known to be yours, you can be"
                " told of replies, and after an approval they appear at once. If it was not you, do"
                " nothing: nothing else is sent here."
            ),
        ],
        # Never the comment's text: anyone could use it to send a message to any address.
        action=(_("Yes, it is mine"), link("confirm", "confirm", pk, comment.public_id)),
        more=[(_("Never write to this address again"), link("refuse", "replies", pk))],
    )


def _published(notice, comment):
    if not comment.is_published:
        return None
    return Letter(
        subject=_("Your comment is on the page: %(page)s") % _names(comment),
        lines=[
            _("An editor has read your comment on “%(page)s”. It is published.") % _names(comment)
        ],
        quoted=_quoted(comment),
        action=(_("See it on the page"), absolute(comment.get_page_url())),
        more=_author_links(comment),
    )


def _rejected(notice, comment):
    decision = comment.decisions.filter(undone_at=None).first()
    said = {
        "rejected": _("An editor has read your comment on “%(page)s” and did not publish it."),
        "removed": _("An editor has taken your comment on “%(page)s” down."),
        "spam": _("An editor takes your comment on “%(page)s” for advertising. It is not shown."),
    }
    if comment.state not in said or decision is None:
        return None
    reason = decision.get_reason_display() if decision.reason else ""
    return Letter(
        subject=_("About your comment: %(page)s") % _names(comment),
        lines=[
            said[comment.state] % _names(comment),
            *filter(None, [reason, decision.note]),
            _may_appeal(),
        ],
        quoted=_quoted(comment),
        action=_appeal_on_own_page(comment),
        more=_author_links(comment),
    )


def _may_appeal() -> str:
    return _("If you think that this is wrong, appeal: somebody else looks at it.")


def _appeal_on_own_page(comment):
    return _("Appeal against it"), f"{own_link(comment)}#appeal"


def _receipt(notice, comment):
    report = Report.objects.filter(pk=_number(notice)).first()
    if report is None:
        return None
    return Letter(
        subject=_("Your report: %(page)s") % _names(comment),
        lines=[
            # Neither the comment's words nor the reporter's: anyone could mail them to any address.
            _("Somebody who gave this address reported a comment on “%(page)s” as: %(reason)s.")
            % {**_names(comment), "reason": report.get_reason_display()},
            _("An editor looks at it, and you are told what they decide."),
        ],
        action=(_("See what came of it"), link("receipt", "report", report.pk)),
        more=_refusal(notice),
    )


def _outcome(notice, comment):
    report = Report.objects.filter(pk=_number(notice)).exclude(settled_at=None).first()
    if report is None:
        return None
    return Letter(
        subject=_("Your report: %(page)s") % _names(comment),
        lines=[outcome_of(report)],
        action=(_("See your report"), link("receipt", "report", report.pk)),
        more=_refusal(notice),
    )


def outcome_of(report) -> str:
    """What came of a report, in a sentence."""
    state = report.comment.state
    if report.settled_at is None:
        return _("An editor has not looked at it yet.")
    if state in Comment.TAKEN_DOWN:
        return _("An editor has looked at it: the comment is not on the page any more.")
    if state == Comment.State.WITHDRAWN:
        return _("Its author has taken the comment back.")
    return _("An editor has looked at it: the comment stays.")


def _refusal(notice) -> list:
    commenter = Commenter.objects.filter(email=notice.email).first()
    said = _("Never write to this address again")
    return [(said, link("refuse", "replies", commenter.pk))] if commenter else []


def _banned(notice, comment):
    ban = Ban.objects.standing().filter(pk=_number(notice)).first()
    if ban is None:
        return None
    return Letter(
        subject=_("Your comments: %(page)s") % _names(comment),
        lines=[
            banned_until(ban),
            _may_appeal(),
        ],
        action=(_("Appeal against it"), link("ban", "ban", ban.pk)),
        more=_author_links(comment)[1:],
    )


def _appeal(notice, comment):
    appeal = Appeal.objects.filter(pk=_number(notice)).exclude(outcome="").first()
    if appeal is None:
        return None
    said = {
        "upheld": _("Somebody else has looked at it: the decision on your comment stands."),
        "reversed": _("Somebody else has looked at it: the decision on your comment was wrong."),
    }
    return Letter(
        subject=_("Your appeal: %(page)s") % _names(comment),
        lines=[said[appeal.outcome], appeal.answer],
        quoted=_shortened(appeal.decision.edit or comment.body),
        action=(_("See your comment"), own_link(comment)),
        more=_author_links(comment)[1:],
    )


def _edit(notice, comment):
    decisions = comment.decisions.filter(pk=_number(notice), undone_at=None)
    decision = decisions.exclude(edit="").first()
    if decision is None:
        return None
    said = {
        "published": _("An editor has read your change of your comment on “%(page)s”: it is made."),
        "rejected": _(
            "An editor has read your change of your comment on “%(page)s” and did not publish it."
            " The comment stays as it was."
        ),
    }
    reason = decision.get_reason_display() if decision.reason else ""
    lines = [said[decision.after] % _names(comment), *filter(None, [reason, decision.note])]
    action = _("See your comment"), own_link(comment)
    if decision.after == Comment.State.REJECTED:
        lines.append(_may_appeal())
        action = _appeal_on_own_page(comment)
    return Letter(
        subject=_("The change of your comment: %(page)s") % _names(comment),
        lines=lines,
        quoted=_shortened(decision.edit),
        action=action,
        more=_author_links(comment)[1:],
    )


def _number(notice) -> int:
    """The id in "ban 12", which the notice is about."""
    return int(notice.about.rpartition(" ")[2])


def _reported(notice, comment):
    if comment.state != "pending" or comment.reason != "flagged":
        return None
    return Letter(
        subject=_("Your comment waits for an editor: %(page)s") % _names(comment),
        lines=[
            _("Several readers have reported your comment on “%(page)s” as: %(why)s.")
            % {**_names(comment), "why": comment.reported_for},
            _(
                "Nobody has decided anything yet. It is off the page until an editor has read it;"
                " you are told what they decide. Once approved, reports do not take it down again."
            ),
        ],
        quoted=_quoted(comment),
        action=(_("See it, change it or take it back"), own_link(comment)),
        more=_author_links(comment)[1:],
    )


def _reply(notice, comment):
    parent = comment.in_reply_to
    if not comment.is_published or parent is None or parent.commenter is None:
        return None
    commenter = parent.commenter
    return Letter(
        subject=_("%(name)s replied to you: %(page)s") % _names(comment),
        lines=[_("%(name)s replied to your comment on “%(page)s”.") % _names(comment)],
        quoted=_quoted(comment),
        action=(_("Read it on the page"), absolute(comment.get_page_url())),
        more=[(_("Your comments and your data"), person_link(commenter))],
        unsubscribe=link("unsubscribe", "replies", commenter.pk),
    )


def _course(notice, comment):
    if comment.course != notice.about:
        return None
    said = {
        "checking": _("An editor is checking what you wrote about “%(page)s”."),
        "accepted": _("You were right about “%(page)s”: it is corrected."),
        "unchanged": _(
            "An editor has checked what you wrote about “%(page)s” and changed nothing."
        ),
    }
    if comment.course not in said:
        return None
    return Letter(
        subject=_("Your correction: %(page)s") % _names(comment),
        lines=[said[comment.course] % _names(comment), *filter(None, [comment.outcome])],
        quoted=comment.quote or _quoted(comment),
        action=(_("See what became of it"), own_link(comment)),
        more=_author_links(comment)[1:],
    )


def _moderate(notice, comment):
    user = get_user_model().objects.filter(email=notice.email, is_active=True).first()
    if not comment.is_waiting or user is None:
        return None
    desk = reverse("admin:comments_comment_change", args=[comment.pk])
    verbs = [("approve", _("Approve it")), ("reject", _("Reject it")), ("spam", _("It is spam"))]
    return Letter(
        subject=_("A comment waits: %(page)s") % _names(comment),
        lines=[
            _("%(name)s on “%(page)s”:") % _names(comment),
            comment.get_reason_display() if comment.reason else "",
        ],
        quoted=_shortened(comment.latest_body),
        more=[
            *(
                (label, link("moderate", "moderate", comment.pk, user.pk, verb))
                for verb, label in verbs
            ),
            (_("Look at it at the desk"), absolute(desk)),
        ],
    )


def _author_links(comment):
    return [
        (_("Change it or take it back"), own_link(comment)),
        (_("Your comments and your data"), person_link(comment.commenter)),
    ]


LETTERS = {
    Notice.Kind.CONFIRM: _confirm,
    Notice.Kind.PUBLISHED: _published,
    Notice.Kind.REJECTED: _rejected,
    Notice.Kind.REPORTED: _reported,
    Notice.Kind.RECEIPT: _receipt,
    Notice.Kind.OUTCOME: _outcome,
    Notice.Kind.BANNED: _banned,
    Notice.Kind.APPEAL: _appeal,
    Notice.Kind.EDIT: _edit,
    Notice.Kind.REPLY: _reply,
    Notice.Kind.COURSE: _course,
    Notice.Kind.MODERATE: _moderate,
}
