import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from articles import publishing
from articles.factories import (
    UPDATE,
    ArticleFactory,
    AuthorFactory,
    ListEntryFactory,
    SectionFactory,
    TopicFactory,
)
from articles.models import Article, Revision
from articles.publishing import snapshots
from companies.models import Company

pytestmark = pytest.mark.django_db
HOSTILE = ["\x00", "a\x08b", "x" * 100_000, "\u202eabc", "</script><script>alert(1)</script>"]


def with_permissions(name, *codenames):
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="articles", codename__in=codenames)
    )
    return user


@pytest.fixture
def writer():
    return with_permissions("writer", "add_article", "change_article", "view_article")


@pytest.fixture
def editor():
    return with_permissions(
        "editor", "add_article", "change_article", "view_article", "publish_article"
    )


@pytest.fixture
def as_writer(client, writer):
    client.force_login(writer)
    return client


@pytest.fixture
def as_editor(client, editor):
    client.force_login(editor)
    return client


def admin_url(name, *args):
    return reverse(f"admin:articles_article_{name}", args=args)


def form_data(content, *, base_number=0, **changes):
    """What the browser would send for this content."""
    date = snapshots.date_of(content)
    data = {
        **{name: content[name] for name in (*snapshots.PLAIN, "section", "topics", "companies")},
        "cover": content["cover"] or "",
        "base_number": base_number,
        "published_at_0": f"{date:%Y-%m-%d}" if date else "",
        "published_at_1": f"{date:%H:%M:%S}" if date else "",
        "bylines-TOTAL_FORMS": len(content["authors"]) + 1,
        "bylines-INITIAL_FORMS": 0,
        "entries-TOTAL_FORMS": len(content["entries"]) + 1,
        "entries-INITIAL_FORMS": 0,
    }
    for index, pk in enumerate(content["authors"]):
        data |= {f"bylines-{index}-author": pk, f"bylines-{index}-position": index + 1}
    for index, entry in enumerate(content["entries"]):
        data |= {f"entries-{index}-{name}": value for name, value in entry.items()}
        data[f"entries-{index}-position"] = index + 1
    return data | changes


def posted(client, article, **changes):
    content = publishing.newest_content(article)
    number = publishing.newest_number(article)
    url = admin_url("change", article.pk)
    return client.post(url, form_data(content, **{"base_number": number} | changes))


def new_data(**changes):
    content = {
        "title": "New",
        "slug": "new-one",
        "standfirst": "A sentence.",
        "body": "Body.",
        "kind": "story",
        "language": "en-gb",
        "section": SectionFactory().pk,
        "cover": None,
        "authors": [AuthorFactory().pk],
        "topics": [],
        "companies": [],
        "entries": [],
        "published_at": None,
    }
    return form_data(content, **changes)


def own_article(writer, **kwargs):
    return ArticleFactory(authors=[AuthorFactory(user=writer)], **kwargs)


def inline(page, prefix):
    formsets = [one.formset for one in page.context["inline_admin_formsets"]]
    return next(formset for formset in formsets if formset.prefix == prefix)


def fresh(article):
    return Article.objects.get(pk=article.pk)


# Writing


def test_writer_adds_a_draft_and_stays_on_its_form(as_writer, writer):
    response = as_writer.post(admin_url("add"), new_data(_save=""))
    article = Article.objects.get(slug="new-one")
    assert response["Location"] == admin_url("change", article.pk)
    assert article.status == Article.Status.DRAFT
    assert article.bylines.count() == 1
    assert article.revisions.get().author == writer
    assert as_writer.get(response["Location"]).status_code == 200


def test_new_article_begins_with_the_byline_of_whoever_writes_it(as_writer, writer):
    AuthorFactory()
    own = AuthorFactory(user=writer)
    page = as_writer.get(admin_url("add"))
    assert [form["author"].value() for form in inline(page, "bylines").forms] == [own.pk, None]
    given_up = ArticleFactory(draft=True)
    publishing.save_revision(given_up, snapshots.of(given_up) | {"title": "Begun"}, by=writer)
    given_up.revisions.update(author=writer)
    page = as_writer.get(admin_url("change", given_up.pk))
    assert [form["author"].value() for form in inline(page, "bylines").forms] == [None]


