import logging
import re
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signals import request_finished
from django.db import DataError
from django.http import HttpResponseBadRequest, HttpResponseNotAllowed
from django.urls import get_resolver

from core.logs import context
from core.pagestore.declaring import ENVIRON_KEY

logger = logging.getLogger(__name__)

# What browsers offer to pages, and ours do not ask for. (Copying does ask for the clipboard.)
PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer autoplay browsing-topics camera display-capture geolocation gyroscope hid"
        " magnetometer microphone midi payment publickey-credentials-get screen-wake-lock serial"
        " usb xr-spatial-tracking"
    ).split()
)
UNREADABLE = (OverflowError, ValueError, DataError, ValidationError)
# The modules of Django that make queries of what an address says.
READERS = ("django.db.", "django.contrib.admin.views.")
# What this one refuses is a row of ours that was to be saved or checked.
WRITER = "django.db.models.base"
METHODS = ["GET", "HEAD", "OPTIONS", "POST"]
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")


def refuse_unsafe_requests(get_response):
    """TRACE and its like are refused for every address; a NUL in the address is no address."""

    def middleware(request):
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("Bad request: NUL byte.", content_type="text/plain")
        return get_response(request)

    return middleware


def refuse_unreadable_values(get_response):
    """Middleware: a value that no column can hold, as in `?id=99999999999999999999`, is no fault of
    the page, whichever list or form it was given to."""

    def middleware(request):
        return get_response(request)

    middleware.process_exception = refuse_unreadable
    return middleware


def refuse_unreadable(request, exception):
    if not isinstance(exception, UNREADABLE) or not is_raised_by_reader(exception):
        return None
    # Anybody can type an address; a form of ours should have refused what it was sent.
    logger.warning(
        "Bad request: a value that no column holds (%s, %s)",
        *(request.resolver_match.view_name, type(exception).__name__),
        exc_info=exception if request.method == "POST" else None,
    )
    return get_resolver().resolve_error_handler(400)(request, exception)


def is_raised_by_reader(exception) -> bool:
    """Whether Django refused it when it built a query, or a list of the desk, or ran it."""
    place = exception.__traceback__
    while place.tb_next:
        place = place.tb_next
    module = place.tb_frame.f_globals.get("__name__", "")
    return module.startswith(READERS) and module != WRITER


def browser_policies(get_response):
    """Other sites may show our pictures and read our feeds, and embed nothing else; pages may not
    ask for what they do not need."""

    def middleware(request):
        response = get_response(request)
        is_shared = request.path.startswith(("/media/", "/feeds/"))
        response.setdefault(
            "Cross-Origin-Resource-Policy", "cross-origin" if is_shared else "same-origin"
        )
        response.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return middleware


def identify_requests(get_response):
    """Middleware: a request's log lines bear its id, and so does its answer.

    Not a page that others get from a cache: it would hold the id of whoever came first.
    """

    def middleware(request):
        request_id = proxy_request_id(request.META) or secrets.token_hex(8)
        # Left set: Django logs a refusal after the last middleware has returned.
        context.set({"request_id": request_id})
        response = get_response(request)
        if not is_shared(request, response):
            response["X-Request-ID"] = request_id
        return response

    return middleware


def proxy_request_id(environ) -> str | None:
    """The id that a proxy of ours gave this request; without one anybody could choose it."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    return given if settings.TRUSTED_PROXIES and REQUEST_ID.fullmatch(given) else None


def is_shared(request, response) -> bool:
    is_kept = ENVIRON_KEY in request.META or "public" in response.get("Cache-Control", "")
    return is_kept and response.status_code < 400


def forget_request(**kwargs):
    context.set({})


# Threads outlive requests.
request_finished.connect(forget_request)
