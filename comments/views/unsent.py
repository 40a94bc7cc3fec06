"""What was written for a page or a comment that went meanwhile: unpublished, put off, deleted."""

from functools import wraps
from http import HTTPStatus

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache

MOST_KEPT = 20_000


def wants_json(request) -> bool:
    return request.headers.get("Accept") == "application/json"


def hands_back(*names):
    """Guard a form's view: a 404 holds what was written in the fields of these names."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            try:
                return view(request, *args, **kwargs)
            except Http404:
                return hand_back(request, names)

        return guarded

    return decorate


@never_cache
def hand_back(request, names):
    """The answer says nothing of what was there. Raises Http404 when nothing was written."""
    written = [request.POST.get(name, "").strip()[:MOST_KEPT] for name in names]
    if not any(written):
        raise Http404
    context = {"unsent": "\n\n".join(filter(None, written))}
    if wants_json(request):
        html = render_to_string("comments/_gone.html", context)
        return JsonResponse({"html": html}, status=HTTPStatus.NOT_FOUND)
    return render(request, "comments/gone.html", context, status=HTTPStatus.NOT_FOUND)
