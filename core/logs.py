"""Log lines that name their time, level and the request or task they are about."""

import logging
import time
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

import redis
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http.multipartparser import MultiPartParserError
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# "request" would be shown with its query, which may hold what a reader searched for.
NOT_LOGGED = ["request", "server_time", "subject"]
# PostgreSQL's and SQLite's codes for "there is no database to ask"; a wrong query has others.
OUTAGE_CODES = ("08", "53", "57P", "SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_FULL", "SQLITE_IOERR")

# What Django answers with 400, 403 or 413.
REFUSALS = (BadRequest, MultiPartParserError, PermissionDenied, SuspiciousOperation)

context = ContextVar("context", default=MappingProxyType({}))


@contextmanager
def log_context(**ids):
    """What is logged inside bears these, as `task_id="…"`."""
    token = context.set(ids)
    try:
        yield
    finally:
        context.reset(token)


class ContextFilter(logging.Filter):
    def filter(self, record):
        ids = context.get()
        vars(record).update(ids)
        record.subject = " ".join(ids.values()) or "-"
        return True


class TracebackFilter(logging.Filter):
    """Only our own faults have a traceback. Others are named in one line, which tells as much:

    a database or cache that is away, and a request that Django refuses (an unknown host, a form
    that cannot be read, a page of the desk that is not theirs), which anybody can send by the
    thousand: no error of ours.
    """

    def filter(self, record):
        error = record.exc_info and record.exc_info[1]
        is_refusal = isinstance(error, REFUSALS)
        if error and (is_refusal or is_outage(error)):
            reason = " ".join(str(error).split())
            said = record.getMessage()
            record.msg, record.args = said if reason in said else f"{said}: {reason}", ()
            record.exc_info = record.exc_text = None
        if is_refusal:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def is_outage(error) -> bool:
    if isinstance(error, OperationalError):
        cause = error.__cause__
        codes = (getattr(cause, name, None) for name in ("pgcode", "sqlite_errorname"))
        code = next(filter(None, codes), "")
        return not code or code.startswith(OUTAGE_CODES)
    return isinstance(error, InterfaceError | redis.ConnectionError | redis.TimeoutError)


class TextFormatter(logging.Formatter):
    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self):
        line = "%(asctime)s %(levelname)s %(name)s %(process)d [%(subject)s] %(message)s"
        super().__init__(line, defaults={"subject": "-"})

    def formatMessage(self, record):
        """In one line, whatever a message quotes."""
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


class JSONFormatter(JsonFormatter):
    def __init__(self):
        super().__init__(
            "%(levelname)s %(name)s %(process)d %(message)s",
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
            reserved_attrs=[*RESERVED_ATTRS, *NOT_LOGGED],
        )


FORMATTERS = {"text": TextFormatter, "json": JSONFormatter}
FILTERS = [ContextFilter, TracebackFilter]


def prepare_handler(handler, log_format):
    """Let a handler that others made (gunicorn) write lines as ours."""
    handler.setFormatter(FORMATTERS[log_format]())
    for kind in FILTERS:
        handler.addFilter(kind())
