from datetime import timedelta

from audience.models import Heart
from core.housekeeping import Rule

RULES = [
    Rule(
        "Hearts on articles that were taken back",
        timedelta(days=7),
        lambda before: Heart.objects.filter(created_at__lt=before, is_given=False),
    ),
    Rule(
        "Networks of hearts on articles",
        timedelta(days=7),
        lambda before: Heart.objects.filter(created_at__lt=before).exclude(subnet=""),
        lambda hearts: hearts.update(subnet=""),
    ),
]
