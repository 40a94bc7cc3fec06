"""Whether the addresses of sources still lead somewhere."""

import datetime
import http.client
import socket
import urllib.error
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.outbound import status_of
from facts.models import Source

# The page says so itself. Refusals, overload and timeouts say nothing of what stands there.
GONE = {404, 410}
WEEK = datetime.timedelta(days=7)
AT_ONCE = 8


class Offline(RuntimeError):
    """No address answered at all: it is this machine that is cut off."""


def due_sources():
    """Those with an address: weekly, daily while one fails; the longest unseen first."""
    now = timezone.now()
    unseen = Q(checked_at=None) | Q(checked_at__lt=now - WEEK)
    failing = Q(gone_since=None, failed_on__lt=timezone.localdate(now))
    sources = Source.objects.exclude(url=None).filter(unseen | failing)
    return sources.order_by(F("checked_at").asc(nulls_first=True), "pk")


def check_due(limit: int) -> Counter:
    """How many are alive, failing, gone (it failed on two days) or unknown. Raises Offline."""
    sources = list(due_sources()[:limit])
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(_probe, [source.url for source in sources]))
    if sources and not {"alive", "missing"}.intersection(found):
        raise Offline(_("No address answered: is this machine online? Nothing was recorded."))
    return Counter(_record(source, result) for source, result in zip(sources, found, strict=True))


def _probe(url) -> str:
    try:
        status = status_of(url)
    except urllib.error.URLError as error:
        # No such host is as gone as no such page; one that does not answer may be asleep.
        reason = error.reason
        no_host = isinstance(reason, socket.gaierror) and reason.errno == socket.EAI_NONAME
        return "no host" if no_host else "unknown"
    except (OSError, http.client.HTTPException, ValueError):
        return "unknown"
    if status < 400:
        return "alive"
    return "missing" if status in GONE else "unknown"


def _record(source, result) -> str:
    today = timezone.localdate()
    former = source.gone_since
    source.checked_at = timezone.now()
    if result == "alive":
        source.failed_on = source.gone_since = None
    elif result != "unknown":
        source.failed_on = source.failed_on or today
        if source.failed_on < today:
            source.gone_since = former or source.failed_on
    # That it was looked at changes no page.
    source.save(update_fields=["checked_at", "failed_on"])
    if source.gone_since != former:
        source.save(update_fields=["gone_since"])
    if result in ("alive", "unknown"):
        return result
    return "gone" if source.gone_since else "failing"
