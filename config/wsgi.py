import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

# Not before Django is set up.
from django.conf import settings  # noqa: E402

from core.pagestore.store import PageStore  # noqa: E402
from core.pagestore.wsgi import StoredPagesWSGI  # noqa: E402

# Whoever works on a template wants to see it now.
application = (
    django_application if settings.DEBUG else StoredPagesWSGI(django_application, PageStore())
)
