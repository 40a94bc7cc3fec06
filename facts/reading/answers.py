"""Figures as files: JSON and CSV that any site may fetch, the same for everybody."""

import csv
import io

from django.http import HttpResponse, JsonResponse
from django.utils.http import content_disposition_header


def as_json(data) -> JsonResponse:
    return allow_any_origin(JsonResponse(data, json_dumps_params={"ensure_ascii": False}))


def as_csv(columns, rows, *, name) -> HttpResponse:
    """`rows` are dicts whose cells are safe already; `name` is that of the file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(False, f"{name}.csv")
    return allow_any_origin(response)


def allow_any_origin(response):
    """Let any site fetch it."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def data_links(*, json, csv) -> list[dict]:
    """The two for a page's head, each given as (address, title)."""
    return [
        {"url": url, "type": content_type, "title": title}
        for (url, title), content_type in ((json, "application/json"), (csv, "text/csv"))
    ]
