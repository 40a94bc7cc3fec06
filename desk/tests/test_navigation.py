import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils.html import escape

from accounts.factories import UserFactory
from articles.factories import ArticleFactory
from comments.factories import CommentFactory
from comments.models import Comment
from desk.factories import ReviewTaskFactory
from desk.navigation import places

pytestmark = pytest.mark.django_db
ROLES = ["Writer", "Moderator", "Editor"]


def navigation_of(client, address="/admin/"):
    html = client.get(address).content.decode()
    return html[html.index('class="desk-nav"') : html.index('id="user-tools"')]


def sign_in(client, role):
    user = UserFactory(groups=[role])
    client.force_login(user)
    return user


@pytest.mark.parametrize("role", [*ROLES, ""])
def test_leads_to_every_list_that_one_may_open_and_to_no_other(client, role):
    user = UserFactory(groups=[role]) if role else UserFactory(is_superuser=True)
    client.force_login(user)
    navigation = navigation_of(client)
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        address = reverse(f"admin:{name}_changelist")
        is_there = f'href="{address}"' in navigation
        assert is_there == (client.get(address).status_code == 200), name


def test_model_that_nobody_placed_stands_under_its_app(admin_client, monkeypatch):
    left = [(label, [one for one in rows if one.of != "ads.ad"]) for label, rows in places.GROUPS]
    monkeypatch.setattr("desk.navigation.sidebar.GROUPS", left)
    navigation = navigation_of(admin_client)
    app = admin.site.get_app_list(admin_client.get("/admin/").wsgi_request, "ads")[0]["name"]
    assert navigation.index(f">{escape(app)}</p>") < navigation.index('href="/admin/ads/ad/"')


def test_placed_models_are_registered():
    known = {model._meta.label_lower for model in admin.site._registry}
    placed = [one.of for _label, rows in places.GROUPS for one in rows if ":" not in one.of]
    assert known.issuperset(placed)
    assert len(placed) == len(set(placed))


def test_counts_what_waits_for_those_who_decide(client):
    CommentFactory(state=Comment.State.PENDING)
    for _n in range(2):
        ArticleFactory(in_review=True)
        ReviewTaskFactory()
    ArticleFactory(draft=True)
    for role, counts in [("Editor", [2, 2, 1]), ("Moderator", [1]), ("Writer", [])]:
        sign_in(client, role)
        told = navigation_of(client).split('class="desk-count">')[1:]
        assert [int(one.partition("<")[0]) for one in told] == counts, role


def test_corrections_lead_to_the_inbox_of_those_who_answer_them(client):
    for role, is_there in [("Editor", True), ("Moderator", True), ("Writer", False)]:
        sign_in(client, role)
        assert (reverse("admin:corrections_inbox") in navigation_of(client)) == is_there, role


@pytest.mark.parametrize(
    ("address", "current"),
    [
        ("/admin/", '<a href="/admin/" aria-current="page">'),
        ("/admin/facts/fact/", '<a href="/admin/facts/fact/" aria-current="page">'),
        ("/admin/facts/fact/add/", '<a href="/admin/facts/fact/" aria-current="true">'),
        (
            "/admin/corrections/correction/inbox/",
            '<a href="/admin/corrections/correction/inbox/" aria-current="page">',
        ),
        (
            "/admin/corrections/correction/",
            '<a href="/admin/corrections/correction/" aria-current="page">',
        ),
    ],
)
def test_marks_where_one_is(client, address, current):
    sign_in(client, "Editor")
    navigation = navigation_of(client, address)
    assert current in navigation
    assert navigation.count("aria-current") == 1


def test_what_is_folded_away_is_open_where_one_is_in_it(client):
    sign_in(client, "Editor")
    assert "<details open>" not in navigation_of(client)
    assert navigation_of(client, "/admin/facts/metric/").count("<details open>") == 1


def test_asks_for_all_counts_at_once(client, django_assert_max_num_queries):
    sign_in(client, "Editor")
    address = reverse("admin:articles_section_changelist")
    client.get(address)
    with django_assert_max_num_queries(8) as queries:
        client.get(address)
    assert sum("comments_comment" in query["sql"] for query in queries.captured_queries) == 1


def test_popup_and_login_have_none(client):
    assert "desk-nav" not in client.get("/admin/login/").content.decode()
    sign_in(client, "Editor")
    popup = client.get("/admin/articles/topic/add/?_popup=1").content.decode()
    assert "desk-nav" not in popup
