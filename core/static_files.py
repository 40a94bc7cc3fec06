"""Static files of several releases in one STATIC_ROOT."""

import os
import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+(\.gz|\.br)?$")


class ReleaseStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Keeps its manifest in STATIC_MANIFEST_DIR, so that releases can share the files alone.

    A worker of the former release that is restarted must not read the names of the new one.
    """

    def __init__(self, *args, **kwargs):
        manifests = FileSystemStorage(location=settings.STATIC_MANIFEST_DIR)
        super().__init__(*args, manifest_storage=manifests, **kwargs)


class SharedStaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise lists STATIC_ROOT once; this follows what other releases add and remove."""

    def __call__(self, request):
        url = request.path_info
        if self.autorefresh or not self.immutable_file_test(None, url):
            return super().__call__(request)
        if url not in self.files:
            self.look_again(url)
        try:
            return super().__call__(request)
        except FileNotFoundError:
            del self.files[url]
            return self.get_response(request)

    def look_again(self, url):
        path = Path(self.static_root, url.removeprefix(self.static_prefix))
        if self.url_is_canonical(url) and path.is_file():
            self.add_file_to_dictionary(url, str(path))


@dataclass(frozen=True)
class StaticFileRule:
    """A housekeeping rule: hashed files go that no release has named for so long.

    Each release renews the time of its own files when it cleans up, so those of a former one
    count from the last night that it was still running.
    """

    subject: str
    age: timedelta

    def count(self, now) -> int:
        return len(self.due(now))

    def apply(self, now) -> int:
        for path in in_use():
            if path.exists():
                os.utime(path, (now.timestamp(), now.timestamp()))
        due = self.due(now)
        for path in due:
            path.unlink(missing_ok=True)
        return len(due)

    def due(self, now) -> list:
        before, used = (now - self.age).timestamp(), in_use()
        if not used:
            # Nothing was collected for this release: it cannot tell what others need.
            return []
        files = (path for path in Path(settings.STATIC_ROOT).rglob("*") if HASHED.search(path.name))
        return [path for path in files if path not in used and path.stat().st_mtime < before]


def in_use() -> set:
    """The files that this release's manifest names, compressed ones too."""
    names = getattr(staticfiles_storage, "hashed_files", {}).values()
    root = Path(settings.STATIC_ROOT)
    return {root / f"{name}{suffix}" for name in names for suffix in ("", ".gz", ".br")}


RULES = [StaticFileRule("Static files of former releases", timedelta(days=30))]
