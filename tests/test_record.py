"""Nothing that anybody does at the desk takes away what was public: all roles try all they can.

What there is to do comes from the admin's registry, the URL conf and the forms themselves, so that
a new action, button or page is tried as well.
"""

import re
from itertools import islice

import feedparser
import pytest
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles.factories import ArticleFactory, AuthorFactory, ListEntryFactory
from articles.models import Article, ArticleFormerSlug, Edition, Ranking, Revision, Version
from articles.pages import editions
from articles.publishing import Change, newest_content, newest_number, save_revision
from comments.factories import CommentFactory, DiscussionFactory
from comments.models import Comment, Discussion
from comments.people.tokens import make_token
from companies.factories import CompanyFactory
from companies.models import Company
from corrections.models import Correction, ProfileChange
from corrections.publishing import publish_correction
from corrections.publishing.profiles import keep_change
from facts import publishing
from facts.factories import FactFactory, TechUseFactory
from facts.models import EventRedaction, Fact, FactEvent
from tests.browser.tools import LOOKED_AT_ONCE
from tests.desk_addresses import address_of, desk_addresses
from tests.test_hostile_desk import Form

# Who may do what is asked of the desk, which is the same on every database.
pytestmark = [pytest.mark.django_db, LOOKED_AT_ONCE]
LOG, FEED = "/corrections/", "/feeds/corrections.atom"
ROLES = ["Writer", "Moderator", "Editor", "administrator"]
MOST_ROWS = 2
TOMORROW = timezone.now() + timezone.timedelta(days=1)
# What the pages between a button and its act ask for.
ANSWERS = {
    "post": "yes",
    "asked": "1",
    "reason": "other",
    "note": "It was made up.",
    "kind": "retraction",
    "name": "Another edition",
}
RECORD = [Article, Comment, Company, Correction, Discussion, Edition, Fact, Revision]
RECORD += [EventRedaction, FactEvent, ProfileChange, Version]
# They end the session that tries.
LEFT_OUT = {"logout", "login", "password_change", "password_change_done", "jsi18n"}


def corrected(by, **values):
    """A live article with a correction, a proposal that waits for an answer, and its discussion."""
    article = ArticleFactory(authors=[AuthorFactory()], **values)
    save_revision(article, newest_content(article) | {"body": "It has 57 offices."}, by=by)
    publish_correction(article, kind="correction", note="It was 57.", by=by)
    on = DiscussionFactory(article=article)
    CommentFactory(discussion=on, kind="correction", course="open", state="pending", quote="57")
    CommentFactory(discussion=on)
    return article


def corrected_profile(by):
    """A figure of it was wrong, and so were its words."""
    company = CompanyFactory(logo=None)
    publishing.deprecate(FactFactory(company=company), reason="It was 57.", by=by)
    change = Change("correction", "It is old.")
    keep_change(company, change, [{"before": "It is new.", "after": "It is old."}], by)
    return company


@pytest.fixture
def by(db):
    return UserFactory(is_superuser=True)


@pytest.fixture
def world(by):
    company = corrected_profile(by)
    fact = FactFactory(company=company)
    use = TechUseFactory(company=company)
    story, listed = corrected(by, companies=[company]), corrected(by, kind="list")
    publish_correction(story, kind="retraction", note="None of it.", by=by)
    ArticleFormerSlug.objects.create(slug="as-it-was-called", target=story)
    Ranking.objects.create(
        article=listed, technology=use.technology, metric=fact.metric, basis="By size."
    )
    ListEntryFactory(article=listed, company=company)
    editions.freeze(listed, name="June", by=by)
    on = DiscussionFactory(article=None, company=company)
    CommentFactory(discussion=on, kind="correction", course="open", state="pending")
    return on


def rows_on_record() -> list:
    """All there is to the rows but when they were last saved."""
    return [
        {name: value for name, value in row.items() if name != "saved_at"}
        for model in RECORD
        for row in model._base_manager.order_by("pk").values()
    ]


def on_record() -> set:
    """What readers were once shown, or given an address of, and the answers of the addresses."""
    client = Client()
    shown = re.findall(r'id="(correction-\d+)"', client.get(LOG).text)
    fed = [entry.id for entry in feedparser.parse(client.get(FEED).content).entries]
    rows = {
        f"{model._meta.label} {pk}"
        for model in RECORD
        for pk in model._base_manager.values_list("pk", flat=True)
    }
    return {*shown, *fed, *rows, *addresses_that_answer(client)}


