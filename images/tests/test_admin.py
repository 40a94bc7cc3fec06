import io

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from accounts.factories import UserFactory
from companies.factories import CompanyFactory
from images.factories import PictureFactory, picture_bytes
from images.models import Picture

from .test_uploads import FRAMELESS, SVG, bomb, upload

pytestmark = pytest.mark.django_db
ADD = "admin:images_picture_add"


def post(admin_client, file, **data):
    return admin_client.post(
        reverse(ADD), {"title": "Field", "alt": "A field", "file": file} | data
    )


def test_upload_through_the_admin_stores_our_own_encoding(admin_client):
    response = post(admin_client, upload(picture_bytes("WEBP"), "../evil.php.webp"))
    assert response.status_code == 302
    picture = Picture.objects.get()
    assert picture.file.name.endswith(".jpg")
    assert (picture.width, picture.height) == (48, 27)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "logo.svg"),
        (SVG, "logo.png"),
        (picture_bytes(size=(200, 200))[:-40], "truncated.png"),
        (picture_bytes("JPEG", size=(400, 400))[:-40], "truncated.jpg"),
        (picture_bytes("TIFF"), "scan.tiff"),
        (picture_bytes("TIFF"), "scan.png"),
        (bomb(), "bomb.png"),
        (b"<?php ?>", "shell.php"),
        (picture_bytes(), "shell.php"),
    ],
)
def test_hostile_upload_is_an_error_beside_the_field(admin_client, content, name):
    response = post(admin_client, upload(content, name))
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == ["file"]
    assert Picture.objects.count() == 0


def drawn_of(picture):
    for rendition in picture.file.get_picture_files_list():
        with picture.file.storage.open(rendition.name) as file, Image.open(file) as image:
            yield image


