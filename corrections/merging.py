"""What of this room follows a company into the profile that it was merged into."""

from core.pagestore import changed
from corrections.models import Correction, ProfileChange


def follow(merge):
    """The one thing that moves what is on record: what it says stays as it is."""
    moved = [
        model._base_manager.filter(company=merge.former).update(company=merge.into)
        for model in (Correction, ProfileChange)
    ]
    if any(moved):
        changed("corrections", f"company:{merge.former_id}", f"company:{merge.into_id}")
