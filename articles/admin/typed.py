"""What stands in an article's form just now, half-typed or not, as content: to be shown, not kept.

Nothing is refused here. What cannot be read is as it was saved, and what is empty stays empty.
"""

import re

from django.core.exceptions import ValidationError

from articles.models import Article, Ranking
from articles.publishing import snapshots
from articles.validators import validate_language
from core.web.http import parse_pk

MOST_ROWS = 1_000
LONGEST = {"title": 400, "standfirst": 1_200, "heading": 400, "ranking_basis": 300}
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
ROW = re.compile(r"(bylines|entries)-(\d{1,4})-(author|company)", re.ASCII)


def typed_content(data, stored, date_field) -> dict:
    """`stored` is the content that was saved last; `date_field` reads when it is to go out."""
    content = dict(stored)
    for name in ("title", "standfirst", "body"):
        if name in data:
            content[name] = _text(data, name)
    if data.get("kind") in Article.Kind:
        content["kind"] = data["kind"]
    content["language"] = _language(data.get("language", "")) or stored["language"]
    for name in ("section", "cover"):
        if name in data:
            content[name] = parse_pk(data[name])
    for name in ("topics", "companies"):
        content[name] = _pks(data.getlist(name)) if _has_all(data) else stored[name]
    rows = _rows(data)
    if "bylines-TOTAL_FORMS" in data:
        content["authors"] = list(dict.fromkeys(pk for pk, _prefix in rows["bylines"]))
    if "entries-TOTAL_FORMS" in data:
        content["entries"] = [_entry(data, pk, prefix) for pk, prefix in rows["entries"]]
    if "ranking_order" in data:
        content["ranking"] = _ranking(data)
    content["published_at"] = _date(data, date_field) or stored["published_at"]
    return content


def _has_all(data) -> bool:
    """Whether it is the whole form: what is not chosen in it is not sent."""
    return "title" in data


def _text(data, name) -> str:
    text = UNPRINTABLE.sub("", data.get(name, "").replace("\r\n", "\n"))
    return text[: LONGEST.get(name.rpartition("-")[2])]


def _language(tag) -> str:
    try:
        validate_language(tag)
    except ValidationError:
        return ""
    return tag


def _pks(values) -> list[int]:
    return sorted({pk for value in values[:MOST_ROWS] if (pk := parse_pk(value)) is not None})


def _rows(data) -> dict[str, list]:
    """(key of what was chosen, prefix of its fields) of each row, in the order that was typed."""
    found = {"bylines": [], "entries": []}
    for name in data:
        row = ROW.fullmatch(name)
        pk = parse_pk(data[name]) if row else None
        if pk is not None:
            prefix = f"{row[1]}-{row[2]}"
            position = parse_pk(data.get(f"{prefix}-position", ""))
            found[row[1]].append((position is None, position or 0, int(row[2]), pk, prefix))
    return {
        kind: [(pk, prefix) for *_place, pk, prefix in sorted(rows)[:MOST_ROWS]]
        for kind, rows in found.items()
    }


def _entry(data, company, prefix) -> dict:
    words = {name: _text(data, f"{prefix}-{name}") for name in ("heading", "blurb")}
    return {"company": company, **words}


def _ranking(data) -> dict | None:
    order = data["ranking_order"]
    if order not in Ranking.Order:
        return None
    named = ("technology", "industry", "metric")
    limit = parse_pk(data.get("ranking_limit", "")) or 10
    return {
        **{name: parse_pk(data.get(f"ranking_{name}", "")) for name in named},
        "order": order,
        "limit": min(max(limit, 1), 100),
        "basis": _text(data, "ranking_basis"),
    }


def _date(data, field) -> str | None:
    try:
        moment = field.clean(field.widget.value_from_datadict(data, {}, "published_at"))
    except (ValidationError, OverflowError):
        return None
    return snapshots.write_time(moment)
