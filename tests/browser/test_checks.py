"""The checkers find what is wrong and stay quiet about what is right."""

from tests.browser.checks import axe, nu_check

GOOD = """<!doctype html>
<html lang="en"><head><title>Plain page</title></head>
<body><main><h1>Plain page</h1><p>Nothing wrong here.</p>{}</main></body></html>
"""


def test_axe_finds_an_image_without_alternative_text(new_page):
    page = new_page(bypass_csp=True)
    page.set_content(GOOD.format('<img src="data:,">'))
    assert [line for line in axe(page) if line.startswith("image-alt: ")]


def test_axe_finds_words_that_are_as_dark_as_their_ground(new_page):
    page = new_page(bypass_csp=True, color_scheme="dark")
    page.set_content(GOOD.format('<p style="color: #333; background: #222">Hard to read</p>'))
    assert [line for line in axe(page) if line.startswith("color-contrast: ")]


def test_axe_on_a_plain_page_finds_nothing(new_page):
    page = new_page(bypass_csp=True)
    page.set_content(GOOD.format(""))
    assert axe(page) == []


def test_nu_check_names_the_page_with_an_error_and_no_other(tmp_path):
    (tmp_path / "good.html").write_text(GOOD.format(""))
    (tmp_path / "bad.html").write_text(GOOD.format("<p id=a></p><p id=a></p>"))
    errors = nu_check(tmp_path)
    assert errors
    assert all("bad.html" in line for line in errors)
