"""Liveness and readiness, for whatever probes this process."""

import logging
import tempfile

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


def answer_probes(get_response):
    """Middleware that answers probes whatever Host they send: most know only an IP address.

    It stands before anything that reads the host, so ALLOWED_HOSTS guards every other address.
    """

    def middleware(request):
        view = PROBES.get(request.path_info)
        return view(request) if view else get_response(request)

    return middleware


@never_cache
@require_safe
def live(request):
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """503 unless this process can serve every page; "degraded" when it can, but more slowly.

    The answer names the checks that failed; why they failed stands in the log alone.
    """
    failed = {name for name, check in CHECKS.items() if not passes(name, check)}
    is_ready = failed <= DISPENSABLE
    return JsonResponse(
        {
            "status": ("degraded" if failed else "ready") if is_ready else "unavailable",
            "checks": {name: "failed" if name in failed else "ok" for name in CHECKS},
        },
        status=200 if is_ready else 503,
    )


def passes(name, check) -> bool:
    try:
        if check():
            return True
        logger.warning("Not ready: %s", name)
    except Exception as error:
        logger.warning("Not ready: %s: %s", name, " ".join(str(error).split()))
    return False


def database_answers() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations_are_applied() -> bool:
    executor = MigrationExecutor(connections["default"])
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def cache_keeps() -> bool:
    cache.set("health", "kept", 10)
    return cache.get("health") == "kept"


def uploads_can_be_written() -> bool:
    if not settings.MEDIA_ROOT.exists():
        settings.MEDIA_ROOT.mkdir(parents=True)
        settings.MEDIA_ROOT.chmod(settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
    with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as file:
        file.write(b"written")
        file.flush()
    return True


CHECKS = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "cache": cache_keeps,
    "disk": uploads_can_be_written,
}
# Pages are made without these, only more often.
DISPENSABLE = {"cache"}
PROBES = {settings.LIVE_PATH: live, settings.READY_PATH: ready}
