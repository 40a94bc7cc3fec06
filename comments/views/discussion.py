from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.pages.withdrawn import show_withdrawn
from comments.feeds import feed_urls
from comments.forms import CommentForm
from comments.matters import matter_beside, matter_of
from comments.models import Comment, Discussion
from comments.people.identity import commenter_of, remember_name, remembered_name
from comments.people.own_comments import addresses_of, own_comments, remember_comment
from comments.screening.akismet import Visitor
from comments.screening.form_tokens import make_form_token, read_form_token
from comments.screening.phases import Refused
from comments.subjects import made_of_discussion, subject_or_404
from comments.threads import SORTS, as_single_thread, is_on_first_page, page_of_thread, threads_of
from comments.views.appeals import offer_appeal
from comments.views.unsent import hands_back, wants_json
from comments.writing.posting import PARENT_IS_GONE, check_comment, post_comment
from core.pagestore import stored_page
from core.web.http import subnet_key
from core.web.pagination import page_number

# No reader turns more pages than this. A permalink leads to any page of its thread.
MOST_PAGES, MOST_PAGES_OF_A_THREAD = 200, 100_000
STATUS = {
    "banned": HTTPStatus.FORBIDDEN,
    "closed": HTTPStatus.FORBIDDEN,
    "rate": HTTPStatus.TOO_MANY_REQUESTS,
    "stamp": HTTPStatus.OK,
}

# Beside which field a refusal is told; others stand above the form.
FIELDS = {"length": "text", "name": "name"}


# `submit` checks the token: stored pages hold none, and a refusal must not lose what was typed.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@stored_page(params=("before", "reply", "thread", "sort", "kind", "page"))
@hands_back("quote", "value", "as_of", "link", "text")
def show_discussion(request, on, pk):
    """The discussion's own page, the reply form, and the endpoint of both forms."""
    subject, gone = subject_or_gone(request, on, pk)
    if gone:
        return gone
    made_of_discussion(request, on, pk, subject)
    if request.method == "POST":
        return submit(request, Discussion.objects.of(subject))
    if "reply" in request.GET:
        return show_reply_form(request, subject, request.GET["reply"])
    marks = {
        name: find_comment(subject, request.GET[param])
        for name, param in (("before", "before"), ("only", "thread"))
        if param in request.GET
    }
    threads = threads_of(subject, is_alone=True, **marks, **list_options(request))
    if threads.thread and not threads.shown:
        raise Http404
    context = {"threads": threads, "discussion": threads.discussion, "subject": subject, **marks}
    context |= {"form": CommentForm(), "feed_urls": feed_urls(threads.discussion)}
    return render(request, "comments/discussion_detail.html", context)


def subject_or_gone(request, on, pk):
    """The subject, or else the page that tells readers that it is withdrawn; or Http404.

    Whoever wrote meanwhile gets their words back instead.
    """
    try:
        return subject_or_404(on, pk), None
    except Http404:
        is_read = request.method != "POST" and on == "article" and pk < 2**63
        if gone := is_read and show_withdrawn(request, pk=pk):
            return None, gone
        raise


def list_options(request) -> dict:
    """Sort order, kind and page number from the query string; unknown values are a 404."""
    sort, kind = request.GET.get("sort", ""), request.GET.get("kind", "")
    is_thread = "thread" in request.GET
    page = page_number(request, MOST_PAGES_OF_A_THREAD if is_thread else MOST_PAGES)
    if (sort and sort not in SORTS) or (kind and kind not in Comment.Kind.values):
        raise Http404
    is_numbered = sort or kind or is_thread
    return {"sort": sort, "kind": kind, "page": page} if is_numbered else {}


def find_comment(subject, public_id):
    comments = Comment.objects.placed().select_related("thread")
    if "\x00" in public_id:
        raise Http404
    discussion = Discussion.objects.of(subject)
    return get_object_or_404(comments, discussion_id=discussion.pk, public_id=public_id)


