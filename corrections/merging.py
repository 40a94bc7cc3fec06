"""What of this room follows a company into the profile that it was merged into."""

from core.pagestore import changed
from corrections.models import Correction


def follow(merge):
    """The one thing that moves a correction: what it says stays as it is."""
    rows = Correction._base_manager.filter(company=merge.former)
    if rows.update(company=merge.into):
        changed("corrections", f"company:{merge.former_id}", f"company:{merge.into_id}")
