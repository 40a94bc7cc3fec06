"""Who may write and who may publish in which section, whatever way they take."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.factories import UserFactory
from articles import publishing
from articles.factories import UPDATE, ArticleFactory, AuthorFactory, SectionFactory
from articles.models import Article, Review, SectionRight
from articles.publishing import bulk
from articles.tests.test_admin import form_data, new_data, posted

pytestmark = pytest.mark.django_db
May = SectionRight.May


@pytest.fixture
def editor(db):
    return UserFactory(username="mara", groups=["Editor"])


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def writer(db):
    return UserFactory(username="tomas", groups=["Writer"])


@pytest.fixture
def others(db):
    """A section in which only somebody else writes and publishes."""
    return closed(May.WRITE, May.PUBLISH)


def closed(*kinds):
    section = SectionFactory()
    for may in kinds:
        SectionRight.objects.create(section=section, may=may, user=UserFactory())
    return section


def complete(**values):
    return ArticleFactory(draft=True, authors=[AuthorFactory()], **values)


def row_of(article):
    return Article.objects.get(pk=article.pk)


def changed(article, **values):
    return publishing.newest_content(article) | values


def test_section_of_which_nothing_is_said_is_everybodys(editor, others):
    article = complete()
    publishing.save_revision(article, changed(article, title="Mine"), by=editor)
    publishing.publish(article, by=editor)
    assert row_of(article).is_published


def test_nobody_else_writes_where_some_are_named(as_editor, editor, others):
    article = complete(section=others)
    with pytest.raises(ValidationError, match="may not write"):
        publishing.save_revision(article, changed(article, title="Mine"), by=editor)
    assert posted(as_editor, article, title="Mine", _save="").status_code == 403
    page = as_editor.get(reverse("admin:articles_article_change", args=[article.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    restored = reverse("admin:articles_article_restore", args=[article.pk, 1])
    publishing.save_revision(article, changed(article, title="Theirs"), by=None)
    assert as_editor.post(restored).status_code == 403
    assert row_of(article).title == "Theirs"


@pytest.mark.parametrize("verb", ["publish", "unpublish", "archive", "withdraw", "cancel_plan"])
def test_no_verb_gets_round_who_publishes_in_a_section(editor, verb):
    section = closed(May.PUBLISH)
    states = {"unpublish": {"scheduled": True}, "archive": {"draft": True}}
    kind = states.get(verb, {"draft": True} if verb == "publish" else {})
    article = ArticleFactory(section=section, authors=[AuthorFactory()], **kind)
    before = row_of(article).status
    with pytest.raises(ValidationError, match="may not publish"):
        getattr(publishing, verb)(article, by=editor)
    assert row_of(article).status == before
    SectionRight.objects.create(
        section=section, may=May.PUBLISH, group=Group.objects.get(name="Editor")
    )
    getattr(publishing, verb)(article, by=editor)


def test_who_publishes_in_a_section_writes_there(editor, others):
    article = complete(section=others)
    SectionRight.objects.create(section=others, may=May.PUBLISH, user=editor)
    publishing.save_revision(article, changed(article, title="Mine"), by=editor)
    publishing.publish(article, by=editor)
    assert row_of(article).title == "Mine"


def test_who_only_writes_in_a_section_does_not_publish_there(as_editor, editor, others):
    SectionRight.objects.create(section=others, may=May.WRITE, user=editor)
    article = complete(section=others)
    page = as_editor.get(reverse("admin:articles_article_change", args=[article.pk]))
    assert 'name="_publish"' not in page.text
    refused = posted(as_editor, article, title="Mine", _publish="")
    assert "You may not publish in the section" in refused.text
    assert posted(as_editor, article, title="Mine", _save="").status_code == 302
    assert (row_of(article).title, row_of(article).is_published) == ("Mine", False)


def test_story_is_moved_neither_into_nor_out_of_a_closed_section(as_editor, editor, others):
    article = complete()
    refused = posted(as_editor, article, section=others.pk, _save="")
    assert "You may not write in the section" in refused.text
    assert (
        "You may not write"
        in as_editor.post(
            reverse("admin:articles_article_add"), new_data(section=others.pk, _save="")
        ).text
    )
    with pytest.raises(ValidationError):
        publishing.save_revision(article, changed(article, section=others.pk), by=editor)
    theirs = complete(section=others)
    with pytest.raises(ValidationError):
        publishing.save_revision(theirs, changed(theirs, section=SectionFactory().pk), by=editor)
    assert (row_of(article).section_id, row_of(theirs).section) == (article.section_id, others)


def test_waiting_move_out_of_a_section_is_published_by_who_may_in_both(editor):
    live = ArticleFactory(section=closed(May.PUBLISH), authors=[AuthorFactory()])
    content = changed(live, section=SectionFactory().pk, body="Changed.")
    publishing.save_revision(live, content, by=editor)
    with pytest.raises(ValidationError, match="may not publish"):
        publishing.publish(live, by=editor, change=UPDATE)


def test_text_that_waits_to_move_into_a_closed_section_is_not_saved_on(as_editor, others):
    article = ArticleFactory(authors=[AuthorFactory()])
    publishing.save_revision(article, changed(article, section=others.pk), by=None)
    refused = posted(as_editor, article, title="Mine", section=article.section_id, _save="")
    assert "You may not write in the section" in refused.text
    assert article.revisions.count() == 2


def test_tasks_ask_for_each_article(editor, others):
    rows = [complete(section=others), complete()]
    bulk.start("Publish", Article.objects.all(), bulk.publish_each, by=editor)
    assert [row_of(row).is_published for row in rows] == [False, True]


def test_queue_shows_what_one_may_decide_on(as_editor, editor, others, writer):
    article, theirs = complete(), complete(section=others)
    for row in (article, theirs):
        publishing.submit_for_review(row, by=None)
    assert [one.article for one in Review.objects.waiting_for(editor)] == [article]
    address = reverse("admin:articles_article_review", args=[theirs.pk])
    data = {"number": 1, "note": "No.", "_return": ""}
    assert "You may not publish" in as_editor.post(address, data).text
    admin = UserFactory(is_superuser=True)
    assert Review.objects.waiting_for(admin).count() == 2


def test_four_eyes_are_asked_of_whoever_wrote_or_sent_it(as_editor, editor, writer):
    section = SectionFactory(four_eyes=True)
    article = complete(section=section)
    revision = publishing.save_revision(article, changed(article, title="Mine"), by=editor)
    with pytest.raises(ValidationError, match="You wrote this revision"):
        publishing.publish(article, by=editor)
    publishing.save_revision(article, changed(article, title="Theirs"), by=writer)
    review = publishing.submit_for_review(article, by=editor)
    with pytest.raises(ValidationError, match="You sent this revision"):
        publishing.approve(review, by=editor, number=review.revision.number)
    assert posted(as_editor, article, _publish="").status_code == 302
    assert not row_of(article).is_published
    publishing.publish(article, by=UserFactory(groups=["Editor"]))
    assert (row_of(article).title, revision.number) == ("Theirs", 2)


def test_four_eyes_take_an_hour_for_no_text(editor, writer):
    article = complete(section=SectionFactory(four_eyes=True))
    publishing.save_revision(article, changed(article, title="Theirs"), by=writer)
    hour = changed(article, published_at="2099-01-01T06:00:00+00:00")
    publishing.save_revision(article, hour, by=editor)
    publishing.publish(article, by=editor)
    assert row_of(article).is_scheduled


def test_editor_lifts_no_rule_that_binds_them(as_editor):
    section = SectionFactory(four_eyes=True)
    address = reverse("admin:articles_section_change", args=[section.pk])
    page = as_editor.get(address).text
    assert 'name="four_eyes"' not in page
    assert "rights-0-may" not in page
    admin = UserFactory(is_superuser=True)
    as_editor.force_login(admin)
    assert 'name="four_eyes"' in as_editor.get(address).text


def test_right_is_of_a_group_or_a_person(editor):
    section = SectionFactory()
    for wrong in ({}, {"user": editor, "group": Group.objects.first()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SectionRight.objects.create(section=section, may=May.WRITE, **wrong)


# A draft without a section


def test_draft_needs_no_section_until_it_is_sent_or_published(as_editor, editor):
    as_editor.post(reverse("admin:articles_article_add"), new_data(section="", _save=""))
    article = Article.objects.get()
    assert article.section is None
    content = publishing.newest_content(article)
    for button in ("_publish", "_submit"):
        url = reverse("admin:articles_article_change", args=[article.pk])
        page = as_editor.post(url, form_data(content, base_number=1, section="", **{button: ""}))
        assert "It needs a section first" in page.text
    with pytest.raises(ValidationError, match="needs a section before"):
        publishing.publish(article, by=editor)
    with pytest.raises(ValidationError, match="needs a section before"):
        publishing.submit_for_review(article, by=editor)
    seen = {"status": "published", "published_at": timezone.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.filter(pk=article.pk).update(**seen)


def test_desk_shows_a_draft_without_a_section(as_editor):
    article = complete(section=None, title="Nowhere yet")
    publishing.save_revision(article, changed(article, title="Nowhere still"), by=None)
    for name in ("changelist", "reviews"):
        assert as_editor.get(reverse(f"admin:articles_article_{name}")).status_code == 200
    for name in ("change", "preview", "revisions", "figures", "notes", "delete"):
        page = as_editor.get(reverse(f"admin:articles_article_{name}", args=[article.pk]))
        assert (page.status_code, "Nowhere still" in page.text) == (200, True), name
    revision = as_editor.get(reverse("admin:articles_article_revision", args=[article.pk, 2]))
    assert "Nowhere still" in revision.text
    for address in ("/", "/articles/", "/feed/", "/sitemap.xml"):
        assert "Nowhere" not in as_editor.get(address, follow=True).text