def test_new_article_of_somebody_without_a_byline_begins_with_none(as_writer):
    AuthorFactory()
    page = as_writer.get(admin_url("add"))
    assert [form["author"].value() for form in inline(page, "bylines").forms] == [None]


def test_writer_submits_their_own_article(as_writer, writer):
    article = own_article(writer, draft=True)
    posted(as_writer, article, title="Ready", _submit="")
    assert fresh(article).status == Article.Status.IN_REVIEW
    assert fresh(article).title == "Ready"


@pytest.mark.parametrize("button", ["_publish", "_archive", "_unpublish"])
def test_writer_who_presses_an_editors_button_changes_nothing(as_writer, writer, button):
    article = own_article(writer, draft=True, title="Before")
    response = posted(as_writer, article, title="After", **{button: ""})
    assert response.status_code == 403
    assert fresh(article).title == "Before"
    assert fresh(article).status == Article.Status.DRAFT
    assert not Revision.objects.exists()


def test_writer_cannot_set_the_date_or_a_hidden_field(as_writer, writer):
    article = own_article(writer, draft=True)
    posted(
        as_writer,
        article,
        published_at_0="2020-01-01",
        published_at_1="00:00:00",
        status="published",
        word_count="7",
        body_html="<script>",
        live_number="9",
        _save="",
    )
    row = fresh(article)
    assert (row.status, row.published_at, row.live_number) == ("draft", None, None)
    assert publishing.newest_content(article)["published_at"] is None
    assert "<script>" not in row.body_html


def test_writer_sees_and_edits_own_articles_alone(as_writer, writer):
    own, begun, other = own_article(writer), ArticleFactory(draft=True), ArticleFactory(draft=True)
    publishing.save_revision(begun, snapshots.of(begun) | {"title": "Begun"}, by=writer)
    begun.revisions.update(author=writer)
    listed = as_writer.get(admin_url("changelist"))
    assert set(listed.context["cl"].queryset) == {own, begun}
    assert posted(as_writer, other, title="Mine now", _save="").status_code in (302, 403)
    assert fresh(other).title != "Mine now"
    for name in ("preview", "revisions", "compare"):
        assert as_writer.get(admin_url(name, other.pk)).status_code == 403
        assert as_writer.get(admin_url("preview", own.pk)).status_code == 200


def test_writer_changes_a_live_article_only_on_the_desk(as_writer, writer):
    article = own_article(writer, title="Live")
    posted(as_writer, article, title="Changed", _save="")
    assert fresh(article).title == "Live"
    assert publishing.newest_content(article)["title"] == "Changed"
    page = as_writer.get(admin_url("change", article.pk))
    assert ">\nChanged</textarea>" in page.text


# Publishing


def test_editor_publishes_and_the_public_page_shows_it(as_editor):
    as_editor.post(admin_url("add"), new_data(_publish=""))
    assert Article.objects.published().get().slug == "new-one"
    assert Client().get("/articles/new-one/").status_code == 200


def test_editor_schedules_with_a_date_ahead(as_editor):
    ahead = timezone.now() + datetime.timedelta(days=2)
    as_editor.post(
        admin_url("add"),
        new_data(_publish="", published_at_0=f"{ahead:%Y-%m-%d}", published_at_1="08:00:00"),
    )
    assert Article.objects.scheduled().get().slug == "new-one"
    assert Client().get("/articles/new-one/").status_code == 404


AHEAD = {"published_at_0": "2999-05-01", "published_at_1": "08:00:00"}


def scheduled_story(editor, **content):
    """Approved as revision 1, with a date ahead."""
    content = snapshots.of(ArticleFactory(draft=True, authors=[AuthorFactory()])) | content
    content["slug"] = "planned"
    content["published_at"] = snapshots.write_time(timezone.now() + datetime.timedelta(days=2))
    article = publishing.save_revision(Article(), content, by=editor).article
    publishing.publish(article, by=editor)
    return article


