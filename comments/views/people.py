"""Pages behind mailed links: confirm an address, show, export and erase its comments.

GET never changes anything, because mail programs prefetch links. The one exception to a button
is the one-click unsubscribe of RFC 8058, which is a POST.
"""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from comments.models import Comment, Commenter
from comments.people import data
from comments.people.identity import comments_under, confirm, set_commenter_cookie
from comments.people.own_comments import own_comments
from comments.people.tokens import make_token, read_token
from core.web.http import personal

MOST_SHOWN = 200


def _commenter(pk) -> Commenter:
    return get_object_or_404(Commenter, pk=pk)


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request, token):
    pk, public_id = read_token("confirm", token)
    commenter = _commenter(pk)
    comment = comments_under(commenter).with_page().filter(public_id=public_id).first()
    is_post = request.method == "POST"
    if is_post and comment is None:
        raise Http404
    if not is_post or not confirm(commenter, comment):
        context = {"commenter": commenter, "comment": comment}
        return render(request, "comments/personal/confirm.html", context)
    # Other comments this browser posted under the address are theirs as well.
    own_comments(request).filter(commenter=commenter).update(is_confirmed=True)
    response = redirect("comments:person", make_token("person", commenter.pk))
    set_commenter_cookie(response, commenter)
    return response


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def show_person(request, token):
    """Everything stored about an address, with buttons to stop mail or erase it."""
    commenter = _commenter(*read_token("person", token))
    if request.method == "POST":
        if "_erase" in request.POST:
            data.erase(commenter)
            return render(request, "comments/personal/erased.html")
        if "_mail" in request.POST:
            commenter.refuses_mail = not commenter.refuses_mail
            commenter.save(update_fields=["refuses_mail", "saved_at"])
        return redirect(request.path)
    comments = comments_under(commenter).with_page().order_by("-created_at")
    context = {
        "commenter": commenter,
        "comments": comments[:MOST_SHOWN],
        "count": comments.count(),
        "token": token,
    }
    return render(request, "comments/personal/person.html", context)


@personal
@require_safe
def export_person(request, token):
    commenter = _commenter(*read_token("person", token))
    response = JsonResponse(
        data.export(commenter), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = 'attachment; filename="comments.json"'
    return response


@csrf_exempt
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """Stop reply notifications. Mail programs may send the POST themselves (RFC 8058)."""
    commenter = _commenter(*read_token("replies", token))
    if request.method == "POST":
        Comment.objects.filter(commenter=commenter, wants_replies=True).update(wants_replies=False)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=204)
    context = {
        "is_done": request.method == "POST",
        "title": _("No more mail of replies"),
        "question": _("Shall nobody be told of replies at %(email)s any more?"),
        "email": commenter.email,
    }
    context["question"] %= {"email": commenter.email}
    return render(request, "comments/personal/no_more.html", context)


@csrf_exempt
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def refuse_mail(request, token):
    """Never write to the address again, as somebody else typed it."""
    commenter = _commenter(*read_token("replies", token))
    if request.method == "POST":
        Commenter.objects.filter(pk=commenter.pk).update(refuses_mail=True)
    context = {
        "is_done": request.method == "POST",
        "title": _("No mail from us"),
        "question": _("Shall nothing be sent to %(email)s again?") % {"email": commenter.email},
    }
    return render(request, "comments/personal/no_more.html", context)
