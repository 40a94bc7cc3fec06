"""Who may do what at the desk: each role at each address, with each method, on each object.

The addresses come from the URL conf: a new one fails here until somebody says whose it is.
"""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import resolve, reverse

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory, SectionFactory
from articles.publishing import newest_content
from comments.factories import CommentFactory
from tests.desk_addresses import SECRETS, address_of, desk_addresses, everything

pytestmark = pytest.mark.django_db
ROLES = ["Writer", "Moderator", "Editor"]

# Of each model what the Writer, the Moderator and the Editor may do: (v)iew, (a)dd, (c)hange and
# (d)elete. A model that is not named is an administrator's. What is public is there for good.
MODELS = {
    "images.picture": ("va", "", "vacd"),
    "companies.industry": ("v", "", "vacd"),
    "companies.technology": ("v", "", "vacd"),
    "companies.company": ("v", "v", "vac"),
    "facts.fact": ("va", "", "vac"),
    "facts.metric": ("v", "", "vacd"),
    "facts.scope": ("v", "", "vacd"),
    "facts.source": ("va", "", "vacd"),
    "facts.techuse": ("v", "", "vacd"),
    "articles.article": ("va", "", "vacd"),
    "articles.section": ("v", "", "vacd"),
    "articles.topic": ("va", "", "vacd"),
    "articles.author": ("v", "", "vacd"),
    "articles.articleformerslug": ("", "", "vacd"),
    "comments.comment": ("v", "vc", "vc"),
    "comments.discussion": ("v", "vc", "vac"),
    "comments.ban": ("", "vacd", "vacd"),
    "comments.wordrule": ("", "vacd", "vacd"),
    "comments.appeal": ("", "vc", "vc"),
    "audience.audience": ("v", "", "v"),
    "audience.dailyviews": ("v", "", "v"),
    "ads.ad": ("", "", "vacd"),
    "corrections.correction": ("", "v", "v"),
    "taskqueue.queuedtask": ("", "", "v"),
    "taskqueue.batch": ("", "", "v"),
    "desk.reviewtask": ("", "", "vc"),
}
# Where the object makes a difference.
OBJECTS = {
    ("articles.article", "own draft"): ("vac", "", "vacd"),
    ("articles.article", "own, live"): ("vac", "", "vac"),
    ("articles.article", "another's draft"): ("", "", "vacd"),
    ("articles.article", "another's, live"): ("", "", "vac"),
    ("images.picture", "own"): ("vac", "", "vacd"),
    ("images.picture", "own, in a draft"): ("vac", "", "vacd"),
    ("taskqueue.batch", "own"): ("v", "", "v"),
    ("facts.figureimport", "own"): ("v", "", "v"),
    ("facts.figureimport", "another's"): ("", "", "v"),
}
# What each address of a model asks for, when it is read and when it is written to.
STANDARD = {
    "changelist": ("v", "v"),
    "history": ("v", "v"),
    "add": ("a", "a"),
    "change": ("v", "c"),
    "delete": ("d", "d"),
    # Of a picture, right after it was uploaded.
    "words": ("", "c"),
}
# All others: who may read them and who may write, by initial, of an object that is within reach.
CUSTOM = {
    "companies_company_merge": ("E", "E"),
    "facts_fact_wrong": ("E", "E"),
    "facts_fact_quick": ("WE", ""),
    "facts_fact_verify": ("", "E"),
    "facts_fact_import": ("WE", "WE"),
    "facts_fact_import_progress": ("WE", "WE"),
    "facts_fact_export": ("WE", "WE"),
    "facts_fact_contradictions": ("WE", "E"),
    "facts_fact_undistinguish": ("", "E"),
    "articles_article_autosave_new": ("WE", "WE"),
    "articles_article_autosave": ("WE", "WE"),
    "articles_article_freeze": ("", "E"),
    "articles_article_live_coverage": ("", "WE"),
    "articles_article_figures": ("WE", "WE"),
    "articles_article_figures_undo": ("", "WE"),
    "articles_article_pick": ("WE", ""),
    "articles_article_preview_new": ("", "WE"),
    "articles_article_preview_frame": ("WE", ""),
    "articles_article_preview": ("WE", "WE"),
    "articles_article_revisions": ("WE", ""),
    "articles_article_compare": ("WE", ""),
    "articles_article_revision": ("WE", ""),
    "articles_article_restore": ("", "WE"),
    "articles_article_review": ("E", "E"),
    "articles_article_reviews": ("E", ""),
    "articles_article_notes": ("WE", "WE"),
    "articles_article_note": ("", "WE"),
    "articles_article_put_back": ("", "E"),
    "articles_article_share": ("WE", "WE"),
    "articles_article_share_revoke": ("", "WE"),
    "articles_article_shared": ("WE", ""),
    "images_picture_upload": ("", "WE"),
    "images_picture_pick": ("WE", ""),
    "comments_comment_decide": ("", "ME"),
    "comments_comment_history": ("ME", "ME"),
    "comments_comment_reply": ("ME", "ME"),
    "ads_ad_preview": ("E", "E"),
    "corrections_inbox": ("ME", "ME"),
    "corrections_correction_publish": ("E", "E"),
    "corrections_correction_withdraw": ("E", "E"),
    "corrections_correction_redact": ("", "E"),
    "corrections_correction_uncredit": ("", "E"),
    "calendar": ("WE", ""),
    "calendar_move": ("", "E"),
    "taskqueue_queuedtask_retry": ("", ""),
    # It only shows, whatever it is sent.
    "taskqueue_queuedtask_change": ("E", "E"),
    "taskqueue_batch_change": ("WME", "WME"),
    "auth_user_password_change": ("", ""),
}
# The same for whoever is signed in, and what Django's own views ask of them.
FOR_ALL = {
    *("index", "login", "logout", "password_change", "password_change_done", "jsi18n"),
    *("autocomplete", "view_on_site", "app_list", "slug", "find"),
}
# Who is not signed in is told so in place by these, and led to the login by all others.
IN_PLACE = {
    *("articles_article_autosave_new", "articles_article_autosave"),
    *("images_picture_upload", "images_picture_pick", "images_picture_words"),
}
ABOUT_OTHERS = {
    "calendar": "articles.article",
    "calendar_move": "articles.article",
    "facts_fact_import_progress": "facts.figureimport",
    "auth_user_password_change": "accounts.user",
    "corrections_inbox": "articles.article",
    "corrections_correction_publish": "articles.article",
    "corrections_correction_withdraw": "articles.article",
}
QUERIES = {"articles_article_compare": {"old": 1, "new": 2}}

