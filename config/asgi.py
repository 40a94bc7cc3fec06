import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

# Not before Django is set up.
from core.db.timeouts import limit_query_wait  # noqa: E402
from core.pagestore.asgi import StoredPagesASGI  # noqa: E402
from core.pagestore.store import PageStore  # noqa: E402

limit_query_wait()
application = StoredPagesASGI(django_application, PageStore())
