"""Django's autodiscovery imports this package; importing the modules registers their admins."""

from corrections.admin import corrections, profiles

__all__ = ["corrections", "profiles"]
