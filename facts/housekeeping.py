from datetime import timedelta

from core.housekeeping import Rule
from facts.models import FigureImport

RULES = [
    Rule(
        "Files of figures that were sent",
        timedelta(days=30),
        lambda before: FigureImport.objects.filter(created_at__lt=before),
    ),
]