@pytest.mark.parametrize("button", ["_publish", "_correct"])
def test_date_ahead_of_what_is_withdrawn_is_told_beside_it(as_editor, button):
    article = ArticleFactory(authors=[AuthorFactory()], withdrawn=True)
    response = posted(as_editor, article, title="What was typed", **AHEAD, **{button: ""})
    assert "cannot be put off" in response.context["errors"][0][0]
    assert list(response.context["adminform"].form.errors) == ["published_at"]
    assert ">\nWhat was typed</textarea>" in response.text
    assert 'value="2999-05-01"' in response.text
    assert not article.revisions.exists()


@pytest.mark.parametrize("trait", ["draft", "scheduled"])
def test_date_ahead_of_what_nobody_has_read_is_taken(as_editor, trait):
    article = ArticleFactory(authors=[AuthorFactory()], **{trait: True})
    assert posted(as_editor, article, **AHEAD, _publish="").status_code == 302
    assert fresh(article).is_scheduled
    assert fresh(article).published_at.year == 2999


def test_scheduled_story_goes_out_as_approved_and_the_desk_says_so(as_editor, editor):
    article = scheduled_story(editor, title="Approved")
    response = posted(as_editor, article, title="Not approved", _save="")
    form = as_editor.get(response["Location"]).text
    assert form.count("Revision 1 goes out on") == 2
    assert "Revision 2 is newer and not approved" in form
    listed = as_editor.get(admin_url("changelist")).text
    assert ">scheduled as revision 1; revision 2 is not approved<" in listed
    assert ">scheduled for " in as_editor.get(admin_url("revisions", article.pk)).text
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
    assert "Approved" in Client().get("/articles/planned/").text
    assert "Not approved" not in Client().get("/articles/planned/").text
    assert "goes out on" not in as_editor.get(admin_url("change", article.pk)).text


def test_change_of_a_scheduled_story_goes_out_once_it_is_approved(as_editor, editor):
    article = scheduled_story(editor)
    posted(as_editor, article, title="Better", _save="")
    posted(as_editor, article, _publish="")
    form = as_editor.get(admin_url("change", article.pk))
    assert "as it stands here" in form.context["going_out"]
    assert fresh(article).title == "Better"
    assert 'class="field-state">scheduled<' in as_editor.get(admin_url("changelist")).text


def test_change_of_a_scheduled_story_in_review_is_listed_as_such(as_editor, editor):
    posted(as_editor, scheduled_story(editor), title="Better", _submit="")
    listed = as_editor.get(admin_url("changelist")).text
    assert ">scheduled as revision 1; revision 2 is in review<" in listed


def test_scheduled_story_without_its_date_is_published_at_once(as_editor, editor):
    article = scheduled_story(editor)
    posted(as_editor, article, _publish="")
    assert fresh(article).is_scheduled
    posted(as_editor, article, published_at_0="", published_at_1="", _save="")
    assert fresh(article).is_scheduled
    posted(as_editor, article, published_at_0="", published_at_1="", _publish="")
    assert fresh(article).is_published
    assert Client().get("/articles/planned/").status_code == 200


def test_form_that_is_refused_says_when_the_approved_text_goes_out(as_editor, editor):
    article = scheduled_story(editor)
    response = posted(as_editor, article, slug="not a slug", **AHEAD, _save="")
    assert "2999" not in response.context["going_out"]


