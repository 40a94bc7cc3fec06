"""Django's autodiscovery imports this package; importing the modules registers their admins."""

from comments.admin import comments

__all__ = ["comments"]
