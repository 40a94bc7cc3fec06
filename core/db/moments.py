"""When a transaction came about: all that it writes is seen at once."""

import threading
from weakref import ref

from django.db import transaction
from django.utils import timezone

_here = threading.local()


class _Moment:
    """Only Django's list of callbacks refers to it.

    That drops it when the transaction ends, and when the savepoint in which it began is rolled
    back.
    """

    def __init__(self):
        self.at, self.is_over = timezone.now(), False

    def ends(self):
        self.is_over = True


def moment_of_transaction():
    """The same time in all of the transaction under way, and another in the next."""
    moment = getattr(_here, "moment", lambda: None)()
    if moment is None or moment.is_over:
        moment = _Moment()
        _here.moment = ref(moment)
        transaction.on_commit(moment.ends)
    return moment.at