def test_article_of_the_doubled_hour_is_saved_as_it_is_shown(as_editor, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    second = datetime.datetime(2025, 10, 26, 1, 30, tzinfo=datetime.UTC)
    article = ArticleFactory(authors=[AuthorFactory()], published_at=second)
    page = as_editor.get(admin_url("change", article.pk))
    assert "By the clock of Europe/Berlin" in page.text
    assert 'value="02:30:00+01:00"' in page.text
    moment = {"published_at_0": "2025-10-26", "published_at_1": "02:30:00+01:00"}
    assert posted(as_editor, article, title="Other", _save="", **moment).status_code == 302
    assert snapshots.date_of(publishing.newest_content(article)) == second


@pytest.mark.parametrize(
    "missing",
    [{"standfirst": ""}, {"body": ""}, {"title": ""}, {"section": ""}, {"bylines-0-author": ""}],
)
def test_publishing_what_is_incomplete_keeps_what_was_typed(as_editor, missing):
    data = new_data(_publish="", note="My note") | missing
    response = as_editor.post(admin_url("add"), data)
    assert response.status_code == 200
    assert "My note" in response.text
    assert not Article.objects.exists()


def test_incomplete_draft_is_saved(as_editor):
    data = new_data(_save="", standfirst="", body="") | {"bylines-0-author": ""}
    assert as_editor.post(admin_url("add"), data).status_code == 302
    assert Article.objects.get().status == Article.Status.DRAFT


def test_editor_takes_back_what_nobody_has_read_and_archives_it(as_editor):
    article = ArticleFactory(authors=[AuthorFactory()], scheduled=True)
    posted(as_editor, article, _unpublish="")
    assert fresh(article).status == Article.Status.DRAFT
    posted(as_editor, article, _archive="")
    assert fresh(article).status == Article.Status.ARCHIVED


def test_saving_an_unchanged_form_makes_no_revision_of_its_own(as_editor):
    article = ArticleFactory(authors=[AuthorFactory(), AuthorFactory()], body="One.\n\nTwo.")
    data = form_data(snapshots.of(article), body="One.\r\n\r\nTwo.", _save="")
    as_editor.post(admin_url("change", article.pk), data)
    assert article.revisions.count() == 1


def test_rows_are_ordered_by_their_positions_and_emptied_ones_go(as_editor):
    companies = [Company.objects.create(name=n, slug=n, description=n) for n in ("a", "b", "c")]
    article = ArticleFactory(draft=True, kind="list", authors=[AuthorFactory(), AuthorFactory()])
    for company in companies:
        ListEntryFactory(article=article, company=company)
    posted(
        as_editor,
        article,
        _save="",
        **{
            "entries-0-position": 9,
            "entries-1-company": "",
            "entries-1-blurb": "",
            "bylines-0-author": "",
        },
    )
    assert [entry.company.name for entry in article.entries.all()] == ["c", "a"]
    assert article.bylines.count() == 1


def test_words_without_a_company_are_not_dropped_silently(as_editor):
    article = ArticleFactory(draft=True, kind="list")
    response = posted(as_editor, article, _save="", **{"entries-0-blurb": "Whose words?"})
    assert response.status_code == 200
    assert "Whose words?" in response.text


def test_same_author_twice_is_told(as_editor):
    author = AuthorFactory()
    data = new_data(_save="") | {
        "bylines-0-author": author.pk,
        "bylines-1-author": author.pk,
    }
    assert as_editor.post(admin_url("add"), data).status_code == 200
    assert not Article.objects.exists()


@pytest.mark.parametrize("slug", ["2026", "feeds", "taken", "not a slug", "x" * 121])
def test_slug_that_cannot_be_is_told(as_editor, slug):
    ArticleFactory(slug="taken")
    assert as_editor.post(admin_url("add"), new_data(_save="", slug=slug)).status_code == 200
    assert Article.objects.count() == 1


@pytest.mark.parametrize("slug", ["2026-in-review", "feeds-we-read", "taken-2"])
def test_slug_that_is_nearly_refused_is_accepted(as_editor, slug):
    ArticleFactory(slug="taken")
    assert as_editor.post(admin_url("add"), new_data(_save="", slug=slug)).status_code == 302


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["title", "slug", "standfirst", "body", "language", "note"])
def test_nothing_typed_breaks_the_form_or_the_page(as_editor, field, text):
    data = new_data(_publish="") | {field: text}
    response = as_editor.post(admin_url("add"), data)
    assert response.status_code in (200, 302)
    for article in Article.objects.all():
        if not article.is_published:
            # It was asked about.
            publishing.publish(article, by=None)
        page = Client().get(article.get_absolute_url())
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert Client().get("/feeds/articles.atom").status_code == 200
        assert as_editor.get(admin_url("change", article.pk)).status_code == 200


