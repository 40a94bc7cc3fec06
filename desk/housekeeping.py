from datetime import timedelta

from core.housekeeping import Rule
from desk.models import DeskMail

RULES = [
    Rule(
        "Mails to the desk",
        timedelta(days=90),
        lambda before: DeskMail.objects.filter(created_at__lt=before),
    ),
]
