"""Pages for what goes wrong. Those of the server's own failure ask nothing of the database."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.web.held import held_fields
from core.web.http import NotFoundBecause, is_same_origin

# More bytes, fields or files than a form may have.
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request, exception=None):
    if isinstance(exception, TOO_LARGE):
        return HttpResponse(render_to_string("413.html"), status=413)
    return HttpResponse(render_to_string("400.html"), status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def forged_form(request, reason=""):
    """Another site's form is refused; one of ours, older than a login, may be sent again."""
    fields = held_fields(request)
    if fields and is_same_origin(request) and request.accepts("text/html"):
        return render(request, "personal/held.html", {"fields": fields}, status=403)
    return permission_denied(request)


def page_not_found(request, exception=None):
    reason = str(exception) if isinstance(exception, NotFoundBecause) else ""
    return render(request, "404.html", {"reason": reason}, status=404)


def server_error(request):
    """A database that does not answer is a pause, not a fault of the page."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
    return HttpResponse(render_to_string("500.html"), status=500)
