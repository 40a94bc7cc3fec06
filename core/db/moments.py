"""When a transaction came about: all that it writes is seen at once."""

from django.utils import timezone

from core.db.after_commit import AfterCommit

# It says nothing to anybody: what counts is what it holds of the transaction under way.
_moments = AfterCommit(lambda moments: None)


def moment_of_transaction():
    """The same time in all of the transaction under way, and another in the next."""
    if not _moments.pending():
        now = timezone.now()
        _moments.add(now)
        return now
    return min(_moments.pending())
