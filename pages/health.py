"""Whether this process lives, and whether it can do its work."""

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


@never_cache
@require_safe
def live(request):
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request):
    """503 until everything a page needs answers. It names what fails and never says why."""
    checks = {name: passes(name, check) for name, check in CHECKS.items()}
    is_ready = all(checks.values())
    return JsonResponse(
        {
            "status": "ready" if is_ready else "unavailable",
            "checks": {name: "ok" if ok else "failed" for name, ok in checks.items()},
        },
        status=200 if is_ready else 503,
    )


def passes(name, check) -> bool:
    try:
        return check()
    except Exception:
        logger.exception("Not ready: %s", name)
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
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
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
