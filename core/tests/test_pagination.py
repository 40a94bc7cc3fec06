import datetime

import pytest
from django.http import Http404
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.web.pagination import EPOCH, paginate, read_cursor, write_cursor

moments = st.datetimes(min_value=EPOCH.replace(tzinfo=None), timezones=st.just(datetime.UTC))
pks = st.integers(min_value=0, max_value=2**63 - 1)


@given(moments, pks)
def test_cursor_reads_back_what_was_written(moment, pk):
    assert read_cursor(write_cursor(moment, pk)) == (moment, pk)


@given(st.text(max_size=80))
def test_cursor_that_is_not_ours_is_refused(text):
    with pytest.raises(ValueError):
        read_cursor(text)


@given(moments, pks, st.data())
def test_cursor_with_a_changed_character_is_refused(moment, pk, data):
    cursor = write_cursor(moment, pk)
    # The last character of the signature carries bits that no byte uses.
    place = data.draw(st.integers(0, len(cursor) - 2))
    other = data.draw(st.characters(codec="utf-8").filter(lambda char: char != cursor[place]))
    with pytest.raises(ValueError):
        read_cursor(cursor[:place] + other + cursor[place + 1 :])


@given(st.text(max_size=40))
def test_page_of_a_bad_cursor_is_404_before_any_query(text):
    request = RequestFactory().get("/articles/", {"before": text})
    if text:
        with pytest.raises(Http404):
            paginate(None, request)


def test_cursor_keeps_its_microseconds():
    moment = EPOCH + datetime.timedelta(days=20_000, microseconds=123_457)
    assert read_cursor(write_cursor(moment, 1))[0] == moment
