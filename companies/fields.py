from django import forms
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from companies.identifiers import SCHEMES


class IdentifierFormField(forms.CharField):
    def __init__(self, *args, scheme, **kwargs):
        self.scheme = scheme
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        return SCHEMES[self.scheme].own_spelling(super().to_python(value))

    def widget_attrs(self, widget):
        # What is pasted may be longer than what is left of it.
        return super().widget_attrs(widget) | {"maxlength": "200"}


class IdentifierField(models.CharField):
    """An identifier of a scheme of `companies.identifiers`, in its own spelling; may be empty."""

    def __init__(self, *args, scheme, **kwargs):
        self.scheme = scheme
        kwargs = {"max_length": 60, "blank": True} | kwargs
        super().__init__(*args, **kwargs)

    @cached_property
    def validators(self):
        return [*super().validators, SCHEMES[self.scheme].validate]

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"scheme": self.scheme}

    def to_python(self, value):
        value = super().to_python(value)
        return SCHEMES[self.scheme].own_spelling(value) if value else value

    def formfield(self, **kwargs):
        example = _("Looks like %s.") % SCHEMES[self.scheme].example
        own = {"form_class": IdentifierFormField, "scheme": self.scheme, "help_text": example}
        return super().formfield(**{**own, **kwargs})
