from django.http import HttpResponseBadRequest, HttpResponseNotAllowed

METHODS = ["GET", "HEAD", "OPTIONS", "POST"]


def refuse_unsafe_requests(get_response):
    """TRACE and its like are refused for every address; a NUL in the address is no address."""

    def middleware(request):
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("Bad request: NUL byte.", content_type="text/plain")
        return get_response(request)

    return middleware


def resource_policy(get_response):
    """Other sites may show our pictures and read our feeds, and embed nothing else."""

    def middleware(request):
        response = get_response(request)
        is_shared = request.path.startswith(("/media/", "/feeds/"))
        response.setdefault(
            "Cross-Origin-Resource-Policy", "cross-origin" if is_shared else "same-origin"
        )
        return response

    return middleware
