"""A bulk publication for the tests of one module, undone after the last of them."""

from contextlib import contextmanager

from django.db import transaction

from bench import bulk


class Undo(Exception):
    pass


@contextmanager
def publication(blocker, *, articles, companies, comments, with_search=True):
    size = bulk.Size(articles, companies, comments, companies * bulk.FACTS_PER_COMPANY)
    with blocker.unblock():
        try:
            with transaction.atomic():
                bulk.seed(size, with_search=with_search, tell=lambda line: None)
                yield size
                raise Undo
        except Undo:
            pass
