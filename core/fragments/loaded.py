"""Rows as arguments of memoized HTML: equal where everything that was loaded of them is equal."""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Loaded:
    """Model instances, dicts and lists of these, for a function that `memoized_html` memoizes.

    What is assigned to an instance afterwards does not change what it is equal to.
    """

    value: Any = field(compare=False, repr=False)
    digest: bytes

    @classmethod
    def of(cls, value, *, without=()):
        """`without`: names of joined rows that the HTML does not show."""
        text = repr(list(_plain(value, frozenset(without), set())))
        return cls(value, blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())


def _plain(value, without, seen):
    """What it says, flat. A row that two others share, or that leads back, is told once."""
    if isinstance(value, list | tuple):
        yield len(value)
        for one in value:
            yield from _plain(one, without, seen)
    elif not isinstance(value, models.Model):
        yield value
    elif id(value) in seen:
        yield value._meta.label, value.pk
    else:
        seen.add(id(value))
        yield value._meta.label
        yield [(name, one) for name, one in vars(value).items() if not name.startswith("_")]
        for name, row in _joined(value):
            if name not in without:
                yield name
                yield from _plain(row, without, seen)


def _joined(row):
    """The rows that `select_related` put beside this one, by the name of the relation."""
    for one in (*row._meta.fields, *row._meta.related_objects):
        if (one.many_to_one or one.one_to_one) and one.is_cached(row):
            yield one.cache_name, one.get_cached_value(row)
