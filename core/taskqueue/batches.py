"""One thing done to many rows by tasks: `Batch.start` enqueues them, `perform` is their body.

    @task(queue_name="slow")
    def archive_articles(batch_pk, keys):
        perform(batch_pk, keys, archive_article)

Each row's change and its mark stand or fall together, so that a task that runs again does only what
is left.
"""

import logging

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from core.db.turns import in_turns
from core.taskqueue.models import BatchItem

logger = logging.getLogger(__name__)
State = BatchItem.State


def perform(batch_pk, keys, do):
    """Call `do(key)` for each that still waits, and keep why it failed."""
    for key in in_turns(keys):
        try:
            _perform_one(batch_pk, key, do)
        except (OperationalError, InterfaceError):
            # Not this row's fault: the task is tried again, with what is left.
            raise
        except ValidationError as error:
            _keep_failure(batch_pk, key, " ".join(error.messages))
        except Exception:
            logger.exception("%s of batch %s failed", key, batch_pk)
            _keep_failure(batch_pk, key, _("An error that the log has more of."))


def _perform_one(batch_pk, key, do):
    with transaction.atomic():
        waiting = BatchItem.objects.select_for_update().filter(
            batch=batch_pk, key=key, state=State.WAITING
        )
        if item := waiting.first():
            do(key)
            item.state = State.DONE
            item.save(update_fields=["state"])


def _keep_failure(batch_pk, key, why):
    waiting = BatchItem.objects.filter(batch=batch_pk, key=key, state=State.WAITING)
    waiting.update(state=State.FAILED, error=why)
