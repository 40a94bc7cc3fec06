import base64
import uuid

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from audience import hearts
from audience.labels import hearts_label
from audience.models import Audience
from audience.viewing import record_view
from core.hearts import TooManyHearts, is_given
from core.web.http import same_origin_required, subnet_key, too_many_requests
from core.web.visitors import remember_visitor, visitor_of

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@never_cache
@same_origin_required
@require_POST
def toggle_heart(request, pk):
    """Redirect a plain form to the article; answer a script with the new state as JSON."""
    article = get_object_or_404(Article.objects.published(), pk=pk)
    visitor = visitor_of(request) or uuid.uuid4()
    try:
        is_hearted = hearts.toggle(article, visitor=visitor, subnet=subnet_key(request))
    except TooManyHearts as refusal:
        return too_many_requests(request, **refusal.answer)
    if request.accepts("text/html"):
        response = HttpResponseRedirect(f"{article.get_absolute_url()}#hearts")
        response.status_code = 303
    else:
        response = JsonResponse(heart_state(article, is_hearted))
    remember_visitor(response, visitor)
    return response


@never_cache
@require_safe
def show_heart(request, pk):
    """The visitor's own state, which stored pages cannot hold."""
    article = get_object_or_404(Article.objects.published(), pk=pk)
    return JsonResponse(heart_state(article, is_given(article.hearts, visitor_of(request))))


@never_cache
@require_safe
def count_view(request, pk):
    """The tracking pixel for readers without JavaScript."""
    record_view(pk, request)
    return HttpResponse(PIXEL, content_type="image/gif")


def heart_state(article, is_hearted):
    count = Audience.objects.filter(article=article).values_list("hearts", flat=True).first() or 0
    return {
        "is_hearted": is_hearted,
        "label": hearts_label(count),
        "said": _("Your heart is counted.") if is_hearted else _("Your heart is taken back."),
    }
