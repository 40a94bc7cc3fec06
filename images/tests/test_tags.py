"""What a page says of a picture, so that the browser fetches the right file at the right time."""

import re

import pytest
from django.template import engines

from images.factories import picture_bytes
from images.models import Picture
from images.uploads import ReEncoded


@pytest.fixture
def drawn():
    """A picture of the library without the cost of drawing it."""

    def make(width, height, has_renditions=True):
        picture = Picture(width=width, height=height, alt='A "field"')
        picture.has_renditions = has_renditions
        picture.file.name = "pictures/2026/01/field.png"
        return picture

    return make


def rendered(picture, options):
    source = "{% load images_tags %}{% picture picture.file 'cover' '50vw' " + options + " %}"
    return engines["django"].from_string(source).render({"picture": picture})


def test_picture_names_every_drawn_width_of_its_shape_in_order(drawn):
    html = rendered(drawn(1600, 900), 'ratio="16/9"')
    for kind in ("avif", "webp"):
        widths = re.findall(rf"/field/16_9/(\d+)w\.{kind} (\d+)w", html)
        assert widths == [(width, width) for width in ("320", "640", "960", "1280")]
    assert 'src="/media/pictures/2026/01/field.png"' in html


def test_picture_offers_no_width_that_is_of_no_use(drawn):
    html = rendered(drawn(1600, 900), 'ratio="16/9" most=640')
    assert re.findall(r"(\d+)w\.avif", html) == ["320", "640"]


@pytest.mark.parametrize(
    ("size", "address"),
    [
        ((1600, 900), "field/16_9/640w.webp"),
        ((500, 300), "field/16_9/320w.webp"),
        ((200, 200), "field.png"),
    ],
)
def test_picture_with_a_fallback_has_one_size_for_browsers_without_avif(drawn, size, address):
    html = rendered(drawn(*size), 'ratio="16/9" fallback=640')
    assert html.count(".webp") == address.count(".webp")
    assert f'<img src="/media/pictures/2026/01/{address}" alt' in html


def test_picture_further_down_waits_and_may_be_measured_by_the_browser(drawn):
    html = rendered(drawn(1600, 900), 'ratio="16/9"')
    assert html.count('sizes="auto, 50vw"') == 2
    assert 'loading="lazy"' in html
    assert "fetchpriority" not in html


def test_first_picture_is_fetched_at_once_and_before_others(drawn):
    html = rendered(drawn(1600, 900), 'ratio="16/9" first=True')
    assert html.count('sizes="50vw"') == 2
    assert 'fetchpriority="high"' in html
    assert "loading=" not in html


@pytest.mark.parametrize(
    ("size", "ratio", "shown"),
    [
        ((1600, 900), "16/9", 'width="1600" height="900"'),
        ((1000, 1000), "16/9", 'width="1000" height="562"'),
        ((1600, 900), "1/1", 'width="900" height="900"'),
    ],
)
def test_picture_keeps_the_room_of_the_shape_it_is_cut_to(drawn, size, ratio, shown):
    assert shown in rendered(drawn(*size), f'ratio="{ratio}"')


def test_picture_smaller_than_every_size_is_shown_as_it_is(drawn):
    html = rendered(drawn(200, 200), "")
    assert "<source" not in html
    assert "srcset" not in html
    assert 'width="200" height="200"' in html


def test_picture_whose_sizes_are_still_being_drawn_is_shown_as_it_is(drawn):
    html = rendered(drawn(1600, 900, has_renditions=False), 'ratio="16/9"')
    assert "<source" not in html
    assert "srcset" not in html
    assert 'src="/media/pictures/2026/01/field.png"' in html
    assert 'width="1600" height="900"' in html


def test_description_is_escaped(drawn):
    assert 'alt="A &quot;field&quot;"' in rendered(drawn(200, 200), "alt=picture.alt")


@pytest.mark.django_db
def test_every_file_that_a_page_names_was_drawn(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = Picture(title="Field", is_decorative=True)
    picture.file = ReEncoded(picture_bytes(size=(640, 360)), name="field.png")
    picture.save()
    picture.refresh_from_db()
    html = rendered(picture, 'ratio="16/9"')
    files = re.findall(r"/media/(\S+?)[\" ]", html)
    assert len(files) == 5
    assert [name for name in files if not (tmp_path / name).is_file()] == []
