"""The pages of refusals and faults, which the demo does not come to by itself."""

import pytest
from django.shortcuts import render
from django.test import RequestFactory

from tests.browser.checks import axe, nu_check

TEMPLATES = ["400.html", "403.html", "404.html", "429.html", "500.html", "503.html"]


@pytest.fixture
def error_pages(db):
    request = RequestFactory().get("/somewhere/")
    return {name: render(request, name).content.decode() for name in TEMPLATES}


def test_html_of_every_error_page_has_no_error(error_pages, tmp_path):
    for name, html in error_pages.items():
        (tmp_path / name).write_text(html)
    assert nu_check(tmp_path) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_error_page_is_accessible(live_server, error_pages, new_page, scheme):
    page = new_page(bypass_csp=True, color_scheme=scheme)
    # From here the stylesheet of a page set by hand is found.
    page.goto(live_server.url)
    violations = {}
    for name, html in error_pages.items():
        page.set_content(html, wait_until="networkidle")
        violations[name] = axe(page)
    assert {name: lines for name, lines in violations.items() if lines} == {}
