"""What the desk answers whoever puts pictures into a text."""

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from articles import checks
from articles.factories import ArticleFactory
from articles.models import Article
from images.factories import PictureFactory, picture_bytes
from images.models import Picture

from .test_uploads import SVG, upload

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/images/picture/upload/"
PICK = "/admin/images/picture/pick/"


@pytest.fixture
def writer(client):
    user = UserFactory(username="wim", groups=["Writer"])
    client.force_login(user)
    return client


def words_of(picture) -> str:
    return reverse("admin:images_picture_words", args=[picture.pk])


def test_upload_is_a_picture_without_words_that_its_owner_describes(writer):
    answer = writer.post(UPLOAD, {"file": upload(picture_bytes(), "DSC_0042 harbour.png")})
    told, picture = answer.json(), Picture.objects.get()
    assert (answer.status_code, picture.title) == (200, "DSC 0042 harbour")
    assert (picture.added_by, picture.alt, picture.lacks_words) == ("wim", "", True)
    assert told["address"] == picture.file.url
    assert (told["words"], told["is_known"]) == (words_of(picture), False)

    refused = writer.post(told["words"], {"alt": "  "})
    assert (refused.status_code, refused.json()) == (
        400,
        {"error": "Describe the picture, or mark it as decorative."},
    )
    described = writer.post(told["words"], {"alt": "The harbour"}).json()
    picture.refresh_from_db()
    assert (picture.alt, described["words"]) == ("The harbour", "")


def test_same_file_again_is_the_picture_that_is_there(writer):
    first = writer.post(UPLOAD, {"file": upload(picture_bytes())}).json()
    again = writer.post(UPLOAD, {"file": upload(picture_bytes(), "copy.png")}).json()
    other = writer.post(UPLOAD, {"file": upload(picture_bytes(color="#123456"))}).json()
    assert (again["pk"], again["is_known"]) == (first["pk"], True)
    assert other["pk"] != first["pk"]
    assert Picture.objects.count() == 2


def test_library_says_that_it_has_the_file_already(admin_client):
    data = {"alt": "A field", "focal_x": 50, "focal_y": 50}
    for title in ("First", "Second"):
        sent = data | {"title": title, "file": upload(picture_bytes())}
        page = admin_client.post(reverse("admin:images_picture_add"), sent, follow=True)
        assert ("has the same file already" in page.text) == (title == "Second")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (SVG, "logo.png", "This is not a JPEG, PNG, WebP, AVIF or GIF picture"),
        (picture_bytes(), "shell.php", "File extension “php” is not allowed"),
        (picture_bytes(size=(4, 4)), "dot.png", "The picture is too narrow"),
    ],
)
def test_upload_that_is_refused_says_why(writer, content, name, words):
    answer = writer.post(UPLOAD, {"file": upload(content, name)})
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert not Picture.objects.exists()


def test_upload_of_nothing_is_refused_and_one_without_a_name_is_not(writer):
    assert writer.post(UPLOAD).json() == {"error": "This field is required."}
    writer.post(UPLOAD, {"file": upload(picture_bytes(), "\u200b_.png")})
    assert Picture.objects.get().title == "–"


def test_words_of_another_s_picture_are_not_a_writer_s_to_write(writer):
    picture = PictureFactory(added_by="somebody", alt="As it was")
    assert writer.post(words_of(picture), {"alt": "Mine"}).status_code == 403
    picture.refresh_from_db()
    assert picture.alt == "As it was"


def test_who_is_not_signed_in_is_told_in_place(client):
    for method, address in (("post", UPLOAD), ("get", PICK)):
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer.json()) == (401, {"login": reverse("admin:login")})


def test_library_is_searched_and_bounded(writer, django_assert_max_num_queries):
    pictures = PictureFactory.create_batch(26)
    PictureFactory(title="Tram, by night", alt="A yellow tram")
    with django_assert_max_num_queries(8):
        page = writer.get(PICK).json()
    assert (len(page["pictures"]), page["has_more"]) == (24, True)
    assert page["pictures"][0]["title"] == "Tram, by night"
    rest = writer.get(PICK, {"page": 2}).json()
    assert [one["pk"] for one in rest["pictures"]] == [one.pk for one in pictures[2::-1]]
    assert rest["has_more"] is False
    found = writer.get(PICK, {"q": "yellow TRAM"}).json()["pictures"]
    assert [one["alt"] for one in found] == ["A yellow tram"]
    assert writer.get(PICK, {"q": "yellow bus"}).json()["pictures"] == []


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 30, "²", "\x00"])
def test_page_that_is_none_is_no_error_of_ours(writer, number):
    assert writer.get(PICK, {"page": number}).status_code in (200, 400)


def asked(body):
    content = {"slug": "", "language": "en", "section": None}
    manuscript = checks.Manuscript(Article(), content, {0: body})
    return [one.text for one in checks.found_by(manuscript, "missing_picture", "alternative_text")]


def test_a_text_without_words_for_a_picture_has_those_of_the_library():
    described = PictureFactory(alt="A harbour", credit="Photo: Ada", licence="CC BY 4.0")
    bare = Picture.objects.get(pk=PictureFactory(alt="x").pk)
    Picture.objects.filter(pk=bare.pk).update(alt="")
    body = f"![]({described.file.url})\n\nWords ![A quay]({described.file.url}) within."
    article = ArticleFactory(body=body)
    html = Article.objects.get(pk=article.pk).body_html
    assert html.count('alt="A harbour"') == 1
    assert html.count('alt="A quay"') == 1
    assert html.count("Photo: Ada · CC BY 4.0") == 1
    assert "<figcaption>" in html
    assert "Ada" not in article.body_text
    assert asked(body) == []
    assert asked(f"![]({bare.file.url})") == [bare.file.url]
    assert asked(f"![Words]({bare.file.url})") == []


def test_words_of_the_library_reach_the_texts_that_show_the_picture(queue):
    picture = PictureFactory(alt="A harbour", credit="")
    article = ArticleFactory(body=f"![]({picture.file.url})")
    before = Article.objects.get(pk=article.pk).updated_at
    picture.alt, picture.credit = "A quay", "Photo: <Ada>"
    picture.save()
    queue()
    after = Article.objects.get(pk=article.pk)
    assert 'alt="A quay"' in after.body_html
    assert "Photo: &lt;Ada&gt;" in after.body_html
    assert after.updated_at == before