def addresses_that_answer(client):
    for page in (*Article.objects.once_public(), *Edition.objects.select_related("article")):
        if client.get(page.get_absolute_url()).status_code in (200, 410):
            yield f"address of {page._meta.label} {page.pk}"
    for public_id in Comment.objects.values_list("public_id", flat=True):
        private = reverse("comments:own", args=[make_token("own", public_id)])
        if client.get(private).status_code == 200:
            yield f"private address {public_id}"


def rows_of(model):
    return list(islice(model._base_manager.order_by("-pk"), MOST_ROWS))


def bulk_actions(client, request):
    for model, desk in admin.site._registry.items():
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        keys = [row.pk for row in model._base_manager.all()[:20]]
        if not (keys and desk.has_view_permission(request)):
            continue
        for name in desk.get_actions(request):
            yield url, {**ANSWERS, "action": name, "_selected_action": keys}


def pages_of_rows(client, request):
    """Each address about a row, sent all that pages of the desk ask for."""
    for name, arguments in desk_addresses().items():
        if name in LEFT_OUT or not arguments or name.endswith("_change"):
            continue
        app, model, *_verb = name.split("_")
        about = {
            "corrections_correction_publish": Article,
            "corrections_correction_withdraw": Article,
        }
        found = about.get(name) or next(
            (one for one in admin.site._registry if one._meta.label_lower == f"{app}.{model}"), None
        )
        for row in rows_of(found) if found else ():
            try:
                address = address_of(name, arguments, row)
            except (NoReverseMatch, AttributeError, ObjectDoesNotExist):
                continue
            number = newest_number(row) if isinstance(row, Article) else 1
            yield address, {**ANSWERS, "revision": number}


def buttons_of(model) -> set:
    """All that its pages can show, also those that they do not show of this row."""
    meta = model._meta
    pages = (settings.BASE_DIR / "templates/admin" / meta.app_label / meta.model_name).glob(
        "*.html"
    )
    return {"_save"}.union(*(re.findall(r'name="(_\w+)"', page.read_text()) for page in pages))


def buttons_of_forms(client, request):
    """Each form as it stands, with each button; with no box ticked; put off to tomorrow."""
    for model in admin.site._registry:
        for row in rows_of(model):
            named = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            url = reverse(named, args=[row.pk])
            page = client.get(url)
            form = Form(page.text, f"{model._meta.model_name}_form")
            if page.status_code != 200 or not form.data:
                continue
            boxes = set(re.findall(r'type="checkbox" name="([^"]+)"', page.text))
            bare = {name: value for name, value in form.data.items() if name not in boxes}
            late = {"published_at_0": f"{TOMORROW:%Y-%m-%d}", "published_at_1": "08:00:00"}
            for name in buttons_of(model):
                yield url, {**ANSWERS, **form.data, name: "1"}
            yield url, {**bare, "_save": "1"}
            if "published_at_0" in form.data:
                yield url, {**form.data, **late, "_publish": "1"}


WAYS = [bulk_actions, pages_of_rows, buttons_of_forms]
# An administrator finds the forms of an Editor.
TRIED = [(ways, role) for ways in WAYS for role in ROLES]
TRIED.remove((buttons_of_forms, "administrator"))


@pytest.mark.long
@pytest.mark.parametrize(("ways", "role"), TRIED)
def test_nothing_that_a_role_can_do_takes_anything_off_the_record(world, rf, queue, role, ways):
    is_all = role == "administrator"
    user = UserFactory(is_superuser=is_all, groups=[] if is_all else [role])
    client = Client(raise_request_exception=False)
    client.force_login(user)
    request = rf.get("/")
    request.user = user
    before, rows, lost, done = on_record(), rows_on_record(), [], 0
    for url, data in list(ways(client, request)):
        with transaction.atomic():
            status = client.post(url, data).status_code
            assert status < 500, (url, data)
            queue()
            has_changed = rows_on_record() != rows
            done += has_changed
            if has_changed and (gone := before - on_record()):
                lost.append((url, data.get("action") or [k for k in data if k[:1] == "_"], gone))
            transaction.set_rollback(True)
    assert lost == []
    assert done or role in ("Writer", "Moderator")