@pytest.mark.parametrize(
    "tampered",
    [
        {"bylines-INITIAL_FORMS": 3},
        {"bylines-TOTAL_FORMS": "x"},
        {"bylines-0-author": "99999"},
        {"base_number": "x"},
        {"base_number": "-1"},
        {"topics": ["99999"]},
        {"section": "99999"},
    ],
)
def test_tampered_form_is_refused_without_an_error_page(as_editor, tampered):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()], title="Before")
    response = posted(as_editor, article, title="After", _save="", **tampered)
    assert response.status_code in (200, 302)
    if response.status_code == 200:
        assert fresh(article).title == "Before"


# Conflicts


def test_loser_sees_both_texts_and_loses_nothing(as_editor, writer):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()], body="Common ground.")
    base = publishing.newest_number(article)
    content = snapshots.of(article)
    publishing.save_revision(article, content | {"body": "Their <b>ground</b>."}, by=writer)
    mine = form_data(content, base_number=base, body="My own ground.", title="Mine", _save="")
    response = as_editor.post(admin_url("change", article.pk), mine)
    assert response.status_code == 200
    assert "Somebody else has saved this article" in response.text
    assert "<del>Their &lt;b&gt;</del>" in response.text
    assert "<b>ground</b>" not in response.text
    assert "My own ground.</textarea>" in response.text.replace("\n", "")
    assert fresh(article).body == "Their <b>ground</b>."
    number = re.search(r'name="base_number" value="(\d+)"', response.text)[1]
    again = as_editor.post(admin_url("change", article.pk), mine | {"base_number": number})
    assert again.status_code == 302
    assert fresh(article).body == "My own ground."


def test_second_save_keeps_what_only_the_other_has_changed(as_editor, writer):
    theirs, mine, both = AuthorFactory(), AuthorFactory(), SectionFactory()
    article = ArticleFactory(
        draft=True, authors=[mine], title="Common", body="One.\n\nTwo.\n\nThree."
    )
    base, content = publishing.newest_number(article), snapshots.of(article)
    date = "2031-05-01T08:00:00.123456+00:00"
    changed = {"body": "One.\n\nTwo.\n\n3.", "authors": [theirs.pk], "standfirst": "Theirs."}
    changed |= {"section": both.pk, "published_at": date}
    publishing.save_revision(article, content | changed, by=writer)
    typed = form_data(
        content, base_number=base, title="Mine", body="1.\r\n\r\nTwo.\r\n\r\nThree.", _save=""
    )
    typed["standfirst"] = "My own."
    page = as_editor.post(admin_url("change", article.pk), typed)
    hidden = dict(re.findall(r'name="(base_number|typed_from)" value="(\d+)"', page.text))
    assert hidden == {"base_number": "2", "typed_from": str(base)}
    changed = {change.field.name for change in page.context["conflict"]}
    assert changed == {"title", "standfirst", "body"}
    assert as_editor.post(admin_url("change", article.pk), typed | hidden).status_code == 302
    saved = publishing.newest_content(article)
    assert (saved["title"], saved["standfirst"]) == ("Mine", "My own.")
    assert saved["body"] == "1.\n\nTwo.\n\n3."
    assert (saved["authors"], saved["section"]) == ([theirs.pk], both.pk)
    assert saved["published_at"] == date


