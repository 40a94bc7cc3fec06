from datetime import timedelta

from ads.models import CountedClick
from core.housekeeping import Rule

RULES = [
    Rule(
        "Marks of networks that clicked on ads",
        # What an hour's last clicks are compared with may be asked for some seconds after it.
        timedelta(hours=2),
        lambda before: CountedClick.objects.filter(hour__lt=before),
    ),
]
