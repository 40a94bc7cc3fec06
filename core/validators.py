import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

# C0 but tab and newlines, DEL, C1, and what is no character: XML and JSON choke on them.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# Django's default also admits ftp; links we print lead to the web and nowhere else.
validate_web_url = URLValidator(schemes=["http", "https"])


def validate_printable(text: str):
    if CONTROL.search(text):
        raise ValidationError(
            _("It holds characters that cannot be shown: type it again."), code="control"
        )
