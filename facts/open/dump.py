"""The files with every published figure: written anew at night, never while somebody asks.

Each is written beside the one that is there and takes its place whole, so that a reader, a front
server and a worker that is killed meet a whole file or none.
"""

import csv
import json
import os
import tempfile
from array import array
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from core.pagestore import changed
from facts.models import Fact
from facts.open import figures

NAMES = ("csv", "json")
CHUNK = 500
# What a killed worker left behind is older than any dump takes.
LEFT_BEHIND = timedelta(days=1)


@dataclass(frozen=True)
class State:
    """When the files that are there were made, and how large they are, by format."""

    moment: datetime
    sizes: dict[str, int]


def folder() -> Path:
    """Beside the uploads, which every process of the publication shares."""
    return settings.MEDIA_ROOT / "data"


def state() -> State | None:
    """None until the first night."""
    try:
        found = {name: (folder() / f"figures.{name}").stat() for name in NAMES}
    except FileNotFoundError:
        return None
    moment = datetime.fromtimestamp(min(one.st_mtime for one in found.values()), UTC)
    return State(moment, {name: one.st_size for name, one in found.items()})


def write() -> int:
    """How many figures were written."""
    folder().mkdir(parents=True, exist_ok=True)
    folder().chmod(settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
    _remove_what_was_left_behind()
    with ExitStack() as files:
        rows, objects = (files.enter_context(_replacing(name)) for name in NAMES)
        count = _write_figures(rows, objects)
    changed("open-data")
    return count


@task(queue_name="slow", once=True)
def write_again():
    """Not at night: what they say must not be read any more."""
    if state():
        write()


def _write_figures(rows, objects) -> int:
    writer = csv.DictWriter(rows, figures.COLUMNS)
    writer.writeheader()
    about = {**figures.about_the_data(), "made_at": timezone.now().isoformat()}
    # One figure a line, so that the file can be read line by line however long it is.
    objects.write(json.dumps(about, ensure_ascii=False)[:-1] + ', "figures": [')
    count = 0
    for fact in _all_published():
        writer.writerow(figures.as_row(fact))
        objects.write(",\n" if count else "\n")
        objects.write(json.dumps(figures.as_object(fact), ensure_ascii=False))
        count += 1
    objects.write(f'\n], "count": {count}}}\n')
    return count


def _all_published():
    """Company by company and metric by metric, a few at a time.

    Each is judged beside all of its company and metric: in this order, those are read once. Keys
    are taken first, so that a figure is written once whose profile is merged meanwhile.
    """
    rows = Fact.objects.published().order_by("company_id", "metric_id", "pk")
    keys = array("q", rows.values_list("pk", flat=True).iterator())
    for start in range(0, len(keys), CHUNK):
        yield from figures.load(rows.filter(pk__in=keys[start : start + CHUNK]))


@contextmanager
def _replacing(name):
    """A new file that takes the old one's place once it is whole."""
    handle, path = tempfile.mkstemp(prefix=".figures-", suffix=f".{name}", dir=folder())
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            yield file
        os.chmod(path, settings.FILE_UPLOAD_PERMISSIONS)
        os.replace(path, folder() / f"figures.{name}")
    except BaseException:
        os.unlink(path)
        raise


def _remove_what_was_left_behind():
    long_ago = (timezone.now() - LEFT_BEHIND).timestamp()
    for path in folder().glob(".figures-*"):
        if path.stat().st_mtime < long_ago:
            path.unlink(missing_ok=True)
