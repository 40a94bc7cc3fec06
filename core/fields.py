from django import forms
from django.db import models

from core.validators import validate_web_url


class WebURLField(models.URLField):
    """A URLField that admits http and https only."""

    default_validators = [validate_web_url]

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 500)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs):
        return super().formfield(
            **{"assume_scheme": "https", "form_class": forms.URLField, **kwargs}
        )
