from itertools import chain
from string import ascii_lowercase, digits

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse_lazy
from django.utils.crypto import get_random_string

from core.text.slugs import fold, spell, validate_slug
from core.validators import validate_web_url

# Equal names are told apart by numbers below this one, and then by letters drawn at random.
MOST_NUMBERED = 100
DRAWN = 4
DRAWS = 20


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


class SlugInput(forms.TextInput):
    """Shows what the address would be while the words are typed that it is made of."""

    class Media:
        js = ["admin-ext/slug.js"]


class SlugFormField(forms.CharField):
    def to_python(self, value):
        return fold(super().to_python(value))


class SlugField(models.SlugField):
    """A slug in any script, stored and compared in one spelling (`core.text.slugs.fold`).

    What is left empty is spelled from the field that `source` names, apart from all others.
    """

    default_validators = [validate_slug]

    def __init__(self, *args, source="", **kwargs):
        self.source = source
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | ({"source": self.source} if self.source else {})

    def to_python(self, value):
        value = super().to_python(value)
        return fold(value) if isinstance(value, str) else value

    def pre_save(self, row, add):
        slug = self.to_python(super().pre_save(row, add))
        if not slug and self.source:
            slug = self.propose(row)
        setattr(row, self.attname, slug)
        return slug

    def propose(self, row, text=None) -> str:
        """A free slug of what the row, or the text, says."""
        text = getattr(row, self.source) if text is None else text
        base = spell(text, self.max_length - 1 - DRAWN) or row._meta.model_name
        drawn = (get_random_string(DRAWN, ascii_lowercase + digits) for _ in range(DRAWS))
        candidates = [base, *(f"{base}-{one}" for one in chain(range(2, MOST_NUMBERED), drawn))]
        taken = set(self._taken(row, candidates))
        return next(one for one in candidates if one not in taken and self._is_valid(one))

    def _taken(self, row, candidates):
        others = self.model._base_manager.filter(**{f"{self.name}__in": candidates})
        yield from others.exclude(pk=row.pk).values_list(self.name, flat=True)
        former = former_addresses(self.model)
        if former is not None:
            others = former.filter(slug__in=candidates).exclude(target=row.pk)
            yield from others.values_list("slug", flat=True)

    def _is_valid(self, slug):
        try:
            self.run_validators(slug)
        except ValidationError:
            return False
        return True

    def formfield(self, **kwargs):
        attrs = {"class": "vTextField"}
        if self.source:
            attrs |= {
                "data-slug-url": reverse_lazy("admin:slug"),
                "data-slug-of": self.model._meta.label_lower,
                "data-slug-from": self.source,
            }
            kwargs["required"] = False
        return models.CharField.formfield(
            self, **kwargs | {"form_class": SlugFormField, "widget": SlugInput(attrs)}
        )


def former_addresses(model):
    """The rows that hold addresses which this model's rows once had, if it keeps any."""
    for relation in model._meta.related_objects:
        if relation.name == "former_slugs":
            return relation.related_model.objects.all()
    return None
