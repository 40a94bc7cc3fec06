"""Querysets whose SQL is worked out once: for the few queries that every reader of a page pays.

The ORM takes longer to write some of them than the database takes to answer. `build` is called
with stand-ins of the same types, once for each thread, database and number of list items; what it
returns is compiled, and afterwards only the values change. Rows come as the database's driver gave
them, which is enough to tell whether anything is new; `objects` makes of them what the queryset
would have.

    IN_SECTION = Prepared(lambda section: Article.objects.published().filter(section=section))
    articles = IN_SECTION(section=3).objects()
"""

import datetime
import threading
from dataclasses import dataclass, field, replace
from itertools import count

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.utils import timezone
from django.utils.dateparse import parse_datetime

# Of a queryset whose lists have very many lengths, the older shapes are worked out again.
MOST_SHAPES = 64
EPOCH = datetime.datetime(1, 2, 3, tzinfo=datetime.UTC)
NOW, TODAY = object(), object()


class Prepared:
    """`build(**stand_ins)` answers a queryset of models or values, without prefetches.

    Values are integers, strings, aware datetimes, or lists of these; never None. `timezone.now()`
    and `timezone.localdate()` within `build` stay what they say: they are asked anew each time.
    """

    def __init__(self, build):
        self._build = build
        self._local = threading.local()

    def __call__(self, **values) -> "Rows":
        """One query."""
        compiled = self.compiled(values)
        return Rows(self, tuple(compiled.fetch(values)) if compiled else (), values)

    def compiled(self, values):
        shapes = self._local.__dict__
        sizes = tuple(len(value) if isinstance(value, list) else -1 for value in values.values())
        # One vendor for every database: a replica answers what its primary would.
        if sizes not in shapes:
            if len(shapes) >= MOST_SHAPES:
                shapes.clear()
            shapes[sizes] = _compile(self._build, values)
        return shapes[sizes]


@dataclass(frozen=True)
class Rows:
    """What a prepared query found: equal and of one hash where the database gave the same."""

    prepared: Prepared
    rows: tuple
    values: dict = field(compare=False, repr=False)

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        return iter(self.rows)

    def objects(self) -> list:
        """What the queryset would have given, made anew each time."""
        return self.prepared.compiled(self.values).read(self.rows) if self.rows else []

    def only(self, rows) -> "Rows":
        return replace(self, rows=tuple(rows))

    def column(self, name) -> list:
        """The value of a field or an annotation in each row, as the driver gave it."""
        if not self.rows:
            return []
        place = self.prepared.compiled(self.values).place(name)
        return [row[place] for row in self.rows]

    def without(self, model) -> tuple:
        """The rows less the columns of a model that was joined to them."""
        if not self.rows:
            return ()
        places = self.prepared.compiled(self.values).places_without(model)
        return tuple(tuple(row[place] for place in places) for row in self.rows)


def _compile(build, values):
    numbers, names = count(1), {}

    def stand_in(value, name):
        number = next(numbers)
        match value:
            case int():
                fake = 2**62 + number
            case str():
                fake = f"stand-in-{number}"
            case datetime.datetime():
                fake = EPOCH + datetime.timedelta(microseconds=number)
            case _:
                raise TypeError(f"{name}: {value!r} cannot be prepared.")
        names[fake] = name
        return fake

    fakes = {
        name: [stand_in(item, (name, place)) for place, item in enumerate(value)]
        if isinstance(value, list)
        else stand_in(value, (name, None))
        for name, value in values.items()
    }
    start = timezone.now()
    queryset = build(**fakes)
    try:
        return Compiled(queryset, names, (start, timezone.now()))
    except EmptyResultSet:
        return None


class Compiled:
    def __init__(self, queryset, names, built):
        if queryset._prefetch_related_lookups:
            raise ValueError("What a prepared query should prefetch is fetched by its caller.")
        self.queryset = queryset.all()
        self.compiler = self.queryset.query.get_compiler(using=queryset.db)
        self.sql, parameters = self.compiler.as_sql()
        self.places = dict(self.compiler.annotation_col_map or {})
        self.parameters = [_meaning(value, names, built) for value in parameters]
        # From here on the queryset reads rows that are there already, always the same way.
        select = [expression for expression, _sql, _alias in self.compiler.select]
        converters = self.compiler.get_converters(select)
        self.compiler.get_converters = lambda _expressions: converters
        self.queryset.query.get_compiler = lambda *args, **kwargs: self.compiler

    def fetch(self, values) -> list[tuple]:
        connection = connections[self.queryset.db]
        ops = connection.ops
        bound = []
        for parameter in self.parameters:
            value = parameter
            if isinstance(parameter, Slot):
                value = parameter.value(values)
                if isinstance(value, datetime.datetime):
                    value = ops.adapt_datetimefield_value(value)
                elif isinstance(value, datetime.date):
                    value = ops.adapt_datefield_value(value)
            bound.append(value)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, bound)
            return cursor.fetchall()

    def read(self, rows) -> list:
        self.compiler.execute_sql = lambda *args, **kwargs: [rows]
        return list(self.queryset._iterable_class(self.queryset))

    def place(self, name) -> int:
        if name not in self.places:
            select = enumerate(expression for expression, _sql, _alias in self.compiler.select)
            wanted = self.queryset.model._meta.get_field(name)
            self.places[name] = next(
                place for place, one in select if getattr(one, "target", None) == wanted
            )
        return self.places[name]

    def places_without(self, model):
        if model not in self.places:
            self.places[model] = [
                place
                for place, (one, _sql, _alias) in enumerate(self.compiler.select)
                if getattr(getattr(one, "target", None), "model", None) is not model
            ]
        return self.places[model]


class Slot:
    def __init__(self, name, place):
        self.name, self.place = name, place

    def value(self, values):
        if self.name is NOW:
            return timezone.now()
        if self.name is TODAY:
            return timezone.localdate()
        value = values[self.name]
        return value if self.place is None else value[self.place]


def _day(moment) -> datetime.date:
    return timezone.localdate(moment)


def _meaning(parameter, names, built):
    """A slot for what stands in for a value, or for the moment of building; else a constant."""
    if parameter in {value for day in built for value in (_day(day), _day(day).isoformat())}:
        return Slot(TODAY, None)
    moment = parameter
    if isinstance(parameter, str) and parameter[:1].isdigit():
        # SQLite's driver takes moments as text, without their zone.
        moment = parse_datetime(parameter) or parameter
        if isinstance(moment, datetime.datetime) and moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
    if moment in names:
        return Slot(*names[moment])
    if isinstance(moment, datetime.datetime):
        if not built[0] <= moment <= built[1]:
            raise ValueError(f"{parameter!r} would stay what it is: give it as a value.")
        return Slot(NOW, None)
    if isinstance(moment, datetime.date):
        raise ValueError(f"{parameter!r} would stay what it is: give it as a value.")
    return parameter
