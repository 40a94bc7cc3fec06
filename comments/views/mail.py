"""Moderation by mail: the link opens a page with the comment and one button."""

from http import HTTPStatus

from django.contrib.auth import get_user_model
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from comments.forms import ReasonForm
from comments.models import Comment
from comments.people.tokens import read_token
from comments.writing import moderation
from core.web.http import personal

VERBS = "approve", "reject", "spam"


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def moderate_comment(request, token):
    """The token names a moderator, comment and verb; it works while the comment waits."""
    pk, user_pk, verb = read_token("moderate", token)
    user = get_object_or_404(get_user_model(), pk=user_pk, is_active=True, is_staff=True)
    if not user.has_perm("comments.moderate_comment") or verb not in VERBS:
        raise Http404
    comment = get_object_or_404(Comment.objects.with_page().select_related("in_reply_to"), pk=pk)
    needs_reason = verb in moderation.NEED_A_REASON
    answer = request.POST if request.method == "POST" else None
    form = ReasonForm(answer) if needs_reason else None
    context = {"comment": comment, "verb": verb, "subject": comment.discussion.subject}
    is_asked = request.method == "POST" and comment.is_waiting
    if is_asked and (form is None or form.is_valid()):
        try:
            how = form.cleaned_data if form else {}
            how["version"] = moderation.version_read(request.POST, comment)
            moderation.VERBS[verb](comment, by=user, **how)
            return redirect(request.path)
        except moderation.Changed as changed:
            context["error"] = changed.message
    context["form"] = form
    status = HTTPStatus.CONFLICT if "error" in context else HTTPStatus.OK
    if form and form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "comments/personal/moderate.html", context, status=status)
