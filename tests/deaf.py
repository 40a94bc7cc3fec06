"""A server that never hears what changed: what a test of exactness must be able to notice."""

from config.asgi import django_application
from core.pagestore.asgi import StoredPagesASGI
from core.pagestore.store import PageStore


class DeafStore(PageStore):
    def _read_log(self):
        return super()._read_log() if self.log.visible_up_to is None else True

    def forget(self, keys):
        pass


application = StoredPagesASGI(django_application, DeafStore())
