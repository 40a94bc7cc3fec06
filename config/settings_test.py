"""The same settings, with what makes tests fast and apart from each other."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

os.environ["DATELINE_LOCAL"] = "1"
os.environ["DEBUG"] = "off"
os.environ["SITE_URL"] = "http://testserver"
os.environ.setdefault("SECRET_KEY", "for tests alone, never for a server")

from .settings import *  # noqa: F403
from .settings import CACHES, DATABASES, STORAGES, TASKS, env

# One directory per process: workers that run side by side share nothing.
TEST_DIR = Path(tempfile.mkdtemp(prefix="dateline-test-"))
atexit.register(shutil.rmtree, TEST_DIR, ignore_errors=True)

MEDIA_ROOT = TEST_DIR / "media"
STATIC_ROOT = TEST_DIR / "static"
STATIC_ROOT.mkdir()
STATIC_MANIFEST_DIR = str(STATIC_ROOT)
STATIC_BUNDLES_ROOT = TEST_DIR / "bundles"

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: a live server's threads get connections of their own, as they do in life.
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
else:
    # A query that goes astray fails its test, instead of holding up all that come after.
    DATABASES["default"]["OPTIONS"]["options"] += " -c statement_timeout=180s"

if env.str("CACHE_URL", default=""):
    # Redis has sixteen databases; clearing one worker's leaves the others' alone.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    location = urlsplit(CACHES["default"]["LOCATION"])
    for cache in CACHES.values():
        cache["LOCATION"] = location._replace(path=f"/{int(worker) % 16}").geturl()
else:
    for name in CACHES:
        CACHES[name] = {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": name,
        }

# Tasks run where they are enqueued; the fixture `queue` brings the real one.
TASKS["default"]["BACKEND"] = "core.taskqueue.backend.ImmediateBackend"
# A test sees at once what it counted.
COUNTERS_FLUSH_SECONDS = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Files are looked up when asked for, not listed each time a test's client starts.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