@never_cache
def show_reply_form(request, subject, public_id):
    parent = find_comment(subject, public_id)
    if not parent.is_published:
        raise Http404
    discussion = Discussion.objects.of(subject)
    form = CommentForm(initial=identity_fields(request))
    return show_form(request, discussion, form, parent=parent, template="comments/reply.html")


def submit(request, discussion):
    """Store the comment, or return the filled-in form with the reason."""
    form = CommentForm(request.POST)
    parent = requested_parent(request, discussion)
    if not discussion.is_open:
        return show_form(request, discussion, form, status=STATUS["closed"])
    if not form.is_valid():
        return show_form(request, discussion, form, parent=parent, status=422)
    if request.POST.get("parent") and parent is None:
        return return_form(request, discussion, form, None, Refused("parent", PARENT_IS_GONE))
    form_token = read_form_token(request.POST.get("stamp", ""), discussion)
    comment = form.comment()
    comment.subnet = subnet_key(request)
    commenter = commenter_of(request)
    author = {"commenter": commenter, "known_as": addresses_of(request, commenter)}
    try:
        if form_token is None or not has_token(request):
            check_comment(comment, **author)
            return show_form(request, discussion, form, parent=parent)
        comment = post_comment(
            discussion,
            comment,
            parent=parent,
            form_token=form_token,
            is_trapped=form.is_trapped,
            visitor=Visitor.of(request),
            **author,
        )
    except Refused as refusal:
        if refusal.comment:
            return redirect_author(request, refusal.comment, refusal.message)
        return return_form(request, discussion, form, parent, refusal)
    response = redirect_author(request, comment)
    remember_name(request, response, comment, form.cleaned_data["remember"])
    return response


def has_token(request) -> bool:
    """Run Django's CSRF check here, so that a failure does not lose what was typed."""
    check = CsrfViewMiddleware(lambda request: None)
    return check.process_view(request, lambda request: None, (), {}) is None


def requested_parent(request, discussion):
    public_id = request.POST.get("parent", "").replace("\x00", "")
    if not public_id or discussion.pk is None:
        return None
    return discussion.comments.visible().filter(public_id=public_id).first()


def return_form(request, discussion, form, parent, refusal):
    form.add_error(FIELDS.get(refusal.code), refusal.message)
    status = STATUS.get(refusal.code, HTTPStatus.UNPROCESSABLE_ENTITY)
    parent = None if refusal.code == "parent" else parent
    if refusal.ban:
        offer_appeal(form, refusal.ban)
    response = show_form(request, discussion, form, parent=parent, status=status)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


@never_cache
def show_form(
    request, discussion, form, *, parent=None, status=200, template="comments/check.html"
):
    """The form with fresh tokens and, if it is valid, a preview."""
    hidden = hidden_fields(request, discussion)
    preview = form.comment() if form.is_valid() else None
    if preview:
        preview.derive()
    context = {
        "discussion": discussion,
        "subject": discussion.subject,
        "form": form,
        "hidden": hidden,
        "parent": parent,
        "threads": parent and as_single_thread(parent, discussion, may_reply=False),
        "preview": preview,
        "matter": matter_of(discussion, form.cleaned_data if form.is_bound else form.initial),
    }
    if wants_json(request):
        html = render_to_string("comments/_form.html", {**context, "again": not form.errors})
        return JsonResponse({"html": html}, status=status if form.errors else HTTPStatus.CONFLICT)
    return render(request, template, context, status=status)


@never_cache
def redirect_author(request, comment, message=""):
    """Lead the author to the comment, or tell them why it is held."""
    if wants_json(request):
        told = {
            "message": message or status_message(comment),
            "state": comment.state,
            "beside": rendered_matter(comment.discussion, matter_beside(comment)),
            **rendered_in_thread(comment),
        }
        response = JsonResponse(told, status=HTTPStatus.CREATED)
    else:
        own = reverse("comments:mine-one", args=[comment.public_id])
        url = place_of(comment) if comment.is_published else own
        response = HttpResponseRedirect(url)
        response.status_code = HTTPStatus.SEE_OTHER
    remember_comment(request, response, comment)
    return response


