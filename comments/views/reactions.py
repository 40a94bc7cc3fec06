"""Hearts and reports. Stored pages hold no CSRF token, so the origin is checked instead."""

import uuid
from http import HTTPStatus

from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments.forms import ReportForm
from comments.mail.letters import outcome_of
from comments.models import Comment, Report
from comments.people.identity import commenter_of
from comments.people.tokens import make_token, read_token
from comments.threads import as_single_thread, heart_label
from comments.views.unsent import hands_back
from comments.writing import reactions
from core.hearts import TooManyHearts
from core.web.http import personal, same_origin_required, subnet_key, too_many_requests
from core.web.visitors import remember_visitor, visitor_of


def _public_comment(public_id) -> Comment:
    comments = Comment.objects.public().with_page()
    return get_object_or_404(comments, public_id=public_id)


@csrf_exempt
@personal
@require_POST
def react_to_comment(request, public_id):
    """The buttons under a comment, which are one form: two of them only lead to a page."""
    if "heart" in request.POST:
        return toggle_heart(request, public_id)
    comment = _public_comment(public_id)
    url = comment.get_page_url()
    if "report" in request.POST:
        url = reverse("comments:report", args=[public_id])
    elif "reply" in request.POST:
        url = f"{comment.discussion.get_page_url()}?reply={public_id}#join"
    return _see_other(url)


def _see_other(url):
    response = HttpResponseRedirect(url)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


@same_origin_required
def toggle_heart(request, public_id):
    comment = _public_comment(public_id)
    visitor = visitor_of(request) or uuid.uuid4()
    try:
        is_hearted, count = reactions.toggle_heart(
            comment, visitor=visitor, subnet=subnet_key(request)
        )
    except TooManyHearts as refusal:
        return too_many_requests(request, **refusal.answer)
    if request.accepts("text/html"):
        response = _see_other(comment.get_page_url())
    else:
        response = JsonResponse(
            {"is_hearted": is_hearted, "count": count, "label": heart_label(count)}
        )
    remember_visitor(response, visitor)
    return response


@personal
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
@hands_back("note")
def report_comment(request, public_id):
    comment = _public_comment(public_id)
    form = ReportForm(request.POST or None)
    receipt, is_reported, refused = "", False, HTTPStatus.UNPROCESSABLE_ENTITY
    if request.method == "POST" and form.is_valid():
        try:
            receipt = _report(request, comment, form.cleaned_data)
        except reactions.TooManyReports:
            form.add_error(None, form.TOO_MANY)
            refused = HTTPStatus.TOO_MANY_REQUESTS
        except reactions.AlreadyReported:
            is_reported = True
    context = {
        "comment": comment,
        "subject": comment.discussion.subject,
        "discussion": comment.discussion,
        "threads": as_single_thread(comment, comment.discussion, react_url=""),
        "form": form,
        "receipt": receipt,
        "is_reported": is_reported,
    }
    status = refused if form.errors else HTTPStatus.OK
    response = render(request, "comments/report.html", context, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = "3600"
    return response


def _report(request, comment, said) -> str:
    """The address of its receipt."""
    commenter = commenter_of(request)
    is_proven = commenter is not None and commenter.email == said["email"].lower()
    subnet = subnet_key(request)
    report = reactions.report(comment, **said, subnet=subnet, is_proven=is_proven)
    if report is None:
        raise Http404
    return reverse("comments:receipt", args=[make_token("report", report.pk)])


@personal
@require_safe
def show_receipt(request, token):
    """What came of a report, for whoever made it."""
    reports = Report.objects.select_related(
        "comment__discussion__article", "comment__discussion__company"
    )
    report = get_object_or_404(reports, pk=read_token("report", token)[0])
    context = {"report": report, "outcome": outcome_of(report)}
    return render(request, "comments/personal/receipt.html", context)
