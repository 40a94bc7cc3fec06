"""What a page is made of, looked at again without making it: what it read, and the files there are.

A page that reads the same rows is the same page. Asking its queries again takes a tenth of the time
that rendering takes, and most pages ask what others have asked.
"""

from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime


class Recording:
    """The queries that are run while it is under way, and what they answer at its end."""

    def __init__(self):
        self.queries = []

    def __enter__(self):
        self.began = timezone.now()
        self.wrapper = connection.execute_wrapper(self.keep)
        self.wrapper.__enter__()
        return self

    def keep(self, execute, sql, params, many, context):
        self.queries.append((sql, params))
        return execute(sql, params, many, context)

    def __exit__(self, *failure):
        self.wrapper.__exit__(*failure)
        ended = timezone.now()
        assert all(sql.startswith("SELECT") for sql, _params in self.queries), self.queries
        self.queries = [
            (sql, [NOW if self.began <= moment(one) <= ended else one for one in params or ()])
            for sql, params in self.queries
        ]
        answers = Answers()
        self.answers = [answers.to(*query) for query in self.queries]

    def is_answered_alike(self, answers):
        return all(
            answers.to(*query) == answer
            for query, answer in zip(self.queries, self.answers, strict=True)
        )


NOW = object()
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def moment(param):
    """SQLite's parameters are words."""
    if isinstance(param, str) and len(param) < 30:
        param = parse_datetime(param)
        param = param and param.replace(tzinfo=UTC)
    return param if isinstance(param, datetime) else LONG_AGO


class Answers:
    """What the database says at this moment, asked for each thing once."""

    def __init__(self):
        self.now = connection.ops.adapt_datetimefield_value(timezone.now())
        self.known = {}

    def to(self, sql, params):
        params = [self.now if one is NOW else one for one in params]
        key = sql, repr(params)
        if key not in self.known:
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                self.known[key] = cursor.fetchall()
        return self.known[key]


class Recordings:
    """Of pages by address; and the uploaded files as they are before something changes."""

    def __init__(self, pages):
        self.pages, self.files = pages, uploaded_files()

    def unchanged(self):
        if self.files != uploaded_files():
            return set()
        answers = Answers()
        return {url for url, made in self.pages.items() if made.is_answered_alike(answers)}


def uploaded_files():
    return sorted(
        (path, path.stat().st_mtime_ns) for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()
    )
