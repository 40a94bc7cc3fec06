"""The publication with one address that takes its time, for whoever is stopped meanwhile."""

import time

from config.asgi import django_application
from core.pagestore.asgi import StoredPagesASGI
from core.pagestore.store import PageStore


def slow(environ, start_response):
    if environ["QUERY_STRING"] == "q=slow":
        time.sleep(2)
    return django_application(environ, start_response)


application = StoredPagesASGI(slow, PageStore())