# What a form lets each role type, where that is less than an Editor may.
FIELDS = {
    ("Writer", "images.picture", None): (
        "file title alt is_decorative credit licence focal_x focal_y"
    ),
    ("Writer", "images.picture", "own"): ("title alt is_decorative credit licence focal_x focal_y"),
    ("Writer", "facts.fact", None): (
        "company metric comparator amount upper_amount text value_state starts_on as_of "
        "as_of_precision scope basis supersedes "
        "new_source_url new_source_title new_source_publisher new_source_quote"
    ),
    ("Writer", "facts.source", None): (
        "url title publisher kind published_on published_precision archive_url gone_since"
    ),
    ("Writer", "articles.topic", None): "name slug",
    ("Writer", "articles.article", None): (
        "base_number typed_from title slug standfirst body section kind topics companies cover "
        "language search_title search_description share_picture canonical_url "
        "ranking_technology ranking_industry ranking_metric ranking_order ranking_limit "
        "ranking_basis note"
    ),
    ("Moderator", "comments.comment", ""): "",
    ("Moderator", "comments.discussion", ""): "is_open mode",
    ("Moderator", "comments.appeal", ""): "outcome answer",
    ("Moderator", "comments.ban", None): "email subnet until reason",
    ("Moderator", "comments.wordrule", None): "phrase place effect",
}
FIELDS["Writer", "articles.article", "own, live"] = FIELDS["Writer", "articles.article", None]
# And the rows below them.
INLINES = {
    ("Writer", "facts.fact"): {"quote locator retrieved_on fact source"},
    ("Writer", "articles.article"): {
        "position author",
        "position company heading blurb",
    },
}
ACTIONS = {
    "Writer": {"facts.fact export_selected"},
    "Moderator": {
        *(f"comments.comment {name}" for name in ("approve_all", "reject_all", "spam_all")),
        *(f"comments.comment {name}" for name in ("remove_all", "undo_all")),
        *(f"comments.discussion {name}" for name in ("close_all", "open_all")),
        *("comments.ban delete_selected", "comments.wordrule delete_selected"),
    },
}


