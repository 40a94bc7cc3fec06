"""`bench.plain` for a server, on the publication's own settings and rows."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench import plain  # noqa: E402

# For the life of this process.
override_settings(ROOT_URLCONF="bench.plain", MIDDLEWARE=plain.MIDDLEWARE).enable()
application = WSGIHandler()
