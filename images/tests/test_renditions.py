"""The sizes of a picture are drawn by a task: an editor waits for the upload alone."""

import io
from fractions import Fraction

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image

from articles.factories import ArticleFactory
from images import renditions
from images.factories import PictureFactory, picture_bytes
from images.models import Picture, draw_renditions
from images.renditions import box_around

pytestmark = pytest.mark.django_db


def large_file(color="#8a5a2b"):
    return ContentFile(picture_bytes("JPEG", size=(700, 400), color=color), name="field.jpg")


@pytest.fixture
def drawn(monkeypatch):
    """The sizes that were drawn, as (format, width)."""
    sizes = []
    save = renditions.Rendition.save

    def keep(rendition, image, focus):
        sizes.append((rendition.file_type, rendition.width))
        save(rendition, image, focus)

    monkeypatch.setattr(renditions.Rendition, "save", keep)
    return sizes


def test_upload_is_answered_before_any_size_is_drawn(admin_client, queue, drawn):
    form = {"title": "Field", "alt": "A field", "file": large_file()}
    assert admin_client.post(reverse("admin:images_picture_add"), form).status_code == 302
    assert drawn == []
    queue()
    assert {kind for kind, _width in drawn} == {"AVIF", "WEBP"}


def test_task_draws_every_size_that_a_page_may_name(queue):
    picture = PictureFactory(file=large_file())
    assert Picture.objects.get().has_renditions is False
    queue()
    assert Picture.objects.get().has_renditions is True
    for rendition in picture.file.get_picture_files_list():
        with picture.file.storage.open(rendition.name) as file:
            # Without a ratio of its own, a rendition keeps the picture's, to the whole pixel.
            assert rendition.width - 2 <= Image.open(file).width <= rendition.width


def test_library_says_that_sizes_are_being_drawn(admin_client, queue):
    picture = PictureFactory(file=large_file())
    page = reverse("admin:images_picture_change", args=[picture.pk])
    waiting = admin_client.get(page).content.decode()
    assert "smaller sizes are being drawn" in waiting
    assert "640w.webp" not in waiting
    queue()
    ready = admin_client.get(page).content.decode()
    assert "smaller sizes are being drawn" not in ready
    assert "640w.webp" in ready


def test_new_file_of_a_picture_is_drawn_again_and_the_same_file_is_not(queue, drawn):
    picture = PictureFactory(file=large_file())
    queue()
    number = len(drawn)
    picture.refresh_from_db()
    picture.title = "Another title"
    picture.save()
    queue()
    assert len(drawn) == number
    picture.file = large_file("#2b5a8a")
    picture.save()
    assert Picture.objects.get().has_renditions is False
    queue()
    assert len(drawn) == 2 * number
    assert Picture.objects.get().has_renditions is True


def test_task_that_runs_again_draws_nothing(queue, drawn):
    picture = PictureFactory(file=large_file())
    queue()
    number = len(drawn)
    draw_renditions.call(picture.pk)
    assert len(drawn) == number


def test_picture_that_was_deleted_meanwhile_is_no_failure(queue):
    picture = PictureFactory(file=large_file())
    picture.delete()
    assert queue() == 1


def test_missing_file_is_a_failure_that_is_tried_again(queue):
    picture = PictureFactory(file=large_file())
    picture.file.storage.delete(picture.file.name)
    with pytest.raises(FileNotFoundError):
        queue()
    assert Picture.objects.get().has_renditions is False


def test_deleted_file_takes_its_renditions_along(queue):
    picture = PictureFactory(file=large_file())
    queue()
    names = [one.name for one in picture.file.get_picture_files_list()]
    storage = picture.file.storage
    assert all(map(storage.exists, names))
    picture.file.delete(save=False)
    assert not any(map(storage.exists, names))


@pytest.mark.parametrize(
    ("focus", "size", "box"),
    [
        ((50, 50), (1600, 1600), (0, 350, 1600, 1250)),
        ((50, 0), (1600, 1600), (0, 0, 1600, 900)),
        ((50, 100), (1600, 1600), (0, 700, 1600, 1600)),
        ((50, 40), (1600, 1600), (0, 190, 1600, 1090)),
        ((0, 50), (3200, 900), (0, 0, 1600, 900)),
        ((90, 50), (1600, 900), (0, 0, 1600, 900)),
    ],
)
def test_crop_keeps_the_focal_point(focus, size, box):
    assert box_around(focus, size, Fraction(16, 9)) == box


def test_other_focal_point_is_drawn_under_a_name_that_no_cache_knows(queue):
    striped = Image.new("RGB", (320, 640), "#ff0000")
    striped.paste("#0000ff", (0, 320, 320, 640))
    buffer = io.BytesIO()
    striped.save(buffer, "PNG")
    picture = PictureFactory(file=ContentFile(buffer.getvalue(), name="striped.png"))
    queue()
    article = ArticleFactory(body=f"![Stripes]({picture.file.url})")
    former = picture.file.name
    picture = Picture.objects.get(pk=picture.pk)
    picture.save()
    assert picture.file.name == former
    picture.focal_y = 95
    picture.save()
    queue()
    picture.refresh_from_db()
    article.refresh_from_db()
    assert picture.file.name != former
    assert picture.has_renditions
    assert picture.file.url in article.body_html
    drawn = picture.file.aspect_ratios["1/1"]["WEBP"]
    with picture.file.open() as stored, Image.open(stored) as whole:
        assert whole.size == (320, 640)
    assert drawn
    for rendition in drawn.values():
        with picture.file.storage.open(rendition.name) as file, Image.open(file) as image:
            assert image.convert("RGB").getpixel((image.width // 2, 2))[2] > 200
