"""An author's own comment, reached by the browser's cookie or a mailed link."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comments.forms import AppealForm, EditForm
from comments.matters import matter_beside
from comments.models import Comment
from comments.people.identity import commenter_of
from comments.people.own_comments import addresses_of, own_comments
from comments.people.tokens import make_token, read_token
from comments.screening.akismet import Visitor
from comments.screening.phases import Refused
from comments.views.appeals import offer_appeal
from comments.views.unsent import hands_back
from comments.writing.appeals import appeal, appeal_of, decision_on
from comments.writing.posting import can_edit_comment, edit_comment, withdraw
from companies.models import Company
from core.web.http import personal


@personal
@require_http_methods(["GET", "HEAD", "POST"])
@hands_back("text", "appeal")
def show_own_by_cookie(request, public_id):
    """The author's page in the browser that posted it; editable for 15 minutes."""
    comment = get_object_or_404(_found(own_comments(request)), public_id=public_id)
    return _own(request, comment)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
@hands_back("text", "appeal")
def show_own(request, token):
    """The author's page by its private link; editable at any time."""
    [public_id] = read_token("own", token)
    comment = get_object_or_404(_found(Comment.objects), public_id=public_id)
    return _own(request, comment, by_link=True)


def _found(comments):
    return comments.with_page().select_related("thread", "in_reply_to", "commenter")


def _edit(request, comment, text):
    commenter = commenter_of(request)
    known_as = addresses_of(request, commenter)
    visitor = Visitor.of(request)
    edit_comment(comment, text, commenter=commenter, known_as=known_as, visitor=visitor)


def _own(request, comment, by_link=False):
    page = comment.discussion.subject
    is_hidden = not page.is_public if isinstance(page, Company) else not page.is_published
    if is_hidden and not by_link:
        raise Http404
    if request.method == "POST" and "_appeal" in request.POST:
        return _appeal(request, comment, is_hidden)
    can_edit = can_edit_comment(comment, by_mail=by_link)
    form = EditForm(request.POST or None, initial={"text": comment.latest_body})
    if request.method == "POST" and can_edit:
        if "_withdraw" in request.POST:
            withdraw(comment)
            return redirect(request.path)
        if form.is_valid():
            try:
                _edit(request, comment, form.cleaned_data["text"])
                return redirect(request.path)
            except Refused as refusal:
                form.add_error("text", refusal.message)
                if refusal.ban:
                    offer_appeal(form, refusal.ban)
    elif request.method == "POST":
        form = EditForm(request.POST)
        form.add_error(None, _("The time to change it here is over; the link we mailed still can."))
    return _show(request, comment, is_hidden, form=form, can_edit=can_edit)


def _appeal(request, comment, is_hidden):
    decision, form = decision_on(comment), AppealForm(request.POST)
    if decision is None:
        form.add_error(None, _("No decision against your comment stands any more."))
    elif form.is_valid():
        _made, is_taken = appeal(form.cleaned_data["appeal"], decision=decision)
        if is_taken:
            return redirect(request.path)
        form.add_error(None, form.MADE_ALREADY)
    return _show(request, comment, is_hidden, form=EditForm(), appeal_form=form)


def _show(request, comment, is_hidden, *, form, can_edit=False, appeal_form=None):
    decision = decision_on(comment)
    made = appeal_of(decision)
    context = {
        "comment": comment,
        "discussion": comment.discussion,
        "subject": None if is_hidden else comment.discussion.subject,
        "form": form,
        "can_edit": can_edit,
        "decision": decision,
        "refused_edit": decision if decision and decision.edit else None,
        "appeal": made,
        "matter": None if is_hidden else matter_beside(comment),
        "can_appeal": decision and made is None,
        "appeal_form": appeal_form or AppealForm(),
        # For the link that works without the cookie.
        "own_token": make_token("own", comment.public_id),
    }
    is_refused = any(one is not None and one.errors for one in (form, appeal_form))
    return render(request, "comments/personal/own.html", context, status=422 if is_refused else 200)
