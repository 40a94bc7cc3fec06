"""Pages of a list by name, found by where the last one ended and not by counting rows."""

from urllib.parse import urlencode

from django.db.models import F, Q
from django.http import Http404

from core.web.http import parse_pk
from core.web.pagination import Page


def paginate_by_name(queryset, request, *, field="sort_name", per_page=24) -> Page:
    """The page after or before the row whose key the address names; no such row is a 404."""
    after, before = request.GET.get("after"), request.GET.get("before")
    place = _place(queryset, after or before, field) if after or before else None
    if place and not after:
        rows = list(
            queryset.filter(_beyond(field, "lt", *place)).order_by(f"-{field}", "-pk")[
                : per_page + 1
            ]
        )
        if len(rows) > per_page:
            return _page(rows[per_page - 1 :: -1], request, newer=True, older=True)
        # Less than a page comes before: that is the first page, which is shown whole.
        place = None
    rest = queryset.filter(_beyond(field, "gt", *place)) if place else queryset
    rows = list(rest.order_by(field, "pk")[: per_page + 1])
    if place and not rows:
        raise Http404("Nothing comes after.")
    return _page(rows[:per_page], request, newer=bool(place), older=len(rows) > per_page)


def _place(queryset, pk, field):
    # The row may have left this selection since: what counts is where its name stands.
    rows = queryset.model._base_manager.values_list(F(field), "pk")
    place = rows.filter(pk=parse_pk(pk)).first()
    if place is None:
        raise Http404("No such page.")
    return place


def _beyond(field, side, name, pk) -> Q:
    # The first term says it in a way that lets the index find the place.
    return Q(**{f"{field}__{side}e": name}) & (
        Q(**{f"{field}__{side}": name}) | Q(**{f"pk__{side}": pk})
    )


def _page(rows, request, *, newer, older) -> Page:
    kept = {key: value for key, value in request.GET.items() if key not in ("before", "after")}

    def url(name, row):
        return f"{request.path}?{urlencode({**kept, name: row.pk})}"

    return Page(
        object_list=rows,
        newer_url=url("before", rows[0]) if newer else "",
        older_url=url("after", rows[-1]) if older else "",
    )
