import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation

from core.fragments import PageWithPlaces, clear_fragments, memoized_html, uncached


@pytest.fixture
def page(monkeypatch):
    """A page with an uncached place."""
    place = "{% uncached %}{{ number }}{% enduncached %}"
    source = "{% load core_tags %}<h1>{{ title }}</h1>" + place + "<p>"
    template = engines["django"].from_string(source)
    monkeypatch.setattr(uncached, "get_template", lambda name: template)
    return PageWithPlaces("x", {"title": "A", "number": "kept"})


def test_uncached_place_is_rendered_each_time_and_the_rest_once(page):
    assert page.html(number=1) == "<h1>A</h1>1<p>"
    assert page.html(number=2, title="B") == "<h1>A</h1>2<p>"


def test_uncached_place_in_a_page_that_is_not_memoized_is_rendered_in_place():
    source = "{% load core_tags %}{% uncached %}{{ a }}{% enduncached %}"
    assert engines["django"].from_string(source).render({"a": "b"}) == "b"


def test_memoized_function_is_called_once_for_each_language_and_argument():
    calls = []

    @memoized_html(10)
    def double(number):
        calls.append(number)
        return number * 2

    assert [double(1), double(1), double(2)] == [2, 2, 4]
    with translation.override("de"):
        assert double(1) == 2
    assert calls == [1, 2, 1]
    clear_fragments()
    double(1)
    assert len(calls) == 4


def test_clearing_may_keep_what_many_pages_share():
    calls = []

    @memoized_html(10, shared=True)
    def label():
        calls.append(1)

    label()
    clear_fragments(keep_shared=True)
    label()
    assert len(calls) == 1


def test_nothing_is_memoized_under_debug():
    calls = []

    @memoized_html(10)
    def note():
        calls.append(1)

    with override_settings(DEBUG=True):
        note()
        note()
    assert len(calls) == 2
