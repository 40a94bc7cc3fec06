"""Telling the CDN which pages changed, once the change is committed.

The transaction of a change enqueues a task, which reads the keys from the change log. A process
that has not read the log yet may hand the CDN the former page once more, so each key is purged
twice. (Whoever wrote is served past the CDN meanwhile.)
"""

import json
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import Request

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from core.models import CdnMark, Change
from core.pagestore.keys import SITE
from core.pagestore.positions import visible_up_to
from core.web import outbound

# A key is purged so long after its change: when every process has had time to read the log, and
# when none may go on serving without having read it.
PAUSES = (0.4, 2.4)
# After each call that failed; then the page's own hour is the limit.
RETRIES = (5, 20, 60, 300)
TIMEOUT = 5
# More keys than are named one by one: then all pages go at once.
MAX_KEYS = 2000
FASTLY, CLOUDFLARE = "https://api.fastly.com", "https://api.cloudflare.com/client/v4"
# What their APIs take in one call; for another server, what any takes in one header.
AT_ONCE = {"fastly": 256, "cloudflare": 100, "http": 100}


class NotPurged(Exception):
    """Says why, without what may be secret."""


def enqueue_purge():
    """Let the CDN be told of what this transaction changes."""
    if settings.CDN:
        collect_keys.enqueue()


@task(priority=60, once=True)
def collect_keys():
    """Enqueue purges of what the log has that the CDN was not told of."""
    with transaction.atomic():
        CdnMark.objects.get_or_create(pk=1)
        mark = CdnMark.objects.select_for_update().get()
        up_to = visible_up_to()
        changes = Change.objects.filter(position__gte=mark.position).order_by()
        keys = set(changes.values_list("key", flat=True).distinct()[: MAX_KEYS + 1])
        if SITE in keys or len(keys) > MAX_KEYS or mark.position > up_to:
            # Or the database was restored to an earlier state.
            keys = {SITE}
        mark.position = up_to
        mark.save()
        for pause in PAUSES if keys else ():
            at = timezone.now() + timedelta(seconds=pause)
            purge.using(run_after=at).enqueue(sorted(keys))


def pause_after(attempt) -> timedelta:
    return timedelta(seconds=RETRIES[attempt - 1])


@task(queue_name="outside", priority=60, max_attempts=1 + len(RETRIES), backoff=pause_after)
def purge(keys):
    try:
        send(keys)
    except Exception as error:
        raise NotPurged(reason(error)) from None


def reason(error) -> str:
    """Never the message of an error we do not know: it may quote a header, and so the token."""
    if isinstance(error, HTTPError):
        return f"HTTP {error.code}"
    cause = getattr(error, "reason", error)
    return str(cause) if isinstance(cause, OSError) else type(cause).__name__


def send(keys):
    """Raises an error when the CDN does not take it."""
    keys, size = sorted(keys), AT_ONCE[settings.CDN]
    for start in range(0, len(keys), size):
        call(request_for(keys[start : start + size]))


def send_everything():
    """What the CDN holds of ours, pictures and styles too where it can tell. Raises its errors."""
    if settings.CDN == "http":
        return send([SITE])
    return call(request_for(None))


def request_for(keys) -> Request:
    """The call that purges `keys`; None means everything."""
    service, url = settings.CDN_SERVICE, settings.CDN_PURGE_URL
    bearer = {"Authorization": f"Bearer {settings.CDN_TOKEN}"} if settings.CDN_TOKEN else {}
    if settings.CDN == "fastly":
        address = f"{url or FASTLY}/service/{service}/purge" + ("_all" if keys is None else "")
        said = {} if keys is None else {"surrogate_keys": keys}
        headers = {"Fastly-Key": settings.CDN_TOKEN}
    elif settings.CDN == "cloudflare":
        address = f"{url or CLOUDFLARE}/zones/{service}/purge_cache"
        said = {"purge_everything": True} if keys is None else {"tags": keys}
        headers = bearer
    else:
        named = {"Surrogate-Key": " ".join(keys), "Cache-Tag": ",".join(keys)}
        return Request(url, headers=bearer | named, method="PURGE")  # noqa: S310 - http or https
    headers |= {"Content-Type": "application/json", "Accept": "application/json"}
    return Request(address, json.dumps(said).encode(), headers, method="POST")  # noqa: S310


def call(request):
    outbound.send(request, seconds=TIMEOUT, is_ours=True)