def test_first_save_brings_together_what_does_not_overlap(as_editor, writer):
    theirs = AuthorFactory()
    article = ArticleFactory(draft=True, authors=[AuthorFactory()], body="One.\n\nTwo.\n\nThree.")
    base, content = publishing.newest_number(article), snapshots.of(article)
    changed = {"body": "One.\n\nTwo.\n\n3.", "authors": [theirs.pk]}
    publishing.save_revision(article, content | changed, by=writer)
    typed = form_data(
        content, base_number=base, title="Mine", body="1.\n\nTwo.\n\nThree.", _save=""
    )
    response = as_editor.post(admin_url("change", article.pk), typed, follow=True)
    assert "what writer has saved meanwhile, in revision 2, as well" in response.text
    saved = publishing.newest_content(article)
    assert (saved["title"], saved["body"]) == ("Mine", "1.\n\nTwo.\n\n3.")
    assert saved["authors"] == [theirs.pk]
    assert [one.author for one in article.revisions.all()[:2]] == [
        response.wsgi_request.user,
        writer,
    ]


def test_nothing_is_published_that_its_publisher_has_not_read(as_editor, writer):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()], body="One.\n\nTwo.")
    base, content = publishing.newest_number(article), snapshots.of(article)
    publishing.save_revision(article, content | {"body": "One.\n\n2."}, by=writer)
    typed = form_data(content, base_number=base, body="1.\n\nTwo.", _publish="")
    page = as_editor.post(admin_url("change", article.pk), typed)
    assert "Both texts, side by side" in page.text
    assert not fresh(article).is_published
    hidden = dict(re.findall(r'name="(base_number|typed_from)" value="(\d+)"', page.text))
    as_editor.post(admin_url("change", article.pk), typed | hidden)
    assert (fresh(article).is_published, fresh(article).body) == (True, "1.\n\n2.")


@pytest.mark.parametrize("mine", ["2031-05-02T08:00:00+00:00", "2031-05-01T08:00:00+00:00"])
def test_hours_that_both_have_changed_are_both_shown(as_editor, writer, mine):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    base, content = publishing.newest_number(article), snapshots.of(article)
    theirs = "2031-05-01T08:00:00+00:00"
    publishing.save_revision(article, content | {"published_at": theirs}, by=writer)
    typed = form_data(content | {"published_at": mine}, base_number=base, _save="")
    response = as_editor.post(admin_url("change", article.pk), typed)
    assert response.status_code == (302 if mine == theirs else 200)
    assert publishing.newest_content(article)["published_at"] == theirs


def test_missing_base_number_never_overwrites(as_editor, writer):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    content = snapshots.of(article)
    publishing.save_revision(article, content | {"body": "Theirs."}, by=writer)
    data = form_data(content, body="Mine.", _save="")
    del data["base_number"]
    as_editor.post(admin_url("change", article.pk), data)
    assert fresh(article).body == "Theirs."


# Previews


@pytest.mark.parametrize("state", ["draft", "in_review", "scheduled", "archived", "published"])
def test_page_preview_shows_the_newest_text_to_the_desk_alone(as_editor, editor, state):
    topic, author = TopicFactory(), AuthorFactory()
    company = Company.objects.create(name="Quora", slug="quora", description="Answers.")
    article = ArticleFactory(**{state: True}, authors=[author])
    content = snapshots.of(article) | {
        "title": "The newest title",
        "kind": "list",
        "topics": [topic.pk],
        "entries": [{"company": company.pk, "heading": "", "blurb": "It *answers*."}],
    }
    publishing.save_revision(article, content, by=editor)
    response = as_editor.get(admin_url("preview", article.pk))
    assert response.status_code == 200
    assert "The newest title" in response.text
    assert "<em>answers</em>" in response.text
    assert topic.name in response.text
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]
    assert Client().get(admin_url("preview", article.pk)).status_code == 302


def test_page_preview_stores_nothing(as_editor, editor):
    article = ArticleFactory(title="Live")
    publishing.save_revision(article, snapshots.of(article) | {"title": "Next"}, by=editor)
    as_editor.get(admin_url("preview", article.pk))
    assert fresh(article).title == "Live"
    old = as_editor.get(admin_url("preview", article.pk), {"revision": 1})
    assert "Live" in old.text


