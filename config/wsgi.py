"""Django alone, for `runserver` and WSGI servers: the page store stands in `config.asgi`."""

import os

from django.core.wsgi import get_wsgi_application

from core.db.timeouts import limit_query_wait

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
limit_query_wait()
