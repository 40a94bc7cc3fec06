from django.db.models import Max

from core.housekeeping import Rule
from core.models import Change
from core.pagestore.changes import RETENTION


def outlived(before):
    """All but the newest row, from which positions continue on SQLite."""
    newest = Change.objects.aggregate(pk=Max("pk"))["pk"]
    return Change.objects.filter(written_at__lt=before).exclude(pk=newest)


RULES = [Rule("Change log", RETENTION, outlived)]