# The lists


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "draft"),
        ("in_review", "in review"),
        ("scheduled", "scheduled"),
        ("published", "live"),
        ("archived", "archived"),
    ],
)
def test_change_list_says_the_state(as_editor, state, words):
    ArticleFactory(**{state: True})
    text = as_editor.get(admin_url("changelist")).text
    assert f'class="field-state">{words}<' in text


def test_change_list_says_what_is_not_yet_published(as_editor, editor):
    url = admin_url("changelist")
    revised = ArticleFactory(body="The old text.")
    new = publishing.newest_content(revised) | {"body": "The new text."}
    publishing.save_revision(revised, new, by=editor)
    ArticleFactory(title="Untouched")
    assert "live with unpublished changes<" in as_editor.get(url).text
    changed = as_editor.get(url, {"state": "changed"})
    assert list(changed.context["cl"].queryset) == [revised]


@pytest.mark.parametrize("state", ["draft", "review", "scheduled", "live", "changed", "archived"])
def test_every_state_filter_answers(as_editor, state):
    for trait in ("draft", "in_review", "scheduled", "published", "archived"):
        ArticleFactory(**{trait: True})
    listed = as_editor.get(admin_url("changelist"), {"state": state}).context["cl"].queryset
    assert len(listed) == (0 if state == "changed" else 1)


def test_change_list_runs_a_bounded_number_of_queries(as_editor, django_assert_max_num_queries):
    for _ in range(20):
        ArticleFactory(authors=[AuthorFactory()])
    with django_assert_max_num_queries(16):
        as_editor.get(admin_url("changelist"), {"q": "Article"})


@pytest.mark.parametrize("is_refused", [False, True])
def test_form_reads_the_newest_revision_once(as_writer, writer, is_refused):
    article = own_article(writer, draft=True, title="Before")
    posted(as_writer, article, title="After", _save="")
    data = form_data(publishing.newest_content(article), base_number=2, slug="a b", _save="")
    with CaptureQueriesContext(connection) as queries:
        url = admin_url("change", article.pk)
        page = as_writer.post(url, data) if is_refused else as_writer.get(url)
    assert ">\nAfter</textarea>" in page.text
    assert sum('"articles_revision"."content"' in query["sql"] for query in queries) == 1
    assert len(queries) <= (28 if is_refused else 20)


def test_change_list_asks_as_much_for_many_languages_as_for_one(as_editor):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = as_editor.get(admin_url("changelist"))
        return len(queries), page.text

    ArticleFactory(language="en-gb")
    few, _text = asked()
    for language in ("ar", "de", "fr", "pt-br", "zh-hans"):
        ArticleFactory(language=language)
    many, text = asked()
    assert many == few
    offered = re.findall(r'\?language=([\w-]+)"', text)
    assert offered == ["ar", "de", "en-gb", "fr", "pt-br", "zh-hans"]


def test_change_list_finds_a_title_that_is_not_live_yet(as_editor, editor):
    def found(words):
        page = as_editor.get(admin_url("changelist"), {"q": words})
        return list(page.context["cl"].queryset), page.text

    article = ArticleFactory(title="Harbour", authors=[AuthorFactory()])
    ArticleFactory(title="Unrelated")
    posted(as_editor, article, title="Lighthouse", _save="")
    rows, text = found("lighthouse")
    assert rows == [article]
    assert "next: <span" in text
    assert found("harbour")[0] == [article]
    publishing.publish(fresh(article), by=editor, change=UPDATE)
    rows, text = found("lighthouse")
    assert rows == [article]
    assert "next: <span" not in text
    assert found("harbour")[0] == []


def test_change_list_finds_no_title_that_was_given_up(as_editor, editor):
    article = ArticleFactory(title="Harbour", scheduled=True, authors=[AuthorFactory()])
    posted(as_editor, article, title="Lighthouse", _save="")
    posted(as_editor, article, title="Harbour", _save="")
    page = as_editor.get(admin_url("changelist"), {"q": "lighthouse"})
    assert list(page.context["cl"].queryset) == []
    posted(as_editor, article, title="Beacon", _save="")
    publishing.unpublish(fresh(article), by=editor)
    assert (fresh(article).title, fresh(article).waiting_title) == ("Beacon", "")


