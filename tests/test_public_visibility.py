"""Nothing the public may not see is on any page, and no page holds anything of a visitor."""

import re

import pytest
from django.urls import reverse

from accounts.factories import UserFactory
from accounts.resets import reset_address
from corrections.publishing import publish_correction
from tests.public import HIDDEN, LINKS, MACHINE, PERSONAL, WORD, WRITES, Publication, public_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eager_tasks")]
BROWSER = {"HTTP_USER_AGENT": "Mozilla/5.0 Firefox/140.0"}
# Where an article's title has to be, so that a sweep that sees nothing fails.
SHOWN = {
    "pages:home",
    "articles:list",
    "articles:detail",
    "articles:section",
    "articles:topic",
    "articles:author",
    "articles:archive-year",
    "articles:archive-month",
    "articles:feed-atom",
    "articles:feed-rss",
    "articles:section-atom",
    "articles:section-rss",
    "companies:detail",
    "corrections:log",
    "corrections-feed",
    "search:search",
}

TOLD = ("Retracted", "Retracted:", "Retraction:")


@pytest.fixture
def publication():
    return Publication.make()


def shared_pages(publication, without=frozenset()):
    for name, addresses in publication.addresses().items():
        if name not in WRITES | PERSONAL | MACHINE | without:
            yield from ((name, address) for address in addresses)


def test_title_of_an_open_article_is_where_a_hidden_one_might_be(client, publication):
    seen = {
        name
        for name, address in shared_pages(publication)
        if publication.article.title in client.get(address).content.decode()
    }
    assert seen >= SHOWN


def test_retraction_is_told_wherever_the_title_stands(client, publication):
    """Right before it: no list, feed or result shows the title of a retracted article bare."""
    article, editor = publication.article, UserFactory(is_superuser=True)
    publish_correction(article, kind="retraction", note="None of it.", by=editor)
    bare, seen = [], set()
    for name, address in shared_pages(publication):
        text = re.sub(r"<[^>]*>", "", client.get(address).content.decode())
        for found in re.finditer(re.escape(article.title), text):
            seen.add(name)
            if not text[: found.start()].rstrip().endswith(TOLD):
                bare.append((name, text[found.start() - 80 : found.end()]))
    assert bare == []
    assert seen >= SHOWN


def test_hidden_article_is_on_no_public_page(client, publication):
    leaks = []
    for name, addresses in publication.addresses().items():
        for address in addresses:
            response = client.get(address, **BROWSER)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            text = body.decode(errors="replace").replace(f'value="{WORD}"', "")
            text = text.replace(f"“{WORD}”", "").replace(f"<title>{WORD} ", "")
            if WORD in text or any(row.slug + "/" in text for row in publication.hidden):
                leaks.append((name, address))
    assert leaks == []


def test_hidden_article_s_own_addresses_are_404(client, publication):
    own = ["articles:detail", "comments:discussion", "comments:stamp", "comments:mine"]
    own += ["audience:mine", "audience:pixel"]
    for row, state in zip(publication.hidden, HIDDEN, strict=True):
        for name in own:
            address = publication.addresses(row)[name][0]
            assert client.get(address, **BROWSER).status_code == 404, (state, address)
        for name in WRITES:
            response = client.post(
                publication.addresses(row)[name][0], HTTP_SEC_FETCH_SITE="same-origin", **BROWSER
            )
            assert response.status_code == 404, (state, name)


def test_every_public_name_has_an_address(publication):
    assert public_names() == publication.addresses().keys()


def test_shared_page_holds_nothing_of_a_visitor(client, publication):
    for name, address in shared_pages(publication):
        response = client.get(address)
        assert response.status_code in (200, 302), address
        assert not response.cookies, address
        assert "cookie" not in response.get("Vary", "").lower(), name


def test_shared_page_is_the_same_for_an_editor_and_a_stranger(client, publication):
    editor = UserFactory(is_superuser=True)
    for _name, address in shared_pages(publication):
        client.logout()
        client.cookies.clear()
        for_stranger = client.get(address).content
        client.force_login(editor)
        assert client.get(address).content == for_stranger, address


def test_personal_answer_is_never_stored(client, publication):
    for name in PERSONAL:
        for address in publication.addresses()[name]:
            assert "no-store" in client.get(address, **BROWSER)["Cache-Control"], address


def private_among(found) -> list:
    """Those that let whoever knows them do something, and those about one visitor alone."""
    names = [f"comments:{name}" for name in (*LINKS, "mine-one", "report")]
    names += ["comment-react", "articles:shared"]
    return [address for name in names for address in found[name]]


def test_private_address_is_told_to_no_other_site_and_kept_by_nobody(client, publication):
    found = private_among(publication.addresses())
    resets = [reverse("admin_password_reset"), reset_address(publication.moderator)]
    assert len(found) > len(LINKS)
    for address in (*resets, *found, "/discussions/own/forged/"):
        same_origin = {"Sec-Fetch-Site": "same-origin"}
        for response in (client.get(address), client.post(address, headers=same_origin)):
            # Not "no-referrer": browsers send forms of such a page as if from nowhere.
            assert response["Referrer-Policy"] == "same-origin", address
            assert response["X-Robots-Tag"] == "noindex", address
            assert "no-store" in response["Cache-Control"], address
    assert "X-Robots-Tag" not in client.get(publication.article.get_absolute_url())


def test_every_answer_carries_the_safety_headers(client, publication):
    found = publication.addresses()
    addresses = [a for many in found.values() for a in many]
    private = private_among(found)
    for address in [
        *addresses,
        "/nothing/",
        "/admin/",
        "/admin/login/",
        "/static/css/dateline.css",
    ]:
        response = client.get(address, **BROWSER)
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe" not in policy, address
        if address != "/media/nothing.webp":
            assert "frame-ancestors" in policy, address
        assert response["X-Content-Type-Options"] == "nosniff", address
        policy = "same-origin" if address in private else "strict-origin-when-cross-origin"
        assert response["Referrer-Policy"] == policy, address
        assert response["X-Frame-Options"] == "DENY", address
        assert "Cross-Origin-Resource-Policy" in response, address
