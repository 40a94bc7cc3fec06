"""Telling the CDN which pages changed, once the change stands.

All keys of a transaction go in one task. A process that has not heard of the change may hand the
CDN the former page once more, so each change is told twice: when all of them should have heard, and
when all must have. (The writer is served past the CDN meanwhile.) A call that fails is tried again
after growing pauses; beyond them the page's own hour is the limit.

Who calls is the task backend's to say. One that can put off (TASK_BACKEND=database) leaves it to
its worker; otherwise a thread of this process does it. The writer waits for neither.
"""

import atexit
import json
import logging
import os
import threading
import time
from collections import defaultdict
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from core.after_commit import AfterCommit
from core.pagestore.keys import SITE

logger = logging.getLogger(__name__)

# Twice the time between two looks of a process at the log.
HEARD = 0.4
# After the first call, and after each that failed. The first pause outlasts what a process may not
# know of the log and still serve.
PAUSES = (2, 5, 20, 60, 300)
TIMEOUT = 5
# More keys than are named one by one: then all pages go at once.
MAX_WAITING = 2000
# How long a process that ends waits for its last calls.
LAST_CALLS = 6
FASTLY, CLOUDFLARE = "https://api.fastly.com", "https://api.cloudflare.com/client/v4"
# What their APIs take in one call; for another server, what any takes in one header.
AT_ONCE = {"fastly": 256, "cloudflare": 100, "http": 100}


def fewest(keys) -> set:
    return {SITE} if SITE in keys or len(keys) > MAX_WAITING else set(keys)


def purge_after_commit(keys):
    if settings.CDN:
        purges.add(*keys)


def purge_first(keys):
    send_later(fewest(keys), 0, HEARD)


purges = AfterCommit(purge_first, robust=True)


def send_later(keys, attempt, pause):
    if purge.get_backend().supports_defer:
        at = timezone.now() + timedelta(seconds=pause)
        purge.using(run_after=at).enqueue(sorted(keys), attempt)
    else:
        outbox.put(keys, attempt, pause)


@task(queue_name="outside")
def purge(keys, attempt=0):
    """Tell the CDN, and see to it that it is told again where that is needed."""
    try:
        send(keys)
    except Exception as error:
        if attempt < len(PAUSES):
            logger.warning("The CDN did not purge %d keys: %s", len(keys), reason(error))
            send_later(keys, attempt + 1, PAUSES[attempt])
        else:
            logger.error("The CDN was not told of %s: %s", " ".join(keys)[:500], reason(error))
    else:
        if attempt == 0:
            send_later(keys, 1, PAUSES[0])


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


class NoRedirect(HTTPRedirectHandler):
    """A token goes to the address that was given, to no other."""

    def redirect_request(self, *args):
        return None


def call(request):
    with build_opener(NoRedirect).open(request, timeout=TIMEOUT) as response:
        response.read(1000)


class Outbox:
    """What this process has yet to tell the CDN, and the one thread that does."""

    def __init__(self):
        self.begin_anew()

    def begin_anew(self):
        self.waiting = []
        self.thread = None
        self.is_calling = False
        self.changed = threading.Condition()

    def put(self, keys, attempt, pause):
        with self.changed:
            self.waiting.append((time.monotonic() + pause, attempt, frozenset(keys)))
            if sum(len(entry[2]) for entry in self.waiting) > MAX_WAITING:
                self.waiting = [(time.monotonic(), 0, frozenset([SITE]))]
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self._run, name="cdn-purges", daemon=True)
                self.thread.start()
            self.changed.notify()

    def take(self) -> dict:
        """What is due, by the number of its attempt. Waits until something is."""
        with self.changed:
            self.is_calling = False
            while (pause := self.pause()) != 0:
                self.changed.wait(pause)
            self.is_calling = True
            now, due = time.monotonic(), defaultdict(set)
            for at, attempt, keys in self.waiting:
                if at <= now:
                    due[attempt] |= keys
            self.waiting = [entry for entry in self.waiting if entry[0] > now]
            return due

    def pause(self) -> float | None:
        """How long nothing is due; None when nothing waits."""
        if not self.waiting:
            return None
        return max(0, min(entry[0] for entry in self.waiting) - time.monotonic())

    def _run(self):
        while True:
            for attempt, keys in self.take().items():
                purge.enqueue(sorted(fewest(keys)), attempt)

    def finish(self):
        """At the end of a process its last words are sent, unless the CDN does not answer."""
        deadline = time.monotonic() + LAST_CALLS
        while time.monotonic() < deadline and (
            self.is_calling or any(entry[0] < deadline for entry in self.waiting)
        ):
            time.sleep(0.02)


outbox = Outbox()
os.register_at_fork(after_in_child=outbox.begin_anew)
atexit.register(outbox.finish)