def run_action(client, action, articles):
    data = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(admin_url("changelist"), data, follow=True)


def test_bulk_publishing_is_done_by_tasks_and_tells_what_it_could_not(as_editor, queue):
    ready, bare = ArticleFactory(draft=True, authors=[AuthorFactory()]), ArticleFactory(draft=True)
    progress = run_action(as_editor, "publish_selected", [ready, bare])
    assert "0 of 2 done" in progress.text
    assert not Article.objects.published().exists()
    queue()
    progress = as_editor.get(progress.request["PATH_INFO"])
    assert "1 of 2 done, 1 failed" in progress.text
    assert bare.title in progress.text
    assert "needs an author" in progress.text
    assert ready.title not in progress.text
    assert list(Article.objects.published()) == [ready]


def test_bulk_archiving_asks_as_much_for_many_articles_as_for_few(as_editor, queue):
    def count(size):
        articles = ArticleFactory.create_batch(size, draft=True)
        queue()
        with CaptureQueriesContext(connection) as queries:
            run_action(as_editor, "archive_selected", articles)
        queue()
        states = Article.objects.filter(pk__in=[article.pk for article in articles])
        assert set(states.values_list("status", flat=True)) == {Article.Status.ARCHIVED}
        return len(queries)

    assert count(4) == count(20)


def test_bulk_verb_of_somebody_who_may_not_publish_any_more_changes_nothing(
    as_editor, editor, queue
):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    progress = run_action(as_editor, "publish_selected", [article])
    editor.user_permissions.remove(Permission.objects.get(codename="publish_article"))
    queue()
    assert not Article.objects.published().exists()
    progress = as_editor.get(progress.request["PATH_INFO"])
    assert "may not publish any more" in progress.text


@pytest.mark.parametrize("model", ["section", "topic", "author", "articleformerslug"])
def test_every_other_list_and_form_answers(admin_client, model):
    article = ArticleFactory(authors=[AuthorFactory()], topics=[TopicFactory()])
    article.former_slugs.create(slug="before")
    listed = admin_client.get(reverse(f"admin:articles_{model}_changelist"), {"q": "e"})
    assert listed.status_code == 200
    assert admin_client.get(reverse(f"admin:articles_{model}_add")).status_code == 200


def test_form_has_no_inline_script_or_style(as_editor):
    article = ArticleFactory(draft=True, authors=[AuthorFactory()])
    for url in (admin_url("change", article.pk), admin_url("add"), admin_url("preview_frame")):
        text = as_editor.get(url).text
        assert not re.search(r"<style|\sstyle=|\son(click|load|submit)=", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)[^>]*>", text)


@pytest.mark.parametrize("model", ["section", "topic", "author"])
def test_counts_lead_to_the_articles_they_count(as_editor, admin_client, model):
    article = ArticleFactory(authors=[AuthorFactory()], topics=[TopicFactory()])
    ArticleFactory(authors=[AuthorFactory()], topics=[TopicFactory()])
    text = admin_client.get(reverse(f"admin:articles_{model}_changelist")).text
    links = re.findall(r'class="field-article_total"><a href="([^"]+)">1<', text)
    listed = [list(as_editor.get(link, follow=True).context["cl"].queryset) for link in links]
    assert len(listed) == 2
    assert [article] in listed


def test_who_may_only_look_sees_the_form_and_changes_nothing(client):
    client.force_login(with_permissions("looker", "view_article"))
    article = ArticleFactory(authors=[AuthorFactory()], title="Before")
    page = client.get(admin_url("change", article.pk))
    assert page.status_code == 200
    assert "Before" in page.text
    assert 'name="_save"' not in page.text
    assert posted(client, article, title="After", _save="").status_code == 403
    assert client.post(admin_url("restore", article.pk, 1)).status_code == 403
    assert publishing.newest_content(article)["title"] == "Before"
