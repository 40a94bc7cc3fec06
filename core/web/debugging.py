"""What `make dev` says about each answer, in headers that a browser's tools show."""

import time

from django.db import connection

# A browser and a proxy take less than 8 kB of a header.
MOST_SHOWN = 4000


class Queries:
    """Counts what a request asks of the database."""

    def __init__(self):
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute, sql, params, many, context):
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - began


def show_making(get_response):
    """Middleware: the cache tags of a page that may be stored, queries and time of every answer."""

    def middleware(request):
        queries, began = Queries(), time.perf_counter()
        with connection.execute_wrapper(queries):
            response = get_response(request)
        taken = time.perf_counter() - began
        response["Server-Timing"] = (
            f'db;desc="{queries.count} queries";dur={queries.seconds * 1000:.1f}, '
            f"total;dur={taken * 1000:.1f}"
        )
        if made := getattr(request, "made", None):
            response["X-Cache-Tags"] = " ".join(sorted(made.keys))[:MOST_SHOWN]
        return response

    return middleware