def rendered_in_thread(comment) -> dict:
    """The rendered comment and its thread, for the script to insert."""
    context = {"comment": comment, "discussion_url": comment.discussion.get_page_url()}
    if comment.is_published:
        context["threads"] = as_single_thread(comment, comment.discussion)
    html = render_to_string("comments/_mine.html", context)
    return {"html": html, "thread": comment.thread.public_id if comment.thread_id else ""}


def rendered_matter(discussion, matter, **options) -> str:
    context = {"discussion": discussion, "matter": matter, **options}
    return render_to_string("comments/_matter.html", context) if matter else ""


def status_message(comment) -> str:
    if comment.is_published:
        return _("Your comment is posted.")
    if comment.reason == comment.Reason.CHECKING:
        return _("Your comment is kept.") + f" {comment.get_reason_display()}"
    return _("Your comment is kept and waits for an editor.") + f" {comment.get_reason_display()}"


@never_cache
@require_safe
def issue_form_token(request, on, pk):
    """The tokens that a stored page's form lacks, fetched when somebody starts to write."""
    discussion = Discussion.objects.of(subject_or_404(on, pk))
    return JsonResponse({**hidden_fields(request, discussion), **identity_fields(request)})


@never_cache
@require_safe
def show_matter(request, on, pk):
    """What others proposed on a sentence, for the script to show beside it in a stored form."""
    discussion = Discussion.objects.of(subject_or_404(on, pk))
    form = CommentForm({"kind": Comment.Kind.CORRECTION, "quote": request.GET.get("quote", "")})
    form.is_valid()
    matter = matter_of(discussion, form.cleaned_data)
    return JsonResponse({"html": rendered_matter(discussion, matter, in_form=True)})


def hidden_fields(request, discussion) -> dict[str, str]:
    return {"csrfmiddlewaretoken": get_token(request), "stamp": make_form_token(discussion)}


def identity_fields(request) -> dict:
    """Name and address to prefill the form: the confirmed commenter's, or what was remembered."""
    commenter, remembered = commenter_of(request), remembered_name(request)
    confirmed = {"name": commenter.name, "email": commenter.email} if commenter else {}
    return {**remembered, **confirmed, **({"remember": True} if remembered else {})}


@never_cache
@require_safe
def list_own_comments(request, on, pk):
    """The visitor's held comments on a page."""
    discussion = Discussion.objects.of(subject_or_404(on, pk))
    mine = own_comments(request).filter(discussion_id=discussion.pk)
    mine = mine.exclude(state__in=["published", "withdrawn"])
    mine = mine.select_related("discussion", "thread", "in_reply_to")
    return JsonResponse({"comments": [rendered_in_thread(comment) for comment in mine]})


@never_cache
@require_safe
def show_comment(request, public_id):
    """Redirect to where a comment stands; lead the author to one that is not published."""
    comment = get_object_or_404(
        Comment.objects.with_page().select_related("thread", "in_reply_to"), public_id=public_id
    )
    on, pk = comment.discussion.key
    _subject, gone = subject_or_gone(request, on, pk)
    if gone:
        return gone
    if not comment.is_published and own_comments(request).filter(pk=comment.pk).exists():
        return redirect("comments:mine-one", public_id)
    if not Comment.objects.placed().filter(pk=comment.pk).exists():
        raise Http404
    return redirect(place_of(comment))


def place_of(comment) -> str:
    """Where a comment stands, or the place that it left: the article, or a page of its thread."""
    if is_on_first_page(comment):
        return comment.get_absolute_url()
    root = comment.thread or comment
    page = page_of_thread(comment) if comment.thread_id else 1
    query = {"thread": root.public_id, **({"page": page} if page > 1 else {})}
    return f"{comment.discussion.get_page_url()}?{urlencode(query)}#c-{comment.public_id}"