def stored_files(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.parametrize("number", range(len(FRAMELESS)))
def test_broken_animation_is_a_picture_or_an_error_beside_the_field(
    admin_client, settings, tmp_path, number
):
    settings.MEDIA_ROOT = tmp_path / "media"
    response = post(admin_client, upload(FRAMELESS[number], "moving.png"))
    if response.status_code == 200:
        assert list(response.context["adminform"].form.errors) == ["file"]
        assert stored_files(settings) == []
    assert Picture.objects.count() == (response.status_code == 302)


@pytest.mark.parametrize("error", [SyntaxError, ZeroDivisionError, MemoryError, RecursionError])
def test_whatever_the_picture_library_raises_is_an_error_beside_the_field(
    admin_client, settings, tmp_path, monkeypatch, error
):
    def fail(*args, **kwargs):
        raise error("as a decoder of hostile bytes does")

    settings.MEDIA_ROOT, content = tmp_path / "media", picture_bytes()
    for name in ("open", "Image.thumbnail", "Image.convert", "Image.save"):
        with monkeypatch.context() as patch:
            patch.setattr(f"PIL.Image.{name}", fail)
            response = post(admin_client, upload(content))
        assert list(response.context["adminform"].form.errors) == ["file"], name
    assert stored_files(settings) == []
    assert Picture.objects.count() == 0


def test_file_of_a_picture_that_could_not_be_stored_is_deleted(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with pytest.raises(IntegrityError), transaction.atomic():
        PictureFactory(title=None)
    assert stored_files(settings) == []
    PictureFactory()
    assert len(stored_files(settings)) > 0


@pytest.mark.parametrize("size", [(6000, 1), (1, 6000), (15, 15), (2560, 15), (6000, 36)])
def test_picture_that_a_page_would_show_as_a_line_is_refused(
    admin_client, settings, tmp_path, size
):
    settings.MEDIA_ROOT = tmp_path / "media"
    response = post(admin_client, upload(picture_bytes(size=size)))
    errors = response.context["adminform"].form.errors
    assert "too narrow: scaled for a page, its shorter side has fewer than 16 pixels" in str(
        errors["file"]
    )
    assert stored_files(settings) == []


@pytest.mark.parametrize("name", ["a" * 300 + ".png", "社" * 200 + ".png", "a.PNG", "a.jfif"])
def test_name_of_a_picture_may_be_as_long_as_it_likes(admin_client, name):
    assert post(admin_client, upload(picture_bytes(), name)).status_code == 302
    assert len(Picture.objects.get().file.name) < 40


def test_formats_that_are_named_are_those_that_are_taken(admin_client):
    response = post(admin_client, upload(picture_bytes(), "a.tiff"))
    told = str(response.context["adminform"].form.errors["file"])
    assert "Allowed extensions are: jpg, jpeg, jfif, png, webp, gif, avif." in told
    page = admin_client.get(reverse("admin:images_picture_add")).text
    assert 'accept="image/jpeg,image/png,image/webp,image/gif,image/avif"' in page


@pytest.mark.parametrize("size", [(2560, 16), (16, 2560), (16, 16), (6000, 38)])
def test_very_long_picture_is_drawn_in_every_size(admin_client, size):
    assert post(admin_client, upload(picture_bytes(size=size))).status_code == 302
    picture = Picture.objects.get()
    assert picture.has_renditions
    for image in drawn_of(picture):
        assert min(image.size) > 1
    page = admin_client.get(reverse("admin:images_picture_change", args=[picture.pk])).text
    assert 'height="0"' not in page
    assert 'width="0"' not in page


def test_editor_is_told_what_an_animation_lost(admin_client):
    frames = [Image.new("RGB", (16, 16), color) for color in ("#ff0000", "#0000ff")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    for content, is_told in ((buffer.getvalue(), True), (picture_bytes("WEBP"), False)):
        response = admin_client.post(
            reverse(ADD),
            {"title": "Field", "alt": "A field", "file": upload(content, "a.webp")},
            follow=True,
        )
        assert ("its first frame was kept" in response.text) == is_told


def test_picture_without_a_description_is_refused_unless_decorative(admin_client):
    response = post(admin_client, upload(picture_bytes()), alt=" ")
    assert list(response.context["adminform"].form.errors) == ["alt"]
    response = post(admin_client, upload(picture_bytes()), alt="", is_decorative="on")
    assert response.status_code == 302


def test_picture_page_says_where_it_is_used(admin_client):
    picture = PictureFactory()
    company = CompanyFactory(logo=picture)
    page = admin_client.get(reverse("admin:images_picture_change", args=[picture.pk]))
    assert company.get_absolute_url() in page.content.decode()
    unused = PictureFactory()
    page = admin_client.get(reverse("admin:images_picture_change", args=[unused.pk]))
    assert "nowhere yet" in page.content.decode()


def test_library_list_runs_as_many_queries_for_many_as_for_few(
    admin_client, django_assert_max_num_queries
):
    url = reverse("admin:images_picture_changelist")
    PictureFactory.create_batch(12)
    with django_assert_max_num_queries(13):
        response = admin_client.get(url)
    assert response.content.decode().count('loading="lazy"') == 12


def test_library_is_searched_by_title_and_description(admin_client):
    PictureFactory(title="Sundial"), PictureFactory(alt="A sundial in shade"), PictureFactory()
    response = admin_client.get(reverse("admin:images_picture_changelist"), {"q": "sundial"})
    assert response.context["cl"].result_count == 2


def as_writer(client):
    user = UserFactory(groups=["Writer"])
    client.force_login(user)
    return user.username


def change(client, picture, **data):
    address = reverse("admin:images_picture_change", args=[picture.pk])
    client.post(address, {"title": picture.title, "alt": "Mended", "credit": ""} | data)
    picture.refresh_from_db()
    return picture.alt == "Mended"


def test_writer_mends_the_words_of_their_own_picture_and_never_its_file(client):
    name = as_writer(client)
    post(client, upload(picture_bytes()))
    picture = Picture.objects.get(added_by=name)
    stored = picture.file.name
    assert change(client, picture, file=upload(picture_bytes(color="#fff")))
    assert picture.file.name == stored


def test_writer_changes_no_picture_of_others_and_none_that_readers_have_seen(client):
    name = as_writer(client)
    assert not change(client, PictureFactory(added_by="another"))
    assert not change(client, PictureFactory())
    shown = PictureFactory(added_by=name)
    CompanyFactory(logo=shown)
    assert not change(client, shown)


def test_editor_who_mends_a_picture_does_not_become_its_owner(admin_client):
    picture = PictureFactory(added_by="another")
    assert change(admin_client, picture)
    assert picture.added_by == "another"
