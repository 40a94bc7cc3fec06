from dataclasses import dataclass

import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation

from core.fragments import clear_fragments, memoized_html, render_page, uncached


@dataclass(frozen=True)
class Data:
    title: str

    def context(self):
        return {"title": self.title, "number": "memoized"}


@pytest.fixture
def page(monkeypatch):
    """A template with an uncached place; the list grows each time the template is loaded."""
    place = "{% uncached %}{{ number }}{% enduncached %}"
    source = "{% load core_tags %}<h1>{{ title }}</h1>" + place + "<p>"
    template, loaded = engines["django"].from_string(source), []

    def get_template(_name):
        loaded.append(1)
        return template

    monkeypatch.setattr(uncached, "get_template", get_template)
    return loaded


def test_uncached_place_is_rendered_each_time_and_the_rest_once(page):
    assert render_page("x", Data("A"), number=1) == "<h1>A</h1>1<p>"
    assert render_page("x", Data("A"), number=2) == "<h1>A</h1>2<p>"
    assert len(page) == 1


def test_page_of_other_data_is_rendered_anew(page):
    assert render_page("x", Data("A"), number=1) == "<h1>A</h1>1<p>"
    assert render_page("x", Data("B"), number=1) == "<h1>B</h1>1<p>"


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