@pytest.fixture
def people(db):
    return {role: UserFactory(username=role.lower(), groups=[role]) for role in ROLES}


@pytest.fixture
def rows(people):
    return everything(people["Writer"])


def ask(user, method, address, query=None):
    """What the view of this address answers, as it would be before it is rendered."""
    request = getattr(RequestFactory(), method)(address, query)
    request.user, request.session, request._dont_enforce_csrf_checks = user, {}, True
    request._messages = CookieStorage(request)
    view = resolve(request.path)
    try:
        with transaction.atomic():
            response = view.func(request, *view.args, **view.kwargs)
            transaction.set_rollback(True)
    except (PermissionDenied, Http404):
        return None
    # The desk leads whoever may not see a row to its first page.
    is_refused = response.status_code == 405 or response.get("Location") == reverse("admin:index")
    return None if is_refused else response


def model_of(name) -> tuple[str, str]:
    """The label of the model that an address is about, and what it does with it."""
    if name in ABOUT_OTHERS:
        return ABOUT_OTHERS[name], name
    app, model, verb = name.split("_", 2)
    return f"{app}.{model}", verb


def expected(role, name, method, label, what) -> bool:
    which, is_write = ROLES.index(role), method == "post"
    may = OBJECTS.get((label, what), MODELS.get(label, ("", "", "")))[which]
    if name in CUSTOM:
        return role[0] in CUSTOM[name][is_write] and (what is None or "v" in may)
    asked = STANDARD[model_of(name)[1]][is_write]
    return bool(asked) and asked in may


def cases(rows):
    """(name of the address, label of its model, what the row is to the writer, address)"""
    for name, arguments in desk_addresses().items():
        if name in FOR_ALL:
            continue
        label, _verb = model_of(name)
        for what, row in (rows[label] if arguments else {None: None}).items():
            yield name, label, what, address_of(name, arguments, row)


def test_every_address_of_the_desk_is_said_to_be_somebodys():
    named = {*CUSTOM, *FOR_ALL}
    models = {model._meta.label_lower for model in admin.site._registry}
    unsaid = [
        name
        for name in desk_addresses()
        if name not in named
        and (model_of(name)[0] not in models or model_of(name)[1] not in STANDARD)
    ]
    assert unsaid == [], "Say in CUSTOM who may read it and who may write to it."
    assert named - desk_addresses().keys() - FOR_ALL == set()


def test_each_role_does_its_work_at_the_desk_and_no_more(people, rows):
    """And who is signed in, but not of the desk, is led to the login from everywhere."""
    wrong, leaks = [], []
    reader = UserFactory(is_staff=False)
    for name, label, what, address in cases(rows):
        for method in ("get", "post"):
            led = ask(reader, method, address, QUERIES.get(name))
            is_kept_out = led.status_code == 401 if name in IN_PLACE else leads_to_login(led)
            if not is_kept_out:
                wrong.append(("reader", method, name, what))
            for role in ROLES:
                response = ask(people[role], method, address, QUERIES.get(name))
                if (response is not None) != expected(role, name, method, label, what):
                    wrong.append((role, method, name, what, response is not None))
                if role == "Writer" and response is not None and method == "get":
                    leaks += [(name, what, secret) for secret in told(response)]
    assert wrong == []
    assert leaks == []


def leads_to_login(response) -> bool:
    return response["Location"].startswith(reverse("admin:login"))


def told(response):
    if hasattr(response, "render"):
        response.render()
    text = b"".join(response).decode()
    return [secret for secret in SECRETS if secret in text]


def test_article_in_a_section_of_others_is_read_and_not_touched(people):
    section = SectionFactory()
    article = ArticleFactory(draft=True, section=section)
    article.revisions.create(number=1, content=newest_content(article))
    addresses = {
        name: reverse(f"admin:articles_article_{name}", args=args)
        for name, args in [
            *(("change", [article.pk]), ("delete", [article.pk])),
            ("restore", [article.pk, 1]),
        ]
    }
    for is_closed in (False, True):
        if is_closed:
            section.rights.create(may="write", user=UserFactory())
        answers = {name: ask(people["Editor"], "post", one) for name, one in addresses.items()}
        assert {name for name, answer in answers.items() if answer is None} == (
            set(addresses) if is_closed else set()
        )
        assert ask(people["Editor"], "get", addresses["change"]) is not None


