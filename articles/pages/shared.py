"""A draft as somebody without an account sees it, by a link from the desk."""

from http import HTTPStatus

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.models import ShareLink
from articles.pages.previews import preview_context
from articles.publishing import sharing
from core.web.http import is_automated, personal


@personal
@require_safe
def show_shared(request, token):
    link = ShareLink.objects.select_related("article__section", "revision").by_token(token)
    if link is None:
        raise Http404("No such link.")
    if not link.is_open:
        return render(request, "articles/personal/shared_gone.html", status=HTTPStatus.GONE)
    if not is_automated(request):
        link.count_opening()
    # What is live of it, its address among that, is no matter of this page.
    context = preview_context(link.article, sharing.content_of(link)) | {"correction_notes": None}
    return render(request, "articles/personal/shared.html", context | {"link": link})
