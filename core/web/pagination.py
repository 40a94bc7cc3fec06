"""Pages of a newest-first list by key, not by number: page 10,000 costs what page 1 costs."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.http import Http404

signer = Signer(salt="core.pagination")
# What the address of a page of a list may say.
PLACE_PARAMS = ("before", "after")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
MICROSECOND = datetime.timedelta(microseconds=1)


@dataclass(frozen=True)
class Page:
    object_list: list
    newer_url: str = ""
    older_url: str = ""

    def __iter__(self):
        return iter(self.object_list)

    def __len__(self):
        return len(self.object_list)


def write_cursor(moment: datetime.datetime, pk: int) -> str:
    return signer.sign(f"{(moment - EPOCH) // MICROSECOND}.{pk}")


def read_cursor(cursor: str) -> tuple[datetime.datetime, int]:
    """The place a cursor of ours stands for. Raises ValueError for any other string."""
    try:
        moment, pk = signer.unsign(cursor).split(".")
    except (BadSignature, UnicodeError) as error:
        raise ValueError("not a cursor of ours") from error
    return EPOCH + int(moment) * MICROSECOND, int(pk)


def page_number(request, most) -> int:
    """What `?page=` says, 1 without it; a 404 for what is no page of any list."""
    page = request.GET.get("page", "1")
    if not (page.isascii() and page.isdecimal() and len(page) < 10 and 1 <= int(page) <= most):
        raise Http404("No such page.")
    return int(page)


def older_than(moment, pk, field="published_at", key="pk") -> Q:
    # The first term says it in a way that lets the index find the place.
    is_older = Q(**{f"{field}__lt": moment}) | Q(**{f"{key}__lt": pk})
    return Q(**{f"{field}__lte": moment}) & is_older


def newer_than(moment, pk, field="published_at", key="pk") -> Q:
    is_newer = Q(**{f"{field}__gt": moment}) | Q(**{f"{key}__gt": pk})
    return Q(**{f"{field}__gte": moment}) & is_newer


def paginate(
    queryset, request, *, visible=None, per_page=20, field="published_at", key="pk"
) -> Page:
    """The page that `?before=` or `?after=` asks for, ordered by (`field`, `key`), newest first.

    A cursor that we did not write, or behind which nothing is left, is a 404. `visible` narrows a
    queryset to what may be seen. It is applied after the place is: SQLite seeks by the first bound
    it is told, and from "not later than now" it would read every newer row on its way down.
    """
    visible = visible or (lambda rows: rows)
    before, after = request.GET.get("before"), request.GET.get("after")
    try:
        place = read_cursor(before or after) if before or after else None
    except (ValueError, OverflowError) as error:
        raise Http404("No such page.") from error
    if place and not before:
        rows = list(
            visible(queryset.filter(newer_than(*place, field, key))).order_by(field, key)[
                : per_page + 1
            ]
        )
        if len(rows) > per_page:
            return _page(rows[per_page - 1 :: -1], request, (field, key), newer=True, older=True)
        # Less than a page is newer: that is the first page, which is shown whole.
        place = None
    older = visible(queryset.filter(older_than(*place, field, key)) if place else queryset.all())
    rows = list(older.order_by(f"-{field}", f"-{key}")[: per_page + 1])
    if place and not rows:
        raise Http404("Nothing is older.")
    has_older = len(rows) > per_page
    return _page(rows[:per_page], request, (field, key), newer=bool(place), older=has_older)


def _page(rows, request, order, *, newer, older) -> Page:
    def url(name, row):
        cursor = write_cursor(*(getattr(row, name) for name in order))
        kept = {key: value for key, value in request.GET.items() if key not in ("before", "after")}
        return f"{request.path}?{urlencode({**kept, name: cursor})}"

    return Page(
        object_list=rows,
        newer_url=url("after", rows[0]) if newer else "",
        older_url=url("before", rows[-1]) if older else "",
    )
