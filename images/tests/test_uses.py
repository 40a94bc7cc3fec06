"""Where a picture is used, that it stays as long as it is, and that another file is shown there."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from ads.factories import AdFactory
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, ListEntryFactory
from articles.models import Article, PictureUse
from articles.publishing import quoting, snapshots
from companies.factories import CompanyFactory
from images.factories import PictureFactory, picture_bytes
from images.models import Picture

from .test_uploads import upload

pytestmark = pytest.mark.django_db
LIST = "admin:images_picture_changelist"


@pytest.fixture
def picture():
    return PictureFactory(title="Sundial")


@pytest.fixture
def editor(client):
    user = UserFactory(groups=["Editor"])
    client.force_login(user)
    return user


def shown(picture):
    return f"![A sundial]({picture.file.url})"


def form_of(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def page_of(client, picture):
    return client.get(form_of(picture)).text


def delete(client, picture):
    """Asked for, and confirmed whatever the answer was."""
    address = reverse("admin:images_picture_delete", args=[picture.pk])
    asked = client.get(address)
    client.post(address, {"post": "yes"})
    return asked.text


def delete_selected(client, *pictures):
    chosen = {"action": "delete_selected", "_selected_action": [one.pk for one in pictures]}
    asked = client.post(reverse(LIST), chosen)
    client.post(reverse(LIST), chosen | {"post": "yes"})
    return asked.text


def give_file(client, picture, size=(48, 27)):
    data = {"title": picture.title, "alt": picture.alt, "credit": ""}
    file = upload(picture_bytes(size=size, color="#2b5a8a"))
    response = client.post(form_of(picture), data | {"file": file}, follow=True)
    picture.refresh_from_db()
    return response


def save(article, by, **content):
    return publishing.save_revision(article, snapshots.of(article) | content, by=by)


# Where it is used


def in_a_body(picture):
    return ArticleFactory(body=shown(picture)), "text", "(live)"


def in_a_body_as_one_of_its_sizes(picture):
    stem = picture.file.url.rpartition(".")[0]
    return ArticleFactory(body=f"![A sundial]({stem}/16_9/640w.webp)"), "text", "(live)"


def in_a_body_written_with_escapes(picture):
    address = picture.file.url.replace("pictures", "%70ictures")
    return ArticleFactory(body=f"![A sundial]({address})"), "text", "(live)"


def linked_from_a_body(picture):
    return ArticleFactory(body=f"[A sundial]({picture.file.url})"), "text", "(live)"


def in_a_draft(picture):
    return ArticleFactory(draft=True, body=shown(picture)), "text", "(draft)"


def in_the_trash(picture):
    article = ArticleFactory(draft=True, cover=picture)
    publishing.trash(article, by=UserFactory())
    return article, "cover", "(in the trash)"


def in_a_scheduled_article(picture):
    return ArticleFactory(scheduled=True, body=shown(picture)), "text", "(scheduled)"


def in_a_withdrawn_article(picture):
    return ArticleFactory(withdrawn=True, body=shown(picture)), "text", "(withdrawn)"


def in_a_change_that_waits(picture):
    article = ArticleFactory()
    save(article, UserFactory(), body=shown(picture))
    return article, "text", "(in a change that is not live)"


def in_a_change_that_waits_for_its_hour(picture):
    """Which is not the newest: somebody went on writing."""
    article, writer = ArticleFactory(authors=[AuthorFactory()]), UserFactory()
    save(article, writer, body=shown(picture))
    at = timezone.now() + timedelta(hours=1)
    publishing.plan(article, at=at, by=writer, change=UPDATE)
    save(article, writer, body="Without it.")
    return article, "text", "(in a change that is not live)"


def as_the_cover_of_a_change_that_waits(picture):
    article = ArticleFactory()
    save(article, UserFactory(), cover=picture.pk)
    return article, "cover", "(in a change that is not live)"


def in_an_entry(picture):
    article = ListEntryFactory(company=CompanyFactory(), blurb=shown(picture)).article
    article.save()
    return article, "text", "(live)"


def in_an_entry_of_a_change_that_waits(picture):
    article = ArticleFactory(kind=Article.Kind.LIST)
    entry = {"company": CompanyFactory().pk, "heading": "", "blurb": shown(picture)}
    save(article, UserFactory(), entries=[entry])
    return article, "text", "(in a change that is not live)"


def as_a_cover(picture):
    return ArticleFactory(cover=picture), "cover", "(live)"


def as_a_portrait(picture):
    return AuthorFactory(portrait=picture), "portrait", ""


def as_a_logo(picture):
    return CompanyFactory(logo=picture), "logo", ""


def in_an_advertisement(picture):
    return AdFactory(image=picture), "picture", ""


PLACES = [
    in_a_body,
    in_a_body_as_one_of_its_sizes,
    in_a_body_written_with_escapes,
    linked_from_a_body,
    in_a_draft,
    in_the_trash,
    in_a_scheduled_article,
    in_a_withdrawn_article,
    in_a_change_that_waits,
    in_a_change_that_waits_for_its_hour,
    as_the_cover_of_a_change_that_waits,
    in_an_entry,
    in_an_entry_of_a_change_that_waits,
    as_a_cover,
    as_a_portrait,
    as_a_logo,
    in_an_advertisement,
]


@pytest.mark.parametrize("use", PLACES, ids=lambda use: use.__name__)
@pytest.mark.usefixtures("editor", "queue")
def test_used_picture_names_its_place_and_is_not_deleted(client, picture, use):
    row, place, standing = use(picture)
    link = f'{place}: <a href="{form_of(row)}"><bdi>{row}</bdi></a>'
    asked = delete(client, picture), delete_selected(client, picture, PictureFactory())
    for page in (page_of(client, picture), client.get(reverse(LIST)).text, *asked):
        assert link in page
        assert standing in page
    for page in asked:
        assert "Yes, I’m sure" not in page
    assert Picture.objects.count() == 2
    with pytest.raises(ProtectedError):
        picture.delete()
    with pytest.raises(ProtectedError):
        Picture.objects.all().delete()


@pytest.mark.usefixtures("editor")
def test_unused_picture_is_deleted_once_that_is_confirmed(client):
    one, other, third = PictureFactory.create_batch(3)
    stem = one.file.url.rpartition(".")[0]
    ArticleFactory(body=f"`{one.file.url}` ![]({stem}x.png) ![](https://a.example{one.file.url})")
    assert "nowhere yet" in page_of(client, one)
    assert "Yes, I’m sure" in delete(client, one)
    assert "Yes, I’m sure" in delete_selected(client, other, third)
    assert not Picture.objects.exists()


def test_picture_that_only_an_earlier_version_shows_is_deleted_with_its_name_told(
    client, editor, picture
):
    article = ArticleFactory(title="Of time", body=shown(picture), authors=[AuthorFactory()])
    save(article, editor, body="Without it.")
    assert "(live)" in page_of(client, picture)
    publishing.publish(article, by=editor, change=UPDATE)
    assert "nowhere yet" in page_of(client, picture)
    for page in (page_of(client, picture), delete(client, picture)):
        assert "Only an earlier version shows it" in page
        assert "Of time" in page
    assert not Picture.objects.exists()
    save(article, editor, body=f"{shown(picture)} once more")
    assert not PictureUse.objects.exists()


def test_change_that_takes_a_picture_back_holds_it_no_more(client, editor, picture):
    article = ArticleFactory()
    save(article, editor, body=shown(picture), cover=picture.pk)
    assert "in a change" in page_of(client, picture)
    save(article, editor, body="Without it.", cover=None)
    assert "in a change" not in page_of(client, picture)
    assert not picture.is_kept


@pytest.mark.usefixtures("queue")
def test_picture_of_a_scheduled_change_that_was_taken_back_is_held_no_more(picture):
    article = in_a_change_that_waits_for_its_hour(picture)[0]
    assert picture.is_kept
    publishing.cancel_plan(article, by=UserFactory())
    assert not picture.is_kept


def test_cover_that_the_newest_revision_names_too_is_told_once(client, editor, picture):
    article = ArticleFactory(draft=True)
    save(article, editor, cover=picture.pk)
    assert page_of(client, picture).count(f'href="{form_of(article)}"') == 1


def test_many_uses_are_counted_and_the_first_are_named(admin_client, picture):
    for _n in range(23):
        CompanyFactory(logo=picture)
    page = page_of(admin_client, picture)
    assert page.count(", logo: ") == 20
    assert "and 3 more" in page
    page = admin_client.get(reverse(LIST)).text
    assert "<div>23</div>" in page
    assert page.count(", logo: ") == 2
    assert "and 21 more" in page


def test_list_asks_as_many_queries_for_many_uses_as_for_few(
    admin_client, django_assert_max_num_queries
):
    for picture in PictureFactory.create_batch(6):
        for use in (in_a_body, as_a_cover, as_a_portrait, as_a_logo, in_an_advertisement):
            use(picture)
    with django_assert_max_num_queries(20):
        response = admin_client.get(reverse(LIST))
    assert response.text.count(", text: <a") == 6


def test_writer_is_not_told_what_others_write(client, picture):
    user = UserFactory(groups=["Writer"])
    client.force_login(user)
    ArticleFactory(draft=True, title="Not to be known", body=shown(picture))
    own = ArticleFactory(body=shown(picture), authors=[AuthorFactory(user=user)])
    for page in (page_of(client, picture), client.get(reverse(LIST)).text):
        assert "Not to be known" not in page
        assert "text: not yours to see (draft)" in page
        assert form_of(own) in page
    assert client.get(reverse("admin:images_picture_delete", args=[picture.pk])).status_code == 403


def test_writer_mends_no_picture_of_theirs_that_a_live_body_shows(client):
    user = UserFactory(groups=["Writer"])
    client.force_login(user)
    picture = PictureFactory(added_by=user.username)
    data = {"title": "Sundial", "alt": "Mended", "credit": ""}
    ArticleFactory(draft=True, body=shown(picture))
    assert client.post(form_of(picture), data).status_code == 302
    ArticleFactory(body=shown(picture))
    assert client.post(form_of(picture), data).status_code == 403


def test_uses_are_found_anew_from_the_texts(editor, picture):
    article = ArticleFactory(body=shown(picture))
    save(article, editor, cover=picture.pk)
    rows = list(PictureUse.objects.values("article", "picture", "place", "is_shown", "is_waiting"))
    PictureUse.objects.all().delete()
    quoting.rebuild()
    again = PictureUse.objects.values("article", "picture", "place", "is_shown", "is_waiting")
    assert sorted(map(str, again)) == sorted(map(str, rows))
    assert len(rows) == 2


# Another file


@pytest.mark.usefixtures("editor")
def test_picture_with_another_file_shows_it_wherever_it_is_used(client, picture, queue):
    former = picture.file.url
    body = f"{shown(picture)}\n\n[Larger]({former})"
    article = ArticleFactory(body=body, cover=picture)
    entry = ListEntryFactory(company=CompanyFactory(logo=picture), blurb=shown(picture))
    entry.article.save()
    author = AuthorFactory(portrait=picture)
    changed_at = article.updated_at
    queue()
    response = give_file(client, picture, size=(700, 400))
    assert "Texts that show “Sundial”" in response.text
    queue()
    pages = [
        client.get(row.get_absolute_url()).text
        for row in (article, entry.article, author, entry.company)
    ]
    stem = picture.file.url.rpartition(".")[0]
    for page in pages:
        assert stem in page
        assert former.rpartition(".")[0] not in page
    assert f'<img src="{picture.file.url}" alt="A sundial" width="700" height="400"' in pages[0]
    assert f'<a href="{picture.file.url}">Larger</a>' in pages[0]
    article.refresh_from_db()
    assert article.body == body
    assert article.updated_at == changed_at


@pytest.mark.usefixtures("editor")
def test_size_that_a_text_names_is_that_of_the_new_file(client, queue):
    picture = PictureFactory(file=ContentFile(picture_bytes(size=(1400, 800)), name="a.png"))
    stem = picture.file.url.rpartition(".")[0]
    article = ArticleFactory(body=f"![A]({stem}/16_9/640w.webp) ![B]({stem}/1280w.avif)")
    queue()
    give_file(client, picture, size=(700, 400))
    queue()
    page, stem = client.get(article.get_absolute_url()).text, picture.file.url.rpartition(".")[0]
    assert f'src="{stem}/16_9/640w.webp" alt="A" width="640" height="360"' in page
    assert f'src="{stem}/640w.avif" alt="B" width="640" height="366"' in page
    for size in ("16_9/640w.webp", "640w.avif"):
        assert client.get(f"{stem}/{size}").status_code == 200


@pytest.mark.usefixtures("editor")
def test_former_addresses_answer_and_mean_the_picture(client, picture, queue):
    formers = []
    for _n in range(2):
        formers.append(picture.file.url)
        give_file(client, picture)
    queue()
    article = ArticleFactory(body=" ".join(f"![A]({address})" for address in formers))
    assert article.body_html.count(picture.file.url) == 2
    assert PictureUse.objects.get().picture == picture
    for address in (*formers, picture.file.url):
        assert client.get(address).status_code == 200
    assert form_of(article) in delete(client, picture)
    assert Picture.objects.exists()


def test_draft_and_waiting_change_show_the_new_file_once_they_are_live(
    client, editor, picture, queue
):
    former = picture.file.url
    draft = ArticleFactory(draft=True, body=shown(picture), authors=[AuthorFactory()])
    live = ArticleFactory(authors=[AuthorFactory()])
    save(live, editor, body=shown(picture))
    queue()
    give_file(client, picture)
    queue()
    publishing.publish(draft, by=editor, at=timezone.now())
    publishing.publish(live, by=editor, change=UPDATE)
    for article in (draft, live):
        page = client.get(article.get_absolute_url()).text
        assert picture.file.url in page
        assert former not in page


@pytest.mark.usefixtures("editor")
def test_another_name_for_a_picture_changes_no_text(client, picture, queue):
    ArticleFactory(body=shown(picture))
    queue()
    name = picture.file.name
    client.post(form_of(picture), {"title": "Gnomon", "alt": picture.alt, "credit": picture.credit})
    picture.refresh_from_db()
    assert (picture.title, picture.file.name) == ("Gnomon", name)
    assert not picture.former_files.exists()
    assert queue() == 0
