import io
import json
import logging
import re

import psycopg2
import pytest
import redis
from django.core.exceptions import (
    BadRequest,
    DisallowedHost,
    PermissionDenied,
    SuspiciousFileOperation,
    TooManyFieldsSent,
)
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError

from core.logs import context, is_outage, log_context, prepare_handler
from core.middleware import identify_requests
from core.pagestore.declaring import ENVIRON_KEY

UNREACHABLE = OperationalError("connection refused\n\tIs the server running?\n")


@pytest.fixture
def lines():
    """A logger, and what it has written in a format."""
    # A request of another test leaves its id behind, as Django logs a refusal after its end.
    context.set({})
    logger = logging.Logger("dateline.test")

    def written(log_format, log):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        prepare_handler(handler, log_format)
        logger.handlers = [handler]
        log(logger)
        return stream.getvalue().splitlines()

    return written


def log_failure(error):
    def log(logger):
        try:
            raise error
        except type(error):
            logger.exception("Not done: %s", "100%")

    return log


def test_text_line_names_time_level_and_what_it_is_about(lines):
    with log_context(task_id="7f3a"):
        [line] = lines("text", lambda logger: logger.warning("Two\nlines"))
    pattern = (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING dateline\.test \d+ \[7f3a\] Two\\nlines"
    )
    assert re.fullmatch(pattern, line)
    [line] = lines("text", lambda logger: logger.warning("Later"))
    assert line.endswith("[-] Later")


def test_json_line_is_one_object_with_the_same(lines, rf):
    request = rf.get("/search/?q=secret")
    with log_context(request_id="7f3a"):
        [line] = lines("json", lambda log: log.error("Two\nlines", extra={"request": request}))
    told = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT.+\+00:00", told.pop("time"))
    assert told.pop("process")
    assert told == {
        "level": "ERROR",
        "logger": "dateline.test",
        "message": "Two\nlines",
        "request_id": "7f3a",
    }


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_outage_is_one_line_without_a_traceback(lines, log_format):
    [line] = lines(log_format, log_failure(UNREACHABLE))
    assert "Not done: 100%: connection refused Is the server running?" in line
    assert "Traceback" not in line


def test_fault_keeps_its_traceback(lines):
    assert "Traceback (most recent call last):" in lines("text", log_failure(ValueError("wrong")))
    [line] = lines("json", log_failure(ValueError("wrong")))
    assert "ValueError: wrong" in json.loads(line)["traceback"]


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize(
    "error",
    [
        DisallowedHost("Invalid HTTP_HOST header: 'evil.example'."),
        SuspiciousFileOperation("/secret is outside\nof the base path"),
        TooManyFieldsSent("Too many fields"),
        MultiPartParserError("Invalid boundary in multipart: None"),
        BadRequest("must be UTF-8 encoded"),
        PermissionDenied("not theirs"),
    ],
)
def test_refused_request_is_one_line_and_no_error_of_ours(lines, log_format, error):
    [line] = lines(log_format, log_failure(error))
    assert "Traceback" not in line
    assert "WARNING" in line
    assert "ERROR" not in line
    assert " ".join(str(error).split()) in line


@pytest.mark.parametrize(
    "error",
    [
        UNREACHABLE,
        InterfaceError("connection already closed"),
        redis.ConnectionError("refused"),
        redis.TimeoutError("timed out"),
    ],
)
def test_what_does_not_answer_is_an_outage(error):
    assert is_outage(error)


@pytest.mark.parametrize("error", [ValueError("wrong"), redis.ResponseError("wrong command")])
def test_what_answers_is_none(error):
    assert not is_outage(error)


@pytest.mark.django_db(transaction=True)
def test_wrong_query_is_no_outage():
    with (
        pytest.raises(Exception, match="nothing_of_the_kind") as caught,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM nothing_of_the_kind")
    assert not is_outage(caught.value)


@pytest.mark.parametrize(("code", "expected"), [("57P01", True), ("53300", True), ("40P01", False)])
def test_code_of_postgresql_decides(code, expected):
    cause = psycopg2.OperationalError("said by the server")
    cause.__setstate__({"pgcode": code})
    error = OperationalError("said by the server")
    error.__cause__ = cause
    assert is_outage(error) is expected


def answer(rf, make=HttpResponse, **headers):
    request = rf.get("/", **headers)
    return identify_requests(lambda request: make())(request)


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        (1, "abc-DEF_1.2", True),
        (0, "abc-DEF_1.2", False),
        (1, "short", False),
        (1, "x" * 129, False),
        (1, "with space", False),
        (1, "line\nbreak-1", False),
        (1, "", False),
    ],
)
def test_request_id_is_the_proxys_when_it_is_ours_and_well_formed(
    rf, settings, proxies, given, is_taken
):
    settings.TRUSTED_PROXIES = proxies
    told = answer(rf, HTTP_X_REQUEST_ID=given)["X-Request-ID"]
    assert (told == given) is is_taken
    assert is_taken or re.fullmatch(r"[0-9a-f]{16}", told)


def test_two_requests_have_two_ids(rf):
    assert answer(rf)["X-Request-ID"] != answer(rf)["X-Request-ID"]


def test_page_that_others_get_from_a_cache_bears_no_id(rf):
    public = {"Cache-Control": "max-age=60, public"}
    assert "X-Request-ID" not in answer(rf, lambda: HttpResponse(headers=public))
    assert "X-Request-ID" not in answer(rf, **{ENVIRON_KEY: object()})
    assert "X-Request-ID" in answer(rf, lambda: HttpResponse(status=404), **{ENVIRON_KEY: object()})


@pytest.mark.django_db
def test_line_of_a_request_bears_its_id(client, settings, lines, caplog):
    settings.TRUSTED_PROXIES = 1
    seen = []
    handler = logging.Handler()
    prepare_handler(handler, "text")
    handler.emit = lambda record: seen.append(handler.format(record))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    try:
        client.get("/missing/", HTTP_X_REQUEST_ID="from-the-proxy-1")
    finally:
        logger.removeHandler(handler)
    [line] = seen
    assert line.endswith("[from-the-proxy-1] Not Found: /missing/")
