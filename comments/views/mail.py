"""Moderation by mail: the link opens a page with the comment and one button."""

from http import HTTPStatus

from django.contrib.auth import get_user_model
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from comments.models import Comment
from comments.people.tokens import read_token
from comments.writing import moderation
from core.http import personal

VERBS = {
    "approve": moderation.approve,
    "reject": moderation.reject,
    "spam": moderation.mark_spam,
}


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def moderate_comment(request, token):
    """The token names a moderator, comment and verb; it works while the comment is pending."""
    pk, user_pk, verb = read_token("moderate", token)
    user = get_object_or_404(get_user_model(), pk=user_pk, is_active=True, is_staff=True)
    if not user.has_perm("comments.moderate_comment") or verb not in VERBS:
        raise Http404
    comment = get_object_or_404(Comment.objects.with_page().select_related("in_reply_to"), pk=pk)
    context = {"comment": comment, "verb": verb, "subject": comment.discussion.subject}
    if request.method == "POST" and comment.state == Comment.State.PENDING:
        try:
            read = moderation.version_read(request.POST, comment)
            VERBS[verb](comment, by=user, version=read)
            return redirect(request.path)
        except moderation.Changed as changed:
            context["error"] = changed.message
    status = HTTPStatus.CONFLICT if "error" in context else HTTPStatus.OK
    return render(request, "comments/personal/moderate.html", context, status=status)
