"""Django's autodiscovery imports this package; importing the modules registers their admins."""

from comments.admin import appeals, comments, discussions, refusals

__all__ = ["appeals", "comments", "discussions", "refusals"]
