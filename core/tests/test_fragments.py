from dataclasses import dataclass

import pytest
from django.template import engines
from django.test import override_settings
from django.utils import translation

from core.fragments import uncached as live
from core.fragments.memoized import forget_kept, kept


@dataclass(frozen=True)
class Made:
    title: str

    def context(self):
        return {"title": self.title, "number": "kept"}


@pytest.fixture
def page(monkeypatch):
    """A template with a live place in it, and how often it was made."""
    source = "{% load core_tags %}<h1>{{ title }}</h1>{% live %}{{ number }}{% endlive %}<p>"
    template, made = engines["django"].from_string(source), []

    def get_template(_name):
        made.append(1)
        return template

    monkeypatch.setattr(live, "get_template", get_template)
    return made


def test_live_place_is_made_each_time_and_the_rest_once(page):
    assert live.render_live("x", Made("A"), number=1) == "<h1>A</h1>1<p>"
    assert live.render_live("x", Made("A"), number=2) == "<h1>A</h1>2<p>"
    assert len(page) == 1


def test_page_of_something_else_is_made_anew(page):
    assert live.render_live("x", Made("A"), number=1) == "<h1>A</h1>1<p>"
    assert live.render_live("x", Made("B"), number=1) == "<h1>B</h1>1<p>"


def test_live_place_in_a_page_that_is_not_kept_is_made_in_place():
    template = engines["django"].from_string("{% load core_tags %}{% live %}{{ a }}{% endlive %}")
    assert template.render({"a": "b"}) == "b"


def test_kept_function_is_called_once_for_each_language_and_argument():
    calls = []

    @kept(10)
    def double(number):
        calls.append(number)
        return number * 2

    assert [double(1), double(1), double(2)] == [2, 2, 4]
    with translation.override("de"):
        assert double(1) == 2
    assert calls == [1, 2, 1]
    forget_kept()
    double(1)
    assert len(calls) == 4


def test_nothing_is_kept_while_templates_are_written():
    calls = []

    @kept(10)
    def note():
        calls.append(1)

    with override_settings(DEBUG=True):
        note()
        note()
    assert len(calls) == 2
