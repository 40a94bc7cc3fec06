"""The publication, killed between the commit of a comment and the answer to it."""

import os
import signal

from config.asgi import django_application
from core.pagestore.asgi import StoredPagesASGI
from core.pagestore.store import PageStore


def dying(environ, start_response):
    answer = django_application(environ, start_response)
    if environ["REQUEST_METHOD"] == "POST":
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


application = StoredPagesASGI(dying, PageStore())
