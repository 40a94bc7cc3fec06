"""A draft is shown to people without an account, by a link that is signed, ends and is revoked."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from ads.factories import AdFactory
from articles import publishing
from articles.factories import ArticleFactory, AuthorFactory
from articles.models import ShareLink
from articles.models.sharing import SIGNER
from articles.publishing import sharing, snapshots

pytestmark = pytest.mark.django_db
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


def url_of(name, *args):
    return reverse(f"admin:articles_article_{name}", args=args)


@pytest.fixture
def editor():
    return UserFactory(groups=["Editor"])


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def draft(editor):
    article = ArticleFactory(draft=True, title="Not yet", authors=[AuthorFactory(name="Ada")])
    publishing.save_revision(article, snapshots.of(article) | {"body": "Second."}, by=editor)
    return article


def opened(link):
    return Client().get(link.get_absolute_url(), **BROWSER)


def test_link_shows_the_draft_to_a_stranger_and_to_nobody_who_guesses(draft):
    link = ShareLink.objects.create(article=draft)
    page = opened(link)
    assert page.status_code == 200
    for words in ("Not yet", "Second.", "Ada", "This is a draft.", "not to be quoted"):
        assert words in page.text
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex' in page.text
    assert not page.cookies
    # What the database holds is not enough.
    for token in (link.key, f"{link.key}.", f"{link.key}.x", str(link.pk), SIGNER.sign("other")):
        assert Client().get(reverse("articles:shared", args=[token])).status_code == 404
    assert Client().get(reverse("articles:detail", args=[draft.slug])).status_code == 404


def test_shared_page_has_no_hearts_comments_ads_or_counters(draft):
    AdFactory(name="Buy this", placement="above")
    page = opened(ShareLink.objects.create(article=draft)).text
    signs = ("data-heart", "data-seen", "/audience/", "/discussions/article", "Buy this", "ld+json")
    assert [sign for sign in signs if sign in page] == []


def test_link_to_a_live_article_shows_its_draft_and_names_no_address(editor):
    live = ArticleFactory(title="As it is", slug="as-it-is", authors=[AuthorFactory()])
    publishing.save_revision(live, snapshots.of(live) | {"title": "As it may be"}, by=editor)
    page = opened(ShareLink.objects.create(article=live)).text
    assert "As it may be" in page
    assert "As it is" not in page
    assert "as-it-is" not in page
    assert "As it is" in Client().get(live.get_absolute_url()).text


def test_link_to_a_revision_goes_on_showing_it(draft, editor):
    first = draft.revisions.get(number=1)
    fixed = ShareLink.objects.create(article=draft, revision=first)
    newest = ShareLink.objects.create(article=draft)
    content = publishing.newest_content(draft) | {"body": "Third."}
    publishing.save_revision(draft, content, by=editor)
    assert "Third." not in opened(fixed).text
    assert "Third." in opened(newest).text


def test_link_ends_when_it_expires_and_not_before(draft):
    soon = ShareLink.objects.create(article=draft, expires_at=timezone.now() + timedelta(minutes=1))
    ended = ShareLink.objects.create(article=draft, expires_at=timezone.now())
    assert opened(soon).status_code == 200
    gone = opened(ended)
    assert gone.status_code == 410
    assert "Not yet" not in gone.text
    assert "no-store" in gone["Cache-Control"]


def test_link_ends_with_the_article_in_the_trash(draft, editor):
    link = ShareLink.objects.create(article=draft)
    publishing.trash(draft, by=editor)
    assert opened(link).status_code == 410
    publishing.put_back(draft, by=editor)
    assert opened(link).status_code == 200


def test_openings_are_counted_and_machines_are_not(draft):
    link = ShareLink.objects.create(article=draft)
    opened(link)
    Client().head(link.get_absolute_url(), **BROWSER)
    Client().get(link.get_absolute_url(), HTTP_USER_AGENT="Googlebot/2.1")
    link.refresh_from_db()
    assert link.opened_count == 1


def test_link_is_made_listed_and_revoked_at_the_desk(as_editor, editor, draft):
    page = as_editor.post(url_of("share", draft.pk), {"days": "1"}, follow=True)
    link = ShareLink.objects.get()
    assert link.created_by == editor
    assert timedelta(hours=23) < link.expires_at - timezone.now() <= timedelta(days=1)
    assert link.get_absolute_url() in page.text
    assert link.get_absolute_url() in as_editor.get(url_of("shared")).text
    as_editor.post(url_of("share_revoke", draft.pk, link.pk))
    assert opened(link).status_code == 410
    page = as_editor.get(url_of("share", draft.pk)).text
    assert "revoked" in page
    assert link.get_absolute_url() not in page
    assert link.get_absolute_url() not in as_editor.get(url_of("shared")).text


def test_script_gets_the_link_of_seven_days_at_once(as_editor, draft):
    answer = as_editor.post(url_of("share", draft.pk), HTTP_ACCEPT="application/json").json()
    link = ShareLink.objects.get()
    assert answer["address"].endswith(link.get_absolute_url())
    assert timedelta(days=6) < link.expires_at - timezone.now() <= timedelta(days=7)


@pytest.mark.parametrize(
    "sent",
    [{"days": "365"}, {"days": "x"}, {"number": "9"}, {"number": "-1"}, {"number": "9" * 40}],
)
def test_what_makes_no_sense_makes_no_link(as_editor, draft, sent):
    assert as_editor.post(url_of("share", draft.pk), sent).status_code == 200
    script = as_editor.post(url_of("share", draft.pk), sent, HTTP_ACCEPT="application/json")
    assert script.status_code == 400
    assert script.json()["problem"]
    assert not ShareLink.objects.exists()


def test_links_of_one_article_are_bounded(as_editor, draft):
    most = sharing.MOST_OPEN - 1
    ShareLink.objects.bulk_create(ShareLink(article=draft) for _ in range(most))
    as_editor.post(url_of("share", draft.pk))
    assert ShareLink.objects.count() == most + 1
    assert "too many open links" in as_editor.post(url_of("share", draft.pk)).text
    assert ShareLink.objects.count() == most + 1


def test_drafts_are_shared_by_those_who_may_change_them(client, draft):
    link = ShareLink.objects.create(article=draft)
    client.force_login(UserFactory(groups=["Writer"]))
    assert client.get(url_of("share", draft.pk)).status_code == 403
    assert client.post(url_of("share", draft.pk)).status_code == 403
    assert client.post(url_of("share_revoke", draft.pk, link.pk)).status_code == 403
    assert link.get_absolute_url() not in client.get(url_of("shared")).text
    client.force_login(UserFactory(groups=["Moderator"]))
    assert client.get(url_of("shared")).status_code == 403
    assert ShareLink.objects.open().count() == 1


def test_link_is_revoked_by_its_own_article_alone(as_editor, draft):
    link = ShareLink.objects.create(article=draft)
    other = ArticleFactory(draft=True)
    assert as_editor.post(url_of("share_revoke", other.pk, link.pk)).status_code == 404
    assert opened(link).status_code == 200


def test_list_of_all_links_asks_no_more_for_more(as_editor, django_assert_max_num_queries):
    articles = [ArticleFactory(draft=True) for _ in range(3)]
    ShareLink.objects.bulk_create(ShareLink(article=one) for one in articles for _ in range(20))
    with django_assert_max_num_queries(12):
        page = as_editor.get(url_of("shared"))
    assert len(page.context["links"]) == 50
