"""Checks whether the URLs of sources still exist."""

import datetime
import http.client
import socket
import urllib.error
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.web.outbound import status_of
from facts.models import Source

# Only these say that the page no longer exists; refusals, overload and timeouts do not.
GONE = {404, 410}
WEEK = datetime.timedelta(days=7)
AT_ONCE = 8


class Offline(RuntimeError):
    """No URL answered at all, so this machine is probably offline."""


def due_sources():
    """Sources with a URL to check: weekly, daily while it fails; least recently checked first."""
    now = timezone.now()
    unseen = Q(checked_at=None) | Q(checked_at__lt=now - WEEK)
    failing = Q(gone_since=None, failed_on__lt=timezone.localdate(now))
    sources = Source.objects.exclude(url=None).filter(unseen | failing)
    return sources.order_by(F("checked_at").asc(nulls_first=True), "pk")


def check_due(limit: int) -> Counter:
    """Count the sources alive, failing, gone (failed on two days) or unknown. Raises Offline."""
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
        # A host that does not exist is gone; one that does not answer may only be down.
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
    # These two fields appear on no page, so saving them invalidates none.
    source.save(update_fields=["checked_at", "failed_on"])
    if source.gone_since != former:
        source.save(update_fields=["gone_since"])
    if result in ("alive", "unknown"):
        return result
    return "gone" if source.gone_since else "failing"