def test_who_is_not_signed_in_gets_nowhere(client):
    for name in (
        "index",
        "articles_article_changelist",
        "facts_fact_export",
        "autocomplete",
        "slug",
    ):
        response = client.get(reverse(f"admin:{name}"))
        assert response["Location"].startswith(reverse("admin:login")), name


def test_forms_and_actions_hold_what_each_role_may_type_and_do(people, rows):
    for (role, label, what), names in FIELDS.items():
        desk, row = desk_of(label), what is not None and rows[label][what]
        request = RequestFactory().get("/")
        request.user = people[role]
        typed = desk.get_form(request, row or None, change=bool(row)).base_fields
        assert set(typed) == set(names.split()), (role, label, what)
        below = {
            " ".join(inline.get_formset(request, row or None).form.base_fields)
            for inline in desk.get_inline_instances(request, row or None)
            if inline.has_add_permission(request, row or None)
        }
        assert below == INLINES.get((role, label), set()), (role, label, what)
    for role, names in ACTIONS.items():
        request = RequestFactory().get("/")
        request.user = people[role]
        found = {
            f"{model._meta.label_lower} {action}"
            for model, desk in admin.site._registry.items()
            if desk.has_view_permission(request)
            for action in desk.get_actions(request)
        }
        assert found == names, role


def test_every_form_that_a_role_may_write_to_is_said_field_by_field():
    """An Editor's hold all there is."""
    writes = {
        (role, label)
        for label, rights in [*MODELS.items(), *((key[0], may) for key, may in OBJECTS.items())]
        for role, may in zip(ROLES, rights, strict=True)
        if role != "Editor" and {"a", "c"} & set(may)
    }
    assert writes == {(role, label) for role, label, _what in FIELDS}


def desk_of(label):
    return next(
        desk for model, desk in admin.site._registry.items() if model._meta.label_lower == label
    )


def test_search_for_an_address_finds_its_comments_for_moderators_alone(client, people):
    CommentFactory(email=SECRETS[0])
    address = reverse("admin:comments_comment_changelist")
    for role, found in [("Writer", 0), ("Moderator", 1)]:
        client.force_login(people[role])
        response = client.get(address, {"q": SECRETS[0]})
        assert response.context["cl"].result_count == found, role


@pytest.mark.parametrize("asked", ["email", "email__startswith", "email__iregex"])
def test_filter_by_an_address_finds_its_comments_for_moderators_alone(client, people, asked):
    CommentFactory(email=SECRETS[0])
    address = reverse("admin:comments_comment_changelist")
    client.force_login(people["Moderator"])
    for value, found in [(SECRETS[0], 1), ("nobody", 0)]:
        query = {"state": "all", asked: value}
        assert client.get(address, query).context["cl"].result_count == found
    client.force_login(people["Writer"])
    for value in (SECRETS[0], "nobody"):
        assert client.get(address, {"state": "all", asked: value}).status_code == 400


@pytest.mark.parametrize(
    ("asked", "status"),
    [("subnet", 400), ("commenter_id", 400), ("name", 200), ("discussion", 200), ("links", 200)],
)
def test_writer_filters_comments_by_what_the_list_shows(client, people, asked, status):
    client.force_login(people["Writer"])
    address = reverse("admin:comments_comment_changelist")
    assert client.get(address, {asked: "1"}).status_code == status


def test_page_of_a_row_is_shown_to_those_alone_who_may_see_the_row(people):
    def lead(role, row):
        kind = ContentType.objects.get_for_model(row).pk
        return ask(people[role], "get", reverse("admin:view_on_site", args=[kind, row.pk]))

    own = ArticleFactory(draft=True, authors=[AuthorFactory(user=people["Writer"])])
    for row, roles in [(own, "WE"), (ArticleFactory(draft=True), "E"), (CommentFactory(), "WME")]:
        led = [role[0] for role in ROLES if lead(role, row)]
        assert "".join(led) == roles, row
    for kind, pk in [(10**19, 1), (1, 10**19), (1, "x")]:
        address = reverse("admin:view_on_site", args=[kind, pk])
        assert ask(people["Editor"], "get", address) is None
