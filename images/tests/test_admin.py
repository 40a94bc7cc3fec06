import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from companies.factories import CompanyFactory
from images.factories import PictureFactory, picture_bytes
from images.models import Picture

from .test_uploads import SVG, bomb, upload

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
    with django_assert_max_num_queries(9):
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
